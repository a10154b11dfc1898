import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectOneSequence } from './sequence.ts';
import { eventually, TestTwin, TickGroup } from './support.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 2, 8, 0, 0);
let twin: TestTwin;

beforeEach(async () => {
  twin = await TestTwin.create(3);
  await twin.seed(200);
});
afterEach(async () => { await twin.close(); });

describe('one leader', { timeout: 180_000 }, () => {
  it('ticks through history, records that it started, stops at `until` and exits cleanly', async () => {
    const until = START + 60 * MINUTE;
    const injector = await twin.startInjector({ CLOCK_START: new Date(START).toISOString(), CLOCK_UNTIL: new Date(until).toISOString() });
    await twin.ticked(until);
    expect(await injector.stop()).toBe(0);
    expect(await expectOneSequence(twin, START, until)).toBe(12);
    const clock = (await twin.read('clock_state', 'ClockState')).at(-1)!;
    expect(clock).toMatchObject({ event_time: until, mode: 'PAUSED', paused_by: 'until', started_at: START, sequence: 11 });
    const elements = await twin.read('network_state', 'NetworkElement');
    expect(elements.at(-1)!.twin).toMatchObject({ seeded: true, started_at: START });
    const [first] = await twin.read('sim_ticks', 'Tick');
    expect(first.network_state_end).toBe(elements.length);
  });

  it('stays at most K ticks ahead of the slowest group, and goes live when all have caught up', async () => {
    const processor = 'cdr-generator';
    const group = await TickGroup.join(twin, processor);
    const injector = await twin.startInjector({
      CLOCK_START: new Date(Date.now() - 60 * MINUTE).toISOString(), CLOCK_GROUPS: processor, CLOCK_MAX_LEAD_TICKS: '4',
    });
    const ticks = async (): Promise<number> => (await twin.read('sim_ticks', 'Tick')).length;
    await eventually(async () => (await ticks()) === 4);
    await expect.poll(async () => (await fetch(`${injector.url}/api/v1/clock`)).json(), { timeout: 30_000 })
      .toMatchObject({ mode: 'BACKFILL', groups: [{ group: processor, lag_ticks: 4 }] });
    expect(await ticks()).toBe(4);
    await group.commit(3);
    await eventually(async () => (await ticks()) === 7);
    await eventually(async () => {
      await group.commit(await ticks());
      return (await twin.read('sim_ticks', 'Tick')).at(-1)?.mode === 'LIVE';
    });
    await group.leave();
    expect(await injector.stop()).toBe(0);
    const modes = (await twin.read('sim_ticks', 'Tick')).map(({ mode }) => mode);
    expect(modes.lastIndexOf('BACKFILL')).toBeLessThan(modes.indexOf('LIVE'));
  });
});
