import type { Subscriber } from '../../../schemas/generated/Subscriber.generated.ts';
import { SubscriberHead, SubscriberHeadDecoder } from '../../../schemas/subscriber-head.ts';
import { readWireHeader, WIRE_HEADER_BYTES } from '../../../schemas/wire.ts';
import type { LookedUpTopic } from '../../../schemas/registry.ts';
import { SUBSCRIBER_ID_BASE } from '../../../twin/config.ts';
import type { TwinTables } from '../../generator/twin-tables.ts';
import type { Location } from '../store/partition-log.ts';
import { NumberIndex } from './number-index.ts';

/**
 * All subscribers in memory as far as questions need them: directory and identities of every version (for snapshots and places), who has
 * which number now, and where on disk the newest record lies. Fed with records in the order of each partition's log.
 */
export class SubscriberView {
  readonly tables: TwinTables;
  readonly #imsis: NumberIndex;
  readonly #msisdns: NumberIndex;
  /** Location of the newest record of each subscriber, plus 1; 0 where there is none, or a tombstone. */
  readonly #locations: Float64Array;
  readonly #schema: LookedUpTopic<'Subscriber'>;
  readonly #decoder = new SubscriberHeadDecoder();
  readonly #head = new SubscriberHead();
  /** Records by partition that a newer one of the same subscriber has superseded. */
  readonly superseded: number[];
  #count = 0;

  constructor(tables: TwinTables, schema: LookedUpTopic<'Subscriber'>) {
    const { capacity, partitions } = tables.config;
    this.tables = tables;
    this.#schema = schema;
    this.#imsis = new NumberIndex(capacity);
    this.#msisdns = new NumberIndex(capacity);
    this.#locations = new Float64Array(capacity);
    this.superseded = new Array<number>(partitions).fill(0);
  }

  /** Subscribers that have a record. */
  get count(): number {
    return this.#count;
  }

  /**
   * Applies one record of the log.
   * @throws DecodeError, RangeError, or an error for a schema that `ready` was not asked for
   */
  apply(
    partition: number, offset: number, bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number, location: Location,
  ): void {
    const head = this.#head;
    const index = valueStart < 0 ? Number(bytes.toString('latin1', keyStart, keyEnd)) - SUBSCRIBER_ID_BASE : this.#decode(bytes, valueStart, valueEnd);
    if (!(index >= 0 && index < this.#locations.length)) {
      throw new RangeError(`subscriber ${bytes.toString('latin1', keyStart, keyEnd)} lies outside the twin's capacity ${this.#locations.length}`);
    }
    const known = this.#locations[index] !== 0;
    if (known) this.superseded[partition]++;
    // A version that came before is superseded itself.
    if (valueStart >= 0 && !this.tables.set(partition, offset, head)) return;
    if (known) this.#count--;
    if (valueStart < 0) {
      this.superseded[partition]++;
      this.#locations[index] = 0;
      this.#imsis.set(index, 0);
      this.#msisdns.set(index, 0);
      return;
    }
    this.#imsis.set(index, head.imsi);
    this.#msisdns.set(index, head.msisdn);
    this.#locations[index] = location + 1;
    this.#count++;
  }

  /** A promise when the schema of a value has to be fetched from the registry before `apply` can read it. */
  ready(bytes: Buffer, valueStart: number, valueEnd: number): Promise<void> | null {
    if (valueStart < 0) return null;
    const { resolver } = this.#schema;
    const id = readWireHeader(bytes, valueStart, valueEnd);
    return resolver.get(id) === undefined ? resolver.load(id).then(() => undefined) : null;
  }

  byId(id: number): number {
    const index = id - SUBSCRIBER_ID_BASE;
    return index >= 0 && index < this.#locations.length && this.#locations[index] !== 0 ? index : -1;
  }

  byImsi(imsi: number): number {
    return this.#imsis.find(imsi);
  }

  byMsisdn(msisdn: number): number {
    return this.#msisdns.find(msisdn);
  }

  readonly imsiOf = (index: number): number => this.#imsis.numberOf(index);
  readonly msisdnOf = (index: number): number => this.#msisdns.numberOf(index);

  /** A value whose schema `ready` was asked for. @throws DecodeError */
  decode(value: Buffer): Subscriber {
    const writer = this.#schema.resolver.get(readWireHeader(value));
    if (writer === undefined) throw new Error('the record was written with a schema that was not loaded');
    return writer.decode(value.subarray(WIRE_HEADER_BYTES));
  }

  /** Where the newest record of a subscriber lies; it must have one. */
  locationOf(index: number): Location {
    return this.#locations[index] - 1;
  }

  /** A partition was rewritten: its records lie elsewhere. */
  moved(partition: number, locations: ReadonlyMap<number, Location>): void {
    for (const [index, location] of locations) this.#locations[index] = location + 1;
    this.superseded[partition] = 0;
  }

  #decode(bytes: Buffer, valueStart: number, valueEnd: number): number {
    const id = readWireHeader(bytes, valueStart, valueEnd);
    const body = valueStart + WIRE_HEADER_BYTES;
    if (id === this.#schema.id) this.#decoder.decode(bytes, body, valueEnd, this.#head);
    else {
      const writer = this.#schema.resolver.get(id);
      if (writer === undefined) throw new Error(`the record was written with schema ${id}, which was not loaded`);
      const translated = writer.translate(bytes.subarray(body, valueEnd));
      this.#decoder.decode(translated, 0, translated.length, this.#head);
    }
    return this.#head.subscriber_id - SUBSCRIBER_ID_BASE;
  }
}
