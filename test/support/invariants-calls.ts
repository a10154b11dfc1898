import type { Cdr } from '../../schemas/generated/Cdr.generated.ts';
import type { Findings } from './findings.ts';

interface Leg {
  readonly type: string;
  readonly facts: string;
}

interface Session {
  sequence: number;
  end: number;
  chargingId: number | null;
  closed: boolean;
}

/** Both legs of every call and message agree; answered calls of a subscriber never overlap; data partials follow each other. */
export class Calls {
  readonly #findings: Findings;
  readonly #from: number;
  readonly #legs = new Map<string, Leg>();
  readonly #conversations = new Map<number, { end: number; id: string }[]>();
  readonly #sessions = new Map<string, Session>();

  constructor(findings: Findings, from: number) {
    this.#findings = findings;
    this.#from = from;
  }

  cdr(cdr: Cdr): void {
    const { event_id: id } = cdr;
    const ordered = cdr.start_time <= (cdr.answer_time ?? cdr.end_time) && (cdr.answer_time ?? cdr.start_time) <= cdr.end_time;
    this.#findings.check(ordered, 'attempt, answer and release come in order', () => id);
    this.#findings.check(cdr.uplink_bytes >= 0 && cdr.downlink_bytes >= 0, 'volumes are not negative', () => id);
    if (cdr.record_type === 'DATA') return this.#partial(cdr);
    this.#leg(cdr);
    if (cdr.record_type !== 'VOICE_MO' && cdr.record_type !== 'VOICE_MT') return;
    const duration = cdr.answered ? cdr.end_time - cdr.answer_time! : 0;
    this.#findings.check(cdr.duration_ms === duration, 'duration is answer to release', () => id);
    this.#findings.check([0, 1, 2, 3, 4, 5].includes(cdr.cause_for_record_closing), 'voice is closed with a CauseForTerm', () => id);
    if (cdr.answered) this.#conversation(cdr);
  }

  finish(): void {
    for (const [reference, { type }] of this.#legs) this.#findings.add('every on-net leg has its other leg', `${reference} has only ${type}`);
  }

  #leg(cdr: Cdr): void {
    if (cdr.other_subscriber_id === null) return;
    const { call_reference: reference, record_type: type } = cdr;
    this.#findings.check(cdr.destination === 'ON_NET', 'a call between subscribers is on-net', () => cdr.event_id);
    const parties = type.endsWith('_MO') ? [cdr.subscriber_id, cdr.other_subscriber_id] : [cdr.other_subscriber_id, cdr.subscriber_id];
    const facts = JSON.stringify([...parties, cdr.start_time, cdr.answer_time, cdr.end_time, cdr.answered, cdr.cause_for_record_closing, cdr.cause_code]);
    const other = this.#legs.get(reference);
    if (other === undefined) {
      this.#legs.set(reference, { type, facts });
      return;
    }
    this.#findings.check(other.type !== type && other.type.slice(0, -3) === type.slice(0, -3), 'a reference has one leg of each kind', () => reference);
    this.#findings.check(other.facts === facts, 'both legs tell the same', () => `${reference} ${other.facts} ${facts}`);
    this.#legs.delete(reference);
  }

  /** Records come when conversations end, so an overlap may show only with the later end. */
  #conversation(cdr: Cdr): void {
    const others = this.#conversations.get(cdr.subscriber_id) ?? [];
    const overlapping = others.find(({ end }) => cdr.start_time < end);
    if (overlapping !== undefined) this.#findings.add('answered calls of a subscriber do not overlap', `${cdr.event_id} ${overlapping.id}`);
    others.push({ end: cdr.end_time, id: cdr.event_id });
    this.#conversations.set(cdr.subscriber_id, others);
  }

  #partial(cdr: Cdr): void {
    const { call_reference: reference, sequence_number: sequence } = cdr;
    const before = this.#sessions.get(reference);
    const closed = cdr.cause_for_record_closing !== 17;
    if (before === undefined) {
      const first = sequence === 0 || cdr.start_time <= this.#from;
      this.#findings.check(first, 'partial records are numbered from 0', () => `${cdr.event_id} ${sequence}`);
    } else {
      const follows = sequence === before.sequence + 1 && cdr.start_time === before.end && cdr.charging_id === before.chargingId && !before.closed;
      this.#findings.check(follows, 'partial records follow each other without a gap', () => cdr.event_id);
    }
    this.#sessions.set(reference, { sequence, end: cdr.end_time, chargingId: cdr.charging_id, closed });
  }
}
