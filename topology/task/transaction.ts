import type { TaskLogic, Tick } from './contract.ts';
import { commitUnit } from './commit.ts';
import { taskKey } from './cursor.ts';
import type { Progress, Session, TaskEnvironment } from './environment.ts';
import { asProcessorError, PoisonRecordError, TicksExpiredError, type PoisonCode } from './errors.ts';
import { REPEAT_WINDOW } from './settings.ts';
import type { JoinedTables } from './tables.ts';
import { TickTraces } from './tick-traces.ts';
import type { TickEntry } from './ticks.ts';

/** The restored part of a task. */
export interface Renderer {
  readonly logic: TaskLogic;
  readonly joins: JoinedTables;
}

/** What a transaction has taken from the queue. */
interface Counts {
  ticks: number;
  /** Why records went to `dead_letters`. */
  readonly deadLetters: PoisonCode[];
  /** Ticks that came before, passed over. */
  repeats: number;
}

/**
 * Renders the ticks at hand that name one state, bounded by bytes, ticks and time (and by records, where they may be repeated), and commits outputs,
 * `task_state` and input offset.
 * True when ticks are left, so the task is behind. After a throw the session and the renderer are unusable.
 */
export async function runTransaction(environment: TaskEnvironment, session: Session, renderer: Renderer): Promise<boolean> {
  const counts: Counts = { ticks: 0, deadLetters: [], repeats: 0 };
  const traces = new TickTraces(environment, session);
  try {
    await renderTicks(environment, session, renderer, counts, traces);
    if (counts.ticks + counts.deadLetters.length + counts.repeats > 0) await commit(environment, session, renderer.logic.snapshot(), counts);
    traces.end();
  } catch (error) {
    traces.end(error);
    throw error;
  }
  return session.queue.size > 0;
}

async function renderTicks(environment: TaskEnvironment, session: Session, renderer: Renderer, counts: Counts, traces: TickTraces): Promise<void> {
  const { settings, cluster } = environment;
  const { queue, output, progress } = session;
  const maxRecords = cluster.profile.transactions ? Infinity : REPEAT_WINDOW >> 1;
  const deadline = performance.now() + settings.transactionMaxMs;
  let last: Tick | null = null;
  output.reset();
  for (let taken = 0; taken < settings.transactionMaxTicks && output.bytes < settings.transactionMaxBytes && output.mostRecords < maxRecords; taken += 1) {
    const entry = queue.peek();
    if (entry === undefined || (taken > 0 && (session.stopping() || performance.now() > deadline))) break;
    const tick = nextTick(environment, session, entry, counts);
    if (tick === null) continue;
    if (tick.modelVersion !== environment.logic.modelVersion) break;
    // What a task recomputes for new state takes seconds; no transaction is to stay open over it until the broker ends it.
    if (last !== null && !namesSameState(last, tick)) break;
    last = tick;
    await render(environment, session, renderer, traces.follow(tick, entry.offset), entry.offset);
    counts.ticks += 1;
    queue.take();
    progress.inputOffset = entry.offset + 1;
    progress.sequence = tick.sequence;
    progress.to = tick.to;
  }
}

function namesSameState(a: Tick, b: Tick): boolean {
  return a.scenarioStateEnd === b.scenarioStateEnd && a.networkStateEnd === b.networkStateEnd
    && a.subscriberStateEnds.every((end, partition) => end === b.subscriberStateEnds[partition]);
}

/**
 * Moves unreadable records at the head of the queue to `dead_letters` while there is nothing restored yet.
 * @param state the saved state, kept as it is
 * @returns the tick at the head, or null when the queue has run empty
 */
export async function purge(environment: TaskEnvironment, session: Session, state: Uint8Array | null): Promise<Tick | null> {
  session.output.reset();
  const counts: Counts = { ticks: 0, deadLetters: [], repeats: 0 };
  let tick: Tick | null = null;
  for (let entry = session.queue.peek(); entry !== undefined && tick === null; entry = session.queue.peek()) {
    tick = nextTick(environment, session, entry, counts);
  }
  if (counts.deadLetters.length + counts.repeats > 0) await commit(environment, session, state, counts);
  return tick;
}

/** The tick of an entry, or null after having taken a record that is none. @throws TicksExpiredError on a gap. */
function nextTick(environment: TaskEnvironment, session: Session, entry: TickEntry, counts: Counts): Tick | null {
  const { queue, output, progress, partition } = session;
  const place = { topic: environment.names.topic(environment.input), partition, offset: entry.offset };
  const poison = entry.poison ?? examine(environment, progress, entry.tick, place);
  if (poison === null) return entry.tick;
  if (poison.code === 'REPEATED' && !environment.cluster.profile.transactions) {
    // Of two leaders, or of one that had to start over: what a tick of this sequence says was decided before any was written.
    counts.repeats += 1;
    queue.take();
    progress.inputOffset = entry.offset + 1;
    return null;
  }
  output.deadLetter(poison, place, entry.key, entry.value);
  counts.deadLetters.push(poison.code);
  environment.logger.error({ ...place, reason: poison.reason }, 'record moved to dead_letters');
  queue.take();
  progress.inputOffset = entry.offset + 1;
  return null;
}

function examine(
  environment: TaskEnvironment, progress: Progress, tick: Tick, place: { topic: string; partition: number; offset: number },
): PoisonRecordError | null {
  if (tick.sequence === progress.sequence + 1) return null;
  if (tick.sequence <= progress.sequence) {
    return new PoisonRecordError('REPEATED', `tick ${tick.sequence} comes after tick ${progress.sequence}, so it has been produced already`);
  }
  const from = progress.sequence < 0 ? 'has produced nothing yet' : `stands behind tick ${progress.sequence}`;
  throw new TicksExpiredError(
    `${taskKey(environment.graph.name, place.partition)} ${from}, but the next tick in the log is ${tick.sequence}: those between are gone. `
    + 'Its stream would have a gap. Keep sim_ticks longer than a task may be down; to accept the loss, reset the twin', place);
}

async function render(environment: TaskEnvironment, session: Session, { logic, joins }: Renderer, tick: Tick, offset: number): Promise<void> {
  const lookup = environment.lookup(tick);
  if (lookup !== null) await lookup;
  const join = joins.advance(tick);
  if (join !== null) await join;
  try {
    const handled = logic.handle(tick, session.output);
    if (handled !== undefined) await handled;
  } catch (error) {
    throw asProcessorError(`${taskKey(environment.graph.name, session.partition)} on tick ${tick.sequence} [${tick.from}, ${tick.to})`, error,
      { topic: environment.names.topic(environment.input), partition: session.partition, offset });
  }
  await session.output.backpressure();
}

async function commit(
  environment: TaskEnvironment, session: Session, state: Uint8Array | null, counts: Counts,
): Promise<void> {
  const { graph, metrics, cluster, logger } = environment;
  const rendered = performance.now();
  const { mostRecords } = session.output;
  if (!cluster.profile.transactions && mostRecords > REPEAT_WINDOW) {
    logger.warn({ partition: session.partition, records: mostRecords },
      `a tick has more than ${REPEAT_WINDOW} records: consumers that drop repeats must remember as many (SINK_REPEAT_WINDOW), or ticks be shorter (CLOCK_BACKFILL_TICK_MS)`);
  }
  await commitUnit(environment, session, state);
  metrics.committed(graph.name, { ...counts, written: session.output.written(), seconds: (performance.now() - rendered) / 1_000 });
}
