import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestTwin } from './support.ts';

const PARTITIONS = 3;
const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 2, 8, 0, 0);
let twin: TestTwin;

beforeEach(async () => {
  twin = await TestTwin.create(PARTITIONS);
  await twin.seed(200);
});
afterEach(async () => { await twin.close(); });

/** One tick sequence: the same ticks in each partition, numbered without gaps, each starting where the last ended. */
async function expectOneSequence(start: number, until: number): Promise<number> {
  const partitions = await Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => twin.read('sim_ticks', 'Tick', partition)));
  const [first] = partitions;
  expect(first.map(({ sequence }) => sequence)).toEqual(first.map((_, index) => index));
  expect(first[0].from).toBe(start);
  expect(first.at(-1)!.to).toBeGreaterThanOrEqual(until);
  first.slice(1).forEach((tick, index) => { expect(tick.from).toBe(first[index].to); });
  partitions.forEach((ticks, partition) => {
    expect(ticks).toEqual(first.slice(0, ticks.length).map((tick) => ({ ...tick, partition })));
  });
  return first.length;
}

describe('one leader', () => {
  it('ticks through history, records that it started, stops at `until` and exits cleanly', async () => {
    const until = START + 60 * MINUTE;
    const injector = await twin.startInjector({ CLOCK_START: new Date(START).toISOString(), CLOCK_UNTIL: new Date(until).toISOString() });
    await twin.ticked(until);
    expect(await injector.stop()).toBe(0);
    expect(await expectOneSequence(START, until)).toBe(12);
    const clock = (await twin.read('clock_state', 'ClockState')).at(-1)!;
    expect(clock).toMatchObject({ event_time: until, mode: 'PAUSED', paused_by: 'until', started_at: START, sequence: 11 });
    const elements = await twin.read('network_state', 'NetworkElement');
    expect(elements.at(-1)!.twin).toMatchObject({ seeded: true, started_at: START });
    const [first] = await twin.read('sim_ticks', 'Tick');
    expect(first.network_state_end).toBe(elements.length);
  });
});
