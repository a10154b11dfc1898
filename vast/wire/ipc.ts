import { RecordBatchStreamWriter, type RecordBatch, type Schema } from 'apache-arrow';

/** Bytes of one HTTP body in order, not yet joined. */
export interface Pieces {
  readonly pieces: readonly Uint8Array[];
  /** Sum of the lengths. */
  readonly byteLength: number;
}

/** Collects what the Arrow writer emits: metadata, and the column buffers themselves without a copy. */
class PieceWriter extends RecordBatchStreamWriter {
  readonly pieces: Uint8Array[] = [];

  protected override _write(chunk: Parameters<RecordBatchStreamWriter['_write']>[0]): this {
    if (!this._started) return this;
    const piece = ArrayBuffer.isView(chunk)
      ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      : new Uint8Array(chunk as ArrayBufferLike);
    if (piece.byteLength > 0) this.pieces.push(piece);
    this._position += piece.byteLength;
    return this;
  }
}

/**
 * Schema message, one record batch, end of stream: the body of an insert, update or delete. The pieces are views of the batch's
 * buffers wherever Arrow allows it: do not change these before the request is over.
 */
export function encodeBatch(batch: RecordBatch): Pieces {
  const writer = new PieceWriter();
  writer.writeAll([batch]);
  return { pieces: writer.pieces, byteLength: writer.pieces.reduce((sum, piece) => sum + piece.byteLength, 0) };
}

/** Schema message and end of stream: the body that creates a table or adds columns. */
export function encodeSchema(schema: Schema): Pieces {
  const writer = new PieceWriter();
  writer.reset(undefined, schema);
  writer.finish();
  return { pieces: writer.pieces, byteLength: writer.pieces.reduce((sum, piece) => sum + piece.byteLength, 0) };
}
