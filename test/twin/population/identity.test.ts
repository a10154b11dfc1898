import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_CAPACITY, NumberPlan, handsetImei, imeiOf, imeiText, imsiOf, imsiText, luhnDigit, tacOf } from '../../../twin/population/identity.ts';

const anyIndex = fc.integer({ min: 0, max: MAX_CAPACITY - 1 });

/** Luhn's check over all 15 digits, written the textbook way (TS 23.003 Annex B). */
function luhnHolds(imei: string): boolean {
  const sum = [...imei].reverse().reduce((total, digit, i) => {
    const doubled = i % 2 === 1 ? 2 * Number(digit) : Number(digit);
    return total + Math.floor(doubled / 10) + (doubled % 10);
  }, 0);
  return sum % 10 === 0;
}

describe('IMSI', () => {
  it('has 15 digits in the test network 001/01', () => {
    fc.assert(fc.property(anyIndex, fc.integer({ min: 0, max: 299 }), (index, generation) => {
      expect(imsiText(imsiOf(index, generation))).toMatch(/^00101\d{10}$/);
    }));
  });

  it('is never given twice, over indices and generations', () => {
    const seen = new Set<number>();
    for (let index = 0; index < 50_000; index++) for (const generation of [0, 1, 299]) seen.add(imsiOf(index, generation));
    for (let index = MAX_CAPACITY - 50_000; index < MAX_CAPACITY; index++) seen.add(imsiOf(index, 0));
    expect(seen.size).toBe(200_000);
  });

  it('refuses what would no longer be unique', () => {
    expect(() => imsiOf(MAX_CAPACITY, 0)).toThrow(/index must be an integer in/);
    expect(() => imsiOf(0, 300)).toThrow(/generation must be an integer in/);
    expect(() => imsiOf(1.5, 0)).toThrow(RangeError);
  });
});

describe('MSISDN', () => {
  it('is a 12-digit number of country code 999, unique, and another by seed', () => {
    const plan = new NumberPlan(42);
    const seen = new Set<number>();
    for (let index = 0; index < 100_000; index++) seen.add(plan.msisdnOf(index));
    for (let index = MAX_CAPACITY - 100_000; index < MAX_CAPACITY; index++) seen.add(plan.msisdnOf(index));
    expect(seen.size).toBe(200_000);
    for (const msisdn of seen) if (!/^999[1-9]\d{8}$/.test(String(msisdn))) expect.fail(String(msisdn));
    expect(new NumberPlan(43).msisdnOf(0)).not.toBe(plan.msisdnOf(0));
  });
});

describe('IMEI', () => {
  it('ends in the Luhn digit of a known example', () => {
    expect(luhnDigit(49015420323751)).toBe(8);
    expect(imeiText(imeiOf(1_012_300, 456))).toHaveLength(15);
  });

  it('is valid and its TAC lies in the test range, for any model, index and generation', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 899 }), anyIndex, fc.integer({ min: 0, max: 32 }), (model, index, generation) => {
      const imei = handsetImei(model, index, generation);
      const text = imeiText(imei);
      expect(text).toMatch(/^00[1-9]\d{12}$/);
      expect(luhnHolds(text)).toBe(true);
      expect(String(tacOf(imei)).padStart(8, '0')).toBe(text.slice(0, 8));
    }));
  });

  it('is never given twice', () => {
    const seen = new Set<number>();
    for (let index = 0; index < 3_000_000; index += 17) for (const generation of [0, 1]) seen.add(handsetImei(index % 30, index, generation));
    expect(seen.size).toBe(2 * Math.ceil(3_000_000 / 17));
  });
});
