import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Calendar } from '../../../../processors/generator/calendar/calendar.ts';
import { MINUTE } from '../../../../twin/config.ts';

const BASE = Math.floor(Date.parse('2026-03-02T10:00Z') / MINUTE) * MINUTE;
const SPAN = 5 * MINUTE;
const SCHEMA = 0x01020304;

interface Item { readonly time: number; readonly entity: number; readonly order: number; readonly size: number }

function file(calendar: Calendar, { time, entity, order, size }: Item): void {
  calendar.file(time, entity, order, (slab) => {
    slab.ensure(size);
    slab.bytes.fill(order % 251, slab.position, slab.position + size);
    slab.position += size;
  });
}

/** Takes everything up to `to`, cut at the given times and at minutes. */
function takeAll(calendar: Calendar, cuts: readonly number[], to = BASE + SPAN): { time: number; entity: number; body: number[] }[] {
  const taken: { time: number; entity: number; body: number[] }[] = [];
  const minutes = Array.from({ length: SPAN / MINUTE + 1 }, (_, m) => BASE + m * MINUTE);
  const edges = [...new Set([...cuts, ...minutes])].filter((edge) => edge <= to).sort((a, b) => a - b);
  for (let k = 0; k + 1 < edges.length; k++) {
    calendar.take(edges[k], edges[k + 1], (time, entity, bytes, start, end) => {
      expect(time >= edges[k] && time < edges[k + 1]).toBe(true);
      expect([...bytes.subarray(start, start + 5)]).toEqual([0, 1, 2, 3, 4]);
      taken.push({ time, entity, body: [...bytes.subarray(start + 5, end)] });
    });
  }
  return taken;
}

const items = fc.uniqueArray(
  fc.record({
    // Few distinct times and entities, so that ties are common.
    time: fc.oneof(fc.integer({ min: 0, max: SPAN - 1 }), fc.integer({ min: 0, max: 9 }).map((k) => k * 31_000)).map((t) => BASE + Math.min(t, SPAN - 1)),
    entity: fc.integer({ min: -3, max: 3 }),
    order: fc.integer({ min: 0, max: 2 ** 40 }),
    size: fc.integer({ min: 0, max: 40 }),
  }),
  { maxLength: 150, selector: ({ time, entity, order }) => `${time} ${entity} ${order}` },
);
const cutTimes = fc.array(fc.integer({ min: 1, max: SPAN - 1 }).map((t) => BASE + t), { maxLength: 20 });

function inOrder(list: readonly Item[]): { time: number; entity: number; body: number[] }[] {
  return list
    .toSorted((a, b) => a.time - b.time || a.entity - b.entity || a.order - b.order)
    .map(({ time, entity, order, size }) => ({ time, entity, body: Array.from({ length: size }, () => order % 251) }));
}

describe('the calendar', () => {
  it('hands out records by (time, entity, order), whatever the order of filing and however time is cut', () => {
    fc.assert(fc.property(items, cutTimes, (list, cuts) => {
      const calendar = new Calendar(SCHEMA);
      for (const item of list) file(calendar, item);
      expect(takeAll(calendar, cuts)).toEqual(inOrder(list));
    }), { seed: 4, numRuns: 120 });
  });

  it('takes records for later while earlier ones are handed out', () => {
    fc.assert(fc.property(items, cutTimes, (list, cuts) => {
      const calendar = new Calendar(SCHEMA);
      const edges = [...new Set([BASE, ...cuts, ...Array.from({ length: 6 }, (_, m) => BASE + m * MINUTE)])].sort((a, b) => a - b);
      const taken: { time: number; entity: number; body: number[] }[] = [];
      for (let k = 0; k + 1 < edges.length; k++) {
        // What becomes due in this stretch is filed just before it; half of the rest long before.
        for (const item of list) {
          const early = item.order % 2 === 0;
          if (early ? k === 0 : item.time >= edges[k] && item.time < edges[k + 1]) file(calendar, item);
        }
        calendar.take(edges[k], edges[k + 1], (time, entity, bytes, start, end) => taken.push({ time, entity, body: [...bytes.subarray(start + 5, end)] }));
      }
      expect(taken).toEqual(inOrder(list));
    }), { seed: 5, numRuns: 120 });
  });

  it('forgets everything when cleared, and starts over anywhere', () => {
    fc.assert(fc.property(items, items, cutTimes, (old, list, cuts) => {
      const calendar = new Calendar(SCHEMA);
      for (const item of old) file(calendar, item);
      takeAll(calendar, [], BASE + 2 * MINUTE);
      calendar.clear();
      for (const item of list) file(calendar, item);
      expect(takeAll(calendar, cuts)).toEqual(inOrder(list));
    }), { seed: 6, numRuns: 60 });
  });

  it('keeps large minutes whole', () => {
    const calendar = new Calendar(SCHEMA);
    const list = Array.from({ length: 5_000 }, (_, k): Item => ({ time: BASE + ((k * 7919) % MINUTE), entity: k % 97, order: k, size: 20 }));
    for (const item of list) file(calendar, item);
    expect(takeAll(calendar, [BASE + 17])).toEqual(inOrder(list));
  });
});
