// Generated from schemas/NetworkLog.avsc by schemas/codegen/generate.ts. Do not edit.
import { Ascii } from '../ascii.ts';
import { NumberColumn, TextColumn } from '../columns.ts';
import { Cursor } from '../cursor.ts';
import { putAscii, putDigits, putInt, putLong, putText, textBound } from '../put.ts';
import type { Slab } from '../slab.ts';

export const NetworkLogEventType = { UNKNOWN: 0, ATTACH: 1, DETACH: 2, TAU: 3, REGISTRATION: 4, DEREGISTRATION: 5, SERVICE_REQUEST: 6, AUTHENTICATION: 7, RRC_SETUP: 8, RRC_RELEASE: 9, RRC_REESTABLISHMENT: 10, RADIO_LINK_FAILURE: 11, BEARER_SETUP: 12, PDU_SESSION: 13, HANDOVER: 14, PAGING: 15, CELL_ALARM: 16, CELL_KPI: 17 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type NetworkLogEventType = (typeof NetworkLogEventType)[keyof typeof NetworkLogEventType];
export type NetworkLogEventTypeSymbol = keyof typeof NetworkLogEventType;
/** Symbols of NetworkLogEventType by index. */
export const NetworkLogEventTypeSymbols: readonly NetworkLogEventTypeSymbol[] = ['UNKNOWN', 'ATTACH', 'DETACH', 'TAU', 'REGISTRATION', 'DEREGISTRATION', 'SERVICE_REQUEST', 'AUTHENTICATION', 'RRC_SETUP', 'RRC_RELEASE', 'RRC_REESTABLISHMENT', 'RADIO_LINK_FAILURE', 'BEARER_SETUP', 'PDU_SESSION', 'HANDOVER', 'PAGING', 'CELL_ALARM', 'CELL_KPI'];

export const NetworkLogOutcome = { UNKNOWN: 0, SUCCESS: 1, FAILURE: 2 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type NetworkLogOutcome = (typeof NetworkLogOutcome)[keyof typeof NetworkLogOutcome];
export type NetworkLogOutcomeSymbol = keyof typeof NetworkLogOutcome;
/** Symbols of NetworkLogOutcome by index. */
export const NetworkLogOutcomeSymbols: readonly NetworkLogOutcomeSymbol[] = ['UNKNOWN', 'SUCCESS', 'FAILURE'];

export const NetworkLogRat = { UNKNOWN: 0, LTE: 1, NR: 2 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type NetworkLogRat = (typeof NetworkLogRat)[keyof typeof NetworkLogRat];
export type NetworkLogRatSymbol = keyof typeof NetworkLogRat;
/** Symbols of NetworkLogRat by index. */
export const NetworkLogRatSymbols: readonly NetworkLogRatSymbol[] = ['UNKNOWN', 'LTE', 'NR'];

export const NetworkLogSeverity = { UNKNOWN: 0, CRITICAL: 1, MAJOR: 2, MINOR: 3, WARNING: 4, INDETERMINATE: 5, CLEARED: 6 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type NetworkLogSeverity = (typeof NetworkLogSeverity)[keyof typeof NetworkLogSeverity];
export type NetworkLogSeveritySymbol = keyof typeof NetworkLogSeverity;
/** Symbols of NetworkLogSeverity by index. */
export const NetworkLogSeveritySymbols: readonly NetworkLogSeveritySymbol[] = ['UNKNOWN', 'CRITICAL', 'MAJOR', 'MINOR', 'WARNING', 'INDETERMINATE', 'CLEARED'];

/** One signalling event, alarm or quarter-hour cell counter set, as the network's trace and performance systems report it. */
export interface NetworkLog {
  /** Structural id, unique over all streams and the same in every replay. */
  event_id: string;
  /** When the procedure ended, the alarm changed, or the granularity period ended. [ms since epoch, UTC] */
  event_time: number;
  /** Procedure. 5G SA uses REGISTRATION, DEREGISTRATION and PDU_SESSION; LTE uses ATTACH, DETACH, TAU and BEARER_SETUP. [TS 23.401 5.3, TS 23.502 4.2, TS 36.331 5.3, TS 38.331 5.3] */
  event_type: NetworkLogEventTypeSymbol;
  /** Result of the procedure. UNKNOWN for CELL_ALARM and CELL_KPI. */
  outcome: NetworkLogOutcomeSymbol;
  /** Protocol that the cause code belongs to: EMM (TS 24.301 9.9.3.9), ESM (TS 24.301 9.9.4.4), 5GMM and 5GSM (TS 24.501 9.11.3.2, 9.11.4.2), RRC (TS 36.331, TS 38.331), S1AP (TS 36.413 9.2.1.3), NGAP (TS 38.413 9.3.1.2), CC_Q850 (ITU-T Q.850), SIP (RFC 3261 status). A string, because an Avro enum symbol can't begin with a digit. */
  cause_protocol: 'EMM' | 'ESM' | '5GMM' | '5GSM' | 'RRC' | 'S1AP' | 'NGAP' | 'CC_Q850' | 'SIP' | null;
  /** Cause value within cause_protocol. Null where the protocol names causes without numbers. */
  cause_code: number | null;
  /** Name of the cause as the specification spells it. */
  cause: string | null;
  /** The subscriber. Null on cell-level events (CELL_ALARM, CELL_KPI). */
  subscriber_id: number | null;
  /** IMSI of the SIM at that time. [15 digits; TS 23.003 2.2] */
  imsi: string | null;
  /** Device at that time. [15 digits: TAC 8, serial 6, Luhn check digit; TS 23.003 6.2.1] */
  imei: string | null;
  /** Cell where it happened (source cell of a handover); the record key of cell-level events. [ECI (28 bit) or NCI (36 bit); TS 23.003 19.6, 19.6A] */
  cell_id: number;
  /** Tracking area code of the cell: 16 bit on LTE, 24 bit on NR. [TS 23.003 19.4.2.3] */
  tac: number | null;
  /** Target cell of a handover, a configured neighbour of cell_id. [ECI (28 bit) or NCI (36 bit); TS 23.003 19.6, 19.6A] */
  target_cell_id: number | null;
  /** Radio access of cell_id. [TS 29.274 8.17] */
  rat: NetworkLogRatSymbol;
  /** The call or data session that the procedure served. */
  call_reference: string | null;
  /** QCI on LTE, 5QI on NR. [TS 23.203 6.1.7, TS 23.501 5.7.4] */
  qos_id: number | null;
  /** S-NSSAI of a PDU session as SST or SST-SD in hexadecimal. [TS 23.003 28.4] */
  slice: string | null;
  /** Reference signal received power, reported in steps of 1 dB. [dBm; TS 36.214 5.1.1, TS 38.215 5.1.1; range TS 36.133 9.1.4, TS 38.133 10.1.6] */
  rsrp_dbm: number | null;
  /** Reference signal received quality, reported in steps of 0.5 dB. [dB; TS 36.214 5.1.3, TS 38.215 5.1.3] */
  rsrq_db: number | null;
  /** Signal to interference and noise ratio, reported in steps of 0.5 dB. [dB; TS 38.215 5.1.5] */
  sinr_db: number | null;
  /** Timing advance index; one unit is 16 Ts on LTE, about 78 m of distance. [TA units (78.12 m on LTE); TS 36.213 4.2.3, TS 38.213 4.2] */
  timing_advance: number | null;
  /** Mean downlink throughput of the bearer. [kbit/s] */
  throughput_dl_kbps: number | null;
  /** Duration of the procedure. [ms] */
  procedure_ms: number | null;
  /** The same on an alarm's raise, changes and CLEARED. [TS 32.111-2] */
  alarm_id: string | null;
  /** Perceived severity of the alarm. [TS 32.111-2, ITU-T X.733 8.1.2.3] */
  severity: NetworkLogSeveritySymbol | null;
  /** Probable cause of the alarm. [TS 32.111-2 Annex B, ITU-T X.733 8.1.2.1] */
  probable_cause: string | null;
  /** CELL_KPI: RRC connection establishment attempts in the period. [count; TS 32.425 4.1.1 (RRC.ConnEstabAtt), TS 28.552 5.1.1.15] */
  rrc_setup_attempts: number | null;
  /** CELL_KPI: successful RRC connection establishments. Accessibility, RRC part = successes / attempts. [count; TS 32.425 4.1.1 (RRC.ConnEstabSucc), TS 28.554 6.2] */
  rrc_setup_successes: number | null;
  /** CELL_KPI: E-RABs or DRBs attempted to set up. [count; TS 32.425 4.2.1 (ERAB.EstabInitAttNbr), TS 28.552 5.1.1.10] */
  bearer_setup_attempts: number | null;
  /** CELL_KPI: E-RABs or DRBs set up. Accessibility, bearer part = successes / attempts. [count; TS 32.425 4.2.1 (ERAB.EstabInitSuccNbr), TS 28.554 6.2] */
  bearer_setup_successes: number | null;
  /** CELL_KPI: outgoing handovers attempted. [count; TS 32.425 4.3.1, TS 28.552 5.1.1.6] */
  handover_attempts: number | null;
  /** CELL_KPI: outgoing handovers that succeeded. Mobility = successes / attempts. [count; TS 32.425 4.3.1, TS 28.554 6.6] */
  handover_successes: number | null;
  /** CELL_KPI: bearers released abnormally with data in the buffer. Retainability numerator. [count; TS 32.425 4.2.2 (ERAB.RelActNbr), TS 28.554 6.5] */
  abnormal_releases: number | null;
  /** CELL_KPI: all bearer releases. Drop rate = abnormal_releases / releases. [count; TS 32.425 4.2.2] */
  releases: number | null;
  /** CELL_KPI: downlink user data of the period. [bytes; TS 32.425 4.4.1, TS 28.552 5.1.2.1] */
  downlink_bytes_sum: number | null;
  /** CELL_KPI: length of the period that ends at event_time. [s; TS 32.401] */
  granularity_period_s: number | null;
}

/**
 * A reusable NetworkLog to fill and encode: one instance per writer. Enums are symbol indices, digit strings are numbers; a number
 * that is NaN is written as null.
 */
export class NetworkLogRow {
  /** Structural id, unique over all streams and the same in every replay. */
  readonly event_id = new Ascii();
  /** When the procedure ended, the alarm changed, or the granularity period ended. [ms since epoch, UTC] */
  event_time: number = 0;
  /** Procedure. 5G SA uses REGISTRATION, DEREGISTRATION and PDU_SESSION; LTE uses ATTACH, DETACH, TAU and BEARER_SETUP. [TS 23.401 5.3, TS 23.502 4.2, TS 36.331 5.3, TS 38.331 5.3] */
  event_type: NetworkLogEventType = 0;
  /** Result of the procedure. UNKNOWN for CELL_ALARM and CELL_KPI. */
  outcome: NetworkLogOutcome = 0;
  /** Protocol that the cause code belongs to: EMM (TS 24.301 9.9.3.9), ESM (TS 24.301 9.9.4.4), 5GMM and 5GSM (TS 24.501 9.11.3.2, 9.11.4.2), RRC (TS 36.331, TS 38.331), S1AP (TS 36.413 9.2.1.3), NGAP (TS 38.413 9.3.1.2), CC_Q850 (ITU-T Q.850), SIP (RFC 3261 status). A string, because an Avro enum symbol can't begin with a digit. */
  cause_protocol: 'EMM' | 'ESM' | '5GMM' | '5GSM' | 'RRC' | 'S1AP' | 'NGAP' | 'CC_Q850' | 'SIP' | null = null;
  /** Cause value within cause_protocol. Null where the protocol names causes without numbers. */
  cause_code: number = NaN;
  /** Name of the cause as the specification spells it. */
  cause: string | null = null;
  /** The subscriber. Null on cell-level events (CELL_ALARM, CELL_KPI). */
  subscriber_id: number = NaN;
  /** IMSI of the SIM at that time. [15 digits; TS 23.003 2.2] */
  imsi: number = NaN;
  /** Device at that time. [15 digits: TAC 8, serial 6, Luhn check digit; TS 23.003 6.2.1] */
  imei: number = NaN;
  /** Cell where it happened (source cell of a handover); the record key of cell-level events. [ECI (28 bit) or NCI (36 bit); TS 23.003 19.6, 19.6A] */
  cell_id: number = 0;
  /** Tracking area code of the cell: 16 bit on LTE, 24 bit on NR. [TS 23.003 19.4.2.3] */
  tac: number = NaN;
  /** Target cell of a handover, a configured neighbour of cell_id. [ECI (28 bit) or NCI (36 bit); TS 23.003 19.6, 19.6A] */
  target_cell_id: number = NaN;
  /** Radio access of cell_id. [TS 29.274 8.17] */
  rat: NetworkLogRat = 0;
  /** The call or data session that the procedure served. */
  readonly call_reference = new Ascii().setNull();
  /** QCI on LTE, 5QI on NR. [TS 23.203 6.1.7, TS 23.501 5.7.4] */
  qos_id: number = NaN;
  /** S-NSSAI of a PDU session as SST or SST-SD in hexadecimal. [TS 23.003 28.4] */
  slice: string | null = null;
  /** Reference signal received power, reported in steps of 1 dB. [dBm; TS 36.214 5.1.1, TS 38.215 5.1.1; range TS 36.133 9.1.4, TS 38.133 10.1.6] */
  rsrp_dbm: number = NaN;
  /** Reference signal received quality, reported in steps of 0.5 dB. [dB; TS 36.214 5.1.3, TS 38.215 5.1.3] */
  rsrq_db: number = NaN;
  /** Signal to interference and noise ratio, reported in steps of 0.5 dB. [dB; TS 38.215 5.1.5] */
  sinr_db: number = NaN;
  /** Timing advance index; one unit is 16 Ts on LTE, about 78 m of distance. [TA units (78.12 m on LTE); TS 36.213 4.2.3, TS 38.213 4.2] */
  timing_advance: number = NaN;
  /** Mean downlink throughput of the bearer. [kbit/s] */
  throughput_dl_kbps: number = NaN;
  /** Duration of the procedure. [ms] */
  procedure_ms: number = NaN;
  /** The same on an alarm's raise, changes and CLEARED. [TS 32.111-2] */
  readonly alarm_id = new Ascii().setNull();
  /** Perceived severity of the alarm. [TS 32.111-2, ITU-T X.733 8.1.2.3] */
  severity: NetworkLogSeverity | null = null;
  /** Probable cause of the alarm. [TS 32.111-2 Annex B, ITU-T X.733 8.1.2.1] */
  probable_cause: string | null = null;
  /** CELL_KPI: RRC connection establishment attempts in the period. [count; TS 32.425 4.1.1 (RRC.ConnEstabAtt), TS 28.552 5.1.1.15] */
  rrc_setup_attempts: number = NaN;
  /** CELL_KPI: successful RRC connection establishments. Accessibility, RRC part = successes / attempts. [count; TS 32.425 4.1.1 (RRC.ConnEstabSucc), TS 28.554 6.2] */
  rrc_setup_successes: number = NaN;
  /** CELL_KPI: E-RABs or DRBs attempted to set up. [count; TS 32.425 4.2.1 (ERAB.EstabInitAttNbr), TS 28.552 5.1.1.10] */
  bearer_setup_attempts: number = NaN;
  /** CELL_KPI: E-RABs or DRBs set up. Accessibility, bearer part = successes / attempts. [count; TS 32.425 4.2.1 (ERAB.EstabInitSuccNbr), TS 28.554 6.2] */
  bearer_setup_successes: number = NaN;
  /** CELL_KPI: outgoing handovers attempted. [count; TS 32.425 4.3.1, TS 28.552 5.1.1.6] */
  handover_attempts: number = NaN;
  /** CELL_KPI: outgoing handovers that succeeded. Mobility = successes / attempts. [count; TS 32.425 4.3.1, TS 28.554 6.6] */
  handover_successes: number = NaN;
  /** CELL_KPI: bearers released abnormally with data in the buffer. Retainability numerator. [count; TS 32.425 4.2.2 (ERAB.RelActNbr), TS 28.554 6.5] */
  abnormal_releases: number = NaN;
  /** CELL_KPI: all bearer releases. Drop rate = abnormal_releases / releases. [count; TS 32.425 4.2.2] */
  releases: number = NaN;
  /** CELL_KPI: downlink user data of the period. [bytes; TS 32.425 4.4.1, TS 28.552 5.1.2.1] */
  downlink_bytes_sum: number = NaN;
  /** CELL_KPI: length of the period that ends at event_time. [s; TS 32.401] */
  granularity_period_s: number = NaN;

  /** Sets every field to null (numbers to NaN), or to 0, false or empty where it can't be null. */
  reset(): void {
    this.event_id.clear();
    this.event_time = 0;
    this.event_type = 0;
    this.outcome = 0;
    this.cause_protocol = null;
    this.cause_code = NaN;
    this.cause = null;
    this.subscriber_id = NaN;
    this.imsi = NaN;
    this.imei = NaN;
    this.cell_id = 0;
    this.tac = NaN;
    this.target_cell_id = NaN;
    this.rat = 0;
    this.call_reference.setNull();
    this.qos_id = NaN;
    this.slice = null;
    this.rsrp_dbm = NaN;
    this.rsrq_db = NaN;
    this.sinr_db = NaN;
    this.timing_advance = NaN;
    this.throughput_dl_kbps = NaN;
    this.procedure_ms = NaN;
    this.alarm_id.setNull();
    this.severity = null;
    this.probable_cause = null;
    this.rrc_setup_attempts = NaN;
    this.rrc_setup_successes = NaN;
    this.bearer_setup_attempts = NaN;
    this.bearer_setup_successes = NaN;
    this.handover_attempts = NaN;
    this.handover_successes = NaN;
    this.abnormal_releases = NaN;
    this.releases = NaN;
    this.downlink_bytes_sum = NaN;
    this.granularity_period_s = NaN;
  }
}

/** The plain object that decoding the encoded row gives. */
export function networkLogRowToObject(row: NetworkLogRow): NetworkLog {
  return {
    event_id: row.event_id.toString(),
    event_time: row.event_time,
    event_type: NetworkLogEventTypeSymbols[row.event_type],
    outcome: NetworkLogOutcomeSymbols[row.outcome],
    cause_protocol: row.cause_protocol,
    cause_code: Number.isNaN(row.cause_code) ? null : row.cause_code,
    cause: row.cause,
    subscriber_id: Number.isNaN(row.subscriber_id) ? null : row.subscriber_id,
    imsi: Number.isNaN(row.imsi) ? null : String(row.imsi).padStart(15, '0'),
    imei: Number.isNaN(row.imei) ? null : String(row.imei).padStart(15, '0'),
    cell_id: row.cell_id,
    tac: Number.isNaN(row.tac) ? null : row.tac,
    target_cell_id: Number.isNaN(row.target_cell_id) ? null : row.target_cell_id,
    rat: NetworkLogRatSymbols[row.rat],
    call_reference: row.call_reference.isNull ? null : row.call_reference.toString(),
    qos_id: Number.isNaN(row.qos_id) ? null : row.qos_id,
    slice: row.slice,
    rsrp_dbm: Number.isNaN(row.rsrp_dbm) ? null : row.rsrp_dbm,
    rsrq_db: Number.isNaN(row.rsrq_db) ? null : Math.fround(row.rsrq_db),
    sinr_db: Number.isNaN(row.sinr_db) ? null : Math.fround(row.sinr_db),
    timing_advance: Number.isNaN(row.timing_advance) ? null : row.timing_advance,
    throughput_dl_kbps: Number.isNaN(row.throughput_dl_kbps) ? null : row.throughput_dl_kbps,
    procedure_ms: Number.isNaN(row.procedure_ms) ? null : row.procedure_ms,
    alarm_id: row.alarm_id.isNull ? null : row.alarm_id.toString(),
    severity: row.severity === null ? null : NetworkLogSeveritySymbols[row.severity],
    probable_cause: row.probable_cause,
    rrc_setup_attempts: Number.isNaN(row.rrc_setup_attempts) ? null : row.rrc_setup_attempts,
    rrc_setup_successes: Number.isNaN(row.rrc_setup_successes) ? null : row.rrc_setup_successes,
    bearer_setup_attempts: Number.isNaN(row.bearer_setup_attempts) ? null : row.bearer_setup_attempts,
    bearer_setup_successes: Number.isNaN(row.bearer_setup_successes) ? null : row.bearer_setup_successes,
    handover_attempts: Number.isNaN(row.handover_attempts) ? null : row.handover_attempts,
    handover_successes: Number.isNaN(row.handover_successes) ? null : row.handover_successes,
    abnormal_releases: Number.isNaN(row.abnormal_releases) ? null : row.abnormal_releases,
    releases: Number.isNaN(row.releases) ? null : row.releases,
    downlink_bytes_sum: Number.isNaN(row.downlink_bytes_sum) ? null : row.downlink_bytes_sum,
    granularity_period_s: Number.isNaN(row.granularity_period_s) ? null : row.granularity_period_s,
  };
}

function putNetworkLog0(bytes: Uint8Array, view: DataView, at: number, row: NetworkLogRow): number {
  at = putAscii(bytes, view, at, row.event_id);
  at = putLong(bytes, at, row.event_time);
  bytes[at++] = row.event_type << 1;
  bytes[at++] = row.outcome << 1;
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
  return at;
}

function putNetworkLog1(bytes: Uint8Array, view: DataView, at: number, row: NetworkLogRow): number {
  if (row.cause === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putText(bytes, at, row.cause);
  }
  if (row.subscriber_id !== row.subscriber_id) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.subscriber_id);
  }
  if (row.imsi !== row.imsi) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putDigits(bytes, view, at, row.imsi, 15);
  }
  if (row.imei !== row.imei) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putDigits(bytes, view, at, row.imei, 15);
  }
  at = putLong(bytes, at, row.cell_id);
  if (row.tac !== row.tac) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putInt(bytes, at, row.tac);
  }
  return at;
}

function putNetworkLog2(bytes: Uint8Array, view: DataView, at: number, row: NetworkLogRow): number {
  if (row.target_cell_id !== row.target_cell_id) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.target_cell_id);
  }
  bytes[at++] = row.rat << 1;
  if (row.call_reference.isNull) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putAscii(bytes, view, at, row.call_reference);
  }
  if (row.qos_id !== row.qos_id) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putInt(bytes, at, row.qos_id);
  }
  if (row.slice === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putText(bytes, at, row.slice);
  }
  if (row.rsrp_dbm !== row.rsrp_dbm) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putInt(bytes, at, row.rsrp_dbm);
  }
  return at;
}

function putNetworkLog3(bytes: Uint8Array, view: DataView, at: number, row: NetworkLogRow): number {
  if (row.rsrq_db !== row.rsrq_db) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    view.setFloat32(at, row.rsrq_db, true);
    at += 4;
  }
  if (row.sinr_db !== row.sinr_db) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    view.setFloat32(at, row.sinr_db, true);
    at += 4;
  }
  if (row.timing_advance !== row.timing_advance) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putInt(bytes, at, row.timing_advance);
  }
  if (row.throughput_dl_kbps !== row.throughput_dl_kbps) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putInt(bytes, at, row.throughput_dl_kbps);
  }
  if (row.procedure_ms !== row.procedure_ms) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putInt(bytes, at, row.procedure_ms);
  }
  if (row.alarm_id.isNull) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putAscii(bytes, view, at, row.alarm_id);
  }
  return at;
}

function putNetworkLog4(bytes: Uint8Array, at: number, row: NetworkLogRow): number {
  if (row.severity === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    bytes[at++] = row.severity << 1;
  }
  if (row.probable_cause === null) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putText(bytes, at, row.probable_cause);
  }
  if (row.rrc_setup_attempts !== row.rrc_setup_attempts) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.rrc_setup_attempts);
  }
  if (row.rrc_setup_successes !== row.rrc_setup_successes) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.rrc_setup_successes);
  }
  if (row.bearer_setup_attempts !== row.bearer_setup_attempts) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.bearer_setup_attempts);
  }
  if (row.bearer_setup_successes !== row.bearer_setup_successes) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.bearer_setup_successes);
  }
  return at;
}

function putNetworkLog5(bytes: Uint8Array, at: number, row: NetworkLogRow): number {
  if (row.handover_attempts !== row.handover_attempts) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.handover_attempts);
  }
  if (row.handover_successes !== row.handover_successes) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.handover_successes);
  }
  if (row.abnormal_releases !== row.abnormal_releases) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.abnormal_releases);
  }
  if (row.releases !== row.releases) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.releases);
  }
  if (row.downlink_bytes_sum !== row.downlink_bytes_sum) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putLong(bytes, at, row.downlink_bytes_sum);
  }
  if (row.granularity_period_s !== row.granularity_period_s) bytes[at++] = 0;
  else {
    bytes[at++] = 2;
    at = putInt(bytes, at, row.granularity_period_s);
  }
  return at;
}

/** Appends the Avro body of `row` to `slab`. Integers outside ±(2^53 - 1) and enum indices that are no symbol give wrong records. */
export function encodeNetworkLog(slab: Slab, row: NetworkLogRow): void {
  slab.ensure(235 + row.event_id.length + (row.cause_protocol === null ? 0 : textBound(row.cause_protocol)) + (row.cause === null ? 0 : textBound(row.cause)) + row.call_reference.length + (row.slice === null ? 0 : textBound(row.slice)) + row.alarm_id.length + (row.probable_cause === null ? 0 : textBound(row.probable_cause)));
  let at = slab.position;
  at = putNetworkLog0(slab.bytes, slab.view, at, row);
  at = putNetworkLog1(slab.bytes, slab.view, at, row);
  at = putNetworkLog2(slab.bytes, slab.view, at, row);
  at = putNetworkLog3(slab.bytes, slab.view, at, row);
  at = putNetworkLog4(slab.bytes, at, row);
  at = putNetworkLog5(slab.bytes, at, row);
  slab.position = at;
}

const NetworkLogFields: readonly (keyof NetworkLog)[] = ['event_id', 'event_time', 'event_type', 'outcome', 'cause_protocol', 'cause_code', 'cause', 'subscriber_id', 'imsi', 'imei', 'cell_id', 'tac', 'target_cell_id', 'rat', 'call_reference', 'qos_id', 'slice', 'rsrp_dbm', 'rsrq_db', 'sinr_db', 'timing_advance', 'throughput_dl_kbps', 'procedure_ms', 'alarm_id', 'severity', 'probable_cause', 'rrc_setup_attempts', 'rrc_setup_successes', 'bearer_setup_attempts', 'bearer_setup_successes', 'handover_attempts', 'handover_successes', 'abnormal_releases', 'releases', 'downlink_bytes_sum', 'granularity_period_s'];

/** Decodes NetworkLog records into one typed column per field. */
export class NetworkLogColumns {
  /** Rows decoded since the last `clear`. */
  length = 0;
  readonly event_id: TextColumn;
  readonly event_time: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly event_type: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly outcome: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly cause_protocol: TextColumn;
  readonly cause_code: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly cause: TextColumn;
  readonly subscriber_id: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly imsi: TextColumn;
  readonly imei: TextColumn;
  readonly cell_id: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly tac: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly target_cell_id: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly rat: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly call_reference: TextColumn;
  readonly qos_id: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly slice: TextColumn;
  readonly rsrp_dbm: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly rsrq_db: NumberColumn<Float32Array<ArrayBuffer>>;
  readonly sinr_db: NumberColumn<Float32Array<ArrayBuffer>>;
  readonly timing_advance: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly throughput_dl_kbps: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly procedure_ms: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly alarm_id: TextColumn;
  readonly severity: NumberColumn<Uint8Array<ArrayBuffer>>;
  readonly probable_cause: TextColumn;
  readonly rrc_setup_attempts: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly rrc_setup_successes: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly bearer_setup_attempts: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly bearer_setup_successes: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly handover_attempts: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly handover_successes: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly abnormal_releases: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly releases: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly downlink_bytes_sum: NumberColumn<Float64Array<ArrayBuffer>>;
  readonly granularity_period_s: NumberColumn<Int32Array<ArrayBuffer>>;
  readonly #cursor = new Cursor('NetworkLog');
  readonly #complete: boolean;
  #capacity = 0;

  /** @param fields the fields to decode; the columns of others stay empty. */
  constructor(fields: readonly (keyof NetworkLog)[] = NetworkLogFields) {
    const selected = new Set(fields);
    this.#complete = selected.size === NetworkLogFields.length;
    this.event_id = new TextColumn(false, selected.has('event_id'));
    this.event_time = new NumberColumn(new Float64Array(0), false, selected.has('event_time'));
    this.event_type = new NumberColumn(new Uint8Array(0), false, selected.has('event_type'));
    this.outcome = new NumberColumn(new Uint8Array(0), false, selected.has('outcome'));
    this.cause_protocol = new TextColumn(true, selected.has('cause_protocol'));
    this.cause_code = new NumberColumn(new Int32Array(0), true, selected.has('cause_code'));
    this.cause = new TextColumn(true, selected.has('cause'));
    this.subscriber_id = new NumberColumn(new Float64Array(0), true, selected.has('subscriber_id'));
    this.imsi = new TextColumn(true, selected.has('imsi'));
    this.imei = new TextColumn(true, selected.has('imei'));
    this.cell_id = new NumberColumn(new Float64Array(0), false, selected.has('cell_id'));
    this.tac = new NumberColumn(new Int32Array(0), true, selected.has('tac'));
    this.target_cell_id = new NumberColumn(new Float64Array(0), true, selected.has('target_cell_id'));
    this.rat = new NumberColumn(new Uint8Array(0), false, selected.has('rat'));
    this.call_reference = new TextColumn(true, selected.has('call_reference'));
    this.qos_id = new NumberColumn(new Int32Array(0), true, selected.has('qos_id'));
    this.slice = new TextColumn(true, selected.has('slice'));
    this.rsrp_dbm = new NumberColumn(new Int32Array(0), true, selected.has('rsrp_dbm'));
    this.rsrq_db = new NumberColumn(new Float32Array(0), true, selected.has('rsrq_db'));
    this.sinr_db = new NumberColumn(new Float32Array(0), true, selected.has('sinr_db'));
    this.timing_advance = new NumberColumn(new Int32Array(0), true, selected.has('timing_advance'));
    this.throughput_dl_kbps = new NumberColumn(new Int32Array(0), true, selected.has('throughput_dl_kbps'));
    this.procedure_ms = new NumberColumn(new Int32Array(0), true, selected.has('procedure_ms'));
    this.alarm_id = new TextColumn(true, selected.has('alarm_id'));
    this.severity = new NumberColumn(new Uint8Array(0), true, selected.has('severity'));
    this.probable_cause = new TextColumn(true, selected.has('probable_cause'));
    this.rrc_setup_attempts = new NumberColumn(new Float64Array(0), true, selected.has('rrc_setup_attempts'));
    this.rrc_setup_successes = new NumberColumn(new Float64Array(0), true, selected.has('rrc_setup_successes'));
    this.bearer_setup_attempts = new NumberColumn(new Float64Array(0), true, selected.has('bearer_setup_attempts'));
    this.bearer_setup_successes = new NumberColumn(new Float64Array(0), true, selected.has('bearer_setup_successes'));
    this.handover_attempts = new NumberColumn(new Float64Array(0), true, selected.has('handover_attempts'));
    this.handover_successes = new NumberColumn(new Float64Array(0), true, selected.has('handover_successes'));
    this.abnormal_releases = new NumberColumn(new Float64Array(0), true, selected.has('abnormal_releases'));
    this.releases = new NumberColumn(new Float64Array(0), true, selected.has('releases'));
    this.downlink_bytes_sum = new NumberColumn(new Float64Array(0), true, selected.has('downlink_bytes_sum'));
    this.granularity_period_s = new NumberColumn(new Int32Array(0), true, selected.has('granularity_period_s'));
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
    decodeNetworkLog0(this, cursor, row);
    decodeNetworkLog1(this, cursor, row);
    decodeNetworkLog2(this, cursor, row);
    decodeNetworkLog3(this, cursor, row);
    decodeNetworkLog4(this, cursor, row);
    decodeNetworkLog5(this, cursor, row);
    cursor.finish(start, end);
    this.length = row + 1;
  }

  /** Row `row` as a plain object. @throws Error when fields were left out at construction. */
  get(row: number): NetworkLog {
    if (row < 0 || row >= this.length) throw new RangeError(`NetworkLogColumns: row ${row} of ${this.length}`);
    if (!this.#complete) throw new Error('NetworkLogColumns.get needs every field: read the selected columns instead');
    return {
      event_id: this.event_id.text(row),
      event_time: this.event_time.values[row],
      event_type: NetworkLogEventTypeSymbols[this.event_type.values[row]],
      outcome: NetworkLogOutcomeSymbols[this.outcome.values[row]],
      cause_protocol: this.cause_protocol.valid![row] === 1 ? this.cause_protocol.text(row) as NonNullable<NetworkLog['cause_protocol']> : null,
      cause_code: this.cause_code.valid![row] === 1 ? this.cause_code.values[row] : null,
      cause: this.cause.valid![row] === 1 ? this.cause.text(row) : null,
      subscriber_id: this.subscriber_id.valid![row] === 1 ? this.subscriber_id.values[row] : null,
      imsi: this.imsi.valid![row] === 1 ? this.imsi.text(row) : null,
      imei: this.imei.valid![row] === 1 ? this.imei.text(row) : null,
      cell_id: this.cell_id.values[row],
      tac: this.tac.valid![row] === 1 ? this.tac.values[row] : null,
      target_cell_id: this.target_cell_id.valid![row] === 1 ? this.target_cell_id.values[row] : null,
      rat: NetworkLogRatSymbols[this.rat.values[row]],
      call_reference: this.call_reference.valid![row] === 1 ? this.call_reference.text(row) : null,
      qos_id: this.qos_id.valid![row] === 1 ? this.qos_id.values[row] : null,
      slice: this.slice.valid![row] === 1 ? this.slice.text(row) : null,
      rsrp_dbm: this.rsrp_dbm.valid![row] === 1 ? this.rsrp_dbm.values[row] : null,
      rsrq_db: this.rsrq_db.valid![row] === 1 ? this.rsrq_db.values[row] : null,
      sinr_db: this.sinr_db.valid![row] === 1 ? this.sinr_db.values[row] : null,
      timing_advance: this.timing_advance.valid![row] === 1 ? this.timing_advance.values[row] : null,
      throughput_dl_kbps: this.throughput_dl_kbps.valid![row] === 1 ? this.throughput_dl_kbps.values[row] : null,
      procedure_ms: this.procedure_ms.valid![row] === 1 ? this.procedure_ms.values[row] : null,
      alarm_id: this.alarm_id.valid![row] === 1 ? this.alarm_id.text(row) : null,
      severity: this.severity.valid![row] === 1 ? NetworkLogSeveritySymbols[this.severity.values[row]] : null,
      probable_cause: this.probable_cause.valid![row] === 1 ? this.probable_cause.text(row) : null,
      rrc_setup_attempts: this.rrc_setup_attempts.valid![row] === 1 ? this.rrc_setup_attempts.values[row] : null,
      rrc_setup_successes: this.rrc_setup_successes.valid![row] === 1 ? this.rrc_setup_successes.values[row] : null,
      bearer_setup_attempts: this.bearer_setup_attempts.valid![row] === 1 ? this.bearer_setup_attempts.values[row] : null,
      bearer_setup_successes: this.bearer_setup_successes.valid![row] === 1 ? this.bearer_setup_successes.values[row] : null,
      handover_attempts: this.handover_attempts.valid![row] === 1 ? this.handover_attempts.values[row] : null,
      handover_successes: this.handover_successes.valid![row] === 1 ? this.handover_successes.values[row] : null,
      abnormal_releases: this.abnormal_releases.valid![row] === 1 ? this.abnormal_releases.values[row] : null,
      releases: this.releases.valid![row] === 1 ? this.releases.values[row] : null,
      downlink_bytes_sum: this.downlink_bytes_sum.valid![row] === 1 ? this.downlink_bytes_sum.values[row] : null,
      granularity_period_s: this.granularity_period_s.valid![row] === 1 ? this.granularity_period_s.values[row] : null,
    };
  }

  #grow(): void {
    const capacity = Math.max(1024, this.#capacity * 2);
    this.event_id.grow(capacity);
    this.event_time.grow(capacity);
    this.event_type.grow(capacity);
    this.outcome.grow(capacity);
    this.cause_protocol.grow(capacity);
    this.cause_code.grow(capacity);
    this.cause.grow(capacity);
    this.subscriber_id.grow(capacity);
    this.imsi.grow(capacity);
    this.imei.grow(capacity);
    this.cell_id.grow(capacity);
    this.tac.grow(capacity);
    this.target_cell_id.grow(capacity);
    this.rat.grow(capacity);
    this.call_reference.grow(capacity);
    this.qos_id.grow(capacity);
    this.slice.grow(capacity);
    this.rsrp_dbm.grow(capacity);
    this.rsrq_db.grow(capacity);
    this.sinr_db.grow(capacity);
    this.timing_advance.grow(capacity);
    this.throughput_dl_kbps.grow(capacity);
    this.procedure_ms.grow(capacity);
    this.alarm_id.grow(capacity);
    this.severity.grow(capacity);
    this.probable_cause.grow(capacity);
    this.rrc_setup_attempts.grow(capacity);
    this.rrc_setup_successes.grow(capacity);
    this.bearer_setup_attempts.grow(capacity);
    this.bearer_setup_successes.grow(capacity);
    this.handover_attempts.grow(capacity);
    this.handover_successes.grow(capacity);
    this.abnormal_releases.grow(capacity);
    this.releases.grow(capacity);
    this.downlink_bytes_sum.grow(capacity);
    this.granularity_period_s.grow(capacity);
    this.#capacity = capacity;
  }
}

function decodeNetworkLog0(columns: NetworkLogColumns, cursor: Cursor, row: number): void {
  if (columns.event_id.selected) cursor.text(columns.event_id, row);
  else cursor.skipText();
  if (columns.event_time.selected) columns.event_time.values[row] = cursor.long();
  else cursor.skipVarint();
  if (columns.event_type.selected) columns.event_type.values[row] = cursor.symbol(NetworkLogEventTypeSymbols.length);
  else cursor.skip(1);
  if (columns.outcome.selected) columns.outcome.values[row] = cursor.symbol(NetworkLogOutcomeSymbols.length);
  else cursor.skip(1);
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
}

function decodeNetworkLog1(columns: NetworkLogColumns, cursor: Cursor, row: number): void {
  if (!columns.cause.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.cause.valid![row] = 1;
    cursor.text(columns.cause, row);
  } else {
    columns.cause.valid![row] = 0;
    columns.cause.empty(row);
  }
  if (!columns.subscriber_id.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.subscriber_id.valid![row] = 1;
    columns.subscriber_id.values[row] = cursor.long();
  } else {
    columns.subscriber_id.valid![row] = 0;
  }
  if (!columns.imsi.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.imsi.valid![row] = 1;
    cursor.text(columns.imsi, row);
  } else {
    columns.imsi.valid![row] = 0;
    columns.imsi.empty(row);
  }
  if (!columns.imei.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.imei.valid![row] = 1;
    cursor.text(columns.imei, row);
  } else {
    columns.imei.valid![row] = 0;
    columns.imei.empty(row);
  }
  if (columns.cell_id.selected) columns.cell_id.values[row] = cursor.long();
  else cursor.skipVarint();
  if (!columns.tac.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.tac.valid![row] = 1;
    columns.tac.values[row] = cursor.int();
  } else {
    columns.tac.valid![row] = 0;
  }
}

function decodeNetworkLog2(columns: NetworkLogColumns, cursor: Cursor, row: number): void {
  if (!columns.target_cell_id.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.target_cell_id.valid![row] = 1;
    columns.target_cell_id.values[row] = cursor.long();
  } else {
    columns.target_cell_id.valid![row] = 0;
  }
  if (columns.rat.selected) columns.rat.values[row] = cursor.symbol(NetworkLogRatSymbols.length);
  else cursor.skip(1);
  if (!columns.call_reference.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.call_reference.valid![row] = 1;
    cursor.text(columns.call_reference, row);
  } else {
    columns.call_reference.valid![row] = 0;
    columns.call_reference.empty(row);
  }
  if (!columns.qos_id.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.qos_id.valid![row] = 1;
    columns.qos_id.values[row] = cursor.int();
  } else {
    columns.qos_id.valid![row] = 0;
  }
  if (!columns.slice.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.slice.valid![row] = 1;
    cursor.text(columns.slice, row);
  } else {
    columns.slice.valid![row] = 0;
    columns.slice.empty(row);
  }
  if (!columns.rsrp_dbm.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.rsrp_dbm.valid![row] = 1;
    columns.rsrp_dbm.values[row] = cursor.int();
  } else {
    columns.rsrp_dbm.valid![row] = 0;
  }
}

function decodeNetworkLog3(columns: NetworkLogColumns, cursor: Cursor, row: number): void {
  if (!columns.rsrq_db.selected) {
    if (cursor.present()) cursor.skip(4);
  } else if (cursor.present()) {
    columns.rsrq_db.valid![row] = 1;
    columns.rsrq_db.values[row] = cursor.float();
  } else {
    columns.rsrq_db.valid![row] = 0;
  }
  if (!columns.sinr_db.selected) {
    if (cursor.present()) cursor.skip(4);
  } else if (cursor.present()) {
    columns.sinr_db.valid![row] = 1;
    columns.sinr_db.values[row] = cursor.float();
  } else {
    columns.sinr_db.valid![row] = 0;
  }
  if (!columns.timing_advance.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.timing_advance.valid![row] = 1;
    columns.timing_advance.values[row] = cursor.int();
  } else {
    columns.timing_advance.valid![row] = 0;
  }
  if (!columns.throughput_dl_kbps.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.throughput_dl_kbps.valid![row] = 1;
    columns.throughput_dl_kbps.values[row] = cursor.int();
  } else {
    columns.throughput_dl_kbps.valid![row] = 0;
  }
  if (!columns.procedure_ms.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.procedure_ms.valid![row] = 1;
    columns.procedure_ms.values[row] = cursor.int();
  } else {
    columns.procedure_ms.valid![row] = 0;
  }
  if (!columns.alarm_id.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.alarm_id.valid![row] = 1;
    cursor.text(columns.alarm_id, row);
  } else {
    columns.alarm_id.valid![row] = 0;
    columns.alarm_id.empty(row);
  }
}

function decodeNetworkLog4(columns: NetworkLogColumns, cursor: Cursor, row: number): void {
  if (!columns.severity.selected) {
    if (cursor.present()) cursor.skip(1);
  } else if (cursor.present()) {
    columns.severity.valid![row] = 1;
    columns.severity.values[row] = cursor.symbol(NetworkLogSeveritySymbols.length);
  } else {
    columns.severity.valid![row] = 0;
  }
  if (!columns.probable_cause.selected) {
    if (cursor.present()) cursor.skipText();
  } else if (cursor.present()) {
    columns.probable_cause.valid![row] = 1;
    cursor.text(columns.probable_cause, row);
  } else {
    columns.probable_cause.valid![row] = 0;
    columns.probable_cause.empty(row);
  }
  if (!columns.rrc_setup_attempts.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.rrc_setup_attempts.valid![row] = 1;
    columns.rrc_setup_attempts.values[row] = cursor.long();
  } else {
    columns.rrc_setup_attempts.valid![row] = 0;
  }
  if (!columns.rrc_setup_successes.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.rrc_setup_successes.valid![row] = 1;
    columns.rrc_setup_successes.values[row] = cursor.long();
  } else {
    columns.rrc_setup_successes.valid![row] = 0;
  }
  if (!columns.bearer_setup_attempts.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.bearer_setup_attempts.valid![row] = 1;
    columns.bearer_setup_attempts.values[row] = cursor.long();
  } else {
    columns.bearer_setup_attempts.valid![row] = 0;
  }
  if (!columns.bearer_setup_successes.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.bearer_setup_successes.valid![row] = 1;
    columns.bearer_setup_successes.values[row] = cursor.long();
  } else {
    columns.bearer_setup_successes.valid![row] = 0;
  }
}

function decodeNetworkLog5(columns: NetworkLogColumns, cursor: Cursor, row: number): void {
  if (!columns.handover_attempts.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.handover_attempts.valid![row] = 1;
    columns.handover_attempts.values[row] = cursor.long();
  } else {
    columns.handover_attempts.valid![row] = 0;
  }
  if (!columns.handover_successes.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.handover_successes.valid![row] = 1;
    columns.handover_successes.values[row] = cursor.long();
  } else {
    columns.handover_successes.valid![row] = 0;
  }
  if (!columns.abnormal_releases.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.abnormal_releases.valid![row] = 1;
    columns.abnormal_releases.values[row] = cursor.long();
  } else {
    columns.abnormal_releases.valid![row] = 0;
  }
  if (!columns.releases.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.releases.valid![row] = 1;
    columns.releases.values[row] = cursor.long();
  } else {
    columns.releases.valid![row] = 0;
  }
  if (!columns.downlink_bytes_sum.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.downlink_bytes_sum.valid![row] = 1;
    columns.downlink_bytes_sum.values[row] = cursor.long();
  } else {
    columns.downlink_bytes_sum.valid![row] = 0;
  }
  if (!columns.granularity_period_s.selected) {
    if (cursor.present()) cursor.skipVarint();
  } else if (cursor.present()) {
    columns.granularity_period_s.valid![row] = 1;
    columns.granularity_period_s.values[row] = cursor.int();
  } else {
    columns.granularity_period_s.valid![row] = 0;
  }
}
