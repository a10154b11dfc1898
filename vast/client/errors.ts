/**
 * Errors of the VAST client, named after what the caller does next. All carry the place (bucket, schema, table, endpoint) and
 * VAST's own status and code where there are any.
 */

/** Where and how an operation failed. */
export interface ErrorPlace {
  /** What was being done, for example `insert`. */
  readonly operation?: string | undefined;
  readonly bucket?: string | undefined;
  /** Path of the schema below the bucket. */
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  /** Origin of the endpoint that answered or failed last. */
  readonly endpoint?: string | undefined;
  /** HTTP status; absent when no answer came. */
  readonly status?: number | undefined;
  /** Code of the error document, for example `SlowDown`. */
  readonly code?: string | undefined;
  readonly cause?: unknown;
}

export class VastError extends Error {
  readonly operation: string | undefined;
  readonly bucket: string | undefined;
  readonly schema: string | undefined;
  readonly table: string | undefined;
  readonly endpoint: string | undefined;
  readonly status: number | undefined;
  readonly code: string | undefined;

  constructor(message: string, place: ErrorPlace = {}) {
    super(describe(message, place), place.cause === undefined ? undefined : { cause: place.cause });
    this.name = new.target.name;
    this.operation = place.operation;
    this.bucket = place.bucket;
    this.schema = place.schema;
    this.table = place.table;
    this.endpoint = place.endpoint;
    this.status = place.status;
    this.code = place.code;
  }
}

/**
 * The endpoint cannot be reached, is overloaded, or lost a statement on the way. **Nothing of the transaction is committed.**
 * Next: roll back, wait, and do the work again in a new transaction.
 */
export class RetriableError extends VastError {}

/**
 * Another transaction holds or has changed the row or object. Nothing of this transaction is committed.
 * Next: roll back, and look again before doing anything: the work may be done, or no longer be this process's to do.
 */
export class ConflictError extends VastError {}

/**
 * A commit was sent and its outcome never learnt: it may have happened, happen yet, or never happen.
 * Next: in a new transaction, read what this one would have written; only its absence permits doing the work again.
 */
export class UnknownOutcomeError extends VastError {}

/** Nothing this process can do will help (rights, types, configuration). Next: exit with this message. */
export class FatalError extends VastError {}

/** The bucket, schema, table or column is not there. */
export class NotFoundError extends FatalError {}

/** A table's columns are not what the caller's are, and adding columns cannot make them so. */
export class SchemaMismatchError extends FatalError {}

/** An answer that the protocol does not know. Next: exit; compare client and server versions. */
export class ProtocolError extends FatalError {}

function describe(message: string, { operation, bucket, schema, table, endpoint, status, code }: ErrorPlace): string {
  const path = [bucket, schema, table].filter((part) => part !== undefined && part !== '').join('/');
  const subject = [operation, path === '' ? undefined : `${operation === undefined ? '' : 'on '}${path}`]
    .filter((part) => part !== undefined).join(' ');
  const answer = [status, code].filter((part) => part !== undefined && part !== '').join(' ');
  const details = [endpoint === undefined ? '' : `at ${endpoint}`, answer].filter((part) => part !== '').join(': ');
  return `${subject === '' ? '' : `${subject}: `}${message}${details === '' ? '' : ` (${details})`}`;
}
