import { crc32 } from 'node:zlib';

/**
 * A record of the log: 24-byte header, JSON meta, body. Header, little-endian: u32 CRC-32 of all that follows it, u32 length of
 * meta, u32 length of body, u32 type, u64 transaction.
 */
export const HEADER_BYTES = 24;

export const RecordType = { change: 1, insert: 2, update: 3, delete: 4, commit: 5, rollback: 6 } as const;
export type RecordType = (typeof RecordType)[keyof typeof RecordType];

export interface RecordHead {
  readonly type: RecordType;
  readonly transaction: bigint;
  readonly metaBytes: number;
  readonly bodyBytes: number;
  readonly crc: number;
}

/** First bytes of each file of the log: name and version. */
export const FILE_MAGIC = Buffer.from('telcowal00000001', 'latin1');

/** Header and meta of a record whose body follows; the body is read once, for its checksum. */
export function encodeHead(type: RecordType, transaction: bigint, meta: unknown, body: readonly Uint8Array[]): Buffer {
  const json = Buffer.from(JSON.stringify(meta), 'utf8');
  const head = Buffer.allocUnsafe(HEADER_BYTES + json.length);
  head.writeUInt32LE(json.length, 4);
  head.writeUInt32LE(body.reduce((sum, part) => sum + part.byteLength, 0), 8);
  head.writeUInt32LE(type, 12);
  head.writeBigUInt64LE(transaction, 16);
  json.copy(head, HEADER_BYTES);
  let crc = crc32(head.subarray(4));
  for (const part of body) crc = crc32(part, crc);
  head.writeUInt32LE(crc, 0);
  return head;
}

export function decodeHead(head: Buffer): RecordHead {
  return {
    crc: head.readUInt32LE(0),
    metaBytes: head.readUInt32LE(4),
    bodyBytes: head.readUInt32LE(8),
    type: head.readUInt32LE(12) as RecordType,
    transaction: head.readBigUInt64LE(16),
  };
}

/** @param record header, meta and body */
export function checksumMatches(record: Buffer): boolean {
  return crc32(record.subarray(4)) === record.readUInt32LE(0);
}
