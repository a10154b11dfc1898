import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { newClock, pause, setSpeed, type Clock } from '../../../processors/scenario-injector/clock/clock-policy.ts';
import { InjectorMetrics } from '../../../processors/scenario-injector/metrics.ts';

const T0 = Date.UTC(2026, 2, 2, 8, 0, 0);
const HOUR = 3_600_000;
const live = (next: number): Clock => ({ ...newClock(next, 1, next), mode: 'LIVE' });

/** The clock's lag as Prometheus sees it when a clock was last heard of at T0. */
async function lag(clock: Clock, wall: number): Promise<number | undefined> {
  const registry = new Registry();
  new InjectorMetrics(registry, () => wall, () => new Map()).observe(clock, 0);
  return (await registry.getMetricsAsJSON()).find(({ name }) => name === 'twin_clock_lag_seconds')?.values[0].value;
}

it('tells a lag that grows while a leader hangs or waits, whatever the speed', async () => {
  expect(await lag(live(T0), T0)).toBe(0);
  expect(await lag(live(T0), T0 + HOUR)).toBe(3_600);
  expect(await lag(setSpeed(live(T0), 60, T0), T0 + HOUR)).toBe(60 * 3_600);
  expect(await lag(newClock(T0 - HOUR, 1, T0), T0)).toBe(3_600);
});

it('tells none while nothing is due: paused, or at speed 1 after running ahead of the wall clock', async () => {
  expect(await lag(pause(live(T0)), T0 + HOUR)).toBe(0);
  expect(await lag(setSpeed(live(T0 + 59 * HOUR), 1, T0), T0 + HOUR)).toBe(0);
});
