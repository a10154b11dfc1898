import { Rat } from '../../twin/network/types.ts';
import type { Network } from '../../twin/network/network.ts';
import type { Findings } from './findings.ts';
import type { AnyRecord } from './invariants.ts';

const IMSI = /^00101\d{10}$/;
const IMEI = /^\d{15}$/;
const MSISDN = /^999[1-9]\d{8}$/;
/** Subscribers, other networks and premium services, international test numbers, short codes, emergency. */
const OTHER_MSISDN = /^(999[1-9]\d{8}|9990[1-9]\d{7}|999000\d{9}|500\d{2}|112)$/;

/** Identifiers are valid by construction, enums are known, cells exist and have the RAT and tracking area that the record says. */
export function checkIdentifiers(record: AnyRecord, network: Network, findings: Findings): void {
  const { event_id: id } = record;
  const text = (rule: string, value: string | null | undefined, pattern: RegExp): void => {
    if (value !== null && value !== undefined) findings.check(pattern.test(value), rule, () => `${id} ${value}`);
  };
  if ('imsi' in record) text('IMSI of the test PLMN', record.imsi, IMSI);
  if ('imei' in record) {
    text('IMEI of 15 digits', record.imei, IMEI);
    findings.check(record.imei === null || luhn(record.imei), 'IMEI with a valid check digit', () => `${id} ${record.imei}`);
  }
  if ('msisdn' in record) text('MSISDN in the unassigned range', record.msisdn, MSISDN);
  if ('other_msisdn' in record) text('other party’s number in a safe range', record.other_msisdn, OTHER_MSISDN);
  for (const [field, value] of Object.entries(record)) {
    // A phone that could not be reached was on no radio access at all.
    const unreached = field === 'rat' && 'first_cell_id' in record && record.first_cell_id === null;
    findings.check(value !== 'UNKNOWN' || unreached, 'no enum is UNKNOWN', () => `${id} ${field}`);
    findings.check(typeof value !== 'number' || Number.isFinite(value), 'no number is NaN', () => `${id} ${field}`);
    if (field.endsWith('cell_id') && value !== null) {
      findings.check(network.cellIndexOf(value as number) >= 0, 'cells exist', () => `${id} ${field} ${value}`);
    }
  }
  if ('tac' in record && record.tac !== null) {
    const cell = network.cellIndexOf(record.cell_id);
    findings.check(network.cellTac[cell] === record.tac, 'tracking area is the cell’s', () => id);
  }
  if ('rat' in record) {
    const cellId = 'first_cell_id' in record ? record.first_cell_id : 'cell_id' in record ? record.cell_id : null;
    const rat = cellId === null ? 'UNKNOWN' : network.cellRat[network.cellIndexOf(cellId)] === Rat.NR ? 'NR' : 'LTE';
    findings.check(record.rat === rat, 'RAT is the cell’s', () => `${id} ${record.rat} ${rat}`);
  }
}

/** Luhn's check over all digits, the last one included. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let k = 0; k < digits.length; k++) {
    const digit = Number(digits[digits.length - 1 - k]);
    sum += k % 2 === 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}
