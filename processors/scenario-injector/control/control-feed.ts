import { LogReader, type Cluster, type FetchedPartition } from '../../../topology/log/index.ts';
import { recordContexts } from '../../../topology/telemetry/propagation.ts';
import type { ControlEvent } from '../../../twin/scenarios/index.ts';
import { KEPT_BYTES, type ControlDecoder, type ControlRecord } from './decode.ts';
import { Rejection } from './rejection.ts';

/** Decoded records that may wait for the leader before reading rests. */
const MAX_WAITING = 1_000;
const POLL_MS = 1_000;

/** A record of `scenario_events`: what it says, or why it says nothing. */
export type ControlItem =
  | { readonly record: ControlRecord; readonly event: ControlEvent }
  | { readonly record: ControlRecord; readonly rejection: Rejection };

/**
 * Reads and decodes `scenario_events` beside the leader's loop, in order. So a schema that has to be fetched from a registry that
 * is down delays control events, but not time.
 */
export class ControlFeed {
  readonly #reader: LogReader;
  readonly #decoder: ControlDecoder;
  #items: ControlItem[] = [];
  #position: number;
  #failure: Error | null = null;
  #closed = false;
  #changed = Promise.withResolvers<void>();

  constructor(cluster: Cluster, topic: string, offset: number, decoder: ControlDecoder) {
    this.#decoder = decoder;
    this.#position = offset;
    this.#reader = new LogReader(cluster, { isolation: 'read_committed' });
    this.#reader.assign([{ topic, partition: 0, offset }]);
    void this.#run().catch((error: unknown) => {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#notify();
    });
  }

  /** What has arrived, at most `limit`, and the offset behind it. Throws what ended the reading. */
  take(limit: number): { readonly items: readonly ControlItem[]; readonly offset: number } {
    if (this.#failure !== null) throw this.#failure;
    const items = this.#items.splice(0, limit);
    const first = this.#items[0];
    this.#notify();
    return { items, offset: first?.record.offset ?? this.#position };
  }

  /** Resolves when something has arrived, or the reading ended, or after `timeoutMs`. */
  async arrival(timeoutMs: number): Promise<void> {
    if (this.#items.length > 0 || this.#failure !== null || this.#closed) return;
    const { promise: timeout, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    await Promise.race([this.#changed.promise, timeout]);
    clearTimeout(timer);
  }

  /** Ends reading. A decode in hand may wait for the registry for as long as that is down: it is left behind, and its outcome dropped. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#notify();
    await this.#reader.close();
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      if (this.#items.length >= MAX_WAITING) {
        await this.#changed.promise;
        continue;
      }
      for (const fetched of await this.#reader.poll(POLL_MS)) {
        for (const record of recordsOf(fetched)) {
          const item = await this.#decode(record);
          if (this.#closed) return;
          this.#items.push(item);
          this.#position = record.offset + 1;
          this.#notify();
        }
        this.#position = fetched.nextOffset;
      }
    }
  }

  async #decode(record: ControlRecord): Promise<ControlItem> {
    try {
      return { record, event: await this.#decoder.decode(record) };
    } catch (error) {
      if (error instanceof Rejection) return { record, rejection: error };
      throw error;
    }
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

/** The control events at offsets [from, end), which are on the log; null when `stopping` comes before they can all be read. */
export async function controlItems(
  cluster: Cluster, topic: string, from: number, end: number, decoder: ControlDecoder, stopping: () => boolean,
): Promise<ControlItem[] | null> {
  const found: ControlItem[] = [];
  if (from >= end) return found;
  const feed = new ControlFeed(cluster, topic, from, decoder);
  try {
    for (let reached = from; reached < end;) {
      if (stopping()) return null;
      const { items, offset } = feed.take(MAX_WAITING);
      found.push(...items.filter(({ record }) => record.offset < end));
      reached = offset;
      if (reached < end) await feed.arrival(POLL_MS);
    }
  } finally {
    await feed.close();
  }
  return found;
}

/** Copies that outlive the fetch. */
function recordsOf(fetched: FetchedPartition): ControlRecord[] {
  const records: ControlRecord[] = [];
  fetched.forEachRecord((offset, _timestamp, bytes, keyStart, keyEnd, valueStart, valueEnd, headersStart) => {
    const size = valueStart < 0 ? 0 : valueEnd - valueStart;
    const [trace] = recordContexts(bytes, headersStart);
    records.push({
      offset,
      key: keyStart < 0 ? null : Buffer.from(bytes.subarray(keyStart, keyEnd)),
      value: valueStart < 0 ? null : Buffer.from(bytes.subarray(valueStart, valueStart + Math.min(size, KEPT_BYTES))),
      size,
      ...(trace === undefined ? {} : { trace }),
    });
  });
  return records;
}
