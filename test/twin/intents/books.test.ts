import { describe, expect, it } from 'vitest';
import { HOUR } from '../../../twin/config.ts';
import { CallBook } from '../../../twin/intents/call-book.ts';
import { CallStatus, type CallTable } from '../../../twin/intents/call-table.ts';
import { MessageBook } from '../../../twin/intents/message-book.ts';
import { SessionPlan } from '../../../twin/intents/session-plan.ts';
import { twinOf } from '../../support/twin-run.ts';

const SUBSCRIBERS = 2_000;
/** Monday 2026-03-02 00:00 local (UTC), in hours since the epoch, and the week from there. */
const MONDAY = Date.parse('2026-03-02T00:00Z') / HOUR;
const DAY_HOURS = Array.from({ length: 24 }, (_, h) => MONDAY + 24 + h);
const { world } = twinOf(SUBSCRIBERS);
const { directory, config } = world;

interface Engagement { readonly start: number; readonly end: number }

function rows(table: CallTable): unknown[] {
  const { length, caller, callee, ring, talk, status, destination } = table;
  return Array.from({ length }, (_, j) => [caller[j], callee[j], table.start(j), ring[j], talk[j], status[j], destination[j]]);
}

describe('the call book', () => {
  it('never lets two calls of one subscriber that go ahead overlap', () => {
    const book = new CallBook(world);
    const engaged = new Map<number, Engagement[]>();
    let calls = 0;
    for (const hour of DAY_HOURS) {
      const table = book.calls(hour);
      for (let j = 0; j < table.length; j++) {
        if (table.status[j] !== CallStatus.PROCEEDS) continue;
        calls++;
        for (const party of [table.caller[j], table.callee[j]]) {
          if (party >= 0) engaged.set(party, [...(engaged.get(party) ?? []), { start: table.start(j), end: table.claimEnd(j) }]);
        }
      }
    }
    expect(calls).toBeGreaterThan(SUBSCRIBERS);
    for (const list of engaged.values()) {
      list.sort((a, b) => a.start - b.start);
      for (let k = 1; k < list.length; k++) expect(list[k].start).toBeGreaterThanOrEqual(list[k - 1].end);
    }
  });

  it('gives a called party who is busy the reason: another call that goes ahead', () => {
    const book = new CallBook(world);
    let busy = 0;
    for (const hour of DAY_HOURS.slice(10, 20)) {
      const before = book.calls(hour - 1);
      const table = book.calls(hour);
      for (let j = 0; j < table.length; j++) {
        if (table.status[j] !== CallStatus.BUSY) continue;
        busy++;
        const callee = table.callee[j];
        const covers = (other: CallTable, k: number): boolean =>
          !(other === table && k === j) && (other.caller[k] === callee || other.callee[k] === callee) && other.start(k) <= table.start(j) && other.claimEnd(k) > table.start(j);
        const reasons = [table, before].flatMap((other) => Array.from({ length: other.length }, (_, k) => k).filter((k) => covers(other, k)));
        expect(reasons.length).toBeGreaterThan(0);
      }
    }
    expect(busy).toBeGreaterThan(0);
  });

  it('says the same whoever asks and in whatever order of hours', () => {
    const [forward, backward] = [new CallBook(world), new CallBook(world)];
    const hours = DAY_HOURS.slice(6, 20);
    const first = new Map(hours.map((hour) => [hour, rows(forward.calls(hour))]));
    for (const hour of hours.toReversed()) expect(rows(backward.calls(hour))).toEqual(first.get(hour));
    expect(rows(forward.calls(hours[0]))).toEqual(first.get(hours[0]));
  });

  it('involves active subscribers only', () => {
    const table = new CallBook(world).calls(MONDAY + 36);
    for (let j = 0; j < table.length; j++) {
      for (const party of [table.caller[j], table.callee[j]]) expect(party < 0 || directory.isActive(party)).toBe(true);
      expect(table.caller[j]).not.toBe(table.callee[j]);
      expect(Math.floor(table.start(j) / HOUR)).toBe(MONDAY + 36);
    }
  });
});

describe('rates and rhythm of a Tuesday', () => {
  const calls = new CallBook(world);
  const messages = new MessageBook(world);
  const plan = new SessionPlan(world);
  const profile = { calls: [] as number[], texts: [] as number[], sessions: [] as number[] };
  for (const hour of DAY_HOURS) {
    profile.calls.push(calls.calls(hour).length);
    profile.texts.push(messages.messages(hour).length);
    let sessions = 0;
    for (let i = 0; i < config.capacity; i++) if (directory.isActive(i)) sessions += plan.begin(i, hour);
    profile.sessions.push(sessions);
  }
  const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

  it.each([['calls', 1.2, 6], ['texts', 1.5, 12], ['sessions', 8, 24]] as const)('%s per subscriber-day', (kind, least, most) => {
    const rate = total(profile[kind]) / SUBSCRIBERS;
    expect(rate).toBeGreaterThan(least);
    expect(rate).toBeLessThan(most);
  });

  it.each([['calls', 0.005, 0.1], ['texts', 0.005, 0.1], ['sessions', 0.1, 0.4]] as const)('%s have a night: trough between %f and %f of the peak', (kind, least, most) => {
    const peak = Math.max(...profile[kind]);
    const night = total(profile[kind].slice(2, 5)) / 3;
    expect(night / peak).toBeGreaterThan(least);
    expect(night / peak).toBeLessThan(most);
    expect(peak / (total(profile[kind]) / 24)).toBeLessThan(2.8);
  });

  it('calls peak around noon or at the end of work, sessions in the evening', () => {
    const peakHour = (values: readonly number[]): number => values.indexOf(Math.max(...values));
    expect([11, 12, 13, 16, 17, 18, 19]).toContain(peakHour(profile.calls));
    expect(peakHour(profile.sessions)).toBeGreaterThanOrEqual(16);
    expect(peakHour(profile.sessions)).toBeLessThanOrEqual(21);
  });
});

describe('data sessions', () => {
  it('have heavy-tailed volumes: median around 0.4 MB, mean over 5 MB, both directions', () => {
    const plan = new SessionPlan(world);
    const bytes: number[] = [];
    for (let n = 0; n < 8_000; n++) {
      plan.describe(n % 1_000, MONDAY + 20, Math.floor(n / 1_000));
      bytes.push(plan.uplinkBytes + plan.downlinkBytes);
      expect(plan.duration).toBeLessThanOrEqual(HOUR);
      expect(plan.uplinkBytes).toBeGreaterThan(0);
    }
    bytes.sort((a, b) => a - b);
    const mean = total(bytes) / bytes.length;
    expect(bytes[4_000]).toBeGreaterThan(0.15e6);
    expect(bytes[4_000]).toBeLessThan(1e6);
    expect(mean).toBeGreaterThan(4e6);
    expect(total(bytes.slice(-800)) / total(bytes)).toBeGreaterThan(0.75);
  });
});

function total(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
