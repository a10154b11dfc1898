// Generated from schemas/Cdr.avsc by schemas/codegen/generate.ts. Do not edit.
import { Ascii } from '../ascii.ts';
import { NumberColumn, TextColumn } from '../columns.ts';
import { Cursor } from '../cursor.ts';
import { putAscii, putDigits, putInt, putLong, putText, textBound } from '../put.ts';
import type { Slab } from '../slab.ts';

export const CdrRecordType = { UNKNOWN: 0, VOICE_MO: 1, VOICE_MT: 2, SMS_MO: 3, SMS_MT: 4, DATA: 5, RECHARGE: 6 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type CdrRecordType = (typeof CdrRecordType)[keyof typeof CdrRecordType];
export type CdrRecordTypeSymbol = keyof typeof CdrRecordType;
/** Symbols of CdrRecordType by index. */
export const CdrRecordTypeSymbols: readonly CdrRecordTypeSymbol[] = ['UNKNOWN', 'VOICE_MO', 'VOICE_MT', 'SMS_MO', 'SMS_MT', 'DATA', 'RECHARGE'];

export const CdrNodeType = { UNKNOWN: 0, MSC: 1, MMTEL: 2, IP_SM_GW: 3, PGW: 4, CHF: 5, EPDG: 6, OCS: 7 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type CdrNodeType = (typeof CdrNodeType)[keyof typeof CdrNodeType];
export type CdrNodeTypeSymbol = keyof typeof CdrNodeType;
/** Symbols of CdrNodeType by index. */
export const CdrNodeTypeSymbols: readonly CdrNodeTypeSymbol[] = ['UNKNOWN', 'MSC', 'MMTEL', 'IP_SM_GW', 'PGW', 'CHF', 'EPDG', 'OCS'];

export const CdrDestination = { UNKNOWN: 0, ON_NET: 1, OFF_NET: 2, INTERNATIONAL: 3, PREMIUM: 4, SHORT_CODE: 5, EMERGENCY: 6 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type CdrDestination = (typeof CdrDestination)[keyof typeof CdrDestination];
export type CdrDestinationSymbol = keyof typeof CdrDestination;
/** Symbols of CdrDestination by index. */
export const CdrDestinationSymbols: readonly CdrDestinationSymbol[] = ['UNKNOWN', 'ON_NET', 'OFF_NET', 'INTERNATIONAL', 'PREMIUM', 'SHORT_CODE', 'EMERGENCY'];

export const CdrRat = { UNKNOWN: 0, LTE: 1, NR: 2 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type CdrRat = (typeof CdrRat)[keyof typeof CdrRat];
export type CdrRatSymbol = keyof typeof CdrRat;
/** Symbols of CdrRat by index. */
export const CdrRatSymbols: readonly CdrRatSymbol[] = ['UNKNOWN', 'LTE', 'NR'];

export const CdrVoiceTechnology = { UNKNOWN: 0, VOLTE: 1, VONR: 2, EPS_FALLBACK: 3, VOWIFI: 4, CS: 5 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type CdrVoiceTechnology = (typeof CdrVoiceTechnology)[keyof typeof CdrVoiceTechnology];
export type CdrVoiceTechnologySymbol = keyof typeof CdrVoiceTechnology;
/** Symbols of CdrVoiceTechnology by index. */
export const CdrVoiceTechnologySymbols: readonly CdrVoiceTechnologySymbol[] = ['UNKNOWN', 'VOLTE', 'VONR', 'EPS_FALLBACK', 'VOWIFI', 'CS'];

/** One charging data record, as the rating system receives it: a leg of a call, a message, a (partial) data record, or a recharge. */
export interface Cdr {
  /** Structural id, unique over all streams and the same in every replay. */
  event_id: string;
  /** What was charged. VOICE_MO and VOICE_MT are the two legs of one call. [TS 32.298 5.1.3, 5.1.4] */
  record_type: CdrRecordTypeSymbol;
  /** The same on both legs of a call or message, and on every partial record of a data session. */
  call_reference: string;
  /** Charging id of the bearer or PDU session, equal on all its partial records. Null for voice, SMS and recharges. [TS 32.298 5.1.2] */
  charging_id: number | null;
  /** Local sequence number of a partial record within its session, from 0. [TS 32.298 5.1.2] */
  sequence_number: number;
  /** Node that closed the record: MSC (circuit-switched voice), MMTEL (IMS voice), IP_SM_GW (SMS), PGW (EPC data), CHF (5GC data), EPDG (VoWiFi data), OCS (recharge). [TS 32.298 5.1.2, 5.1.3, 5.1.4] */
  node_type: CdrNodeTypeSymbol;
  /** The charged subscriber; the record key of this topic. */
  subscriber_id: number;
  /** IMSI of the SIM at that time. [15 digits; TS 23.003 2.2] */
  imsi: string;
  /** Number of the charged subscriber. [E.164 digits without +; TS 23.003 3.3] */
  msisdn: string;
  /** Device at that time. [15 digits: TAC 8, serial 6, Luhn check digit; TS 23.003 6.2.1] */
  imei: string;
  /** The other party: called number on MO, calling number on MT. Null for data and recharges. [E.164 digits without +; TS 23.003 3.3] */
  other_msisdn: string | null;
  /** The other party where it is a subscriber of this operator. */
  other_subscriber_id: number | null;
  /** Class of the other party's number. Null for data and recharges. */
  destination: CdrDestinationSymbol | null;
  /** Attempt: the user pressed call, sent the message, or the session began. [ms since epoch, UTC; TS 32.298 5.1.2, 5.1.3] */
  start_time: number;
  /** Answer. Null when the call was not answered, and for other records. [ms since epoch, UTC; TS 32.298 5.1.3] */
  answer_time: number | null;
  /** Release, or the close of this partial record. [ms since epoch, UTC; TS 32.298 5.1.2, 5.1.3] */
  end_time: number;
  /** Voice: answer to release, 0 when unanswered. Data: start to end of this record. [ms; TS 32.298 5.1.2, 5.1.3] */
  duration_ms: number;
  /** Voice: the other party answered. Messages: delivered. Data and recharges: true when the service was given. */
  answered: boolean;
  /** Why the record was closed. 0 normalRelease, 4 abnormalRelease, 16 volumeLimit, 17 timeLimit, 18 servingNodeChange, 22 rATChange; voice uses CauseForTerm: 0 normalRelease, 1 partialRecord, 3 unsuccessfulCallAttempt, 4 stableCallAbnormalTermination. [TS 32.298 5.1.2 (causeForRecClosing), 5.2 (CauseForTerm)] */
  cause_for_record_closing: number;
  /** Protocol that the cause code belongs to: EMM (TS 24.301 9.9.3.9), ESM (TS 24.301 9.9.4.4), 5GMM and 5GSM (TS 24.501 9.11.3.2, 9.11.4.2), RRC (TS 36.331, TS 38.331), S1AP (TS 36.413 9.2.1.3), NGAP (TS 38.413 9.3.1.2), CC_Q850 (ITU-T Q.850), SIP (RFC 3261 status). A string, because an Avro enum symbol can't begin with a digit. */
  cause_protocol: 'EMM' | 'ESM' | '5GMM' | '5GSM' | 'RRC' | 'S1AP' | 'NGAP' | 'CC_Q850' | 'SIP' | null;
  /** Cause value within cause_protocol. */
  cause_code: number | null;
  /** Radio access at start. EN-DC keeps LTE and the ECI of its anchor; NR is standalone 5G. [TS 29.274 8.17] */
  rat: CdrRatSymbol;
  /** How voice was carried. Null when the record is not a call. [TS 23.228, TS 23.501 5.16.3] */
  voice_technology: CdrVoiceTechnologySymbol | null;
  /** Cell that served the subscriber at start_time. Null when not on the radio network (VoWiFi, recharges, no coverage). [ECI (28 bit) or NCI (36 bit); TS 23.003 19.6, 19.6A] */
  first_cell_id: number | null;
  /** Cell that served the subscriber at end_time. [ECI (28 bit) or NCI (36 bit); TS 23.003 19.6, 19.6A] */
  last_cell_id: number | null;
  /** Application class of a data session (video, social, messaging, web ...). */
  service: string | null;
  /** Access point name (EPC) or data network name (5GC). [TS 23.003 9.1] */
  apn: string | null;
  /** QCI on LTE, 5QI on NR. [TS 23.203 6.1.7, TS 23.501 5.7.4] */
  qos_id: number | null;
  /** Volume from the device in this record. [bytes; TS 32.298 5.1.2] */
  uplink_bytes: number;
  /** Volume to the device in this record. [bytes; TS 32.298 5.1.2] */
  downlink_bytes: number;
  /** Part of both volumes that EN-DC carried over NR. [bytes; TS 32.298 5.1.2] */
  secondary_rat_bytes: number | null;
  /** Charge for this record. [millionths of currency] */
  charge_micros: number;
  /** Prepaid balance after this record. Null for postpaid, and while balances are not modelled. [millionths of currency] */
  balance_after_micros: number | null;
  /** ISO 4217 code. [ISO 4217] */
  currency: string;
  /** Tariff at that time. */
  plan: string;
  /** True when served by another operator's network. */
  roaming: boolean;
  /** MCC and MNC of the visited network when roaming. [MCC-MNC; TS 23.003 12.1] */
  visited_plmn: string | null;
}

/**
 * A reusable Cdr to fill and encode: one instance per writer. Enums are symbol indices, digit strings are numbers; a number
 * that is NaN is written as null.
 */
export class CdrRow {
  /** Structural id, unique over all streams and the same in every replay. */
  readonly event_id = new Ascii();
  /** What was charged. VOICE_MO and VOICE_MT are the two legs of one call. [TS 32.298 5.1.3, 5.1.4] */
  record_type: CdrRecordType = 0;
  /** The same on both legs of a call or message, and on every partial record of a data session. */
  readonly call_reference = new Ascii();
  /** Charging id of the bearer or PDU session, equal on all its partial records. Null for voice, SMS and recharges. [TS 32.298 5.1.2] */
  charging_id: number = NaN;
  /** Local sequence number of a partial record within its session, from 0. [TS 32.298 5.1.2] */
  sequence_number: number = 0;
  /** Node that closed the record: MSC (circuit-switched voice), MMTEL (IMS voice), IP_SM_GW (SMS), PGW (EPC data), CHF (5GC data), EPDG (VoWiFi data), OCS (recharge). [TS 32.298 5.1.2, 5.1.3, 5.1.4] */
  node_type: CdrNodeType = 0;
  /** The charged subscriber; the record key of this topic. */
  subscriber_id: number = 0;
  /** IMSI of the SIM at that time. [15 digits; TS 23.003 2.2] */
  imsi: number = 0;
  /** Number of the charged subscriber. [E.164 digits without +; TS 23.003 3.3] */
  msisdn: number = 0;
  /** Device at that time. [15 digits: TAC 8, serial 6, Luhn check digit; TS 23.003 6.2.1] */
  imei: number = 0;
  /** The other party: called number on MO, calling number on MT. Null for data and recharges. [E.164 digits without +; TS 23.003 3.3] */
  other_msisdn: number = NaN;
  /** The other party where it is a subscriber of this operator. */
  other_subscriber_id: number = NaN;
  /** Class of the other party's number. Null for data and recharges. */
  destination: CdrDestination | null = null;
  /** Attempt: the user pressed call, sent the message, or the session began. [ms since epoch, UTC; TS 32.298 5.1.2, 5.1.3] */
  start_time: number = 0;
  /** Answer. Null when the call was not answered, and for other records. [ms since epoch, UTC; TS 32.298 5.1.3] */
  answer_time: number = NaN;
  /** Release, or the close of this partial record. [ms since epoch, UTC; TS 32.298 5.1.2, 5.1.3] */
  end_time: number = 0;
  /** Voice: answer to release, 0 when unanswered. Data: start to end of this record. [ms; TS 32.298 5.1.2, 5.1.3] */
  duration_ms: number = 0;
  /** Voice: the other party answered. Messages: delivered. Data and recharges: true when the service was given. */
  answered: boolean = false;
  /** Why the record was closed. 0 normalRelease, 4 abnormalRelease, 16 volumeLimit, 17 timeLimit, 18 servingNodeChange, 22 rATChange; voice uses CauseForTerm: 0 normalRelease, 1 partialRecord, 3 unsuccessfulCallAttempt, 4 stableCallAbnormalTermination. [TS 32.298 5.1.2 (causeForRecClosing), 5.2 (CauseForTerm)] */
  cause_for_record_closing: number = 0;
  /** Protocol that the cause code belongs to: EMM (TS 24.301 9.9.3.9), ESM (TS 24.301 9.9.4.4), 5GMM and 5GSM (TS 24.501 9.11.3.2, 9.11.4.2), RRC (TS 36.331, TS 38.331), S1AP (TS 36.413 9.2.1.3), NGAP (TS 38.413 9.3.1.2), CC_Q850 (ITU-T Q.850), SIP (RFC 3261 status). A string, because an Avro enum symbol can't begin with a digit. */
  cause_protocol: 'EMM' | 'ESM' | '5GMM' | '5GSM' | 'RRC' | 'S1AP' | 'NGAP' | 'CC_Q850' | 'SIP' | null = null;
  /** Cause value within cause_protocol. */
  cause_code: number = NaN;
  /** Radio access at start. EN-DC keeps LTE and the ECI of its anchor; NR is standalone 5G. [TS 29.274 8.17] */
  rat: CdrRat = 0;
  /** How voice was carried. Null when the record is not a call. [TS 23.228, TS 23.501 5.16.3] */
  voice_technology: CdrVoiceTechnology | null = null;
  /** Cell that served the subscriber at start_time. Null when not on the radio network (VoWiFi, recharges, no coverage). [ECI (28 bit) or NCI (36 bit); TS 23.003 19.6, 19.6A] */
  first_cell_id: number = NaN;
  /** Cell that served the subscriber at end_time. [ECI (28 bit) or NCI (36 bit); TS 23.003 19.6, 19.6A] */
  last_cell_id: number = NaN;
  /** Application class of a data session (video, social, messaging, web ...). */
  service: string | null = null;
  /** Access point name (EPC) or data network name (5GC). [TS 23.003 9.1] */
  apn: string | null = null;
  /** QCI on LTE, 5QI on NR. [TS 23.203 6.1.7, TS 23.501 5.7.4] */
  qos_id: number = NaN;
  /** Volume from the device in this record. [bytes; TS 32.298 5.1.2] */
  uplink_bytes: number = 0;
  /** Volume to the device in this record. [bytes; TS 32.298 5.1.2] */
  downlink_bytes: number = 0;
  /** Part of both volumes that EN-DC carried over NR. [bytes; TS 32.298 5.1.2] */
  secondary_rat_bytes: number = NaN;
  /** Charge for this record. [millionths of currency] */
  charge_micros: number = 0;
  /** Prepaid balance after this record. Null for postpaid, and while balances are not modelled. [millionths of currency] */
  balance_after_micros: number = NaN;
  /** ISO 4217 code. [ISO 4217] */
  currency: string = '';
  /** Tariff at that time. */
  plan: string = '';
  /** True when served by another operator's network. */
  roaming: boolean = false;
  /** MCC and MNC of the visited network when roaming. [MCC-MNC; TS 23.003 12.1] */
  visited_plmn: string | null = null;

  /** Sets every field to null (numbers to NaN), or to 0, false or empty where it can't be null. */
  reset(): void {
    this.event_id.clear();
    this.record_type = 0;
    this.call_reference.clear();
    this.charging_id = NaN;
    this.sequence_number = 0;
    this.node_type = 0;
    this.subscriber_id = 0;
    this.imsi = 0;
    this.msisdn = 0;
    this.imei = 0;
    this.other_msisdn = NaN;
    this.other_subscriber_id = NaN;
    this.destination = null;
    this.start_time = 0;
    this.answer_time = NaN;
    this.end_time = 0;
    this.duration_ms = 0;
    this.answered = false;
    this.cause_for_record_closing = 0;
    this.cause_protocol = null;
    this.cause_code = NaN;
    this.rat = 0;
    this.voice_technology = null;
    this.first_cell_id = NaN;
    this.last_cell_id = NaN;
    this.service = null;
    this.apn = null;
    this.qos_id = NaN;
    this.uplink_bytes = 0;
    this.downlink_bytes = 0;
    this.secondary_rat_bytes = NaN;
    this.charge_micros = 0;
    this.balance_after_micros = NaN;
    this.currency = '';
    this.plan = '';
    this.roaming = false;
    this.visited_plmn = null;
  }
}

/** The plain object that decoding the encoded row gives. */
export function cdrRowToObject(row: CdrRow): Cdr {
  return {
    event_id: row.event_id.toString(),
    record_type: CdrRecordTypeSymbols[row.record_type],
    call_reference: row.call_reference.toString(),
    charging_id: Number.isNaN(row.charging_id) ? null : row.charging_id,
    sequence_number: row.sequence_number,
    node_type: CdrNodeTypeSymbols[row.node_type],
    subscriber_id: row.subscriber_id,
    imsi: String(row.imsi).padStart(15, '0'),
    msisdn: String(row.msisdn),
    imei: String(row.imei).padStart(15, '0'),
    other_msisdn: Number.isNaN(row.other_msisdn) ? null : String(row.other_msisdn),
    other_subscriber_id: Number.isNaN(row.other_subscriber_id) ? null : row.other_subscriber_id,
    destination: row.destination === null ? null : CdrDestinationSymbols[row.destination],
    start_time: row.start_time,
    answer_time: Number.isNaN(row.answer_time) ? null : row.answer_time,
    end_time: row.end_time,
    duration_ms: row.duration_ms,
    answered: row.answered,
    cause_for_record_closing: row.cause_for_record_closing,
    cause_protocol: row.cause_protocol,
    cause_code: Number.isNaN(row.cause_code) ? null : row.cause_code,
    rat: CdrRatSymbols[row.rat],
    voice_technology: row.voice_technology === null ? null : CdrVoiceTechnologySymbols[row.voice_technology],
    first_cell_id: Number.isNaN(row.first_cell_id) ? null : row.first_cell_id,
    last_cell_id: Number.isNaN(row.last_cell_id) ? null : row.last_cell_id,
    service: row.service,
    apn: row.apn,
    qos_id: Number.isNaN(row.qos_id) ? null : row.qos_id,
    uplink_bytes: row.uplink_bytes,
    downlink_bytes: row.downlink_bytes,
    secondary_rat_bytes: Number.isNaN(row.secondary_rat_bytes) ? null : row.secondary_rat_bytes,
    charge_micros: row.charge_micros,
    balance_after_micros: Number.isNaN(row.balance_after_micros) ? null : row.balance_after_micros,
    currency: row.currency,
    plan: row.plan,
    roaming: row.roaming,
    visited_plmn: row.visited_plmn,
  };
}

function putCdr0(bytes: Uint8Array, view: DataView, at: number, row: CdrRow): number {
  at = putAscii(bytes, view, at, row.event_id);
  bytes[at++] = row.record_type << 1;
  at = putAscii(bytes, view, at, row.call_reference);
  if (row.charging_id !== row.charging_id) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.charging_id);
  }
  at = putInt(bytes, at, row.sequence_number);
  bytes[at++] = row.node_type << 1;
  return at;
}

function putCdr1(bytes: Uint8Array, view: DataView, at: number, row: CdrRow): number {
  at = putLong(bytes, at, row.subscriber_id);
  at = putDigits(bytes, view, at, row.imsi, 15);
  at = putDigits(bytes, view, at, row.msisdn, 0);
  at = putDigits(bytes, view, at, row.imei, 15);
  if (row.other_msisdn !== row.other_msisdn) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putDigits(bytes, view, at, row.other_msisdn, 0);
  }
  if (row.other_subscriber_id !== row.other_subscriber_id) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.other_subscriber_id);
  }
  return at;
}

function putCdr2(bytes: Uint8Array, at: number, row: CdrRow): number {
  if (row.destination === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    bytes[at++] = row.destination << 1;
  }
  at = putLong(bytes, at, row.start_time);
  if (row.answer_time !== row.answer_time) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.answer_time);
  }
  at = putLong(bytes, at, row.end_time);
  at = putLong(bytes, at, row.duration_ms);
  bytes[at++] = row.answered ? 1 : 0;
  return at;
}

function putCdr3(bytes: Uint8Array, at: number, row: CdrRow): number {
  at = putInt(bytes, at, row.cause_for_record_closing);
  if (row.cause_protocol === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putText(bytes, at, row.cause_protocol);
  }
  if (row.cause_code !== row.cause_code) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putInt(bytes, at, row.cause_code);
  }
  bytes[at++] = row.rat << 1;
  if (row.voice_technology === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    bytes[at++] = row.voice_technology << 1;
  }
  if (row.first_cell_id !== row.first_cell_id) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.first_cell_id);
  }
  return at;
}

function putCdr4(bytes: Uint8Array, at: number, row: CdrRow): number {
  if (row.last_cell_id !== row.last_cell_id) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.last_cell_id);
  }
  if (row.service === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putText(bytes, at, row.service);
  }
  if (row.apn === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putText(bytes, at, row.apn);
  }
  if (row.qos_id !== row.qos_id) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putInt(bytes, at, row.qos_id);
  }
  at = putLong(bytes, at, row.uplink_bytes);
  at = putLong(bytes, at, row.downlink_bytes);
  return at;
}

function putCdr5(bytes: Uint8Array, at: number, row: CdrRow): number {
  if (row.secondary_rat_bytes !== row.secondary_rat_bytes) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.secondary_rat_bytes);
  }
  at = putLong(bytes, at, row.charge_micros);
  if (row.balance_after_micros !== row.balance_after_micros) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.balance_after_micros);
  }
  at = putText(bytes, at, row.currency);
  at = putText(bytes, at, row.plan);
  bytes[at++] = row.roaming ? 1 : 0;
  return at;
}

function putCdr6(bytes: Uint8Array, at: number, row: CdrRow): number {
  if (row.visited_plmn === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putText(bytes, at, row.visited_plmn);
  }
  return at;
}

/** Appends the Avro body of `row` to `slab`. Integers outside ±(2^53 - 1) and enum indices that are no symbol give wrong records. */
export function encodeCdr(slab: Slab, row: CdrRow): void {
  slab.ensure(233 + row.event_id.length + row.call_reference.length + (row.cause_protocol === null ? 0 : textBound(row.cause_protocol)) + (row.service === null ? 0 : textBound(row.service)) + (row.apn === null ? 0 : textBound(row.apn)) + textBound(row.currency) + textBound(row.plan) + (row.visited_plmn === null ? 0 : textBound(row.visited_plmn)));
  let at = slab.position;
  at = putCdr0(slab.bytes, slab.view, at, row);
  at = putCdr1(slab.bytes, slab.view, at, row);
  at = putCdr2(slab.bytes, at, row);
  at = putCdr3(slab.bytes, at, row);
  at = putCdr4(slab.bytes, at, row);
  at = putCdr5(slab.bytes, at, row);
  at = putCdr6(slab.bytes, at, row);
  slab.position = at;
}

const CdrFields: readonly (keyof Cdr)[] = ['event_id', 'record_type', 'call_reference', 'charging_id', 'sequence_number', 'node_type', 'subscriber_id', 'imsi', 'msisdn', 'imei', 'other_msisdn', 'other_subscriber_id', 'destination', 'start_time', 'answer_time', 'end_time', 'duration_ms', 'answered', 'cause_for_record_closing', 'cause_protocol', 'cause_code', 'rat', 'voice_technology', 'first_cell_id', 'last_cell_id', 'service', 'apn', 'qos_id', 'uplink_bytes', 'downlink_bytes', 'secondary_rat_bytes', 'charge_micros', 'balance_after_micros', 'currency', 'plan', 'roaming', 'visited_plmn'];

/** Decodes Cdr records into one typed column per field. */
export class CdrColumns {
  /** Rows decoded since the last `clear`. */
  length = 0;
  readonly event_id: TextColumn;
  readonly record_type: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly call_reference: TextColumn;
  readonly charging_id: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly sequence_number: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly node_type: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly subscriber_id: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly imsi: TextColumn;
  readonly msisdn: TextColumn;
  readonly imei: TextColumn;
  readonly other_msisdn: TextColumn;
  readonly other_subscriber_id: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly destination: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly start_time: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly answer_time: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly end_time: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly duration_ms: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly answered: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly cause_for_record_closing: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly cause_protocol: TextColumn;
  readonly cause_code: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly rat: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly voice_technology: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly first_cell_id: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly last_cell_id: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly service: TextColumn;
  readonly apn: TextColumn;
  readonly qos_id: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly uplink_bytes: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly downlink_bytes: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly secondary_rat_bytes: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly charge_micros: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly balance_after_micros: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly currency: TextColumn;
  readonly plan: TextColumn;
  readonly roaming: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly visited_plmn: TextColumn;
  readonly #cursor = new Cursor('Cdr');
  readonly #complete: boolean;
  #capacity = 0;

  /** @param fields the fields to decode; the columns of others stay empty. */
  constructor(fields: readonly (keyof Cdr)[] = CdrFields) {
    const selected = new Set(fields);
    this.#complete = selected.size === CdrFields.length;
    this.event_id = new TextColumn(false, selected.has('event_id'));
    this.record_type = new NumberColumn(new Uint8Array(0), false, selected.has('record_type'));
    this.call_reference = new TextColumn(false, selected.has('call_reference'));
    this.charging_id = new NumberColumn(new Float64Array(0), true, selected.has('charging_id'));
    this.sequence_number = new NumberColumn(new Int32Array(0), false, selected.has('sequence_number'));
    this.node_type = new NumberColumn(new Uint8Array(0), false, selected.has('node_type'));
    this.subscriber_id = new NumberColumn(new Float64Array(0), false, selected.has('subscriber_id'));
    this.imsi = new TextColumn(false, selected.has('imsi'));
    this.msisdn = new TextColumn(false, selected.has('msisdn'));
    this.imei = new TextColumn(false, selected.has('imei'));
    this.other_msisdn = new TextColumn(true, selected.has('other_msisdn'));
    this.other_subscriber_id = new NumberColumn(new Float64Array(0), true, selected.has('other_subscriber_id'));
    this.destination = new NumberColumn(new Uint8Array(0), true, selected.has('destination'));
    this.start_time = new NumberColumn(new Float64Array(0), false, selected.has('start_time'));
    this.answer_time = new NumberColumn(new Float64Array(0), true, selected.has('answer_time'));
    this.end_time = new NumberColumn(new Float64Array(0), false, selected.has('end_time'));
    this.duration_ms = new NumberColumn(new Float64Array(0), false, selected.has('duration_ms'));
    this.answered = new NumberColumn(new Uint8Array(0), false, selected.has('answered'));
    this.cause_for_record_closing = new NumberColumn(new Int32Array(0), false, selected.has('cause_for_record_closing'));
    this.cause_protocol = new TextColumn(true, selected.has('cause_protocol'));
    this.cause_code = new NumberColumn(new Int32Array(0), true, selected.has('cause_code'));
    this.rat = new NumberColumn(new Uint8Array(0), false, selected.has('rat'));
    this.voice_technology = new NumberColumn(new Uint8Array(0), true, selected.has('voice_technology'));
    this.first_cell_id = new NumberColumn(new Float64Array(0), true, selected.has('first_cell_id'));
    this.last_cell_id = new NumberColumn(new Float64Array(0), true, selected.has('last_cell_id'));
    this.service = new TextColumn(true, selected.has('service'));
    this.apn = new TextColumn(true, selected.has('apn'));
    this.qos_id = new NumberColumn(new Int32Array(0), true, selected.has('qos_id'));
    this.uplink_bytes = new NumberColumn(new Float64Array(0), false, selected.has('uplink_bytes'));
    this.downlink_bytes = new NumberColumn(new Float64Array(0), false, selected.has('downlink_bytes'));
    this.secondary_rat_bytes = new NumberColumn(new Float64Array(0), true, selected.has('secondary_rat_bytes'));
    this.charge_micros = new NumberColumn(new Float64Array(0), false, selected.has('charge_micros'));
    this.balance_after_micros = new NumberColumn(new Float64Array(0), true, selected.has('balance_after_micros'));
    this.currency = new TextColumn(false, selected.has('currency'));
    this.plan = new TextColumn(false, selected.has('plan'));
    this.roaming = new NumberColumn(new Uint8Array(0), false, selected.has('roaming'));
    this.visited_plmn = new TextColumn(true, selected.has('visited_plmn'));
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
    decodeCdr0(this, cursor, row);
    decodeCdr1(this, cursor, row);
    decodeCdr2(this, cursor, row);
    decodeCdr3(this, cursor, row);
    decodeCdr4(this, cursor, row);
    decodeCdr5(this, cursor, row);
    decodeCdr6(this, cursor, row);
    cursor.finish(start, end);
    this.length = row + 1;
  }

  /** Row `row` as a plain object. @throws Error when fields were left out at construction. */
  get(row: number): Cdr {
    if (row < 0 || row >= this.length) throw new RangeError(`CdrColumns: row ${row} of ${this.length}`);
    if (!this.#complete) throw new Error('CdrColumns.get needs every field: read the selected columns instead');
    return {
      event_id: this.event_id.text(row),
      record_type: CdrRecordTypeSymbols[this.record_type.values[row]],
      call_reference: this.call_reference.text(row),
      charging_id: this.charging_id.valid![row] === 1 ? this.charging_id.values[row] : null,
      sequence_number: this.sequence_number.values[row],
      node_type: CdrNodeTypeSymbols[this.node_type.values[row]],
      subscriber_id: this.subscriber_id.values[row],
      imsi: this.imsi.text(row),
      msisdn: this.msisdn.text(row),
      imei: this.imei.text(row),
      other_msisdn: this.other_msisdn.valid![row] === 1 ? this.other_msisdn.text(row) : null,
      other_subscriber_id: this.other_subscriber_id.valid![row] === 1 ? this.other_subscriber_id.values[row] : null,
      destination: this.destination.valid![row] === 1 ? CdrDestinationSymbols[this.destination.values[row]] : null,
      start_time: this.start_time.values[row],
      answer_time: this.answer_time.valid![row] === 1 ? this.answer_time.values[row] : null,
      end_time: this.end_time.values[row],
      duration_ms: this.duration_ms.values[row],
      answered: this.answered.values[row] === 1,
      cause_for_record_closing: this.cause_for_record_closing.values[row],
      cause_protocol: this.cause_protocol.valid![row] === 1 ? this.cause_protocol.text(row) as NonNullable<Cdr['cause_protocol']> : null,
      cause_code: this.cause_code.valid![row] === 1 ? this.cause_code.values[row] : null,
      rat: CdrRatSymbols[this.rat.values[row]],
      voice_technology: this.voice_technology.valid![row] === 1 ? CdrVoiceTechnologySymbols[this.voice_technology.values[row]] : null,
      first_cell_id: this.first_cell_id.valid![row] === 1 ? this.first_cell_id.values[row] : null,
      last_cell_id: this.last_cell_id.valid![row] === 1 ? this.last_cell_id.values[row] : null,
      service: this.service.valid![row] === 1 ? this.service.text(row) : null,
      apn: this.apn.valid![row] === 1 ? this.apn.text(row) : null,
      qos_id: this.qos_id.valid![row] === 1 ? this.qos_id.values[row] : null,
      uplink_bytes: this.uplink_bytes.values[row],
      downlink_bytes: this.downlink_bytes.values[row],
      secondary_rat_bytes: this.secondary_rat_bytes.valid![row] === 1 ? this.secondary_rat_bytes.values[row] : null,
      charge_micros: this.charge_micros.values[row],
      balance_after_micros: this.balance_after_micros.valid![row] === 1 ? this.balance_after_micros.values[row] : null,
      currency: this.currency.text(row),
      plan: this.plan.text(row),
      roaming: this.roaming.values[row] === 1,
      visited_plmn: this.visited_plmn.valid![row] === 1 ? this.visited_plmn.text(row) : null,
    };
  }

  #grow(): void {
    const capacity = Math.max(1024, this.#capacity * 2);
    this.event_id.grow(capacity);
    this.record_type.grow(capacity);
    this.call_reference.grow(capacity);
    this.charging_id.grow(capacity);
    this.sequence_number.grow(capacity);
    this.node_type.grow(capacity);
    this.subscriber_id.grow(capacity);
    this.imsi.grow(capacity);
    this.msisdn.grow(capacity);
    this.imei.grow(capacity);
    this.other_msisdn.grow(capacity);
    this.other_subscriber_id.grow(capacity);
    this.destination.grow(capacity);
    this.start_time.grow(capacity);
    this.answer_time.grow(capacity);
    this.end_time.grow(capacity);
    this.duration_ms.grow(capacity);
    this.answered.grow(capacity);
    this.cause_for_record_closing.grow(capacity);
    this.cause_protocol.grow(capacity);
    this.cause_code.grow(capacity);
    this.rat.grow(capacity);
    this.voice_technology.grow(capacity);
    this.first_cell_id.grow(capacity);
    this.last_cell_id.grow(capacity);
    this.service.grow(capacity);
    this.apn.grow(capacity);
    this.qos_id.grow(capacity);
    this.uplink_bytes.grow(capacity);
    this.downlink_bytes.grow(capacity);
    this.secondary_rat_bytes.grow(capacity);
    this.charge_micros.grow(capacity);
    this.balance_after_micros.grow(capacity);
    this.currency.grow(capacity);
    this.plan.grow(capacity);
    this.roaming.grow(capacity);
    this.visited_plmn.grow(capacity);
    this.#capacity = capacity;
  }
}

function decodeCdr0(columns: CdrColumns, cursor: Cursor, row: number): void {
  if (columns.event_id.selected) cursor.text(columns.event_id, row);
  else cursor.skipText();
  if (columns.record_type.selected) columns.record_type.values[row] = cursor.symbol(CdrRecordTypeSymbols.length);
  else cursor.skip(1);
  if (columns.call_reference.selected) cursor.text(columns.call_reference, row);
  else cursor.skipText();
  if (!columns.charging_id.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.charging_id.valid![row] = 1;
    columns.charging_id.values[row] = cursor.long();
  } else {
    columns.charging_id.valid![row] = 0;
  }
  if (columns.sequence_number.selected) columns.sequence_number.values[row] = cursor.int();
  else cursor.skipVarint();
  if (columns.node_type.selected) columns.node_type.values[row] = cursor.symbol(CdrNodeTypeSymbols.length);
  else cursor.skip(1);
}

function decodeCdr1(columns: CdrColumns, cursor: Cursor, row: number): void {
  if (columns.subscriber_id.selected) columns.subscriber_id.values[row] = cursor.long();
  else cursor.skipVarint();
  if (columns.imsi.selected) cursor.text(columns.imsi, row);
  else cursor.skipText();
  if (columns.msisdn.selected) cursor.text(columns.msisdn, row);
  else cursor.skipText();
  if (columns.imei.selected) cursor.text(columns.imei, row);
  else cursor.skipText();
  if (!columns.other_msisdn.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.other_msisdn.valid![row] = 1;
    cursor.text(columns.other_msisdn, row);
  } else {
    columns.other_msisdn.valid![row] = 0;
    columns.other_msisdn.empty(row);
  }
  if (!columns.other_subscriber_id.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.other_subscriber_id.valid![row] = 1;
    columns.other_subscriber_id.values[row] = cursor.long();
  } else {
    columns.other_subscriber_id.valid![row] = 0;
  }
}

function decodeCdr2(columns: CdrColumns, cursor: Cursor, row: number): void {
  if (!columns.destination.selected) {
    if (cursor.present()) cursor.skip(1);
  } else if (cursor.present()) {
    columns.destination.valid![row] = 1;
    columns.destination.values[row] = cursor.symbol(CdrDestinationSymbols.length);
  } else {
    columns.destination.valid![row] = 0;
  }
  if (columns.start_time.selected) columns.start_time.values[row] = cursor.long();
  else cursor.skipVarint();
  if (!columns.answer_time.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.answer_time.valid![row] = 1;
    columns.answer_time.values[row] = cursor.long();
  } else {
    columns.answer_time.valid![row] = 0;
  }
  if (columns.end_time.selected) columns.end_time.values[row] = cursor.long();
  else cursor.skipVarint();
  if (columns.duration_ms.selected) columns.duration_ms.values[row] = cursor.long();
  else cursor.skipVarint();
  if (columns.answered.selected) columns.answered.values[row] = cursor.boolean();
  else cursor.skip(1);
}

function decodeCdr3(columns: CdrColumns, cursor: Cursor, row: number): void {
  if (columns.cause_for_record_closing.selected) columns.cause_for_record_closing.values[row] = cursor.int();
  else cursor.skipVarint();
  if (!columns.cause_protocol.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.cause_protocol.valid![row] = 1;
    cursor.text(columns.cause_protocol, row);
  } else {
    columns.cause_protocol.valid![row] = 0;
    columns.cause_protocol.empty(row);
  }
  if (!columns.cause_code.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.cause_code.valid![row] = 1;
    columns.cause_code.values[row] = cursor.int();
  } else {
    columns.cause_code.valid![row] = 0;
  }
  if (columns.rat.selected) columns.rat.values[row] = cursor.symbol(CdrRatSymbols.length);
  else cursor.skip(1);
  if (!columns.voice_technology.selected) {
    if (cursor.present()) cursor.skip(1);
  } else if (cursor.present()) {
    columns.voice_technology.valid![row] = 1;
    columns.voice_technology.values[row] = cursor.symbol(CdrVoiceTechnologySymbols.length);
  } else {
    columns.voice_technology.valid![row] = 0;
  }
  if (!columns.first_cell_id.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.first_cell_id.valid![row] = 1;
    columns.first_cell_id.values[row] = cursor.long();
  } else {
    columns.first_cell_id.valid![row] = 0;
  }
}

function decodeCdr4(columns: CdrColumns, cursor: Cursor, row: number): void {
  if (!columns.last_cell_id.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.last_cell_id.valid![row] = 1;
    columns.last_cell_id.values[row] = cursor.long();
  } else {
    columns.last_cell_id.valid![row] = 0;
  }
  if (!columns.service.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.service.valid![row] = 1;
    cursor.text(columns.service, row);
  } else {
    columns.service.valid![row] = 0;
    columns.service.empty(row);
  }
  if (!columns.apn.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.apn.valid![row] = 1;
    cursor.text(columns.apn, row);
  } else {
    columns.apn.valid![row] = 0;
    columns.apn.empty(row);
  }
  if (!columns.qos_id.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.qos_id.valid![row] = 1;
    columns.qos_id.values[row] = cursor.int();
  } else {
    columns.qos_id.valid![row] = 0;
  }
  if (columns.uplink_bytes.selected) columns.uplink_bytes.values[row] = cursor.long();
  else cursor.skipVarint();
  if (columns.downlink_bytes.selected) columns.downlink_bytes.values[row] = cursor.long();
  else cursor.skipVarint();
}

function decodeCdr5(columns: CdrColumns, cursor: Cursor, row: number): void {
  if (!columns.secondary_rat_bytes.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.secondary_rat_bytes.valid![row] = 1;
    columns.secondary_rat_bytes.values[row] = cursor.long();
  } else {
    columns.secondary_rat_bytes.valid![row] = 0;
  }
  if (columns.charge_micros.selected) columns.charge_micros.values[row] = cursor.long();
  else cursor.skipVarint();
  if (!columns.balance_after_micros.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.balance_after_micros.valid![row] = 1;
    columns.balance_after_micros.values[row] = cursor.long();
  } else {
    columns.balance_after_micros.valid![row] = 0;
  }
  if (columns.currency.selected) cursor.text(columns.currency, row);
  else cursor.skipText();
  if (columns.plan.selected) cursor.text(columns.plan, row);
  else cursor.skipText();
  if (columns.roaming.selected) columns.roaming.values[row] = cursor.boolean();
  else cursor.skip(1);
}

function decodeCdr6(columns: CdrColumns, cursor: Cursor, row: number): void {
  if (!columns.visited_plmn.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.visited_plmn.valid![row] = 1;
    cursor.text(columns.visited_plmn, row);
  } else {
    columns.visited_plmn.valid![row] = 0;
    columns.visited_plmn.empty(row);
  }
}
