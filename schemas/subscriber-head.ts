import { Ascii } from './ascii.ts';
import { Cursor } from './cursor.ts';
import {
  SubscriberCapabilitySymbols, SubscriberSegmentSymbols, SubscriberStatusSymbols, type SubscriberSegment, type SubscriberStatus,
} from './generated/Subscriber.generated.ts';
import { Interner } from './interner.ts';

/** Bits of `SubscriberHead.capabilities`. */
export const CapabilityBit = { VOLTE: 1, NR: 2, VOWIFI: 4 } as const;

/**
 * What behaviour needs of a Subscriber record, flat: everything before `name`. Reusable: `decodeSubscriberHead` overwrites
 * all of it. Digit strings are numbers, enums are symbol indices, repeated strings are shared.
 */
export class SubscriberHead {
  subscriber_id = 0;
  imsi = 0;
  msisdn = 0;
  imei = 0;
  segment: SubscriberSegment = 0;
  plan = '';
  status: SubscriberStatus = 0;
  /** Unique per account, so kept as bytes; `account_id.toString()` makes the string. */
  readonly account_id = new Ascii();
  bill_cycle_day = 0;
  contract_end: number | null = null;
  home_plmn = '';
  activated_at = 0;
  device_tac = 0;
  device_brand = '';
  device_model = '';
  /** Bit mask of `CapabilityBit`. */
  capabilities = 0;
  home_latitude = 0;
  home_longitude = 0;
  home_site_id: string | null = null;
  work_latitude: number | null = null;
  work_longitude: number | null = null;
  work_site_id: string | null = null;
  language = '';
  age_band = '';
  calls_per_day = 0;
  texts_per_day = 0;
  sessions_per_day = 0;
  night_off = false;
  effective_at = 0;
  version = 0;
}

const BITS: readonly number[] = SubscriberCapabilitySymbols.map((symbol) => (symbol === 'UNKNOWN' ? 0 : CapabilityBit[symbol]));

/** Decodes Subscriber records up to `name`. One instance per reader; not re-entrant. */
export class SubscriberHeadDecoder {
  readonly #cursor = new Cursor('Subscriber');
  readonly #interner = new Interner();

  /**
   * Fills `out` from the Avro body `bytes[start … end)`, written with this very schema.
   * @throws DecodeError when it is not one; `out` is then partly overwritten.
   */
  decode(bytes: Uint8Array, start: number, end: number, out: SubscriberHead): void {
    const cursor = this.#cursor;
    cursor.start(bytes, start);
    out.subscriber_id = cursor.long();
    out.imsi = cursor.digits();
    out.msisdn = cursor.digits();
    out.imei = cursor.digits();
    out.segment = cursor.symbol(SubscriberSegmentSymbols.length) as SubscriberSegment;
    out.plan = this.#text();
    out.status = cursor.symbol(SubscriberStatusSymbols.length) as SubscriberStatus;
    cursor.ascii(out.account_id);
    out.bill_cycle_day = cursor.int();
    out.contract_end = cursor.present() ? cursor.long() : null;
    out.home_plmn = this.#text();
    out.activated_at = cursor.long();
    out.device_tac = cursor.digits();
    out.device_brand = this.#text();
    out.device_model = this.#text();
    out.capabilities = this.#capabilities();
    out.home_latitude = cursor.double();
    out.home_longitude = cursor.double();
    out.home_site_id = cursor.present() ? this.#text() : null;
    if (cursor.present()) {
      out.work_latitude = cursor.double();
      out.work_longitude = cursor.double();
      out.work_site_id = cursor.present() ? this.#text() : null;
    } else {
      out.work_latitude = null;
      out.work_longitude = null;
      out.work_site_id = null;
    }
    out.language = this.#text();
    out.age_band = this.#text();
    out.calls_per_day = cursor.double();
    out.texts_per_day = cursor.double();
    out.sessions_per_day = cursor.double();
    out.night_off = cursor.boolean() === 1;
    out.effective_at = cursor.long();
    out.version = cursor.int();
    // Behind here: name and address, each at least its one-byte length.
    if (cursor.position + 2 > end) throw cursor.error(`the record of ${end - start} bytes at ${start} is cut short`);
  }

  /**
   * The same, leaving out what takes no part in behaviour: account, contract, PLMN, device, sites, language and age keep
   * whatever `out` held. For reading whole populations.
   */
  decodeBehaviour(bytes: Uint8Array, start: number, end: number, out: SubscriberHead): void {
    const cursor = this.#cursor;
    cursor.start(bytes, start);
    out.subscriber_id = cursor.long();
    out.imsi = cursor.digits();
    cursor.skipText();
    out.imei = cursor.digits();
    out.segment = cursor.symbol(SubscriberSegmentSymbols.length) as SubscriberSegment;
    out.plan = this.#text();
    out.status = cursor.symbol(SubscriberStatusSymbols.length) as SubscriberStatus;
    cursor.skipText();
    cursor.skipVarint();
    if (cursor.present()) cursor.skipVarint();
    cursor.skipText();
    cursor.skipVarint();
    cursor.skipText();
    cursor.skipText();
    cursor.skipText();
    out.capabilities = this.#capabilities();
    out.home_latitude = cursor.double();
    out.home_longitude = cursor.double();
    if (cursor.present()) cursor.skipText();
    if (cursor.present()) {
      out.work_latitude = cursor.double();
      out.work_longitude = cursor.double();
      if (cursor.present()) cursor.skipText();
    } else {
      out.work_latitude = null;
      out.work_longitude = null;
    }
    cursor.skipText();
    cursor.skipText();
    out.calls_per_day = cursor.double();
    out.texts_per_day = cursor.double();
    out.sessions_per_day = cursor.double();
    out.night_off = cursor.boolean() === 1;
    cursor.skipVarint();
    out.version = cursor.int();
    if (cursor.position + 2 > end) throw cursor.error(`the record of ${end - start} bytes at ${start} is cut short`);
  }

  #text(): string {
    const cursor = this.#cursor;
    const length = cursor.textLength();
    const start = cursor.position;
    cursor.position = start + length;
    return this.#interner.intern(cursor.bytes, start, length);
  }

  /** An array of capabilities: blocks of symbols, each with or without its size. */
  #capabilities(): number {
    const cursor = this.#cursor;
    let mask = 0;
    for (let count = cursor.long(); count !== 0; count = cursor.long()) {
      if (count < 0) {
        cursor.skipVarint();
        count = -count;
      }
      if (count > cursor.bytes.length) throw cursor.error(`${count} capabilities do not fit`);
      for (let i = 0; i < count; i += 1) mask |= BITS[cursor.symbol(SubscriberCapabilitySymbols.length)];
    }
    return mask;
  }
}

const shared = new SubscriberHeadDecoder();

/** `SubscriberHeadDecoder.decode` on a shared instance. */
export function decodeSubscriberHead(bytes: Uint8Array, start: number, end: number, out: SubscriberHead): void {
  shared.decode(bytes, start, end, out);
}
