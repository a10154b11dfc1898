import { describe, expect, it } from 'vitest';
import { Calendar } from '../../../processors/generator/calendar/calendar.ts';
import { GroundTruthDiff } from '../../../processors/generator/ground-truth.ts';
import type { File, Intent, Observer } from '../../../processors/generator/observer.ts';
import { Ascii } from '../../../schemas/ascii.ts';
import { decodeRecord } from '../../../schemas/codec.ts';
import type { GroundTruth } from '../../../schemas/generated/GroundTruth.generated.ts';
import { WIRE_HEADER_BYTES } from '../../../schemas/wire.ts';
import { HOUR, MINUTE, SUBSCRIBER_ID_BASE } from '../../../twin/config.ts';
import { IntentKind } from '../../../twin/intents/intent.ts';
import { Causes } from '../../../twin/scenarios/causes.ts';
import { start, twinOf } from '../../support/twin-run.ts';

const twin = twinOf(500);
const { network } = twin.world;
const BEGIN = Date.parse('2026-03-02T10:00Z');
const SCENARIOS = ['first', 'second'].map((scenarioId, k) =>
  ({ ...start('cell_outage', { type: 'CELL' as const, ids: [String(network.cellId[k])], fraction: null }, BEGIN, BEGIN + HOUR), scenarioId }));

interface Fact { readonly event_id: string; readonly time: number; readonly entity?: number; readonly value?: number; readonly label?: string }

/** An observer of given facts: what it sees depends on the scenarios in force, named in the order of their effects. */
class Given implements Observer {
  readonly stream = 'cdrs';
  readonly interests = { kinds: new Set<IntentKind>(), onlyInclined: false };
  readonly tolerances = { value: { absolute: 2, relative: 0.1 } };
  readonly eventId = new Ascii();
  readonly #facts: (inForce: string) => readonly Fact[];
  #seen: Fact = { event_id: '', time: 0 };

  constructor(facts: (inForce: string) => readonly Fact[]) {
    this.#facts = facts;
  }

  lookBack(): number {
    return HOUR;
  }

  observe(_intent: Intent, causes: Causes, file: File): void {
    this.#facts(causes.effects.map(({ scenario }) => scenario.scenarioId).join('+')).forEach((fact, k) => {
      this.#seen = fact;
      file(fact.time, fact.entity ?? 7, k);
    });
  }

  encode(): void {
    throw new Error('a difference encodes ground truth only');
  }

  snapshot(): Record<string, unknown> {
    return { ...this.#seen };
  }
}

function intent(effect: Intent['effect'] = null): Intent {
  return { kind: IntentKind.SESSION, subscriber: 7, start: BEGIN, detail: 0, hour: BEGIN / HOUR, since: BEGIN, effect };
}

function causes(): Causes {
  return Causes.of(twin.resolve(SCENARIOS, BEGIN), twin.world);
}

/** What a difference files, as lines. */
function filed(work: (diff: GroundTruthDiff, calendar: Calendar) => void, facts: (inForce: string) => readonly Fact[]): { lines: string[]; truths: GroundTruth[] } {
  const calendar = new Calendar(1);
  work(new GroundTruthDiff(new Given(facts), twin.world), calendar);
  const truths: GroundTruth[] = [];
  for (let minute = BEGIN - HOUR; minute < BEGIN + HOUR; minute += MINUTE) {
    calendar.take(minute, minute + MINUTE, (_time, _entity, bytes, from, to) =>
      truths.push(decodeRecord('GroundTruth', Buffer.from(bytes.subarray(from + WIRE_HEADER_BYTES, to)))));
  }
  const lines = truths.map((t) => `${t.scenario_id} ${t.effect} ${t.event_id ?? '-'} ${t.counterfactual_event_id ?? '-'} ${t.changed_fields?.join() ?? ''}`.trimEnd());
  return { lines, truths };
}

function compare(facts: (inForce: string) => readonly Fact[], taint: number, cursor = BEGIN, given = intent()): ReturnType<typeof filed> {
  return filed((diff, calendar) => diff.compare(given, causes(), taint, 0, cursor, calendar), facts);
}

const at = (seconds: number): number => BEGIN + seconds * 1000;

describe('the difference that a scenario makes', () => {
  it('is what it added, removed and changed beyond the tolerance, by event_id', () => {
    const { lines } = compare((inForce) => inForce.includes('first')
      ? [
          { event_id: 'same', time: at(1), value: 5 },
          { event_id: 'near', time: at(2), value: 101.9 },
          { event_id: 'near-relative', time: at(3), value: 1090 },
          { event_id: 'far', time: at(4), value: 103 , label: 'x' },
          { event_id: 'label', time: at(5), label: 'b' },
          { event_id: 'new', time: at(6) },
        ]
      : [
          { event_id: 'same', time: at(1), value: 5 },
          { event_id: 'near', time: at(2), value: 100 },
          { event_id: 'near-relative', time: at(3), value: 1000 },
          { event_id: 'far', time: at(4), value: 70, label: 'x' },
          { event_id: 'label', time: at(5), label: 'a' },
          { event_id: 'gone', time: at(7) },
        ], 1);
    expect(lines).toEqual(['first CHANGED far far value', 'first CHANGED label label label', 'first ADDED new -', 'first REMOVED - gone']);
  });

  it('is measured against all other scenarios, for each that left its mark', () => {
    const facts = (inForce: string): Fact[] => [
      { event_id: 'both', time: at(1), label: inForce === 'first+second' ? 'together' : 'alone' },
      ...(inForce.includes('second') ? [{ event_id: 'seconds', time: at(2) }] : []),
    ];
    expect(compare(facts, 0b11).lines).toEqual(['first CHANGED both both label', 'second CHANGED both both label', 'second ADDED seconds -']);
    expect(compare(facts, 0b01).lines).toEqual(['first CHANGED both both label']);
    expect(compare(facts, 0).lines).toEqual([]);
  });

  it('leaves out what was handed out already, and what precedes the cause', () => {
    const facts = (inForce: string): Fact[] => inForce.includes('first')
      ? [{ event_id: 'early', time: at(-5) }, { event_id: 'handed', time: at(3) }, { event_id: 'due', time: at(10) }] : [];
    expect(compare(facts, 1, at(5)).lines).toEqual(['first ADDED due -']);
    expect(compare(facts, 1, at(-60)).lines).toEqual(['first ADDED handed -', 'first ADDED due -']);
  });

  it('is everything, where the scenario injected the intent itself', () => {
    const all = causes();
    const { lines } = filed(
      (diff, calendar) => diff.compare(intent(all.effects[1]), all, 0b10, 0, BEGIN, calendar),
      () => [{ event_id: 'a', time: at(1) }, { event_id: 'b', time: at(2) }]);
    expect(lines).toEqual(['second ADDED a -', 'second ADDED b -']);
  });

  it('is what would have been, where the scenario took an intent’s place', () => {
    const all = causes();
    const { lines } = filed((diff, calendar) => diff.absent(intent(), all.effects[0], all, 0, BEGIN, calendar), () => [{ event_id: 'trip', time: at(1) }]);
    expect(lines).toEqual(['first REMOVED - trip']);
  });

  it('names scenario, stream, time and whom it is about', () => {
    const { truths } = compare((inForce) => inForce.includes('first')
      ? [{ event_id: 's', time: at(1), entity: 7 }, { event_id: 'c', time: at(2), entity: ~3 }] : [], 1);
    expect(truths.map(({ kind, role, stream, event_time: time, entity }) => ({ kind, role, stream, time, entity }))).toEqual([
      { kind: 'cell_outage', role: 'EFFECT', stream: 'cdrs', time: at(1), entity: `subscriber:${SUBSCRIBER_ID_BASE + 7}` },
      { kind: 'cell_outage', role: 'EFFECT', stream: 'cdrs', time: at(2), entity: `cell:${network.cellId[3]}` },
    ]);
  });
});
