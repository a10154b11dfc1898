import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import {
  FatalError, FencedError, IllegalGenerationError, LogWriter, RetriableError, UnknownOutcomeError,
} from '../log/index.ts';
import type { TaskLogic, Tick } from './contract.ts';
import { commitOffset } from './commit.ts';
import { readEvidence, resolveCursor, taskKey, type Cursor } from './cursor.ts';
import type { Session, TaskEnvironment } from './environment.ts';
import { asProcessorError, ContractError, Interrupted } from './errors.ts';
import { Lifecycle } from './lifecycle.ts';
import { TransactionOutput } from './output.ts';
import { phaseOf, untilSlot } from './pacing.ts';
import { JoinedTables } from './tables.ts';
import type { TickQueue } from './ticks.ts';
import { purge, runTransaction, type Renderer } from './transaction.ts';

const BACKOFF_MS = 200;
const BACKOFF_LIMIT_MS = 5_000;
/** Brokers answer a few times that the previous transaction is still being completed; that is how they work. */
const WORRYING_ATTEMPT = 5;

/**
 * One partition of one processor: a loop that owns all mutation. Rebalances and shutdown only set a flag and end its queue, so that
 * the transaction in hand is finished (`stop`) or abandoned (`lose`) at a defined place.
 */
export class Task {
  readonly partition: number;
  readonly #name: string;
  readonly #environment: TaskEnvironment;
  readonly #lifecycle: Lifecycle;
  readonly #logger: Logger;
  readonly #interrupt = new AbortController();
  readonly #done: Promise<void>;
  #lost = false;
  #failures = 0;
  #queue: TickQueue | null = null;
  #writer: LogWriter | null = null;
  #logic: TaskLogic | null = null;
  #committedTo = -1;
  #followedWallClock = false;
  #refusedVersion: number | null = null;

  /** @param after what must have ended before this task opens anything: an earlier task of the same partition. */
  constructor(environment: TaskEnvironment, partition: number, after: Promise<void> = Promise.resolve()) {
    this.partition = partition;
    this.#name = taskKey(environment.graph.name, partition);
    this.#environment = environment;
    this.#logger = environment.logger.child({ partition });
    this.#lifecycle = new Lifecycle(this.#name, (phase, from) => { this.#logger.debug({ phase, from }, 'task phase'); });
    const forget = environment.metrics.addTask(() => ({
      processor: environment.graph.name, partition, phase: this.#lifecycle.phase, lagSeconds: this.lagSeconds,
      committedTo: this.#committedTo, followsWallClock: this.#followsWallClock,
    }));
    this.#done = after.then(() => this.#run()).finally(forget);
  }

  /** Why the task is not ready, or null. */
  get unready(): string | null {
    if (this.#lifecycle.ready) return null;
    const { phase } = this.#lifecycle;
    if (phase !== 'REFUSING') return `task ${this.#name} is ${phase}`;
    return `task ${this.#name} is REFUSING: the next tick is of model version ${this.#refusedVersion}, this build implements ${this.#environment.logic.modelVersion}`;
  }

  /** Event time between the last committed tick and the newest known one, s. */
  get lagSeconds(): number {
    const headTo = this.#queue?.headTo ?? -1;
    return this.#committedTo < 0 || headTo < 0 ? 0 : Math.max(0, headTo - this.#committedTo) / 1_000;
  }

  /** As the newest tick said; remembered while the task recovers. */
  get #followsWallClock(): boolean {
    return (this.#followedWallClock = this.#queue?.followsWallClock ?? this.#followedWallClock);
  }

  /** Resolves when nothing of the task is left. */
  get done(): Promise<void> {
    return this.#done;
  }

  /** Finishes the transaction in hand, drops state. */
  async stop(): Promise<void> {
    this.#interrupt.abort();
    this.#queue?.end();
    await this.#done;
  }

  /** Ownership is gone: commits nothing any more, drops state. */
  lose(): void {
    this.#lost = true;
    this.#interrupt.abort();
    this.#queue?.end();
  }

  get #stopping(): boolean {
    return this.#interrupt.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#stopping && !this.#lifecycle.ended) {
      try {
        await this.#live();
      } catch (error) {
        await this.#drop();
        await this.#recover(error);
      }
    }
    if (this.#lifecycle.ended) return;
    this.#lifecycle.enter('STOPPING');
    await this.#drop();
    this.#lifecycle.enter('CLOSED');
  }

  /** From ownership to the first failure or the end. Returns when stopping. */
  async #live(): Promise<void> {
    this.#lifecycle.enter('OPENING');
    const { cursor, session } = await this.#open();
    this.#lifecycle.enter('WAITING');
    const first = await this.#firstTick(session, cursor);
    if (first.modelVersion !== this.#environment.logic.modelVersion) return this.#refuse(first);
    this.#lifecycle.enter('RESTORING');
    const renderer = await this.#restore(cursor, first);
    this.#lifecycle.enter('RUNNING');
    return this.#work(session, renderer);
  }

  async #open(): Promise<{ cursor: Cursor; session: Session }> {
    const { partition } = this;
    const { cluster, names, graph, member, settings, schemaIds, ticks } = this.#environment;
    const input = { topic: names.topic(this.#environment.input), partition };
    // A process that slept through its session must not fence the true owner, so the coordinator is asked first.
    await member.heartbeatNow();
    if (!member.assignment.some(({ topic, partition: owned }) => topic === input.topic && owned === partition)) {
      throw new IllegalGenerationError('the partition is no longer assigned to this member', input);
    }
    this.#checkpoint();
    const writer = await LogWriter.open(cluster, {
      ...(cluster.profile.transactions
        ? { transactionalId: names.transactionalId(graph.name, partition), transactionTimeoutMs: settings.transactionTimeoutMs }
        : { doubt: () => member.doubt }),
      compression: settings.compression,
      onRetry: (error, attempt) => { this.#logger[attempt < WORRYING_ATTEMPT ? 'debug' : 'warn']({ err: error, attempt }, 'writing failed, trying again'); },
    });
    this.#writer = writer;
    this.#checkpoint();
    // Only after InitProducerId nothing of the last owner is pending; before it, the offset could be one transaction old.
    const [committed] = await member.committed([input]);
    const evidence = await readEvidence(this.#environment, partition, committed?.offset ?? null);
    const cursor = resolveCursor({ processor: graph.name, partition }, evidence);
    const detail = { inputOffset: cursor.inputOffset, committed: evidence.committed, sequence: cursor.last?.sequence };
    if (cursor.origin === 'task_state' || cursor.origin === 'beginning') this.#logger.info(detail, `cursor: ${cursor.origin}`);
    else this.#logger.warn(detail, `cursor: ${cursor.origin}`);
    this.#checkpoint();
    this.#committedTo = cursor.last?.to ?? -1;
    const queue = ticks.open(partition, cursor.inputOffset);
    this.#queue = queue;
    const stopping = (): boolean => this.#stopping;
    const session: Session = {
      partition, writer, queue, stopping,
      output: new TransactionOutput(writer, graph, names, partition, schemaIds, stopping),
      progress: { inputOffset: cursor.inputOffset, sequence: cursor.last?.sequence ?? -1, to: cursor.last?.to ?? -1 },
      lost: () => this.#lost,
    };
    if (evidence.saved !== null && evidence.committed !== cursor.inputOffset) await commitOffset(this.#environment, session);
    return { cursor, session };
  }

  async #firstTick(session: Session, cursor: Cursor): Promise<Tick> {
    for (;;) {
      await session.queue.arrival();
      this.#checkpoint();
      const tick = await purge(this.#environment, session, cursor.state);
      if (tick !== null) return tick;
    }
  }

  async #restore(cursor: Cursor, first: Tick): Promise<Renderer> {
    const { graph, logic: shared, tables, lookup, metrics, names, input } = this.#environment;
    const started = performance.now();
    await lookup(first);
    this.#checkpoint();
    const logic = shared.createTask(this.partition);
    this.#logic = logic;
    const joined = Object.keys(logic.joins).sort().join(', ');
    const declared = [...graph.join].sort().join(', ');
    if (joined !== declared) {
      throw new ContractError(`${graph.name} handles the joins [${joined}], but its graph declares [${declared}] (topology/graph/processors.ts)`);
    }
    const joins = new JoinedTables(tables, this.partition, logic.joins);
    await joins.advance(first);
    this.#checkpoint();
    try {
      await logic.restore(cursor.last?.to ?? first.from, first, cursor.state);
    } catch (error) {
      throw asProcessorError(`restoring ${this.#name} at tick ${first.sequence}`, error, { topic: names.topic(input), partition: this.partition });
    }
    this.#checkpoint();
    const seconds = (performance.now() - started) / 1_000;
    metrics.restored(graph.name, seconds);
    this.#logger.info({ seconds, sequence: first.sequence, from: first.from }, 'task restored');
    return { logic, joins };
  }

  async #work(session: Session, renderer: Renderer): Promise<void> {
    const { graph, settings: { commitIntervalMs }, logic } = this.#environment;
    const phase = phaseOf(graph.name, this.partition, commitIntervalMs);
    let behind = false;
    for (;;) {
      await session.queue.arrival();
      if (this.#stopping) return;
      const next = session.queue.peek()?.tick ?? null;
      if (next !== null && next.modelVersion !== logic.modelVersion) return this.#refuse(next);
      if (!behind && next?.mode === 'LIVE') await this.#pause(untilSlot(Date.now(), phase, commitIntervalMs));
      if (this.#stopping) return;
      behind = await runTransaction(this.#environment, session, renderer);
      this.#failures = 0;
      this.#committedTo = session.progress.to;
    }
  }

  /** Holds the partition and commits nothing until it is revoked: a newer build takes over from the same cursor. */
  async #refuse(tick: Tick): Promise<void> {
    this.#refusedVersion = tick.modelVersion;
    this.#lifecycle.enter('REFUSING');
    this.#logger.error(
      { tickModelVersion: tick.modelVersion, modelVersion: this.#environment.logic.modelVersion, sequence: tick.sequence },
      'the next tick is of a model version that this build does not implement; upgrade this processor',
    );
    while (!this.#stopping) await this.#pause(60_000);
  }

  async #recover(error: unknown): Promise<void> {
    if (error instanceof Interrupted) return;
    const { metrics, graph, onFailed } = this.#environment;
    if (!isRecoverable(error)) {
      this.#lifecycle.enter('FAILED');
      onFailed(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    metrics.notCommitted(graph.name, error instanceof UnknownOutcomeError ? 'unknown' : 'aborted');
    this.#lifecycle.enter('RECOVERING');
    const wait = Math.min(BACKOFF_LIMIT_MS, BACKOFF_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#logger.warn({ err: error, retryInMs: wait }, 'state dropped; it is rebuilt from the committed cursor once ownership is confirmed');
    await this.#pause(wait);
  }

  /** Closes all that is open. A transaction in hand is aborted by closing its writer. */
  async #drop(): Promise<void> {
    this.#environment.ticks.close(this.partition);
    this.#queue = null;
    this.#logic?.close();
    this.#logic = null;
    const writer = this.#writer;
    this.#writer = null;
    await writer?.close().catch((error: unknown) => {
      this.#logger.debug({ err: error }, 'closing the writer failed; the next owner or the time-out settles its transaction');
    });
  }

  /** @throws Interrupted, between steps that can't be interrupted themselves. */
  #checkpoint(): void {
    if (this.#stopping) throw new Interrupted();
  }

  async #pause(ms: number): Promise<void> {
    if (ms <= 0 || this.#stopping) return;
    await sleep(ms, undefined, { signal: this.#interrupt.signal }).catch(() => undefined);
  }
}

/** Everything else is fatal, bugs included: the process ends with the reason and its supervisor starts it anew. */
function isRecoverable(error: unknown): boolean {
  if (error instanceof FatalError) return false;
  return error instanceof FencedError || error instanceof IllegalGenerationError
    || error instanceof RetriableError || error instanceof UnknownOutcomeError;
}
