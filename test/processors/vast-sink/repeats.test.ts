import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RepeatWindow } from '../../../processors/vast-sink/intake/repeats.ts';

const seen = (window: RepeatWindow, id: string): boolean => {
  const bytes = Buffer.from(`..${id}.`);
  return window.seen(bytes, 2, bytes.length - 1);
};

test('an id is new once, and known for as long as the window is', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.string({ maxLength: 40 }), { minLength: 1, maxLength: 60 }), fc.integer({ min: 60, max: 100 }), (ids, size) => {
    const window = new RepeatWindow(size);
    for (const id of ids) expect(seen(window, id)).toBe(false);
    for (const id of ids) expect(seen(window, id)).toBe(true);
  }));
});

test('the last ids are known whatever came before, and memory does not grow with them', () => {
  const window = new RepeatWindow(1_000);
  for (let i = 0; i < 20_000; i += 1) expect(seen(window, `c${i.toString(36)}-${i}`)).toBe(false);
  for (let i = 19_000; i < 20_000; i += 1) expect(seen(window, `c${i.toString(36)}-${i}`)).toBe(true);
  expect(seen(window, 'c0-0')).toBe(false);
});
