import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { FatalError as LogFatalError, LogError } from '../../../topology/log/index.ts';
import { ConflictError, NotFoundError, RetriableError, UnknownOutcomeError, type Transaction } from '../../../vast/client/index.ts';
import { FencedError } from '../errors.ts';
import type { SinkMetrics } from '../metrics.ts';
import type { Warehouse } from '../warehouse.ts';
import type { DeadLetters } from '../dead-letters.ts';
import type { Cargo, Move, Parcel } from './cargo.ts';
import { LandingTraces } from './traces.ts';

/**
 * - `landed`: committed.
 * - `restart`: whether it was committed is not known here, or somebody else owns a partition: only the ledger tells, to a new claim.
 * - `missing`: a table or a column is not there, and nothing was committed: what is missing must be created before a new claim.
 * - `abandoned`: given up before it was committed.
 */
export type Outcome = 'landed' | 'restart' | 'missing' | 'abandoned';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export interface LandingEnvironment {
  readonly warehouse: Warehouse;
  readonly deadLetters: DeadLetters;
  readonly concurrentInserts: number;
  readonly metrics: SinkMetrics;
  readonly logger: Logger;
  /** Tells the next owner of the partitions which transaction might hold them, should this sink die. */
  readonly announce: (txid: bigint, moves: readonly Move[]) => Promise<void>;
  /** Why landing does not get on; null when it does. */
  readonly onTrouble: (reason: string | null) => void;
}

/**
 * Lands a cargo in one transaction, again and again while nothing of it was committed. Releases the cargo.
 * @param signal gives it up between attempts
 * @throws FatalError of the client: no attempt can succeed
 */
export async function land(environment: LandingEnvironment, cargo: Cargo, signal: AbortSignal): Promise<Outcome> {
  const traces = new LandingTraces(cargo);
  try {
    const outcome = await persist(environment, cargo, signal);
    if (outcome === 'landed') traces.landed(environment.logger);
    else traces.failed(`the transaction ended as ${outcome}; its records are read again`);
    return outcome;
  } catch (error) {
    traces.failed(error);
    throw error;
  } finally {
    cargo.release();
  }
}

async function persist(environment: LandingEnvironment, cargo: Cargo, signal: AbortSignal): Promise<Outcome> {
  const { metrics, logger, onTrouble } = environment;
  const began = performance.now();
  let poison = cargo.poison;
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    try {
      await environment.deadLetters.write(poison);
      poison = [];
      await attempt(environment, cargo);
      metrics.landed(cargo, began);
      onTrouble(null);
      return 'landed';
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome === null) throw error;
      metrics.notLanded(outcome);
      const reason = (error as Error).message;
      onTrouble(reason);
      logger.warn({ rows: cargo.rows, outcome, ...(outcome === 'retried' ? { retryInMs: pause } : {}) }, reason);
      if (outcome !== 'retried') return outcome === 'missing' ? outcome : 'restart';
    }
    await sleep(pause * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
  }
  return 'abandoned';
}

/** Null: no use in going on. */
function outcomeOf(error: unknown): 'retried' | 'unknown' | 'fenced' | 'conflict' | 'missing' | null {
  if (error instanceof RetriableError) return 'retried';
  // Of dead_letters: they are written again.
  if (error instanceof LogError && !(error instanceof LogFatalError)) return 'retried';
  if (error instanceof UnknownOutcomeError) return 'unknown';
  if (error instanceof FencedError) return 'fenced';
  if (error instanceof NotFoundError) return 'missing';
  return error instanceof ConflictError ? 'conflict' : null;
}

/** The ledger comes last: its rows are locked for as short a time as can be. */
async function attempt({ warehouse, concurrentInserts, announce }: LandingEnvironment, cargo: Cargo): Promise<void> {
  for (const { table, extraColumns } of cargo.parcels) {
    if (extraColumns.length > 0) await warehouse.addColumns(table, extraColumns);
  }
  const tx = await warehouse.client.begin();
  const announced = announce(tx.id, cargo.moves);
  try {
    await insertAll(tx, warehouse.schema, cargo.parcels, concurrentInserts);
    const whenCommitted: (() => void)[] = [];
    for (const [table, changes] of cargo.changes) whenCommitted.push(await warehouse.dimension(table).write(tx, changes));
    await announced;
    await warehouse.ledger.advance(tx, cargo.moves);
    await tx.commit();
    for (const run of whenCommitted) run();
  } catch (error) {
    // Also after a lost commit: if it never arrived, this frees the ledger's rows.
    await tx.rollback().catch(() => undefined);
    throw error;
  }
}

/** Several at a time; when one fails, the others are awaited, because a rollback wants no statement under way. */
async function insertAll(tx: Transaction, schema: string, parcels: readonly Parcel[], concurrency: number): Promise<void> {
  const queue = parcels.values();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const { table, batch } of queue) {
      if (failed) return;
      try {
        await tx.insert(schema, table.table, batch);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: Math.min(concurrency, parcels.length) }, work));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
