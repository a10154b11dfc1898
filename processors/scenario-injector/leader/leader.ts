import type { Logger } from 'pino';
import {
  LogWriter, type Admin, type Cluster, type CommittedOffset, type GroupIdentity, type LogError, type OffsetRange,
} from '../../../topology/log/index.ts';
import type { Traced } from '../../../topology/telemetry/spans.ts';
import { MODEL_VERSION, type TwinConfig } from '../../../twin/config.ts';
import { ScenarioError } from '../../../twin/scenarios/index.ts';
import { clockCommand, CLOCK_KIND, obey } from '../control/clock-command.ts';
import { ControlFeed, controlItems, type ControlItem } from '../control/control-feed.ts';
import type { ControlDecoder } from '../control/decode.ts';
import { Rejection } from '../control/rejection.ts';
import { validateControlEvent } from '../control/validate.ts';
import { nextStep, type Step } from '../clock/clock-policy.ts';
import { clockRecord, type ClockHead } from '../clock/clock-record.ts';
import { Progress } from '../clock/progress.ts';
import { revise, type Resolve } from '../state/revise.ts';
import type { Inventory } from '../state/inventory.ts';
import type { InjectorSettings } from '../settings.ts';
import type { InjectorMetrics } from '../metrics.ts';
import { Decisions } from './decisions.ts';
import { HeldAppends } from './held-appends.ts';
import { restore, type DecidedStep, type Restored } from './restored.ts';
import { StepRecords, type StepTarget } from './step-records.ts';
import { StepTraces } from './step-traces.ts';

/** Control events taken into one transaction at most. */
const MAX_CONTROL_ITEMS = 200;
/** How often a clock that waits for the generators asks how far they are, and the longest that it sleeps otherwise; wall ms. */
const LEAD_POLL_MS = 100;
const LONGEST_SLEEP_MS = 1_000;
/** The broker aborts what a vanished leader left open after this long, at the latest; usually the next leader does. */
const TRANSACTION_TIMEOUT_MS = 15_000;

/** What the twin is, as the leader needs it. */
export interface LeaderTwin {
  readonly config: TwinConfig;
  readonly inventory: Inventory;
  readonly resolve: Resolve;
  /** Writes into the twin's record that its clock has started, with the first tick. */
  readonly started: (at: number) => Parameters<StepRecords['twin']>[0];
}

export interface LeaderOptions extends Omit<StepTarget, 'maxValueBytes'> {
  readonly cluster: Cluster;
  readonly admin: Admin;
  readonly decoder: ControlDecoder;
  readonly twin: LeaderTwin;
  readonly settings: InjectorSettings;
  /** Name of this replica, in `clock_state`. */
  readonly instance: string;
  /** Proof of owning the control topic, current at the time of the call. */
  readonly identity: () => GroupIdentity;
  /** For brokers without transactions: what speaks against being the owner, and commits in its name. */
  readonly doubt: () => LogError | null;
  readonly commitOffsets: (offsets: readonly CommittedOffset[]) => Promise<void>;
  readonly logger: Logger;
  readonly metrics: InjectorMetrics;
  readonly now: () => number;
}

/** A tick that is due. */
interface DueTick {
  readonly from: number;
  readonly to: number;
  readonly mode: 'LIVE' | 'BACKFILL';
}

/** How a leader without transactions writes a step: kept back, decided, done. */
interface Deciding {
  readonly held: HeldAppends;
  readonly decisions: Decisions;
}

/**
 * The one writer of ticks, clock, scenario state and state changes, from InitProducerId to the first failure: thrown away whole
 * then, because memory is only true while every transaction has committed. One loop owns all of it. Where the brokers have no transactions a step is
 * decided by a record of `clock_state` first, then done, and done again by the next leader if it is the last (`Step`).
 */
export class Leader {
  readonly #options: LeaderOptions;
  readonly #writer: LogWriter;
  readonly #records: StepRecords;
  readonly #feed: ControlFeed;
  readonly #progress: Progress;
  readonly #restored: Restored;
  readonly #traces: StepTraces;
  /** Null where a transaction decides. */
  readonly #deciding: Deciding | null;
  /** Event time before which all beginnings and ends are written: the end of the last tick. */
  #turnedTo: number;
  #stopping = false;

  private constructor(options: LeaderOptions, writer: LogWriter, restored: Restored, progress: Progress) {
    const { cluster, names, decoder, twin } = options;
    const { maxValueBytes, transactions } = cluster.profile;
    this.#options = options;
    this.#writer = writer;
    this.#restored = restored;
    this.#progress = progress;
    this.#turnedTo = restored.head.clock.next;
    this.#deciding = transactions ? null : {
      held: new HeldAppends(writer),
      decisions: new Decisions(cluster, writer, names.topic('clock_state'), { number: restored.redo?.step.number ?? 0, end: restored.clockEnd }),
    };
    this.#records = new StepRecords(this.#deciding?.held ?? writer, { ...options, maxValueBytes }, twin.inventory);
    this.#feed = new ControlFeed(cluster, names.topic('scenario_events'), (restored.redo?.after ?? restored.head).controlOffset, decoder);
    this.#traces = new StepTraces(names);
  }

  /** Fences the former leader, then reads where it stopped: the reverse would miss its last transaction. */
  static async open(options: LeaderOptions): Promise<Leader> {
    const { cluster, admin, names, partitions, settings, now } = options;
    const writer = await LogWriter.open(cluster, {
      ...(cluster.profile.transactions
        ? { transactionalId: names.transactionalId('scenario-injector', 0), transactionTimeoutMs: TRANSACTION_TIMEOUT_MS }
        : { doubt: options.doubt }),
    });
    try {
      const restored = await restore(cluster, names, partitions, settings, now());
      const progress = await Progress.load(cluster, admin, names, settings.groups, partitions);
      return new Leader(options, writer, restored, progress);
    } catch (error) {
      await writer.close();
      throw error;
    }
  }

  /** Runs until `stop`; rejects with the first error of a transaction or a read. Closes what it opened. */
  async run(): Promise<void> {
    const { redo, table } = this.#restored;
    const head = redo?.after ?? this.#restored.head;
    this.#options.logger.info(
      { eventTime: new Date(head.clock.next).toISOString(), sequence: head.sequence, mode: head.clock.mode, scenarios: table.size },
      'leading: the clock goes on',
    );
    try {
      if (redo !== null) await this.#redo(redo);
      while (!this.#stopping) await this.#turn();
    } catch (error) {
      this.#traces.end(error);
      throw error;
    } finally {
      await Promise.all([this.#writer.close(), this.#feed.close()]);
    }
  }

  /** Ends `run` after the transaction in hand. */
  stop(): void {
    this.#stopping = true;
  }

  /** One round of the loop: a transaction, or a sleep. */
  async #turn(): Promise<void> {
    const { settings, now, metrics } = this.#options;
    const controlFrom = this.#restored.head.controlOffset;
    const { items, offset } = this.#feed.take(MAX_CONTROL_ITEMS);
    const lead = await this.#progress.lead();
    this.#controlAll(items);
    this.#restored.head = { ...this.#restored.head, controlOffset: offset };

    const before = this.#restored.head.clock;
    const step = nextStep(settings.policy, before, now(), lead, (time) => this.#restored.table.boundaryAfter(time));
    this.#restored.head = { ...this.#restored.head, clock: step.clock };
    metrics.observe(step.clock, lead);
    if (step.type === 'tick' || items.length > 0 || step.clock.mode !== before.mode) {
      const tick = step.type === 'tick' ? { from: step.from, to: step.to, mode: step.clock.mode === 'LIVE' ? 'LIVE' as const : 'BACKFILL' as const } : null;
      await this.#commit(tick, before.next, controlFrom);
      return;
    }
    await this.#feed.arrival(this.#sleepMs(step));
  }

  #sleepMs(step: Step & { type: 'wait' }): number {
    if (step.reason === 'lead') return LEAD_POLL_MS;
    if (step.wakeAt === null) return LONGEST_SLEEP_MS;
    return Math.max(1, Math.min(LONGEST_SLEEP_MS, step.wakeAt - this.#options.now()));
  }

  #controlAll(items: readonly ControlItem[]): void {
    for (const item of items) {
      const span = this.#traces.control(item);
      span.run(() => { this.#control(item, this.#options.now(), span); });
    }
  }

  /** Validates a control event once and for all: its consequences go into the open transaction. */
  #control(item: ControlItem, wall: number, span: Traced): void {
    const { logger, metrics, settings } = this.#options;
    try {
      if ('rejection' in item) throw item.rejection;
      const { event } = item;
      validateControlEvent(event);
      if (event.kind === CLOCK_KIND) {
        const command = clockCommand(event);
        this.#restored.head = obey(settings.policy, this.#restored.head, command, event.issuedBy, wall);
        logger.info({ ...command, issuedBy: event.issuedBy }, 'clock command');
      } else {
        const phases = revise(this.#restored.table, event, this.#restored.head.clock.next, this.#options.twin.resolve);
        for (const phase of phases) this.#records.requireFits(phase);
        for (const phase of phases) {
          const traced = { ...phase, trace: StepTraces.phaseContext(span, event.scenarioId) };
          this.#restored.table.put(traced);
          this.#records.phase(traced, wall);
        }
        logger.info({ scenarioId: event.scenarioId, kind: event.kind, action: event.action }, 'control event accepted');
      }
      metrics.controlEvents.inc({ result: 'accepted' });
    } catch (error) {
      const rejection = asRejection(error);
      this.#records.deadLetter(item.record, rejection, wall);
      metrics.rejected(rejection.reason);
      span.set({ 'telco.rejection': rejection.reason });
      logger.warn({ reason: rejection.reason, field: rejection.field, offset: item.record.offset }, `control event refused: ${rejection.message}`);
    }
  }

  /**
   * Commits what the control events left, and a tick if one is due: state changes first, flushed, so that the tick can name the
   * offsets behind them; ticks, clock and consumed offset follow in the same transaction. Without transactions the clock comes first.
   * @param eventTimeBefore the clock's, and from which offset on control events were taken into this step
   */
  async #commit(tick: DueTick | null, eventTimeBefore: number, controlFrom: number): Promise<void> {
    const { now, metrics } = this.#options;
    const wall = now();
    const began = performance.now();
    if (this.#deciding !== null) {
      const { head, ends } = this.#restored;
      const { key, value } = this.#records.clockEntry(this.#clockRecord(tick === null ? head : { ...head, sequence: head.sequence + 1 }, wall));
      await this.#deciding.decisions.decide({ eventTimeBefore, tickFrom: tick?.from ?? null, controlFrom, scenarioStateEnd: ends.scenarioState }, wall, key, value);
      this.#deciding.held.release();
    }
    const ranges = await this.#write(tick, wall);
    this.#traces.end();
    metrics.transactions.committed((performance.now() - began) / 1_000);
    if (tick === null) return;
    this.#progress.ticked(ranges, tick.from);
    metrics.ticks.inc();
  }

  /** Does the last step on the log again: whoever decided it may have died in the middle, and what is there twice is the same. */
  async #redo({ step, after }: DecidedStep): Promise<void> {
    const { cluster, names, decoder, now } = this.#options;
    const items = await controlItems(cluster, names.topic('scenario_events'), step.controlFrom, after.controlOffset, decoder, () => this.#stopping);
    if (items === null) return;
    this.#controlAll(items);
    this.#restored.head = { ...this.#restored.head, controlOffset: after.controlOffset };
    this.#deciding?.held.release();
    const tick: DueTick | null = step.tickFrom === null ? null
      : { from: step.tickFrom, to: after.clock.next, mode: after.clock.mode === 'LIVE' ? 'LIVE' : 'BACKFILL' };
    const ranges = await this.#write(tick, now());
    this.#traces.end();
    this.#restored.head = after;
    if (tick !== null) this.#progress.ticked(ranges, tick.from);
  }

  /** @returns where the ticks are on the log */
  async #write(tick: DueTick | null, wall: number): Promise<readonly OffsetRange[]> {
    const { identity, commitOffsets, names } = this.#options;
    if (tick === null) this.#restored.ends.advance(await this.#writer.flush());
    else await this.#writeTicks(tick, wall);
    const { head } = this.#restored;
    const offsets = [{ topic: names.topic('scenario_events'), partition: 0, offset: head.controlOffset }];
    if (this.#deciding === null) {
      this.#records.clock(this.#clockRecord(head, wall));
      await this.#writer.sendOffsets(identity(), offsets);
      return this.#writer.commit();
    }
    const ranges = await this.#writer.flush();
    await commitOffsets(offsets);
    this.#deciding.held.hold();
    return ranges;
  }

  #clockRecord(head: ClockHead, wall: number): ReturnType<typeof clockRecord> {
    return clockRecord(head, this.#options.settings.policy.until, wall, this.#options.instance);
  }

  async #writeTicks(due: DueTick, wall: number): Promise<void> {
    const { table, state, ends } = this.#restored;
    const { sequence, startedAt } = this.#restored.head;
    // After a skipped gap more than the beginnings and ends at `from` itself are due.
    const turns = table.turns(this.#turnedTo, due.from);
    for (const version of state.advance(turns)) this.#records.version(version, wall);
    for (const turn of turns) this.#records.causes(turn);
    if (sequence === 0) this.#records.twin(this.#options.twin.started(startedAt), wall);
    ends.advance(await this.#writer.flush());
    this.#turnedTo = due.to;
    this.#restored.head = { ...this.#restored.head, sequence: sequence + 1 };
    const tick = {
      sequence,
      from: due.from,
      to: due.to,
      mode: due.mode,
      model_version: MODEL_VERSION,
      scenario_state_end: ends.scenarioState,
      network_state_end: ends.networkState,
      subscriber_state_ends: [...ends.subscriberState],
    } satisfies Omit<Parameters<StepRecords['tick']>[0], 'partition'>;
    const traces = turns.length === 0 ? undefined : this.#traces.tick(turns, sequence, due.from);
    for (let partition = 0; partition < this.#options.partitions; partition++) this.#records.tick({ ...tick, partition }, wall, traces);
  }
}

function asRejection(error: unknown): Rejection {
  if (error instanceof Rejection) return error;
  if (error instanceof ScenarioError) return new Rejection('INVALID_FIELD', error.message, error.field);
  throw error;
}
