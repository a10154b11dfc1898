import type { RecordBatch } from 'apache-arrow';
import { Message, RecordBatch as BatchHeader } from 'apache-arrow/ipc/metadata/message';
import { VectorAssembler } from 'apache-arrow/visitor/vectorassembler';
import { encapsulate } from '../answer.ts';

const PADDING = new Uint8Array(8);

/** A record batch as one IPC message, in pieces that share the memory of its columns. */
export function batchMessage(batch: RecordBatch): Uint8Array[] {
  const { nodes, buffers, bufferRegions, byteLength } = VectorAssembler.assemble(batch);
  const header = new BatchHeader(batch.numRows, nodes, bufferRegions, null);
  const pieces = [encapsulate(Message.from(header, byteLength))];
  for (const buffer of buffers) {
    if (buffer.byteLength === 0) continue;
    pieces.push(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength));
    const padding = -buffer.byteLength & 7;
    if (padding > 0) pieces.push(PADDING.subarray(0, padding));
  }
  return pieces;
}
