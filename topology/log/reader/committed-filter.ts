import type { RecordBatchView } from '../batch/view.ts';
import type { AbortedTransaction } from './fetch.ts';

/**
 * Data batches that a read_committed reader may see. `aborted` is what the broker sent with these very batches: it lists every
 * aborted transaction that overlaps the fetched range, also those that began in an earlier fetch or end in a later one, so the
 * filter needs no memory across fetches. One producer may appear several times; its ranges are told apart by abort markers.
 */
export function* committedBatches(
  batches: Iterable<RecordBatchView>, aborted: readonly AbortedTransaction[],
): Generator<RecordBatchView> {
  const pending = aborted.length > 1 ? [...aborted].sort((a, b) => a.firstOffset - b.firstOffset) : aborted;
  const open = new Set<bigint>();
  let started = 0;
  for (const batch of batches) {
    for (; started < pending.length && pending[started].firstOffset <= batch.lastOffset; started++) {
      open.add(pending[started].producerId);
    }
    if (batch.isControl) {
      if (open.has(batch.producerId) && batch.isAbortMarker) open.delete(batch.producerId);
    } else if (!(batch.isTransactional && open.has(batch.producerId))) {
      yield batch;
    }
  }
}

/** All data batches: what read_uncommitted shows. */
export function* dataBatches(batches: Iterable<RecordBatchView>): Generator<RecordBatchView> {
  for (const batch of batches) if (!batch.isControl) yield batch;
}
