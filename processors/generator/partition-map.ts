import { partitionFor } from '../../topology/log/murmur2.ts';
import { Ascii } from '../../schemas/ascii.ts';
import { SUBSCRIBER_ID_BASE } from '../../twin/config.ts';
import type { Membership } from '../../twin/intents/membership.ts';
import type { Network } from '../../twin/network/network.ts';

/**
 * Which partition every subscriber and cell belongs to: Java's default partitioner on the decimal id, as any Kafka client
 * computes it. One per process; six bytes a subscriber.
 */
export class PartitionMap {
  readonly partitionOf: Uint16Array;
  readonly #subscribers: Int32Array[] = [];
  readonly #cells: Int32Array[] = [];

  constructor(capacity: number, partitions: number, network: Network) {
    this.partitionOf = new Uint16Array(capacity);
    const counts = new Int32Array(partitions);
    const key = new Ascii();
    for (let i = 0; i < capacity; i++) {
      key.clear().decimal(SUBSCRIBER_ID_BASE + i);
      const p = partitionFor(key.bytes, partitions, key.length);
      this.partitionOf[i] = p;
      counts[p]++;
    }
    for (let p = 0; p < partitions; p++) this.#subscribers.push(new Int32Array(counts[p]));
    for (let i = capacity - 1; i >= 0; i--) {
      const p = this.partitionOf[i];
      this.#subscribers[p][--counts[p]] = i;
    }
    const cells: number[][] = Array.from({ length: partitions }, () => []);
    network.cellId.forEach((cellId, cell) => {
      key.clear().decimal(cellId);
      cells[partitionFor(key.bytes, partitions, key.length)].push(cell);
    });
    for (const list of cells) this.#cells.push(Int32Array.from(list));
  }

  membership(partition: number): Membership {
    const { partitionOf } = this;
    return {
      subscribers: this.#subscribers[partition],
      cells: this.#cells[partition],
      isMember: (subscriber) => partitionOf[subscriber] === partition,
    };
  }
}
