import type { RecordBatch, Schema, Vector } from 'apache-arrow';
import type { ColumnField } from '../wire/column-types.ts';
import type { ObjectDetails, TableStats } from '../wire/messages.ts';
import * as catalog from './catalog.ts';
import { ConflictError, FatalError, NotFoundError, RetriableError, UnknownOutcomeError, VastError } from './errors.ts';
import { deleteRows, insertRows, updateRows } from './rows.ts';
import type { CallScope } from './scope.ts';
import { selectRows, type Query } from './select/select.ts';

/**
 * Life of a transaction:
 * - `open`: takes statements;
 * - `broken`: a statement's answer was lost or made no sense, so what the transaction holds is not known: only roll back;
 * - `finishing`: commit or rollback is under way;
 * - `committed`, `rolled-back`: over;
 * - `unknown`: a commit was sent and its answer lost.
 */
export type TransactionState = 'open' | 'broken' | 'finishing' | 'committed' | 'rolled-back' | 'unknown';

/**
 * A transaction of VAST: sees its own writes, and of others only what was committed. Statements may run at the same time; commit and
 * rollback want them to be over. Every method throws a `VastError` whose class says what to do next.
 */
export class Transaction implements AsyncDisposable {
  readonly #scope: CallScope;
  #state: TransactionState = 'open';
  #running = 0;

  constructor(scope: CallScope) {
    this.#scope = scope;
  }

  get id(): bigint {
    return this.#scope.txid;
  }

  get state(): TransactionState {
    return this.#state;
  }

  /**
   * Appends rows. Columns go by name; those left out become null. The buffers of the batch must not change until this is over.
   * @param batch of any size: it is sent in requests below 4.7 MB
   * @returns the row ids given by VAST, in order of the rows, one vector (uint64) for each request that was sent
   */
  async insert(schema: string, table: string, batch: RecordBatch): Promise<Vector[]> {
    return this.#statement(() => insertRows(this.#scope, { schema, table }, batch));
  }

  /** @param batch first column `$row_id`, ascending (`withRowIds` makes one); then the columns that change */
  async update(schema: string, table: string, batch: RecordBatch): Promise<void> {
    return this.#statement(() => updateRows(this.#scope, { schema, table }, batch));
  }

  async delete(schema: string, table: string, rowIds: BigUint64Array): Promise<void> {
    return this.#statement(() => deleteRows(this.#scope, { schema, table }, rowIds));
  }

  /** Rows that match, in batches of the types asked for. `$row_id` may be among the columns. */
  async *select(schema: string, table: string, query: Query): AsyncGenerator<RecordBatch> {
    this.#checkOpen();
    yield* selectRows(this.#scope, { schema, table }, query);
  }

  async stats(schema: string, table: string): Promise<TableStats> {
    return this.#read(() => catalog.tableStats(this.#scope, { schema, table }));
  }

  /** @param schema path below the bucket, parts separated by `/` */
  async hasSchema(schema: string): Promise<boolean> {
    return this.#read(() => catalog.schemaExists(this.#scope, schema));
  }

  async createSchema(schema: string): Promise<void> {
    return this.#statement(() => catalog.createSchema(this.#scope, schema));
  }

  /** @throws ConflictError while it holds tables or schemas */
  async dropSchema(schema: string): Promise<void> {
    return this.#statement(() => catalog.dropSchema(this.#scope, schema));
  }

  async tables(schema: string): Promise<ObjectDetails[]> {
    return this.#read(() => catalog.listTables(this.#scope, schema));
  }

  async hasTable(schema: string, table: string): Promise<boolean> {
    return this.#read(() => catalog.tableExists(this.#scope, { schema, table }));
  }

  async createTable(schema: string, table: string, columns: Schema): Promise<void> {
    return this.#statement(() => catalog.createTable(this.#scope, { schema, table }, columns));
  }

  async dropTable(schema: string, table: string): Promise<void> {
    return this.#statement(() => catalog.dropTable(this.#scope, { schema, table }));
  }

  /** Columns in order of creation. @throws NotFoundError when there is no such table */
  async columns(schema: string, table: string): Promise<Schema> {
    return this.#read(() => catalog.listColumns(this.#scope, { schema, table }));
  }

  async addColumns(schema: string, table: string, columns: readonly ColumnField[]): Promise<void> {
    return this.#statement(() => catalog.addColumns(this.#scope, { schema, table }, columns));
  }

  /** Tells the server that a transaction without statements for a minute is still wanted. */
  async keepAlive(): Promise<void> {
    return this.#read(async () => {
      await this.#scope.call({ operation: 'keep alive', effect: 'read', method: 'GET', target: '/?transaction' });
    });
  }

  /** @throws UnknownOutcomeError when the commit was sent and no answer tells whether it happened: it is never sent again */
  async commit(): Promise<void> {
    this.#checkOpen();
    this.#checkIdle('commit');
    this.#state = 'finishing';
    try {
      await this.#scope.call({ operation: 'commit', effect: 'commit', method: 'PUT', target: '/?transaction' });
      this.#state = 'committed';
    } catch (error) {
      this.#state = error instanceof UnknownOutcomeError ? 'unknown' : 'broken';
      throw error;
    }
  }

  /**
   * Undoes everything. Does nothing when the transaction is over. When even the rollback cannot be delivered the server will let the
   * transaction expire. After a commit of unknown outcome it undoes, and unlocks, what that commit never reached; when it succeeds
   * nothing was committed, and when it fails the outcome is as unknown as before.
   */
  async rollback(): Promise<void> {
    if (this.#state === 'committed' || this.#state === 'rolled-back') return;
    this.#checkIdle('rollback');
    const isUnknown = this.#state === 'unknown';
    this.#state = 'finishing';
    try {
      await this.#scope.call({ operation: 'roll back', effect: 'repeatable', method: 'DELETE', target: '/?transaction' });
      this.#state = 'rolled-back';
    } catch (error) {
      this.#state = isUnknown ? 'unknown' : 'broken';
      if (!(error instanceof VastError && error.status === 404)) throw error;
      // Gone: an earlier attempt got through, it has expired, or the commit did reach it.
      if (!isUnknown) this.#state = 'rolled-back';
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rollback();
  }

  /** A statement that fails leaves the transaction open only when the server's side of it certainly is as it was before. */
  async #statement<T>(run: () => Promise<T>): Promise<T> {
    return this.#read(async () => {
      try {
        return await run();
      } catch (error) {
        const unchanged = error instanceof NotFoundError || error instanceof ConflictError || isRefusal(error);
        if (!unchanged && this.#state === 'open') this.#state = 'broken';
        throw error;
      }
    });
  }

  /** Whatever happens to a read, the transaction holds what it held before. */
  async #read<T>(run: () => Promise<T>): Promise<T> {
    this.#checkOpen();
    this.#running++;
    try {
      return await run();
    } finally {
      this.#running--;
    }
  }

  #checkOpen(): void {
    if (this.#state === 'open') return;
    if (this.#state === 'broken') {
      throw new RetriableError('an earlier statement failed in an unknown state; roll back and do the work again', {
        operation: `transaction ${this.id}`, bucket: this.#scope.bucket,
      });
    }
    throw new FatalError(`the transaction is ${this.#state} and takes nothing more`, {
      operation: `transaction ${this.id}`, bucket: this.#scope.bucket,
    });
  }

  #checkIdle(operation: string): void {
    if (this.#running === 0) return;
    throw new FatalError(`${this.#running} statements are still under way: await them first`, {
      operation, bucket: this.#scope.bucket,
    });
  }
}

/** The request was refused before anything was done: found wrong here, or answered with 400. */
function isRefusal(error: unknown): boolean {
  return error instanceof FatalError && (error.status === undefined || error.status === 400);
}
