import { HOUR, MINUTE } from '../../twin/config.ts';
import { IntentKind } from '../../twin/intents/intent.ts';
import { IntentTable } from '../../twin/intents/intent-table.ts';
import type { Membership } from '../../twin/intents/membership.ts';
import { Planner, type Books } from '../../twin/intents/planner.ts';
import { Causes } from '../../twin/scenarios/causes.ts';
import type { World } from '../../twin/world.ts';
import type { Slab } from '../../schemas/slab.ts';
import { Calendar, type RecordSink } from './calendar/calendar.ts';
import { GroundTruthDiff } from './ground-truth.ts';
import type { Intent, Observer } from './observer.ts';

/** A pause in long work, so that heartbeats live. */
export type Yield = () => Promise<void>;

export interface TimelineOptions {
  readonly world: World;
  readonly books: Books;
  readonly members: Membership;
  readonly observer: Observer;
  /** Registry ids that head the values of the stream and of `ground_truth`. */
  readonly schemaId: number;
  readonly groundTruthSchemaId: number;
}

/**
 * One partition of one stream over event time: plans intents hour by hour, observes them minute by minute, and hands out
 * the records of any interval in order.
 *
 * Because outcomes are causal, one operation serves restore, revision and replay: `seek` forgets everything, observes again
 * what began within the look-back, and keeps the records at or after the cursor.
 */
export class Timeline {
  readonly #observer: Observer;
  readonly #planner: Planner;
  readonly #table = new IntentTable();
  readonly #records: Calendar;
  readonly #groundTruth: Calendar;
  readonly #diff: GroundTruthDiff;
  readonly #intent: Intent = { kind: 0, subscriber: 0, start: 0, detail: 0, hour: 0, since: 0, effect: null };
  readonly #encode: (slab: Slab) => void;
  #causes = Causes.NONE;
  #plannedHour = NaN;
  /** Minute up to which intents have been observed (exclusive). */
  #observed = 0;
  #cursor = 0;
  #order = 0;
  readonly #file = (time: number, entity: number, ordinal: number): void => {
    if (time >= this.#cursor) this.#records.file(time, entity, this.#order + ordinal, this.#encode);
  };

  readonly #observePlanned = (k: number): void => {
    const table = this.#table;
    this.#observe(table.kind(k), table.subscriber(k), table.start(k), table.detail(k), table.mark(k));
  };
  readonly #observePeriodic = (subscriber: number, phase: number): void => {
    this.#observe(IntentKind.PERIODIC_UPDATE, subscriber, this.#table.hour * HOUR + phase, 0, -1);
  };

  constructor(options: TimelineOptions) {
    const { world, observer } = options;
    this.#observer = observer;
    this.#planner = new Planner(world, options.books, options.members, observer.interests);
    this.#records = new Calendar(options.schemaId);
    this.#groundTruth = new Calendar(options.groundTruthSchemaId);
    this.#diff = new GroundTruthDiff(observer, world);
    this.#encode = (slab) => observer.encode(slab);
  }

  /** Starts over at `cursor` (event time, ms) with the causes known there. */
  async seek(cursor: number, causes: Causes, pause: Yield): Promise<void> {
    this.#records.clear();
    this.#groundTruth.clear();
    this.#causes = causes;
    this.#cursor = cursor;
    const { kinds } = this.#observer.interests;
    let longest = 0;
    for (const kind of kinds) longest = Math.max(longest, this.#observer.lookBack(kind));
    const cursorMinute = Math.floor(cursor / MINUTE);
    for (let hour = Math.floor((cursor - longest) / HOUR); hour * HOUR < cursor; hour++) {
      const age = cursor - (hour + 1) * HOUR;
      const due = new Set([...kinds].filter((kind) => this.#observer.lookBack(kind) > age));
      this.#plan(hour, age < 0 ? kinds : due);
      await pause();
      const end = Math.min((hour + 1) * 60, cursorMinute);
      for (let minute = hour * 60; minute < end; minute++) {
        this.#observeMinute(minute);
        if (minute % 15 === 14) await pause();
      }
    }
    this.#observed = cursorMinute;
  }

  /** Hands out the records of [from, to), and their ground truth. `from` must be where the last call or `seek` ended. */
  async take(from: number, to: number, records: RecordSink, groundTruth: RecordSink, pause: Yield): Promise<void> {
    let time = from;
    while (time < to) {
      const minute = Math.floor(time / MINUTE);
      while (this.#observed <= minute) {
        const hour = Math.floor(this.#observed / 60);
        if (hour !== this.#plannedHour) {
          this.#plan(hour, this.#observer.interests.kinds);
          await pause();
        }
        this.#records.open(this.#observed);
        this.#observeMinute(this.#observed++);
      }
      const end = Math.min(to, (minute + 1) * MINUTE);
      // Labels first: who follows an effect must know its record before it comes.
      this.#groundTruth.take(time, end, groundTruth);
      this.#records.take(time, end, records);
      time = end;
      this.#cursor = time;
      await pause();
    }
  }

  #plan(hour: number, kinds: ReadonlySet<IntentKind>): void {
    this.#planner.plan(this.#table, hour, this.#causes, kinds);
    this.#plannedHour = hour;
  }

  #observeMinute(minute: number): void {
    const withinHour = minute % 60;
    this.#table.forMinute(withinHour, this.#observePlanned);
    if (this.#observer.interests.kinds.has(IntentKind.PERIODIC_UPDATE)) this.#planner.forPeriodicUpdates(withinHour, this.#observePeriodic);
  }

  #observe(kind: IntentKind, subscriber: number, start: number, detail: number, mark: number): void {
    const causes = this.#causes;
    const intent = this.#intent;
    intent.kind = kind;
    intent.subscriber = subscriber;
    intent.start = start;
    intent.detail = detail;
    intent.hour = this.#table.hour;
    intent.since = this.#cursor;
    if (intent.start < this.#cursor && intent.start + this.#observer.lookBack(intent.kind) <= this.#cursor) return;
    this.#order = (intent.kind * 0x1000000 + (intent.detail & 0xffffff)) * 512;
    if (mark < -1) {
      const effect = causes.effects[-2 - mark];
      intent.effect = null;
      this.#diff.absent(intent, effect, causes, this.#order, this.#cursor, this.#groundTruth);
      return;
    }
    intent.effect = mark < 0 ? null : causes.effects[mark];
    causes.taint = 0;
    if (mark >= 0) causes.mark(mark);
    this.#observer.observe(intent, causes, this.#file);
    if (causes.taint !== 0) this.#diff.compare(intent, causes, causes.taint, this.#order, this.#cursor, this.#groundTruth);
  }
}
