import type { Cdr } from '../../schemas/generated/Cdr.generated.ts';
import type { LocationUpdate } from '../../schemas/generated/LocationUpdate.generated.ts';
import type { NetworkLog } from '../../schemas/generated/NetworkLog.generated.ts';
import { HOUR } from '../../twin/config.ts';
import type { Network } from '../../twin/network/network.ts';
import type { Findings } from './findings.ts';

const MAX_KMH = 250;
/** Multiples of the accuracy (68 % radius) that no estimate errs by in practice. */
const ERROR_BOUND = 5;

interface Connection {
  subscriber: number;
  cell: number;
  /** Event time of the last handover. */
  handover: number;
}

interface Phone {
  attached: boolean | null;
  /** Time of a registration that its attach fix must follow at once. */
  registering: number;
  /** Time of the first record about it: whether it was attached before is not known. */
  first: number;
  fix: { time: number; latitude: number; longitude: number; accuracy: number } | null;
}

/**
 * The three technical streams tell one story: connections are set up, handed over to neighbours and released in the cells that
 * CDRs and location fixes name; nothing happens to a phone between detach and attach; nobody moves faster than allowed.
 */
export class Connections {
  readonly #findings: Findings;
  readonly #network: Network;
  readonly #from: number;
  /** By the id that call, message or session have in common in all streams. */
  readonly #open = new Map<string, Connection>();
  readonly #phones = new Map<number, Phone>();

  constructor(findings: Findings, network: Network, from: number) {
    this.#findings = findings;
    this.#network = network;
    this.#from = from;
  }

  cdr(cdr: Cdr): void {
    if (cdr.start_time - cdr.sequence_number * 30 * 60_000 < this.#from || cdr.first_cell_id === null || cdr.event_id.startsWith('cx')) return;
    const connection = this.#open.get(common(cdr.event_id));
    if (connection === undefined) {
      // A text's radio connection is over when the record is written, a call that came to nothing may never have had one.
      if (cdr.record_type === 'DATA' || cdr.answered && cdr.record_type.startsWith('VOICE')) {
        this.#findings.add('an answered call or data record has a radio connection', cdr.event_id);
      }
      return;
    }
    this.#findings.check(connection.subscriber === cdr.subscriber_id, 'a connection belongs to the charged subscriber', () => cdr.event_id);
    this.#findings.check(connection.cell === cdr.last_cell_id, 'the last cell of a CDR is the serving cell', () => `${cdr.event_id} ${cdr.last_cell_id} but ${connection.cell}`);
  }

  log(log: NetworkLog): void {
    const { event_id: id, event_type: type, subscriber_id: subscriber } = log;
    const phone = this.#phone(subscriber!, log.event_time);
    this.#settle(phone, log.event_time, id);
    const registers = type === 'ATTACH' || type === 'REGISTRATION';
    if (type === 'DETACH' || type === 'DEREGISTRATION') {
      this.#findings.check(phone.attached !== false, 'a phone detaches once', () => id);
      phone.attached = false;
    } else if (registers && phone.attached === false) {
      phone.attached = true;
      phone.registering = log.event_time;
    } else {
      this.#findings.check(phone.attached !== false, 'no service between detach and attach', () => `${id} ${type}`);
      this.#findings.check(type !== 'ATTACH' || phone.attached === null, 'an attached phone does not attach', () => id);
      phone.attached = true;
    }
    this.#follow(log);
  }

  location(fix: LocationUpdate): void {
    const phone = this.#phone(fix.subscriber_id, fix.event_time);
    if (fix.trigger === 'ATTACH') {
      this.#findings.check(phone.registering === fix.event_time || phone.first === fix.event_time, 'an attach fix comes with a registration', () => fix.event_id);
      phone.registering = NaN;
    }
    this.#settle(phone, fix.event_time, fix.event_id);
    this.#findings.check(phone.attached !== false, 'no fix between detach and attach', () => `${fix.event_id} ${fix.trigger}`);
    this.#speed(phone, fix);
    const connection = this.#open.get(common(fix.event_id));
    if (fix.trigger === 'SERVICE' && 'vtdm'.includes(fix.event_id[1])) {
      if (connection === undefined) this.#findings.add('a service fix lies within a connection', fix.event_id);
      else this.#findings.check(connection.cell === fix.cell_id, 'a service fix is in the serving cell', () => fix.event_id);
    }
    if (fix.trigger === 'HANDOVER') {
      const agrees = connection === undefined || (connection.cell === fix.cell_id && connection.handover === fix.event_time);
      this.#findings.check(agrees, 'a handover fix is at a handover', () => fix.event_id);
    }
  }

  #follow(log: NetworkLog): void {
    const { event_id: id, event_type: type, cell_id: cell } = log;
    const key = common(id);
    const connection = this.#open.get(key);
    if (type === 'RRC_SETUP') {
      this.#findings.check(connection === undefined, 'a connection is set up once', () => id);
      this.#open.set(key, { subscriber: log.subscriber_id!, cell, handover: NaN });
      return;
    }
    if (type === 'HANDOVER') {
      const [source, target] = [this.#network.cellIndexOf(cell), this.#network.cellIndexOf(log.target_cell_id!)];
      this.#findings.check(this.#network.isNeighbour(source, target), 'a handover’s target is a configured neighbour', () => id);
    }
    if (connection === undefined) {
      this.#findings.check(!NEEDS_CONNECTION.has(type) || log.event_time < this.#from + HOUR + 60_000, 'a procedure has its connection', () => `${id} ${type}`);
      return;
    }
    if (type === 'RRC_REESTABLISHMENT') connection.cell = cell;
    this.#findings.check(connection.cell === cell || !NEEDS_CONNECTION.has(type), 'a procedure runs in the serving cell', () => `${id} ${type} ${cell} but ${connection.cell}`);
    if (type === 'HANDOVER' && log.outcome === 'SUCCESS') {
      connection.cell = log.target_cell_id!;
      connection.handover = log.event_time;
    }
    if (type === 'RRC_RELEASE') this.#open.delete(key);
  }

  /** A registration after a detach must have been answered by an attach fix at the same time. */
  #settle(phone: Phone, now: number, id: string): void {
    if (Number.isNaN(phone.registering) || phone.registering === now) return;
    this.#findings.add('a registration after a detach comes with an attach fix', id);
    phone.registering = NaN;
  }

  #speed(phone: Phone, fix: LocationUpdate): void {
    const { event_time: time, latitude, longitude, accuracy_m: accuracy } = fix;
    const last = phone.fix;
    if (last !== null && !fix.event_id.startsWith('lx')) {
      const north = (latitude - last.latitude) * 111.195;
      const east = (longitude - last.longitude) * 111.195 * Math.cos((latitude * Math.PI) / 180);
      const least = Math.hypot(north, east) - (ERROR_BOUND * (accuracy + last.accuracy)) / 1000;
      const hours = Math.max(time - last.time, 1000) / HOUR;
      this.#findings.check(least / hours <= MAX_KMH, 'nobody is faster than 250 km/h', () => `${fix.event_id} ${Math.round(least / hours)} km/h`);
    }
    phone.fix = { time, latitude, longitude, accuracy };
  }

  #phone(subscriber: number, time: number): Phone {
    let phone = this.#phones.get(subscriber);
    if (phone === undefined) {
      phone = { attached: null, registering: NaN, first: time, fix: null };
      this.#phones.set(subscriber, phone);
    }
    return phone;
  }
}

const NEEDS_CONNECTION: ReadonlySet<string> = new Set([
  'SERVICE_REQUEST', 'BEARER_SETUP', 'PDU_SESSION', 'HANDOVER', 'RRC_REESTABLISHMENT', 'RADIO_LINK_FAILURE', 'RRC_RELEASE',
]);

/** Sort of intent, owner, hour and ordinal: what the ids of one call, message or session share over all streams. */
function common(id: string): string {
  const [entity, hour, ordinal] = id.split('-');
  return `${entity.slice(1)}-${hour}-${ordinal}`;
}
