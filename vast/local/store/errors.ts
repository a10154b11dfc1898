/** A statement that the store refuses. Nothing was changed; `kind` says whose fault it is. */
export class StoreError extends Error {
  readonly kind: 'not-found' | 'conflict' | 'invalid' | 'finished';
  constructor(kind: StoreError['kind'], message: string) {
    super(message);
    this.kind = kind;
    this.name = new.target.name;
  }
}

/** Bucket, schema, table or column is not there for this transaction. */
export class NotFoundError extends StoreError {
  constructor(message: string) {
    super('not-found', message);
  }
}

/** Another transaction holds or has changed the object or row, the name is taken, or a schema is not empty. */
export class ConflictError extends StoreError {
  constructor(message: string) {
    super('conflict', message);
  }
}

/** The request cannot be carried out at any time. */
export class InvalidError extends StoreError {
  readonly reason: InvalidReason;
  constructor(reason: InvalidReason, message: string) {
    super('invalid', message);
    this.reason = reason;
  }
}

export type InvalidReason = 'unsupported-type' | 'type-parameter' | 'type-mismatch' | 'not-null' | 'malformed' | 'name' | 'row-id';

/** The transaction was committed, rolled back or expired before this statement. */
export class FinishedError extends StoreError {
  constructor(message: string) {
    super('finished', message);
  }
}

/** The folder cannot be used as it is: in use, damaged, or of another version. Thrown by open only. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError';
}
