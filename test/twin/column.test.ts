import { describe, expect, it } from 'vitest';
import { lengthAfter, lengthened } from '../../twin/column.ts';

describe('columns', () => {
  it('grow with what they hold, zeros behind it, and give the shorter one back', () => {
    const short = Int32Array.of(1, -2, 3);
    const long = lengthened(short, 6);
    expect(long).toEqual(Int32Array.of(1, -2, 3, 0, 0, 0));
    expect(short).toHaveLength(0);
  });

  it('keep their kind of number', () => {
    expect(lengthened(Uint16Array.of(65_535), 2)).toEqual(Uint16Array.of(65_535, 0));
    expect(lengthened(Uint8Array.of(255), 1)).toEqual(Uint8Array.of(255));
  });

  it('grow at least by one', () => {
    for (let length = 1; length < 20; length++) expect(lengthAfter(length)).toBeGreaterThan(length);
  });
});
