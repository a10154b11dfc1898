import { expect } from 'vitest';
import type { TestTwin } from './support.ts';

/**
 * One tick sequence: the same ticks in each partition, numbered without gaps, each starting where the last ended, naming offsets
 * that never go back. Returns its length.
 */
export async function expectOneSequence(twin: TestTwin, start: number, until: number): Promise<number> {
  const partitions = await Promise.all(Array.from({ length: twin.partitions }, (_, partition) => twin.read('sim_ticks', 'Tick', partition)));
  const [first] = partitions;
  expect(first[0].from).toBe(start);
  expect(first.at(-1)!.to).toBeGreaterThanOrEqual(until);
  first.forEach((tick, index) => {
    expect(tick.sequence).toBe(index);
    expect(tick.to).toBeGreaterThan(tick.from);
    if (index === 0) return;
    const before = first[index - 1];
    expect(tick.from).toBe(before.to);
    expect(tick.scenario_state_end).toBeGreaterThanOrEqual(before.scenario_state_end);
    expect(tick.network_state_end).toBeGreaterThanOrEqual(before.network_state_end);
  });
  partitions.forEach((ticks, partition) => {
    expect(ticks).toEqual(first.map((tick) => ({ ...tick, partition })));
  });
  return first.length;
}
