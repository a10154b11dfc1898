import * as zlib from 'node:zlib';
import { FatalError } from '../errors.ts';
import type { Compression } from '../types.ts';
import { compressFrame, decompressFrame } from './lz4/frame.ts';

/** The three low bits of a batch's attributes. */
export const codecIds: Readonly<Record<Compression, number>> = { none: 0, lz4: 3, zstd: 4 };
const codecNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** FatalError if this runtime can't write the codec. */
export function assertCompression(compression: Compression): void {
  if (compression === 'zstd' && typeof zlib.zstdCompressSync !== 'function') {
    throw new FatalError(`This runtime (Node ${process.versions.node}) has no zstd; use lz4 or none`);
  }
}

/** Compresses the records of a batch; `none` returns a copy, because builders reuse their slab. */
export function compress(compression: Compression, records: Buffer): Buffer {
  switch (compression) {
    case 'none': return Buffer.from(records);
    case 'lz4': return compressFrame(records);
    case 'zstd': return zlib.zstdCompressSync(records);
  }
}

/** Decompresses the records of a batch. FatalError names a codec that is not available. */
export function decompress(codecId: number, records: Buffer): Buffer {
  switch (codecId) {
    case 0: return records;
    case 1: return zlib.gunzipSync(records);
    case 3: return decompressFrame(records);
    case 4:
      if (typeof zlib.zstdDecompressSync === 'function') return zlib.zstdDecompressSync(records);
  }
  throw new FatalError(`Records are compressed with ${codecNames[codecId] ?? `codec ${codecId}`}, which this program can't read; ` +
    'write them with lz4, zstd, gzip or none');
}
