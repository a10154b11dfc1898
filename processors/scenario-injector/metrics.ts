import { Counter, Gauge, type Registry } from 'prom-client';
import { deadLetterCounter, TransactionMetrics } from '../../topology/telemetry/shared-metrics.ts';
import type { RejectionReason } from './control/rejection.ts';
import { dueAt, type Clock, type ClockMode } from './clock/clock-policy.ts';

const PROCESSOR = 'scenario-injector';
const REASONS: Readonly<Record<RejectionReason, true>> = {
  NULL_KEY: true, NULL_VALUE: true, TOO_LARGE: true, BAD_MAGIC_BYTE: true, UNKNOWN_SCHEMA: true, MALFORMED_AVRO: true, KEY_MISMATCH: true, INVALID_FIELD: true,
};
const MODES: readonly ClockMode[] = ['BACKFILL', 'LIVE', 'PAUSED', 'ENDED'];

/** What the leader tells Prometheus; a follower's gauges of the clock stand at 0. Scenarios are told by every replica. */
export class InjectorMetrics {
  readonly ticks: Counter;
  readonly controlEvents: Counter<'result'>;
  readonly transactions: TransactionMetrics;
  readonly #deadLetter: (reason: RejectionReason) => void;
  readonly #lead: Gauge;
  #clock: Clock | null = null;

  /**
   * @param now wall time, ms
   * @param scenarios number of scenarios by status, as this replica sees them
   */
  constructor(registry: Registry, now: () => number, scenarios: () => ReadonlyMap<string, number>) {
    const registers = [registry];
    const clock = (): Clock | null => this.#clock;
    this.ticks = new Counter({ name: 'twin_clock_ticks_total', help: 'Ticks committed, counted once for all partitions', registers });
    this.controlEvents = new Counter({
      name: 'twin_control_events_total', help: 'Control events by result: accepted, or rejected to dead_letters', labelNames: ['result'], registers,
    });
    for (const result of ['accepted', 'rejected']) this.controlEvents.inc({ result }, 0);
    this.transactions = new TransactionMetrics(registry, PROCESSOR);
    this.#deadLetter = deadLetterCounter(registry, PROCESSOR, REASONS);
    this.#lead = new Gauge({ name: 'twin_clock_lead_ticks', help: 'Ticks that the slowest generator group has not committed yet', registers });
    new Gauge({
      name: 'twin_clock_leader', help: '1 while this replica keeps the clock', registers,
      collect() { this.set(clock() === null ? 0 : 1); },
    });
    new Gauge({
      name: 'twin_clock_mode', help: '1 for the mode of the clock: BACKFILL, LIVE, PAUSED or ENDED; all 0 on a follower', labelNames: ['mode'], registers,
      collect() { for (const mode of MODES) this.set({ mode }, clock()?.mode === mode ? 1 : 0); },
    });
    new Gauge({
      name: 'twin_clock_speed', help: 'Simulated seconds per second; 0 on a follower', registers,
      collect() { this.set(clock()?.speed ?? 0); },
    });
    new Gauge({
      name: 'twin_clock_event_time_seconds', help: 'Event time up to which ticks were made, since the epoch; 0 on a follower', registers,
      collect() { this.set((clock()?.next ?? 0) / 1_000); },
    });
    // Computed when it is scraped, so that it also grows while the leader hangs.
    new Gauge({
      name: 'twin_clock_lag_seconds', help: 'Event time that is due by the wall clock and not ticked yet; 0 on a follower and while paused', registers,
      collect() { this.set(lagSeconds(clock(), now())); },
    });
    new Gauge({
      name: 'twin_scenarios', help: 'Scenarios by status, as this replica sees them', labelNames: ['status'], registers,
      collect() { for (const [status, count] of scenarios()) this.set({ status }, count); },
    });
  }

  observe(clock: Clock, lead: number): void {
    this.#clock = clock;
    this.#lead.set(lead);
  }

  rejected(reason: RejectionReason): void {
    this.controlEvents.inc({ result: 'rejected' });
    this.#deadLetter(reason);
  }

  follow(): void {
    this.#clock = null;
    this.#lead.set(0);
  }
}

function lagSeconds(clock: Clock | null, wall: number): number {
  if (clock === null || clock.mode === 'PAUSED' || clock.mode === 'ENDED') return 0;
  return Math.max(0, dueAt(clock, wall) - clock.next) / 1_000;
}
