import type { Cdr } from '../../schemas/generated/Cdr.generated.ts';
import type { CustomerServiceEvent } from '../../schemas/generated/CustomerServiceEvent.generated.ts';
import type { LocationUpdate } from '../../schemas/generated/LocationUpdate.generated.ts';
import type { NetworkLog } from '../../schemas/generated/NetworkLog.generated.ts';
import { HOUR } from '../../twin/config.ts';
import type { Network } from '../../twin/network/network.ts';
import type { SampledTopic } from '../../processors/sample/index.ts';
import { Calls } from './invariants-calls.ts';
import { Connections } from './invariants-connections.ts';
import { checkIdentifiers } from './invariants-identifiers.ts';
import { Findings } from './findings.ts';

/** Longest that a cell's own alarm stands, and a margin. */
const LONGEST_ALARM = HOUR;

export type AnyRecord = Cdr | NetworkLog | CustomerServiceEvent | LocationUpdate;

/**
 * The invariants of the event contracts, checked on the decoded records of all four streams in event-time order, as
 * anybody who consumes the topics could check them.
 */
export class Invariants {
  readonly findings = new Findings();
  /** Records seen, by topic. */
  readonly counts: Record<string, number> = {};
  readonly #from: number;
  readonly #to: number;
  readonly #network: Network;
  readonly #ids = new Set<string>();
  readonly #calls: Calls;
  readonly #connections: Connections;
  readonly #alarms = new Map<string, { raised: number; cleared: number }>();
  readonly #contacts = new Map<string, string>();
  #time = -Infinity;

  constructor(network: Network, from: number, to: number) {
    this.#network = network;
    this.#from = from;
    this.#to = to;
    this.#calls = new Calls(this.findings, from);
    this.#connections = new Connections(this.findings, network, from);
  }

  record(topic: SampledTopic, time: number, record: AnyRecord): void {
    const { findings } = this;
    this.counts[topic] = (this.counts[topic] ?? 0) + 1;
    findings.check(!this.#ids.has(record.event_id), 'event_id is unique over all streams', () => record.event_id);
    this.#ids.add(record.event_id);
    findings.check(time >= this.#time, 'records come in event-time order', () => `${topic} ${record.event_id}`);
    findings.check(time >= this.#from && time < this.#to, 'event time lies in the range asked for', () => record.event_id);
    findings.check(time === ('event_time' in record ? record.event_time : record.end_time), 'time stamp is event time', () => record.event_id);
    this.#time = time;
    checkIdentifiers(record, this.#network, findings);
    if ('record_type' in record) {
      this.#calls.cdr(record);
      this.#connections.cdr(record);
    } else if ('contact_id' in record) this.#contact(record);
    else if ('trigger' in record) this.#connections.location(record);
    else if (record.subscriber_id === null) this.#alarm(record);
    else this.#connections.log(record);
  }

  /** What can be said only at the end. */
  finish(): Findings {
    this.#calls.finish();
    for (const [id, { raised, cleared }] of this.#alarms) {
      const pending = cleared === 0 && raised > this.#to - LONGEST_ALARM;
      const before = raised === 0 && cleared < this.#from + LONGEST_ALARM;
      this.findings.check(pending || before || (raised > 0 && cleared > raised), 'an alarm that is raised is cleared', () => id);
    }
    return this.findings;
  }

  #alarm(log: NetworkLog): void {
    this.findings.check(log.event_type === 'CELL_ALARM' && log.alarm_id !== null, 'a record without subscriber is an alarm', () => log.event_id);
    const id = log.alarm_id ?? '';
    const alarm = this.#alarms.get(id) ?? { raised: 0, cleared: 0 };
    const edge = log.severity === 'CLEARED' ? 'cleared' : 'raised';
    this.findings.check(alarm[edge] === 0, `an alarm is ${edge} once`, () => id);
    alarm[edge] = log.event_time;
    this.#alarms.set(id, alarm);
  }

  /** OPENED → ANSWERED → TRANSFERRED? → RESOLVED → CLOSED, or OPENED → ABANDONED → CLOSED. */
  #contact(event: CustomerServiceEvent): void {
    const last = this.#contacts.get(event.contact_id);
    const allowed = FOLLOWERS[last ?? ''];
    const known = last !== undefined || event.event_time > this.#from + 12 * HOUR || event.event_type === 'OPENED';
    this.findings.check(!known || allowed.includes(event.event_type), 'a contact goes through its states in order', () => `${event.event_id} ${event.event_type} after ${last}`);
    this.#contacts.set(event.contact_id, event.event_type);
    const survey = event.csat === null || (event.csat >= 1 && event.csat <= 5);
    this.findings.check(survey, 'csat is 1 to 5', () => event.event_id);
  }
}

const FOLLOWERS: Record<string, readonly string[]> = {
  '': ['OPENED'],
  OPENED: ['ANSWERED', 'ABANDONED'],
  ANSWERED: ['TRANSFERRED', 'RESOLVED'],
  TRANSFERRED: ['RESOLVED'],
  RESOLVED: ['CLOSED'],
  ABANDONED: ['CLOSED'],
  CLOSED: [],
};
