import { crc32c } from '@node-rs/crc32';
import { describe, expect, test } from 'vitest';
import { BatchBuilder, batchViews } from '../../../topology/log/index.ts';
import { layout } from '../../../topology/log/batch/format.ts';
import { committedBatches, dataBatches } from '../../../topology/log/reader/committed-filter.ts';

const source = { topic: 't', partition: 0 };

interface Spec {
  readonly offset: number;
  readonly producer: bigint;
  readonly marker?: 'commit' | 'abort';
  readonly isTransactional?: boolean;
}

function batch({ offset, producer, marker, isTransactional = true }: Spec): Buffer {
  const builder = new BatchBuilder({ compression: 'none', transactional: isTransactional, maxBytes: 10_000 });
  // Control record: key = version int16, type int16 (0 abort, 1 commit).
  const key = marker ? Buffer.from([0, 0, 0, marker === 'abort' ? 0 : 1]) : null;
  builder.append(1, key, Buffer.from('v'), 0, 1);
  const sealed = builder.seal();
  sealed.stamp({ producerId: producer, producerEpoch: 0 }, 0);
  const bytes = Buffer.concat(sealed.parts);
  bytes.writeBigInt64BE(BigInt(offset), layout.baseOffset);
  if (marker) bytes.writeInt16BE(bytes.readInt16BE(layout.attributes) | 0x20, layout.attributes);
  bytes.writeUInt32BE(crc32c(bytes.subarray(layout.attributes)), layout.crc);
  return bytes;
}

function visible(specs: readonly Spec[], aborted: readonly [producer: bigint, first: number][]): number[] {
  const bytes = Buffer.concat(specs.map(batch));
  const list = aborted.map(([producerId, firstOffset]) => ({ producerId, firstOffset }));
  return [...committedBatches(batchViews(bytes, source), list)].map((b) => b.baseOffset);
}

describe('read_committed filter', () => {
  test('hides one aborted transaction among committed ones of other producers', () => {
    expect(visible([
      { offset: 0, producer: 1n }, { offset: 1, producer: 2n }, { offset: 2, producer: 1n },
      { offset: 3, producer: 1n, marker: 'abort' }, { offset: 4, producer: 2n }, { offset: 5, producer: 2n, marker: 'commit' },
    ], [[1n, 0]])).toEqual([1, 4]);
  });

  test('tells several aborted transactions of one producer apart, whatever order the broker lists them in', () => {
    const log: Spec[] = [
      { offset: 0, producer: 1n }, { offset: 1, producer: 1n, marker: 'abort' },
      { offset: 2, producer: 1n }, { offset: 3, producer: 1n, marker: 'commit' },
      { offset: 4, producer: 1n }, { offset: 5, producer: 1n, marker: 'abort' },
      { offset: 6, producer: 1n }, { offset: 7, producer: 1n, marker: 'commit' },
    ];
    expect(visible(log, [[1n, 0], [1n, 4]])).toEqual([2, 6]);
    expect(visible(log, [[1n, 4], [1n, 0]])).toEqual([2, 6]);
  });

  test('a transaction that began before the fetch, and one whose marker is not in it', () => {
    expect(visible([
      { offset: 10, producer: 1n }, { offset: 11, producer: 1n, marker: 'abort' }, { offset: 12, producer: 2n },
    ], [[1n, 3], [2n, 12]])).toEqual([]);
  });

  test('records outside transactions are seen even if their producer id is in an aborted range', () => {
    expect(visible([{ offset: 0, producer: 1n, isTransactional: false }], [[1n, 0]])).toEqual([0]);
  });

  test('read_uncommitted hides only the markers', () => {
    const bytes = Buffer.concat([batch({ offset: 0, producer: 1n }), batch({ offset: 1, producer: 1n, marker: 'abort' })]);
    expect([...dataBatches(batchViews(bytes, source))].map((b) => b.baseOffset)).toEqual([0]);
  });
});
