import { LogWriter, type Cluster, type RecordHeader, type TopicPartition } from '../../topology/log/index.ts';

/** Why a record can't land, as metrics tell it. */
export type PoisonCode = 'BAD_WIRE_FORMAT' | 'UNKNOWN_SCHEMA' | 'MALFORMED_AVRO';

/** A record that can never land. */
export interface PoisonRecord extends TopicPartition {
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly reason: string;
  readonly code: PoisonCode;
}

/**
 * Moves records to `dead_letters`. They are there before the ledger passes them: none is lost; one that was being moved when the
 * sink died is there twice, with the same source in its headers.
 */
export class DeadLetters {
  readonly #cluster: Cluster;
  readonly #topic: string;
  readonly #processor: string;
  #writer: LogWriter | null = null;

  constructor(cluster: Cluster, topic: string, processor: string) {
    this.#cluster = cluster;
    this.#topic = topic;
    this.#processor = processor;
  }

  async write(records: readonly PoisonRecord[]): Promise<void> {
    if (records.length === 0) return;
    const partitions = await this.#cluster.partitionCount(this.#topic);
    const writer = this.#writer ??= await LogWriter.open(this.#cluster);
    try {
      for (const record of records) {
        const { key, value, partition } = record;
        const more = writer.append(this.#topic, partition % partitions, Date.now(), key, value, 0, value?.length ?? 0, this.#headers(record));
        if (!more) await writer.drained();
      }
      await writer.flush();
    } catch (error) {
      // What it was about to write is unknown; the next attempt writes everything again, with a writer that works.
      this.#writer = null;
      await writer.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#writer?.close();
  }

  #headers({ reason, topic, partition, offset }: PoisonRecord): RecordHeader[] {
    const texts = { reason, topic, partition: String(partition), offset: String(offset), processor: this.#processor };
    return Object.entries(texts).map(([key, text]) => ({ key, value: Buffer.from(text) }));
  }
}
