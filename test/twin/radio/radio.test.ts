import { describe, expect, it } from 'vitest';
import { Rat } from '../../../twin/network/types.ts';
import { Radio } from '../../../twin/radio/radio.ts';
import { Whereabouts } from '../../../twin/mobility/whereabouts.ts';
import { Causes } from '../../../twin/scenarios/causes.ts';
import { twinOf } from '../../support/twin-run.ts';

const TIME = Date.parse('2026-03-03T13:00Z');
const { world } = twinOf(3_000);
const { network } = world;
const radio = new Radio(world);

function measured(): { rat: Rat; rsrp: number; rsrq: number; sinr: number; timingAdvance: number; distance: number; kbps: number }[] {
  const where = new Whereabouts(world);
  const all = [];
  for (let i = 0; i < world.config.capacity; i++) {
    if (!world.directory.isActive(i) || !where.isReachable(i, TIME, Causes.NONE)) continue;
    radio.measure(i, where.cell, where.x, where.y, where.place, 1, TIME, Causes.NONE);
    const { rsrp, rsrq, sinr, timingAdvance, distance, downlinkKbps: kbps } = radio;
    all.push({ rat: network.cellRat[where.cell] as Rat, rsrp, rsrq, sinr, timingAdvance, distance, kbps });
  }
  return all;
}

const everybody = measured();
const lte = everybody.filter(({ rat }) => rat === Rat.LTE);
const nr = everybody.filter(({ rat }) => rat === Rat.NR);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const sd = (values: readonly number[]): number => Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)));

describe('what phones measure', () => {
  it('lies in the reporting ranges and steps of TS 36.133 and TS 38.133', () => {
    expect(lte.length).toBeGreaterThan(500);
    expect(nr.length).toBeGreaterThan(200);
    for (const { rat, rsrp, rsrq, sinr, timingAdvance } of everybody) {
      expect(Number.isInteger(rsrp)).toBe(true);
      expect(rsrp >= (rat === Rat.NR ? -156 : -140) && rsrp <= (rat === Rat.NR ? -31 : -44)).toBe(true);
      expect(rsrq >= -19.5 && rsrq <= -3 && Number.isInteger(2 * rsrq)).toBe(true);
      expect(sinr >= -10 && sinr <= 30 && Number.isInteger(2 * sinr)).toBe(true);
      expect(timingAdvance >= 0 && timingAdvance <= (rat === Rat.NR ? 3846 : 1282)).toBe(true);
    }
  });

  it('has the level and spread of field data: RSRP mean -100 to -85 dBm, sd 7 to 15 dB', () => {
    const rsrp = everybody.map((m) => m.rsrp);
    expect(mean(rsrp)).toBeGreaterThan(-100);
    expect(mean(rsrp)).toBeLessThan(-85);
    expect(sd(rsrp)).toBeGreaterThan(7);
    expect(sd(rsrp)).toBeLessThan(15);
  });

  it('agrees with the distance to the mast in its timing advance', () => {
    for (const { rat, timingAdvance, distance } of everybody) {
      expect(Math.abs(timingAdvance * (rat === Rat.NR ? 39.03 : 78.07) - distance * 1000)).toBeLessThan(40);
    }
  });

  it('is faster where the signal is better', () => {
    const sorted = lte.toSorted((a, b) => a.rsrp - b.rsrp);
    const third = Math.floor(sorted.length / 3);
    const median = (part: typeof sorted): number => part.map((m) => m.kbps).sort((a, b) => a - b)[Math.floor(part.length / 2)];
    expect(median(sorted.slice(-third))).toBeGreaterThan(1.3 * median(sorted.slice(0, third)));
  });
});

describe('one phone, one cell', () => {
  const cell = network.cells.findIndex((c) => network.cellRat[c.index] === Rat.LTE);
  const site = network.cellSite[cell];
  const at = (km: number, sample = 1): number => {
    radio.measure(5, cell, network.siteX[site] + km, network.siteY[site], 77, sample, TIME, Causes.NONE);
    return radio.rsrp;
  };

  it('hears the mast less the farther it is, by 26 to 38 dB a decade beyond its near field', () => {
    const levels = [0.1, 0.2, 0.5, 1, 2, 5].map((km) => at(km));
    expect(levels).toEqual(levels.toSorted((a, b) => b - a));
    expect(at(0.5) - at(5)).toBeGreaterThanOrEqual(25);
    expect(at(0.5) - at(5)).toBeLessThanOrEqual(39);
    expect(at(0.05) - at(0.1)).toBeLessThan(at(0.5) - at(1));
  });

  it('measures a spot alike at every visit, within the fading of 2 dB', () => {
    const levels = Array.from({ length: 50 }, (_, k) => at(0.7, k));
    expect(Math.max(...levels) - Math.min(...levels)).toBeLessThanOrEqual(2);
    expect(new Set(levels).size).toBeGreaterThan(1);
  });
});
