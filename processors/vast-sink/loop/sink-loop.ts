import type { Logger } from 'pino';
import {
  IllegalGenerationError, LogReader, RetriableError as LogRetriableError, within, type Cluster, type CommittedOffset, type FetchedPartition,
  type TopicPartition,
} from '../../../topology/log/index.ts';
import type { Intake, Source } from '../intake/intake.ts';
import { BufferPool, Stage, type Cargo } from '../landing/cargo.ts';
import { land, type LandingEnvironment, type Outcome } from '../landing/landing.ts';
import type { SinkGauges } from '../metrics.ts';
import { placeOf } from '../places.ts';
import type { SinkSettings } from '../settings.ts';
import { announcement } from './claims.ts';
import type { GroupEvent } from './ownership.ts';
import { Unclaimed, type UnclaimedEnvironment } from './unclaimed.ts';
import { Wake } from './wake.ts';

export interface LoopEnvironment extends UnclaimedEnvironment, Omit<LandingEnvironment, 'announce'> {
  readonly cluster: Cluster;
  readonly intake: Intake;
  readonly settings: SinkSettings;
  readonly logger: Logger;
}

/** A transaction under way. */
interface Landing {
  readonly cargo: Cargo;
  readonly giveUp: AbortController;
  readonly result: Promise<Outcome>;
  outcome: Outcome | null;
}

const POLL_MS = 100;
/** Offsets that move without rows (commit markers, aborted records) are written this often. */
const IDLE_MOVE_MS = 10_000;
const FETCH = { maxBytes: 4 << 20, maxPartitionBytes: 1 << 20, maxBufferedBytes: 4 << 20, maxWaitMs: 100 };

/**
 * The sink's one thread of work: takes what the group says, claims, reads, stages, and has one transaction under way while the next
 * gathers. Everything in memory is either below a claim's ledger offset once it commits, or thrown away and read again.
 */
export class SinkLoop {
  readonly #environment: LoopEnvironment;
  readonly #landingEnvironment: LandingEnvironment;
  readonly #reader: LogReader;
  readonly #pool = new BufferPool();
  readonly #wake = new Wake();
  readonly #events: GroupEvent[] = [];
  readonly #unclaimed: Unclaimed;
  readonly #sources = new Map<string, Source>();
  #fetched: FetchedPartition[] = [];
  #stage: Stage;
  #landing: Landing | null = null;
  #restartReason: string | null = null;
  #lastDispatch = performance.now();
  #stopping = false;
  #ended = false;
  /** What has landed, by place: for the gauges. */
  readonly #landed = new Map<string, number>();

  constructor(environment: LoopEnvironment) {
    this.#environment = environment;
    this.#unclaimed = new Unclaimed(environment);
    this.#landingEnvironment = { ...environment, announce: (txid, moves) => this.#tellGroup(moves.map((move) => announcement(txid, move))) };
    const { settings, logger } = environment;
    this.#stage = new Stage(this.#pool, settings.batchBytes);
    this.#reader = new LogReader(environment.cluster, {
      isolation: settings.repeatWindow > 0 ? 'read_uncommitted' : 'read_committed', ...FETCH,
      onRetry: (error) => logger.debug({ err: error }, 'fetching again'),
    });
  }

  enqueue(event: GroupEvent): void {
    // A loop that has ended works on nothing, so everything can be given up.
    if (this.#ended && event.kind === 'revoking') event.done();
    else this.#events.push(event);
    if (event.kind === 'revoking') this.#unclaimed.interrupt();
    this.#wake.notify();
  }

  /** Ends `run` once what is under way has landed. */
  stop(): void {
    this.#stopping = true;
    this.#unclaimed.interrupt();
    this.#wake.notify();
  }

  gauges(): SinkGauges {
    const since = Math.min(this.#rowsSince, this.#unclaimed.since);
    const lagRecords = [...this.#sources.values()].reduce((sum, source) => sum + this.#lagOf(source), this.#unclaimed.lagRecords);
    return { lagSeconds: since === Infinity ? 0 : (performance.now() - since) / 1_000, lagRecords };
  }

  /** Since when the oldest row in memory waits; Infinity while there is none. */
  get #rowsSince(): number {
    return Math.min(this.#stage.since, this.#landing?.cargo.since ?? Infinity);
  }

  #lagOf({ claim, landFrom }: Source): number {
    return Math.max(0, this.#reader.highWatermark(claim.topic, claim.partition) - (this.#landed.get(placeOf(claim)) ?? landFrom));
  }

  /** @throws what no further attempt can help */
  async run(): Promise<void> {
    try {
      while (!this.#stopping) {
        await this.#takeEvents();
        await this.#settle();
        if (this.#restartReason !== null) await this.#restart();
        if (this.#mayClaim()) await this.#claim();
        this.#dispatchIfDue();
        await this.#fill();
      }
      await this.#flush();
    } finally {
      this.#ended = true;
      this.#landing?.giveUp.abort();
      for (const event of this.#events.splice(0)) if (event.kind === 'revoking') event.done();
      await this.#reader.close();
    }
  }

  async #takeEvents(): Promise<void> {
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
      switch (event.kind) {
        case 'assigned':
          this.#unclaimed.add(event.partitions.map((partition) => ({ ...partition, since: performance.now(), lagRecords: 0 })));
          break;
        case 'lost':
          // What is under way may still commit, unless their new owner has claimed them: then the ledger refuses.
          if (event.partitions.some((partition) => this.#sources.has(placeOf(partition)))) this.#restartReason ??= 'partitions were lost';
          this.#forget(event.partitions);
          break;
        case 'revoking':
          await this.#giveUp(event.partitions);
          event.done();
          break;
      }
    }
  }

  /** Lands what is in memory, the partitions' rows among it, or else leaves it to their next owner. */
  async #giveUp(partitions: readonly TopicPartition[]): Promise<void> {
    const isRead = partitions.some((partition) => this.#sources.has(placeOf(partition)));
    this.#forget(partitions);
    if (!isRead || this.#restartReason !== null) return;
    if (!(await this.#flush())) this.#restartReason ??= 'partitions were given up before their rows had landed';
  }

  #forget(partitions: readonly TopicPartition[]): void {
    const places = new Set(partitions.map(placeOf));
    this.#unclaimed.remove(places);
    this.#reader.unassign(partitions);
    this.#fetched = this.#fetched.filter((fetched) => !places.has(placeOf(fetched)));
    for (const place of places) {
      this.#sources.delete(place);
      this.#landed.delete(place);
    }
  }

  /** Lands everything in memory. False when that does not succeed in the time for it. */
  async #flush(): Promise<boolean> {
    const deadline = performance.now() + this.#environment.settings.drainMs;
    while (this.#restartReason === null) {
      if (this.#landing !== null) {
        await within(Math.max(0, deadline - performance.now()), this.#landing.result.catch(() => undefined));
        if (this.#landing.outcome === null) return false;
        await this.#settle();
      } else if (this.#stage.hasMoved) this.#dispatch();
      else return true;
    }
    return false;
  }

  /** Takes note of a transaction that has ended. @throws what ended it for good */
  async #settle(): Promise<void> {
    const landing = this.#landing;
    if (landing === null || landing.outcome === null) return;
    this.#landing = null;
    const outcome = await landing.result;
    if (outcome === 'missing') {
      this.#unclaimed.tableIsMissing();
      this.#restartReason ??= 'a table or a column is missing';
      return;
    }
    if (outcome !== 'landed') {
      this.#restartReason ??= 'a transaction ended in an unknown state, or its partitions have another owner';
      return;
    }
    this.#unclaimed.landed();
    const moves = landing.cargo.moves.filter(({ claim }) => this.#sources.get(placeOf(claim))?.claim === claim);
    for (const { claim, nextOffset } of moves) this.#landed.set(placeOf(claim), nextOffset);
    void this.#tellGroup(moves.map(({ claim: { topic, partition }, nextOffset }) => ({ topic, partition, offset: nextOffset })));
  }

  /** The group's offsets are a copy of the ledger's, so that Kafka's own tools show lag. */
  async #tellGroup(offsets: readonly CommittedOffset[]): Promise<void> {
    const { member, logger } = this.#environment;
    if (offsets.length === 0) return;
    await member.commitOffsets(offsets).catch((error: unknown) => logger.debug({ err: error }, 'the group did not take offsets; the ledger has them'));
  }

  /** Throws away what is in memory and claims anew: the ledger says what has landed, and whoever still works on it is fenced. */
  async #restart(): Promise<void> {
    const { member, logger } = this.#environment;
    logger.warn({ reason: this.#restartReason }, 'reading again from what has landed');
    // Rows that are read again have waited since they were read first.
    const since = Math.min(this.#rowsSince, performance.now());
    this.#landing?.giveUp.abort();
    this.#landing?.result.catch(() => undefined);
    this.#landing = null;
    this.#stage.drop();
    this.#stage = this.#newStage();
    const owned = [...this.#sources.values()].map((source) => ({ topic: source.claim.topic, partition: source.claim.partition, since, lagRecords: this.#lagOf(source) }));
    this.#forget(owned);
    this.#unclaimed.add(owned);
    this.#restartReason = null;
    try {
      // A member that was thrown out without noticing must not fence those who took over.
      await member.heartbeatNow();
      this.#unclaimed.keep(new Set(member.assignment.map(placeOf)));
    } catch (error) {
      if (error instanceof IllegalGenerationError) this.#unclaimed.keep(new Set());
      else if (!(error instanceof LogRetriableError)) throw error;
      else this.#restartReason = 'the group coordinator did not answer';
    }
  }

  /** Not before the coordinator has confirmed what is owned, and not while somebody waits who would only interrupt it. */
  #mayClaim(): boolean {
    const isAwaited = this.#stopping || this.#events.some(({ kind }) => kind === 'revoking');
    return this.#restartReason === null && !isAwaited && this.#unclaimed.isDue;
  }

  async #claim(): Promise<void> {
    const sources = await this.#unclaimed.claim();
    for (const source of sources) this.#sources.set(placeOf(source.claim), source);
    this.#reader.assign(sources.map(({ claim: { topic, partition }, position }) => ({ topic, partition, offset: position })));
  }

  #dispatchIfDue(): void {
    if (this.#landing !== null || this.#restartReason !== null || !this.#stage.hasMoved) return;
    const { maxDelayMs } = this.#environment.settings;
    const now = performance.now();
    const isDue = now - this.#stage.since >= maxDelayMs || now - this.#lastDispatch >= IDLE_MOVE_MS || this.#isFull();
    if (isDue) this.#dispatch();
  }

  #isFull(): boolean {
    const { transactionBytes, transactionRows } = this.#environment.settings;
    return this.#stage.bytes >= transactionBytes || this.#stage.rows >= transactionRows;
  }

  #dispatch(): void {
    const cargo = this.#stage.toCargo();
    this.#stage = this.#newStage();
    this.#lastDispatch = performance.now();
    const giveUp = new AbortController();
    const landing: Landing = { cargo, giveUp, outcome: null, result: land(this.#landingEnvironment, cargo, giveUp.signal) };
    const ended = (outcome: Outcome): void => {
      landing.outcome = outcome;
      this.#wake.notify();
    };
    landing.result.then(ended, () => ended('restart'));
    this.#landing = landing;
  }

  /** Stages what has been fetched; waits for more, an event, or the end of the transaction. */
  async #fill(): Promise<void> {
    const { intake, settings } = this.#environment;
    if (this.#landing !== null && this.#isFull()) {
      await this.#wake.wait(POLL_MS);
      return;
    }
    if (this.#fetched.length === 0) {
      if (this.#sources.size === 0) {
        await this.#wake.wait(POLL_MS);
        return;
      }
      const due = this.#stage.since === Infinity ? POLL_MS : this.#stage.since + settings.maxDelayMs - performance.now();
      this.#fetched = await this.#reader.poll(Math.max(0, Math.min(POLL_MS, this.#landing === null ? due : POLL_MS)));
    }
    const fetched = this.#fetched.shift();
    const source = fetched === undefined ? undefined : this.#sources.get(placeOf(fetched));
    if (fetched === undefined || source === undefined) return;
    await intake.take(fetched, source, this.#stage);
    fetched.free();
  }

  #newStage(): Stage {
    return new Stage(this.#pool, this.#environment.settings.batchBytes);
  }
}
