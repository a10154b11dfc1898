import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { FRAME } from '../../../wire/query/frames.ts';

/** Small pieces are joined up to this size; larger ones are handed on as they are. */
const BUFFER_BYTES = 64 * 1024;

/**
 * Writes the frames of a query's answer: `u32 stream, u64 next row id`, one Arrow IPC message. Waits for the reader, so what is
 * buffered stays bounded.
 */
export class FrameWriter {
  readonly #out: Writable;
  #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;
  #writtenAt = Date.now();
  #started = false;

  constructor(out: Writable) {
    this.#out = out;
  }

  /** Something was written, so the answer can only go on or fail as a frame. */
  get started(): boolean {
    return this.#started;
  }

  /**
   * @param cursor where the sub-split goes on in the next answer
   * @param message one encapsulated IPC message, in pieces that nobody changes afterwards
   */
  async frame(stream: number, cursor: number, message: readonly Uint8Array[]): Promise<void> {
    const head = Buffer.allocUnsafe(12);
    head.writeUInt32LE(stream, 0);
    head.writeBigUInt64LE(BigInt(cursor), 4);
    this.#append(head);
    for (const piece of message) this.#append(piece);
    if (this.#out.writableNeedDrain) await this.#drained();
  }

  /** Tells a waiting reader that the query goes on, when it has not heard anything for `afterMs`. */
  keepAlive(afterMs: number): void {
    if (Date.now() - this.#writtenAt < afterMs) return;
    this.#marker(FRAME.keepAlive);
    this.#flush();
  }

  completed(): void {
    this.#marker(FRAME.completed);
    this.#flush();
  }

  /** The answer cannot be finished; the connection must be closed after it. */
  failed(code: bigint): void {
    this.#marker(FRAME.failed);
    const tail = Buffer.alloc(12);
    tail.writeBigUInt64LE(code, 0);
    this.#append(tail);
    this.#flush();
  }

  #marker(stream: number): void {
    const marker = Buffer.allocUnsafe(4);
    marker.writeUInt32LE(stream, 0);
    this.#append(marker);
  }

  #append(piece: Uint8Array): void {
    this.#started = true;
    if (piece.byteLength > BUFFER_BYTES - this.#used) this.#flush();
    if (piece.byteLength > BUFFER_BYTES / 2) {
      this.#flush();
      this.#out.write(piece);
      this.#writtenAt = Date.now();
    } else {
      this.#buffer.set(piece, this.#used);
      this.#used += piece.byteLength;
    }
  }

  #flush(): void {
    if (this.#used === 0) return;
    this.#out.write(this.#buffer.subarray(0, this.#used));
    this.#writtenAt = Date.now();
    this.#buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    this.#used = 0;
  }

  /** Also ends when the reader goes away; writes to a destroyed stream are then dropped. */
  async #drained(): Promise<void> {
    const gone = new AbortController();
    const close = (): void => gone.abort();
    this.#out.once('close', close);
    try {
      if (!this.#out.destroyed) await once(this.#out, 'drain', { signal: gone.signal });
    } catch (error) {
      if (!gone.signal.aborted) throw error;
    } finally {
      this.#out.off('close', close);
    }
  }
}
