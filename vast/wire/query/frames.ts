import { ipcMessageAt, type MessageKind } from '../ipc-messages.ts';

/** First word of a frame that belongs to no sub-split. */
export const FRAME = { keepAlive: 0xffff_ffff, completed: 0xffff_fffe, failed: 0xffff_fffd } as const;

/** One Arrow message of one sub-split's answer. */
export interface Frame {
  readonly subSplit: number;
  /** Where the sub-split goes on in the next request once its page is complete; `FINISHED_CURSOR` when it does not. */
  readonly cursor: bigint;
  readonly kind: MessageKind;
  /** The encapsulated message. */
  readonly message: Uint8Array;
}

/** The server gave up in the middle of an answer. */
export class QueryFailedError extends Error {
  readonly errorCode: bigint;

  constructor(errorCode: bigint) {
    super(`the server ended the query with error ${errorCode}`);
    this.name = 'QueryFailedError';
    this.errorCode = errorCode;
  }
}

/**
 * Takes the body of a query's answer apart.
 * @throws QueryFailedError when the server says that it failed; RangeError when the bytes end in the middle or make no sense
 */
export function* readFrames(body: Uint8Array): Generator<Frame> {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  for (let at = 0; at < body.byteLength; ) {
    const first = view.getUint32(at, true);
    at += 4;
    if (first === FRAME.keepAlive) continue;
    if (first === FRAME.completed) return;
    if (first === FRAME.failed) throw new QueryFailedError(view.getBigUint64(at, true));
    const cursor = view.getBigUint64(at, true);
    at += 8;
    const { kind, byteLength } = ipcMessageAt(body, at);
    yield { subSplit: first, cursor, kind, message: body.subarray(at, at + byteLength) };
    at += byteLength;
  }
}
