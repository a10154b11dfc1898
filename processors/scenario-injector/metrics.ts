import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from './clock/clock-policy.ts';
import { dueAt } from './clock/clock-policy.ts';

/** What the leader tells Prometheus. A follower's gauges stand at 0. */
export class InjectorMetrics {
  readonly ticks: Counter;
  readonly controlEvents: Counter<'result'>;
  readonly #leading: Gauge;
  readonly #eventTime: Gauge;
  readonly #behind: Gauge;
  readonly #lead: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.ticks = new Counter({ name: 'twin_clock_ticks_total', help: 'Ticks committed, counted once for all partitions', registers });
    this.controlEvents = new Counter({
      name: 'twin_control_events_total', help: 'Control events by result: accepted, or rejected to dead_letters', labelNames: ['result'], registers,
    });
    this.#leading = new Gauge({ name: 'twin_clock_leader', help: '1 while this replica keeps the clock', registers });
    this.#eventTime = new Gauge({ name: 'twin_clock_event_time_seconds', help: 'Event time up to which ticks were made, seconds since the epoch', registers });
    this.#behind = new Gauge({ name: 'twin_clock_behind_seconds', help: 'Event time that is due but not ticked yet', registers });
    this.#lead = new Gauge({ name: 'twin_clock_lead_ticks', help: 'Ticks that the slowest generator group has not committed yet', registers });
  }

  observe(clock: Clock, lead: number, wall: number): void {
    this.#leading.set(1);
    this.#eventTime.set(clock.next / 1_000);
    this.#behind.set(clock.mode === 'PAUSED' ? 0 : Math.max(0, dueAt(clock, wall) - clock.next) / 1_000);
    this.#lead.set(lead);
  }

  follow(): void {
    this.#leading.set(0);
    this.#behind.set(0);
    this.#lead.set(0);
  }
}
