import { protocolErrors, protocolErrorsCodesById } from '@platformatic/kafka';
import {
  AuthorizationError, FatalError, FencedError, IllegalGenerationError, RetriableError, UnknownOutcomeError,
  type ErrorPlace, type LogError, type Permission,
} from '../errors.ts';
import { noteRequestError } from './request-errors.ts';

/** The protocol's error codes that this code names. */
export const Code = {
  UNKNOWN_SERVER_ERROR: -1,
  NONE: 0,
  OFFSET_OUT_OF_RANGE: 1,
  CORRUPT_MESSAGE: 2,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  MESSAGE_TOO_LARGE: 10,
  COORDINATOR_LOAD_IN_PROGRESS: 14,
  COORDINATOR_NOT_AVAILABLE: 15,
  NOT_COORDINATOR: 16,
  ILLEGAL_GENERATION: 22,
  UNKNOWN_MEMBER_ID: 25,
  REBALANCE_IN_PROGRESS: 27,
  TOPIC_ALREADY_EXISTS: 36,
  NOT_CONTROLLER: 41,
  CONCURRENT_TRANSACTIONS: 51,
  GROUP_ID_NOT_FOUND: 69,
  MEMBER_ID_REQUIRED: 79,
  FENCED_INSTANCE_ID: 82,
  UNSTABLE_OFFSET_COMMIT: 88,
  UNKNOWN_TOPIC_ID: 100,
} as const;

/** Codes after which the same request may succeed, against the same broker or (after a metadata refresh) another one. */
const retriable = new Set([
  3, 5, 6, 7, 8, 9, 13, 14, 15, 16, 19, 20, 41, 51, 56, 74, 75, 78, 88, 89, 100, 103,
]);
/** What refuses an operation on which kind of resource. */
const unauthorized = new Map<number, Permission['resourceType']>([[29, 'topic'], [30, 'group'], [31, 'cluster'], [53, 'transactionalId']]);
const fenced = new Set([47, 49, 90]);
const illegalGeneration = new Set([22, 25, 27, 82]);
/** OUT_OF_ORDER_SEQUENCE_NUMBER, INVALID_TXN_STATE, UNKNOWN_PRODUCER_ID, TRANSACTION_ABORTABLE: the transaction must start over. */
const startOver = new Set([45, 48, 59, 120]);

export function isRetriable(code: number): boolean {
  return retriable.has(code);
}

/** The protocol's name of an error code. */
export function errorName(code: number): string {
  return (protocolErrorsCodesById)[code] ?? `error ${code}`;
}

/**
 * What a call must be allowed to do, by the kind of resource that a refusal names: brokers don't say which operation they miss.
 * The topic's name is in the error's place.
 */
export interface Needs {
  readonly topic?: Permission['operation'];
  readonly group?: readonly [operation: Permission['operation'], groupId: string];
  readonly transactionalId?: readonly [operation: Permission['operation'], transactionalId: string];
  readonly cluster?: Permission['operation'];
}

/** The error that a code stands for. `what` says what was tried, e.g. "Produce of 3 batches". */
export function errorOf(code: number, what: string, place: ErrorPlace = {}, needs: Needs = {}): LogError {
  const kafkaError = errorName(code);
  noteRequestError(kafkaError);
  const where = { ...place, kafkaError };
  if (fenced.has(code)) {
    return new FencedError(`${what} refused: another producer took this id over, or its transaction timed out; ` +
      'confirm ownership by a heartbeat, then open a new writer', where);
  }
  if (illegalGeneration.has(code)) {
    return new IllegalGenerationError(`${what} refused: the group has moved on; abort, confirm ownership by a heartbeat, then redo or drop the work`, where);
  }
  if (startOver.has(code)) {
    return new RetriableError(`${what} failed; abort and redo the work from the committed offset`, { ...where, isTransient: false });
  }
  if (retriable.has(code)) return new RetriableError(`${what} failed for now; try again`, where);
  const refusedType = unauthorized.get(code);
  if (refusedType !== undefined) {
    const missing = permission(refusedType, needs, place);
    return new AuthorizationError(`${what} refused: this principal may not ${missing.operation} ${missing.resourceType} ${missing.name}`, missing, where);
  }
  if (code === Code.MESSAGE_TOO_LARGE) {
    return new FatalError(`${what} refused: a batch exceeds the topic's max.message.bytes; raise it or lower maxBatchBytes`, where);
  }
  if (code === Code.UNKNOWN_SERVER_ERROR || code === 46) {
    return new UnknownOutcomeError(`${what}: the broker can't say whether it happened; open a new writer and rebuild`, where);
  }
  const meaning = (protocolErrors as Record<string, { message: string } | undefined>)[kafkaError]?.message ?? 'no description';
  return new FatalError(`${what} failed: ${meaning}`, where);
}

function permission(resourceType: Permission['resourceType'], needs: Needs, place: ErrorPlace): Permission {
  switch (resourceType) {
    case 'topic':
      return { operation: needs.topic ?? 'Describe', resourceType, name: place.topic ?? '' };
    case 'cluster':
      return { operation: needs.cluster ?? 'Describe', resourceType, name: 'kafka-cluster' };
    default: {
      const [operation, name] = needs[resourceType] ?? ['Describe', ''];
      return { operation, resourceType, name };
    }
  }
}
