import { encodeSubscriber } from '../../schemas/generated/Subscriber.generated.ts';
import { Slab } from '../../schemas/slab.ts';
import { putWireHeader, WIRE_HEADER_BYTES } from '../../schemas/wire.ts';
import type { SubscriberProfile } from '../../twin/population/types.ts';
import { subscriberRecord, type SubscriberDetailsSource } from '../records/index.ts';

/** Encodes subscribers one after the other into one buffer, in Confluent wire format. */
export class SubscriberEncoder {
  readonly #slab = new Slab();
  readonly #details: SubscriberDetailsSource;

  constructor(details: SubscriberDetailsSource, schemaId: number) {
    this.#details = details;
    putWireHeader(this.#slab.bytes, 0, schemaId);
  }

  /** The record just encoded lies in `bytes[0, length)`. */
  get bytes(): Uint8Array {
    return this.#slab.bytes;
  }

  get length(): number {
    return this.#slab.position;
  }

  encode(profile: SubscriberProfile): void {
    this.#slab.position = WIRE_HEADER_BYTES;
    encodeSubscriber(this.#slab, subscriberRecord(profile, this.#details.detailsOf(profile)));
  }
}
