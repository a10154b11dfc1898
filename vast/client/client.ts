import type { Schema } from 'apache-arrow';
import { typeText, type ColumnField } from '../wire/column-types.ts';
import * as header from '../wire/headers.ts';
import { parseServerHeader, type ServerVersion } from '../wire/server-version.ts';
import { ConflictError, FatalError, NotFoundError, ProtocolError, SchemaMismatchError, UnknownOutcomeError, type ErrorPlace } from './errors.ts';
import { compileOptions, type VastClientOptions } from './options.ts';
import { CallScope } from './scope.ts';
import { Transaction } from './transaction.ts';
import { Caller } from './transport/caller.ts';

/** What `ensureTable` found and did. */
export interface EnsuredTable {
  readonly created: boolean;
  /** Names of columns that were added to a table that was there. */
  readonly added: readonly string[];
  /** All columns of the table now, those unknown to the caller included. */
  readonly columns: Schema;
}

const NO_TRANSACTION = 0n;

/** How often `ensure…` looks again when others create the same things at the same moment. */
const ENSURE_ATTEMPTS = 5;

/** A connection to one database of a VAST cluster, shared by any number of transactions at a time. */
export class VastClient implements AsyncDisposable {
  readonly #caller: Caller;
  readonly #version: ServerVersion;
  readonly #signal: AbortSignal | undefined;

  private constructor(caller: Caller, version: ServerVersion, signal?: AbortSignal) {
    this.#caller = caller;
    this.#version = version;
    this.#signal = signal;
  }

  /**
   * Finds out the server's version, and whether the keys and the bucket are right.
   * @param signal gives it up; says nothing about calls after it, which `options.signal` does
   * @throws FatalError when they are not or the endpoint is no VAST cluster; RetriableError when it cannot be reached; the signal's reason
   */
  static async connect(options: VastClientOptions, signal?: AbortSignal): Promise<VastClient> {
    const compiled = compileOptions(options);
    const caller = new Caller(compiled);
    try {
      const probe = await caller.call({
        operation: 'connect', effect: 'read', method: 'GET', target: '/?transaction', headers: { [header.GET_VERSION]: 'true' }, signal,
      });
      const server = String(probe.headers.server);
      const version = parseServerHeader(server);
      if (version === undefined) {
        throw new FatalError(`the server calls itself "${server}", expected "vast A.B.C.D"`, {
          operation: 'connect', endpoint: options.endpoints.join(', '),
        });
      }
      await checkBucket(caller, signal);
      return new VastClient(caller, version);
    } catch (error) {
      caller.close();
      throw error;
    }
  }

  /**
   * The same client, whose calls a signal aborts, and with them the transactions begun here; they throw its reason. A transaction that
   * `transaction` or `ensure…` leaves behind then is rolled back without anybody waiting for it.
   */
  abortable(signal: AbortSignal): VastClient {
    return new VastClient(this.#caller, this.#version, signal);
  }

  get version(): ServerVersion {
    return this.#version;
  }

  get bucket(): string {
    return this.#caller.bucket;
  }

  async begin(): Promise<Transaction> {
    const answer = await this.#scope(NO_TRANSACTION).call({
      operation: 'begin', effect: 'repeatable', method: 'POST', target: '/?transaction',
    });
    const text = answer.headers[header.TXID];
    const txid = typeof text === 'string' ? header.parseTxid(text) : undefined;
    if (txid === undefined || txid === NO_TRANSACTION) {
      throw new ProtocolError(`the server gave no transaction id (${header.TXID}: ${String(text)})`, { operation: 'begin', bucket: this.bucket });
    }
    return new Transaction(this.#scope(txid));
  }

  /**
   * Rolls back a transaction of another process: one that has died, or must not go on, and holds what others need. Does nothing when
   * it is over, whichever way.
   */
  async rollback(txid: bigint): Promise<void> {
    await new Transaction(this.#scope(txid)).rollback();
  }

  /**
   * Runs work in a transaction and commits it; when the work or the commit fails, rolls back and throws that error. A rollback that
   * fails as well is not reported: the server lets the transaction expire.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const tx = await this.begin();
    try {
      const result = await work(tx);
      await tx.commit();
      return result;
    } catch (error) {
      await tx.rollback().catch(() => undefined);
      if (this.#signal?.aborted === true) void this.#abandon(tx.id);
      throw error;
    }
  }

  /**
   * Creates the schema and its parents where they are missing.
   * @returns whether any was created
   */
  async ensureSchema(schema: string): Promise<boolean> {
    const parts = schema.split('/');
    const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    return this.#ensure(async (tx) => {
      let created = false;
      for (const path of paths) {
        if (await tx.hasSchema(path)) continue;
        await tx.createSchema(path);
        created = true;
      }
      return created;
    });
  }

  /**
   * Creates the table, or adds the columns that it lacks. Columns that only the table has are left alone.
   * @throws SchemaMismatchError when a column is there with another type or nullability
   */
  async ensureTable(schema: string, table: string, columns: Schema): Promise<EnsuredTable> {
    return this.#ensure(async (tx) => {
      if (!(await tx.hasTable(schema, table))) {
        await tx.createTable(schema, table, columns);
        return { created: true, added: [], columns };
      }
      const present = await tx.columns(schema, table);
      const timeZones = this.#scope(tx.id).keepsTimeZones;
      const missing = missingColumns(present, columns, timeZones, { bucket: this.bucket, schema, table });
      if (missing.length === 0) return { created: false, added: [], columns: present };
      await tx.addColumns(schema, table, missing);
      return { created: false, added: missing.map(({ name }) => name), columns: await tx.columns(schema, table) };
    });
  }

  /** Aborts what is under way and closes the connections. Open transactions expire on the server: roll them back first. */
  async close(): Promise<void> {
    this.#caller.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Frees what a transaction holds whose own calls are aborted. */
  async #abandon(txid: bigint): Promise<void> {
    await new Transaction(new CallScope(this.#caller, txid, this.#version, undefined)).rollback().catch(() => undefined);
  }

  /** Looking before creating makes the work repeatable: also after a race with another process, and after an unknown outcome. */
  async #ensure<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.transaction(work);
      } catch (error) {
        const again = error instanceof ConflictError || error instanceof UnknownOutcomeError;
        if (!again || attempt >= ENSURE_ATTEMPTS) throw error;
      }
    }
  }

  #scope(txid: bigint): CallScope {
    return new CallScope(this.#caller, txid, this.#version, this.#signal);
  }
}

async function checkBucket(caller: Caller, signal: AbortSignal | undefined): Promise<void> {
  try {
    await caller.call({ operation: 'look up bucket', effect: 'read', method: 'HEAD', target: `/${caller.bucket}`, headers: {}, signal });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new NotFoundError(`bucket ${caller.bucket} does not exist: create a bucket with the protocols S3 and Database, or set VAST_BUCKET`, {
      operation: 'look up bucket', bucket: caller.bucket, endpoint: error.endpoint, status: error.status, cause: error,
    });
  }
}

function missingColumns(
  present: Schema, wanted: Schema, timeZones: boolean, place: ErrorPlace,
): ColumnField[] {
  const byName = new Map<string, ColumnField>(present.fields.map((field) => [field.name, field]));
  const fields: readonly ColumnField[] = wanted.fields;
  const differences = fields.flatMap((field) => {
    const there = byName.get(field.name);
    if (there === undefined || describeColumn(there, timeZones) === describeColumn(field, timeZones)) return [];
    return [`column ${field.name} is ${describeColumn(there, timeZones)}, expected ${describeColumn(field, timeZones)}`];
  });
  if (differences.length > 0) {
    throw new SchemaMismatchError(
      `${differences.join('; ')}: VAST cannot change a column's type; write to another table, or move this one away`,
      { operation: 'ensure table', ...place },
    );
  }
  return fields.filter((field) => !byName.has(field.name));
}

function describeColumn(field: ColumnField, timeZones: boolean): string {
  return `${typeText(field.type, timeZones)}${field.nullable ? '' : ' not null'}`;
}
