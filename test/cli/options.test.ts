import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { bound, instant, integer, positive } from '../../cli/options.ts';

describe('option parsers', () => {
  it('read whole numbers within bounds', () => {
    const parse = integer(0, 1_000_000);
    expect(parse('100_000')).toBe(100_000);
    for (const wrong of ['', '1.5', '-1', '1000001', '1e3', 'NaN', '0x10']) expect(() => parse(wrong)).toThrow(InvalidArgumentError);
  });

  it('read bounds, and that there is none', () => {
    expect(bound('340_000_000')).toBe(340_000_000);
    expect(bound('-1')).toBe(-1);
    for (const wrong of ['', '0', '-2', '1.5', '1e400', 'none']) expect(() => bound(wrong)).toThrow(InvalidArgumentError);
  });

  it('read positive numbers', () => {
    expect(positive('0.5')).toBe(0.5);
    for (const wrong of ['', ' ', '0', '-1', 'Infinity', 'fast']) expect(() => positive(wrong)).toThrow(InvalidArgumentError);
  });

  it('read instants, and refuse days that no calendar has', () => {
    expect(instant('2026-03-01T08:00')).toBe(Date.UTC(2026, 2, 1, 8));
    for (const wrong of ['', 'yesterday', '2026-02-30']) expect(() => instant(wrong)).toThrow(InvalidArgumentError);
  });
});
