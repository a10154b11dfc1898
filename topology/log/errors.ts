/**
 * Errors of Kafka I/O, named after what the process does next, not after what went wrong inside.
 * All carry the place (topic, partition, offset) and Kafka's own error name where there is one.
 */

/** Where an error happened. `offset` is a log offset, `kafkaError` the protocol's name, e.g. `NOT_LEADER_OR_FOLLOWER`. */
export interface ErrorPlace {
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
  readonly offset?: number | undefined;
  readonly kafkaError?: string | undefined;
  readonly cause?: unknown;
}

export class LogError extends Error {
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  readonly offset: number | undefined;
  readonly kafkaError: string | undefined;

  constructor(message: string, place: ErrorPlace = {}) {
    super(`${message}${describePlace(place)}`, place.cause === undefined ? undefined : { cause: place.cause });
    this.name = new.target.name;
    this.topic = place.topic;
    this.partition = place.partition;
    this.offset = place.offset;
    this.kafkaError = place.kafkaError;
  }
}

/**
 * Another producer took this transactional id over, or the coordinator bumped the epoch after a time-out.
 * Next: stop writing, confirm ownership of the partition by a heartbeat, only then open a new writer.
 */
export class FencedError extends LogError {}

/**
 * The generation, member id or instance id of a commit is no longer current: the group rebalanced, with or without this member.
 * Next: abort the open transaction; `heartbeatNow` and `assignment` tell whether the partition is still owned; if so redo the work,
 * else drop its state.
 */
export class IllegalGenerationError extends LogError {}

/**
 * Retries were exhausted or the broker asked to start the transaction over.
 * Next: abort the open transaction (if any) and redo the work from the committed offset.
 */
export class RetriableError extends LogError {
  /** The same request may succeed soon (then this layer retries it itself); false: only starting the transaction over helps. */
  readonly isTransient: boolean;

  constructor(message: string, place: ErrorPlace & { readonly isTransient?: boolean } = {}) {
    super(message, place);
    this.isTransient = place.isTransient ?? true;
  }
}

/** Nothing this process can do will help (authorisation, unsupported version, oversize record). Next: exit with this message. */
export class FatalError extends LogError {}

/** An operation on a resource, as Kafka's ACLs spell them. */
export interface Permission {
  readonly operation: 'Read' | 'Write' | 'Create' | 'Delete' | 'Describe' | 'DescribeConfigs' | 'IdempotentWrite';
  readonly resourceType: 'topic' | 'group' | 'transactionalId' | 'cluster';
  readonly name: string;
}

/** The brokers know us, but we may not do this. Next: exit; an operator has to grant `missing`. */
export class AuthorizationError extends FatalError {
  readonly missing: Permission;

  constructor(message: string, missing: Permission, place: ErrorPlace = {}) {
    super(message, place);
    this.missing = missing;
  }
}

/** A record batch on the log (or on the wire) fails its checks. Next: exit; an operator must repair or skip the offset by hand. */
export class CorruptBatchError extends FatalError {}

/** The position is below the log start or above its end. Never reset silently. Next: refuse to go on; an operator decides. */
export class OffsetOutOfRangeError extends FatalError {}

/**
 * A commit or abort was sent and its outcome is unknown. The writer is unusable.
 * Next: close it, open a new one (which fences it and settles the transaction), rebuild from the committed offset.
 */
export class UnknownOutcomeError extends LogError {}

/** TLS or SASL refused us. Next: exit with the reason; retrying with the same credentials can't help. */
export class AuthenticationError extends FatalError {}

function describePlace(place: ErrorPlace): string {
  const where = place.topic === undefined ? '' : ` [${place.topic}-${place.partition ?? '?'}${
    place.offset === undefined ? '' : ` @ ${place.offset}`}]`;
  return place.kafkaError === undefined ? where : `${where} (${place.kafkaError})`;
}
