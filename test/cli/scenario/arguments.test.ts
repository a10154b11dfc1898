import { describe, expect, it } from 'vitest';
import { duration, durationText, intensity, target } from '../../../cli/scenario/arguments.ts';

describe('arguments of a scenario', () => {
  it('read durations, and write them back', () => {
    expect(['90s', '30m', '2h', '1.5d', '36500d'].map(duration)).toEqual([90_000, 1_800_000, 7_200_000, 129_600_000, 3_153_600_000_000]);
    expect([90_000, 1_800_000, 7_200_000, 172_800_000].map(durationText)).toEqual(['90s', '30m', '2h', '2d']);
    for (const wrong of ['', '0s', '5', '-1h', '1w']) expect(() => duration(wrong)).toThrow('such as 90s');
    expect(() => duration('1000000000000d')).toThrow('at most 36500d');
  });

  it('read targets, and miss what one aims at', () => {
    expect(target('cell:1, 2,')).toEqual({ type: 'CELL', ids: ['1', '2'] });
    expect(target('fraction:0.01')).toEqual({ type: 'FRACTION', fraction: 0.01 });
    expect(() => target('cell:,')).toThrow('It names no cell');
    expect(() => target('moon:1')).toThrow('It must be type:ids');
  });

  it('read intensities', () => {
    expect(intensity('0.5')).toBe(0.5);
    for (const wrong of ['', '0', '1.1', '-1', 'strong']) expect(() => intensity(wrong)).toThrow('above 0 and at most 1');
  });
});
