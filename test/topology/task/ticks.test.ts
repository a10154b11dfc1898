import { describe, expect, it } from 'vitest';
import { TickQueue, type TickEntry } from '../../../topology/task/ticks.ts';

const tick = (sequence: number): TickEntry => ({
  offset: sequence * 2, appendedAt: sequence * 1_000, traces: [], key: null, value: null, poison: null,
  tick: {
    partition: 0, sequence, from: sequence * 1_000, to: (sequence + 1) * 1_000, mode: 'LIVE', modelVersion: 1,
    scenarioStateEnd: 0, networkStateEnd: 0, subscriberStateEnds: [],
  },
});

describe('the queue of ticks', () => {
  it('knows from the newest tick whether event time is wall time', () => {
    const queue = new TickQueue(0, 0, () => undefined);
    expect(queue.followsWallClock).toBe(false);
    const at = (sequence: number, appendedAfterMs: number): TickEntry => ({ ...tick(sequence), appendedAt: (sequence + 1) * 1_000 + appendedAfterMs });
    queue.push(at(0, 1_500));
    expect(queue.followsWallClock).toBe(true);
    queue.push(at(1, 3_600_000));
    expect(queue.followsWallClock).toBe(false);
  });

  it('continues from fetch to fetch', () => {
    const queue = new TickQueue(0, 10, () => undefined);
    expect(queue.claim(10, 20)).toBe(10);
    expect(queue.claim(20, 21)).toBe(20);
  });

  it('takes nothing from a fetch that was on its way when the partition was reopened, and never the same twice', () => {
    const queue = new TickQueue(0, 10, () => undefined);
    expect(queue.claim(40, 50)).toBe(-1);
    expect(queue.claim(2, 10)).toBe(-1);
    expect(queue.claim(8, 14)).toBe(10);
    // The reader starts at 10 again after the reopening and brings more than the late fetch did.
    expect(queue.claim(10, 18)).toBe(14);
    expect(queue.claim(18, 19)).toBe(18);
  });

  it('gives entries in order, knows its newest tick, and asks for more when it is half empty', () => {
    let rooms = 0;
    const queue = new TickQueue(0, 0, () => { rooms += 1; });
    for (let sequence = 0; sequence < 600; sequence += 1) queue.push(tick(sequence));
    expect(queue.headTo).toBe(600_000);
    for (let sequence = 0; sequence < 600; sequence += 1) {
      expect(queue.peek()?.tick?.sequence).toBe(sequence);
      queue.take();
      expect(rooms).toBe(queue.size <= 256 ? 1 : 0);
    }
    expect(queue.peek()).toBeUndefined();
    expect(queue.headTo).toBe(600_000);
  });

  it('wakes whoever waits, for a tick or to stop, and lets nobody wait after its end', async () => {
    const queue = new TickQueue(0, 0, () => undefined);
    const arrival = queue.arrival();
    queue.push(tick(0));
    await arrival;
    queue.take();
    const stopped = queue.arrival();
    queue.end();
    await stopped;
    await queue.arrival();
    expect(queue.size).toBe(0);
  });
});
