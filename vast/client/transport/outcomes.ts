import { decodeErrorBody } from '../../wire/error-body.ts';
import {
  ConflictError,
  FatalError,
  NotFoundError,
  ProtocolError,
  RetriableError,
  UnknownOutcomeError,
  type ErrorPlace,
  type VastError,
} from '../errors.ts';
import type { ExchangeError, HttpAnswer } from './exchange.ts';

/**
 * What a call does, which decides when it may be sent again:
 * - `read`: nothing, so whenever no good answer came;
 * - `repeatable`: begin and roll back, which harm nobody when done twice: like a read;
 * - `statement`: changes data inside a transaction, so only when it certainly was not processed;
 * - `commit`: like a statement, but once it may have been processed its outcome is unknown.
 */
export type Effect = 'read' | 'repeatable' | 'statement' | 'commit';

/** Statuses of an overloaded or failing gateway or server: another try may go better. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/** With these a server says that it did not commit. A 404 does not: the transaction may be gone because it has been committed. */
const COMMIT_REFUSED: ReadonlySet<number> = new Set([400, 403, 405, 409, 501]);

const KEY_REFUSALS: ReadonlySet<string> = new Set(['InvalidAccessKeyId', 'SignatureDoesNotMatch']);

const UNKNOWN_COMMIT = 'the outcome of the commit is unknown; read what it would have written before doing the work again';
const REDO = 'nothing was committed; roll back and do the work again in a new transaction';

/** The server turned the call away before looking at it, so that repeating it is always right. */
export function isRefusedUnprocessed(answer: HttpAnswer): boolean {
  return answer.status === 503 && decodeErrorBody(textOf(answer)).code === 'SlowDown';
}

export function isWorthRepeating(effect: Effect, answer: HttpAnswer): boolean {
  return isHarmless(effect) && PASSING.has(answer.status);
}

/** Doing it twice is as good as doing it once. */
export function isHarmless(effect: Effect): boolean {
  return effect === 'read' || effect === 'repeatable';
}

/** The peer cannot prove who it is, or does not speak TLS: another try will not change that. */
export function isSecurityFailure(error: ExchangeError): boolean {
  return /^(CERT_|ERR_TLS|ERR_SSL|EPROTO$|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/.test(error.code);
}

/** The keys are not those that VAST has, which is so for a while when they are renewed. VAST looks at nothing else before. */
export function areKeysRefused(answer: HttpAnswer): boolean {
  return answer.status === 403 && KEY_REFUSALS.has(decodeErrorBody(textOf(answer)).code);
}

/** The keys were good before. */
export function errorOfRenewal(where: ErrorPlace): RetriableError {
  return new RetriableError(`VAST refuses keys that it took before: if they are being renewed, this passes. ${REDO}`, { ...where, status: 403 });
}

/** Error of an answer whose status is not 200. */
export function errorOfAnswer(effect: Effect, answer: HttpAnswer, where: ErrorPlace): VastError {
  const { code, message } = decodeErrorBody(textOf(answer));
  const place = { ...where, status: answer.status, code };
  const said = message === '' ? '' : `: ${message}`;
  if (effect === 'commit' && !COMMIT_REFUSED.has(answer.status) && !isRefusedUnprocessed(answer)) {
    return new UnknownOutcomeError(`${UNKNOWN_COMMIT}${said}`, place);
  }
  switch (answer.status) {
    case 400:
      return new FatalError(`VAST refuses the request${said}`, place);
    case 403:
      return new FatalError(`access is denied${said}; check access key, secret key, clock and the policies of the user`, place);
    case 404:
      if (/transaction/i.test(code)) return new RetriableError(`the transaction no longer exists${said}; ${REDO}`, place);
      return new NotFoundError(`not found${said}; check the names and whether it was dropped`, place);
    case 405:
    case 501:
      return new FatalError(`this server does not offer the operation${said}`, place);
    case 409:
      return new ConflictError(`conflicts with another transaction or with what is there${said}; roll back and look again`, place);
    case 507:
      return new RetriableError(`VAST has no capacity left${said}; free or add some. ${REDO}`, place);
    case 500:
      return new RetriableError(`VAST failed${said}; ${REDO}`, place);
    default:
      if (PASSING.has(answer.status)) return new RetriableError(`VAST is overloaded or not ready${said}; ${REDO}`, place);
      return new ProtocolError(`the protocol knows no such status${said}; is this endpoint a VAST cluster?`, place);
  }
}

/** Error of an exchange without a complete answer. */
export function errorOfExchange(effect: Effect, error: ExchangeError, where: ErrorPlace): VastError {
  const place = { ...where, cause: error };
  if (effect === 'commit' && error.sent) return new UnknownOutcomeError(`${UNKNOWN_COMMIT}: ${error.message}`, place);
  if (isSecurityFailure(error)) {
    return new FatalError(`no secure connection: ${error.message}; check the scheme of the endpoint and the certificates`, place);
  }
  if (error.code === 'TOO_LARGE') return new FatalError(`${error.message}; raise maxResponseBytes or ask for fewer columns`, place);
  const what = error.sent ? 'the answer was lost' : 'the endpoint cannot be reached';
  return new RetriableError(`${what}: ${error.message}; ${REDO}`, place);
}

function textOf(answer: HttpAnswer): string {
  return Buffer.from(answer.body.buffer, answer.body.byteOffset, Math.min(answer.body.byteLength, 65_536)).toString('utf8');
}
