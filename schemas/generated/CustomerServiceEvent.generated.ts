// Generated from schemas/CustomerServiceEvent.avsc by schemas/codegen/generate.ts. Do not edit.
import { Ascii } from '../ascii.ts';
import { NumberColumn, TextColumn } from '../columns.ts';
import { Cursor } from '../cursor.ts';
import { putAscii, putDigits, putInt, putLong, putText, textBound } from '../put.ts';
import type { Slab } from '../slab.ts';

export const CustomerServiceEventType = { UNKNOWN: 0, OPENED: 1, ANSWERED: 2, ABANDONED: 3, TRANSFERRED: 4, UPDATED: 5, RESOLVED: 6, CLOSED: 7 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type CustomerServiceEventType = (typeof CustomerServiceEventType)[keyof typeof CustomerServiceEventType];
export type CustomerServiceEventTypeSymbol = keyof typeof CustomerServiceEventType;
/** Symbols of CustomerServiceEventType by index. */
export const CustomerServiceEventTypeSymbols: readonly CustomerServiceEventTypeSymbol[] = ['UNKNOWN', 'OPENED', 'ANSWERED', 'ABANDONED', 'TRANSFERRED', 'UPDATED', 'RESOLVED', 'CLOSED'];

export const CustomerServiceEventChannel = { UNKNOWN: 0, PHONE: 1, CHAT: 2, APP: 3, STORE: 4, SOCIAL: 5 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type CustomerServiceEventChannel = (typeof CustomerServiceEventChannel)[keyof typeof CustomerServiceEventChannel];
export type CustomerServiceEventChannelSymbol = keyof typeof CustomerServiceEventChannel;
/** Symbols of CustomerServiceEventChannel by index. */
export const CustomerServiceEventChannelSymbols: readonly CustomerServiceEventChannelSymbol[] = ['UNKNOWN', 'PHONE', 'CHAT', 'APP', 'STORE', 'SOCIAL'];

export const CustomerServiceEventSentiment = { UNKNOWN: 0, NEGATIVE: 1, NEUTRAL: 2, POSITIVE: 3 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type CustomerServiceEventSentiment = (typeof CustomerServiceEventSentiment)[keyof typeof CustomerServiceEventSentiment];
export type CustomerServiceEventSentimentSymbol = keyof typeof CustomerServiceEventSentiment;
/** Symbols of CustomerServiceEventSentiment by index. */
export const CustomerServiceEventSentimentSymbols: readonly CustomerServiceEventSentimentSymbol[] = ['UNKNOWN', 'NEGATIVE', 'NEUTRAL', 'POSITIVE'];

/** One step of a customer contact, as the care system (CRM, contact centre) logs it. */
export interface CustomerServiceEvent {
  /** Structural id, unique over all streams and the same in every replay. */
  event_id: string;
  /** When the step happened. [ms since epoch, UTC] */
  event_time: number;
  /** One contact: the same from OPENED to its end. */
  contact_id: string;
  /** The case; repeated contacts about one matter share it. */
  case_id: string;
  /** Step of the contact. */
  event_type: CustomerServiceEventTypeSymbol;
  /** How the customer made contact. */
  channel: CustomerServiceEventChannelSymbol;
  /** The customer; the record key of this topic. */
  subscriber_id: number;
  /** Number the contact is about. [E.164 digits without +; TS 23.003 3.3] */
  msisdn: string;
  /** Top level of the contact reason (network, billing, plan, device, account, fraud). */
  reason_category: string;
  /** Contact reason within the category. */
  reason: string;
  /** Wait before an agent answered or the customer gave up. [s] */
  queue_wait_s: number | null;
  /** Talk or chat time and after-contact work of the agent. [s] */
  handle_time_s: number | null;
  /** The agent. One agent never has two voice contacts at once. */
  agent_id: string | null;
  /** True when this contact closed the case and was its first. */
  resolved_first_contact: boolean | null;
  /** Customer satisfaction from the survey after the contact, 1 (worst) to 5. Null when not answered. [1 to 5] */
  csat: number | null;
  /** Sentiment of the contact. */
  sentiment: CustomerServiceEventSentimentSymbol | null;
  /** The agent's free text. */
  notes: string | null;
  /** event_id of the experience that caused the contact, when the caller would know it. */
  related_event_id: string | null;
  /** Cell that the complaint is about. [ECI (28 bit) or NCI (36 bit); TS 23.003 19.6, 19.6A] */
  cell_id: number | null;
}

/**
 * A reusable CustomerServiceEvent to fill and encode: one instance per writer. Enums are symbol indices, digit strings are numbers; a number
 * that is NaN is written as null.
 */
export class CustomerServiceEventRow {
  /** Structural id, unique over all streams and the same in every replay. */
  readonly event_id = new Ascii();
  /** When the step happened. [ms since epoch, UTC] */
  event_time: number = 0;
  /** One contact: the same from OPENED to its end. */
  readonly contact_id = new Ascii();
  /** The case; repeated contacts about one matter share it. */
  readonly case_id = new Ascii();
  /** Step of the contact. */
  event_type: CustomerServiceEventType = 0;
  /** How the customer made contact. */
  channel: CustomerServiceEventChannel = 0;
  /** The customer; the record key of this topic. */
  subscriber_id: number = 0;
  /** Number the contact is about. [E.164 digits without +; TS 23.003 3.3] */
  msisdn: number = 0;
  /** Top level of the contact reason (network, billing, plan, device, account, fraud). */
  reason_category: string = '';
  /** Contact reason within the category. */
  reason: string = '';
  /** Wait before an agent answered or the customer gave up. [s] */
  queue_wait_s: number = NaN;
  /** Talk or chat time and after-contact work of the agent. [s] */
  handle_time_s: number = NaN;
  /** The agent. One agent never has two voice contacts at once. */
  agent_id: string | null = null;
  /** True when this contact closed the case and was its first. */
  resolved_first_contact: boolean | null = null;
  /** Customer satisfaction from the survey after the contact, 1 (worst) to 5. Null when not answered. [1 to 5] */
  csat: number = NaN;
  /** Sentiment of the contact. */
  sentiment: CustomerServiceEventSentiment | null = null;
  /** The agent's free text. */
  notes: string | null = null;
  /** event_id of the experience that caused the contact, when the caller would know it. */
  readonly related_event_id = new Ascii().setNull();
  /** Cell that the complaint is about. [ECI (28 bit) or NCI (36 bit); TS 23.003 19.6, 19.6A] */
  cell_id: number = NaN;

  /** Sets every field to null (numbers to NaN), or to 0, false or empty where it can't be null. */
  reset(): void {
    this.event_id.clear();
    this.event_time = 0;
    this.contact_id.clear();
    this.case_id.clear();
    this.event_type = 0;
    this.channel = 0;
    this.subscriber_id = 0;
    this.msisdn = 0;
    this.reason_category = '';
    this.reason = '';
    this.queue_wait_s = NaN;
    this.handle_time_s = NaN;
    this.agent_id = null;
    this.resolved_first_contact = null;
    this.csat = NaN;
    this.sentiment = null;
    this.notes = null;
    this.related_event_id.setNull();
    this.cell_id = NaN;
  }
}

/** The plain object that decoding the encoded row gives. */
export function customerServiceEventRowToObject(row: CustomerServiceEventRow): CustomerServiceEvent {
  return {
    event_id: row.event_id.toString(),
    event_time: row.event_time,
    contact_id: row.contact_id.toString(),
    case_id: row.case_id.toString(),
    event_type: CustomerServiceEventTypeSymbols[row.event_type],
    channel: CustomerServiceEventChannelSymbols[row.channel],
    subscriber_id: row.subscriber_id,
    msisdn: String(row.msisdn),
    reason_category: row.reason_category,
    reason: row.reason,
    queue_wait_s: Number.isNaN(row.queue_wait_s) ? null : row.queue_wait_s,
    handle_time_s: Number.isNaN(row.handle_time_s) ? null : row.handle_time_s,
    agent_id: row.agent_id,
    resolved_first_contact: row.resolved_first_contact,
    csat: Number.isNaN(row.csat) ? null : row.csat,
    sentiment: row.sentiment === null ? null : CustomerServiceEventSentimentSymbols[row.sentiment],
    notes: row.notes,
    related_event_id: row.related_event_id.isNull ? null : row.related_event_id.toString(),
    cell_id: Number.isNaN(row.cell_id) ? null : row.cell_id,
  };
}

function putCustomerServiceEvent0(bytes: Uint8Array, view: DataView, at: number, row: CustomerServiceEventRow): number {
  at = putAscii(bytes, view, at, row.event_id);
  at = putLong(bytes, at, row.event_time);
  at = putAscii(bytes, view, at, row.contact_id);
  at = putAscii(bytes, view, at, row.case_id);
  bytes[at++] = row.event_type << 1;
  bytes[at++] = row.channel << 1;
  return at;
}

function putCustomerServiceEvent1(bytes: Uint8Array, view: DataView, at: number, row: CustomerServiceEventRow): number {
  at = putLong(bytes, at, row.subscriber_id);
  at = putDigits(bytes, view, at, row.msisdn, 0);
  at = putText(bytes, at, row.reason_category);
  at = putText(bytes, at, row.reason);
  if (row.queue_wait_s !== row.queue_wait_s) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putInt(bytes, at, row.queue_wait_s);
  }
  if (row.handle_time_s !== row.handle_time_s) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putInt(bytes, at, row.handle_time_s);
  }
  return at;
}

function putCustomerServiceEvent2(bytes: Uint8Array, view: DataView, at: number, row: CustomerServiceEventRow): number {
  if (row.agent_id === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putText(bytes, at, row.agent_id);
  }
  if (row.resolved_first_contact === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    bytes[at++] = row.resolved_first_contact ? 1 : 0;
  }
  if (row.csat !== row.csat) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putInt(bytes, at, row.csat);
  }
  if (row.sentiment === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    bytes[at++] = row.sentiment << 1;
  }
  if (row.notes === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putText(bytes, at, row.notes);
  }
  if (row.related_event_id.isNull) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putAscii(bytes, view, at, row.related_event_id);
  }
  return at;
}

function putCustomerServiceEvent3(bytes: Uint8Array, at: number, row: CustomerServiceEventRow): number {
  if (row.cell_id !== row.cell_id) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.cell_id);
  }
  return at;
}

/** Appends the Avro body of `row` to `slab`. Integers outside ±(2^53 - 1) and enum indices that are no symbol give wrong records. */
export function encodeCustomerServiceEvent(slab: Slab, row: CustomerServiceEventRow): void {
  slab.ensure(89 + row.event_id.length + row.contact_id.length + row.case_id.length + textBound(row.reason_category) + textBound(row.reason) + (row.agent_id === null ? 0 : textBound(row.agent_id)) + (row.notes === null ? 0 : textBound(row.notes)) + row.related_event_id.length);
  let at = slab.position;
  at = putCustomerServiceEvent0(slab.bytes, slab.view, at, row);
  at = putCustomerServiceEvent1(slab.bytes, slab.view, at, row);
  at = putCustomerServiceEvent2(slab.bytes, slab.view, at, row);
  at = putCustomerServiceEvent3(slab.bytes, at, row);
  slab.position = at;
}

const CustomerServiceEventFields: readonly (keyof CustomerServiceEvent)[] = ['event_id', 'event_time', 'contact_id', 'case_id', 'event_type', 'channel', 'subscriber_id', 'msisdn', 'reason_category', 'reason', 'queue_wait_s', 'handle_time_s', 'agent_id', 'resolved_first_contact', 'csat', 'sentiment', 'notes', 'related_event_id', 'cell_id'];

/** Decodes CustomerServiceEvent records into one typed column per field. */
export class CustomerServiceEventColumns {
  /** Rows decoded since the last `clear`. */
  length = 0;
  readonly event_id: TextColumn;
  readonly event_time: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly contact_id: TextColumn;
  readonly case_id: TextColumn;
  readonly event_type: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly channel: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly subscriber_id: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly msisdn: TextColumn;
  readonly reason_category: TextColumn;
  readonly reason: TextColumn;
  readonly queue_wait_s: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly handle_time_s: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly agent_id: TextColumn;
  readonly resolved_first_contact: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly csat: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly sentiment: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly notes: TextColumn;
  readonly related_event_id: TextColumn;
  readonly cell_id: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly #cursor = new Cursor('CustomerServiceEvent');
  readonly #complete: boolean;
  #capacity = 0;

  /** @param fields the fields to decode; the columns of others stay empty. */
  constructor(fields: readonly (keyof CustomerServiceEvent)[] = CustomerServiceEventFields) {
    const selected = new Set(fields);
    this.#complete = selected.size === CustomerServiceEventFields.length;
    this.event_id = new TextColumn(false, selected.has('event_id'));
    this.event_time = new NumberColumn(new Float64Array(0), false, selected.has('event_time'));
    this.contact_id = new TextColumn(false, selected.has('contact_id'));
    this.case_id = new TextColumn(false, selected.has('case_id'));
    this.event_type = new NumberColumn(new Uint8Array(0), false, selected.has('event_type'));
    this.channel = new NumberColumn(new Uint8Array(0), false, selected.has('channel'));
    this.subscriber_id = new NumberColumn(new Float64Array(0), false, selected.has('subscriber_id'));
    this.msisdn = new TextColumn(false, selected.has('msisdn'));
    this.reason_category = new TextColumn(false, selected.has('reason_category'));
    this.reason = new TextColumn(false, selected.has('reason'));
    this.queue_wait_s = new NumberColumn(new Int32Array(0), true, selected.has('queue_wait_s'));
    this.handle_time_s = new NumberColumn(new Int32Array(0), true, selected.has('handle_time_s'));
    this.agent_id = new TextColumn(true, selected.has('agent_id'));
    this.resolved_first_contact = new NumberColumn(new Uint8Array(0), true, selected.has('resolved_first_contact'));
    this.csat = new NumberColumn(new Int32Array(0), true, selected.has('csat'));
    this.sentiment = new NumberColumn(new Uint8Array(0), true, selected.has('sentiment'));
    this.notes = new TextColumn(true, selected.has('notes'));
    this.related_event_id = new TextColumn(true, selected.has('related_event_id'));
    this.cell_id = new NumberColumn(new Float64Array(0), true, selected.has('cell_id'));
  }

  /** Forgets all rows; the memory is kept. */
  clear(): void {
    this.length = 0;
  }

  /**
   * Appends the record whose Avro body is `bytes[start … end)`, written with this very schema.
   * @throws DecodeError when it is not one; no row is appended then.
   */
  decode(bytes: Uint8Array, start: number, end: number): void {
    const row = this.length;
    if (row === this.#capacity) this.#grow();
    const cursor = this.#cursor;
    cursor.start(bytes, start);
    decodeCustomerServiceEvent0(this, cursor, row);
    decodeCustomerServiceEvent1(this, cursor, row);
    decodeCustomerServiceEvent2(this, cursor, row);
    decodeCustomerServiceEvent3(this, cursor, row);
    cursor.finish(start, end);
    this.length = row + 1;
  }

  /** Row `row` as a plain object. @throws Error when fields were left out at construction. */
  get(row: number): CustomerServiceEvent {
    if (row < 0 || row >= this.length) throw new RangeError(`CustomerServiceEventColumns: row ${row} of ${this.length}`);
    if (!this.#complete) throw new Error('CustomerServiceEventColumns.get needs every field: read the selected columns instead');
    return {
      event_id: this.event_id.text(row),
      event_time: this.event_time.values[row],
      contact_id: this.contact_id.text(row),
      case_id: this.case_id.text(row),
      event_type: CustomerServiceEventTypeSymbols[this.event_type.values[row]],
      channel: CustomerServiceEventChannelSymbols[this.channel.values[row]],
      subscriber_id: this.subscriber_id.values[row],
      msisdn: this.msisdn.text(row),
      reason_category: this.reason_category.text(row),
      reason: this.reason.text(row),
      queue_wait_s: this.queue_wait_s.valid![row] === 1 ? this.queue_wait_s.values[row] : null,
      handle_time_s: this.handle_time_s.valid![row] === 1 ? this.handle_time_s.values[row] : null,
      agent_id: this.agent_id.valid![row] === 1 ? this.agent_id.text(row) : null,
      resolved_first_contact: this.resolved_first_contact.valid![row] === 1 ? this.resolved_first_contact.values[row] === 1 : null,
      csat: this.csat.valid![row] === 1 ? this.csat.values[row] : null,
      sentiment: this.sentiment.valid![row] === 1 ? CustomerServiceEventSentimentSymbols[this.sentiment.values[row]] : null,
      notes: this.notes.valid![row] === 1 ? this.notes.text(row) : null,
      related_event_id: this.related_event_id.valid![row] === 1 ? this.related_event_id.text(row) : null,
      cell_id: this.cell_id.valid![row] === 1 ? this.cell_id.values[row] : null,
    };
  }

  #grow(): void {
    const capacity = Math.max(1024, this.#capacity * 2);
    this.event_id.grow(capacity);
    this.event_time.grow(capacity);
    this.contact_id.grow(capacity);
    this.case_id.grow(capacity);
    this.event_type.grow(capacity);
    this.channel.grow(capacity);
    this.subscriber_id.grow(capacity);
    this.msisdn.grow(capacity);
    this.reason_category.grow(capacity);
    this.reason.grow(capacity);
    this.queue_wait_s.grow(capacity);
    this.handle_time_s.grow(capacity);
    this.agent_id.grow(capacity);
    this.resolved_first_contact.grow(capacity);
    this.csat.grow(capacity);
    this.sentiment.grow(capacity);
    this.notes.grow(capacity);
    this.related_event_id.grow(capacity);
    this.cell_id.grow(capacity);
    this.#capacity = capacity;
  }
}

function decodeCustomerServiceEvent0(columns: CustomerServiceEventColumns, cursor: Cursor, row: number): void {
  if (columns.event_id.selected) cursor.text(columns.event_id, row);
  else cursor.skipText();
  if (columns.event_time.selected) columns.event_time.values[row] = cursor.long();
  else cursor.skipVarint();
  if (columns.contact_id.selected) cursor.text(columns.contact_id, row);
  else cursor.skipText();
  if (columns.case_id.selected) cursor.text(columns.case_id, row);
  else cursor.skipText();
  if (columns.event_type.selected) columns.event_type.values[row] = cursor.symbol(CustomerServiceEventTypeSymbols.length);
  else cursor.skip(1);
  if (columns.channel.selected) columns.channel.values[row] = cursor.symbol(CustomerServiceEventChannelSymbols.length);
  else cursor.skip(1);
}

function decodeCustomerServiceEvent1(columns: CustomerServiceEventColumns, cursor: Cursor, row: number): void {
  if (columns.subscriber_id.selected) columns.subscriber_id.values[row] = cursor.long();
  else cursor.skipVarint();
  if (columns.msisdn.selected) cursor.text(columns.msisdn, row);
  else cursor.skipText();
  if (columns.reason_category.selected) cursor.text(columns.reason_category, row);
  else cursor.skipText();
  if (columns.reason.selected) cursor.text(columns.reason, row);
  else cursor.skipText();
  if (!columns.queue_wait_s.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.queue_wait_s.valid![row] = 1;
    columns.queue_wait_s.values[row] = cursor.int();
  } else {
    columns.queue_wait_s.valid![row] = 0;
  }
  if (!columns.handle_time_s.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.handle_time_s.valid![row] = 1;
    columns.handle_time_s.values[row] = cursor.int();
  } else {
    columns.handle_time_s.valid![row] = 0;
  }
}

function decodeCustomerServiceEvent2(columns: CustomerServiceEventColumns, cursor: Cursor, row: number): void {
  if (!columns.agent_id.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.agent_id.valid![row] = 1;
    cursor.text(columns.agent_id, row);
  } else {
    columns.agent_id.valid![row] = 0;
    columns.agent_id.empty(row);
  }
  if (!columns.resolved_first_contact.selected) {
    if (cursor.present()) cursor.skip(1);
  } else if (cursor.present()) {
    columns.resolved_first_contact.valid![row] = 1;
    columns.resolved_first_contact.values[row] = cursor.boolean();
  } else {
    columns.resolved_first_contact.valid![row] = 0;
  }
  if (!columns.csat.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.csat.valid![row] = 1;
    columns.csat.values[row] = cursor.int();
  } else {
    columns.csat.valid![row] = 0;
  }
  if (!columns.sentiment.selected) {
    if (cursor.present()) cursor.skip(1);
  } else if (cursor.present()) {
    columns.sentiment.valid![row] = 1;
    columns.sentiment.values[row] = cursor.symbol(CustomerServiceEventSentimentSymbols.length);
  } else {
    columns.sentiment.valid![row] = 0;
  }
  if (!columns.notes.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.notes.valid![row] = 1;
    cursor.text(columns.notes, row);
  } else {
    columns.notes.valid![row] = 0;
    columns.notes.empty(row);
  }
  if (!columns.related_event_id.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.related_event_id.valid![row] = 1;
    cursor.text(columns.related_event_id, row);
  } else {
    columns.related_event_id.valid![row] = 0;
    columns.related_event_id.empty(row);
  }
}

function decodeCustomerServiceEvent3(columns: CustomerServiceEventColumns, cursor: Cursor, row: number): void {
  if (!columns.cell_id.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.cell_id.valid![row] = 1;
    columns.cell_id.values[row] = cursor.long();
  } else {
    columns.cell_id.valid![row] = 0;
  }
}
