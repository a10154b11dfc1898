import { encodeGroundTruth, GroundTruthEffect, GroundTruthRole, GroundTruthRow, GroundTruthStream } from '../../schemas/generated/GroundTruth.generated.ts';
import type { Slab } from '../../schemas/slab.ts';
import { SUBSCRIBER_ID_BASE } from '../../twin/config.ts';
import type { Causes } from '../../twin/scenarios/causes.ts';
import type { ScenarioEffect } from '../../twin/scenarios/kind.ts';
import type { World } from '../../twin/world.ts';
import type { Calendar } from './calendar/calendar.ts';
import type { Intent, Observer } from './observer.ts';

interface Observed {
  readonly record: Record<string, unknown>;
  readonly time: number;
  readonly entity: number;
}

/** Fields whose change is no effect of its own: they only name the record. */
const IDENTITY_FIELDS = new Set(['event_id']);

/**
 * Ground truth as a difference: the records of an intent with all causes, and with all but one scenario, compared by
 * structural event_id. What is equal is not an effect of that scenario; everything else is, exactly.
 */
export class GroundTruthDiff {
  readonly #observer: Observer;
  readonly #world: World;
  readonly #row = new GroundTruthRow();
  readonly #encode = (slab: Slab): void => encodeGroundTruth(slab, this.#row);
  #order = 0;

  constructor(observer: Observer, world: World) {
    this.#observer = observer;
    this.#world = world;
  }

  /** Files the effects that the scenarios in `taint` have on an intent. */
  compare(intent: Intent, causes: Causes, taint: number, order: number, cursor: number, calendar: Calendar): void {
    this.#order = order;
    const actual = this.#observe(intent, causes);
    for (const id of causes.tainting(taint)) {
      const caused = intent.effect?.scenario.scenarioId === id;
      const baseline = caused ? new Map<string, Observed>() : this.#observe(intent, causes.without(id));
      const effect = causes.effects.find((candidate) => candidate.scenario.scenarioId === id)!;
      this.#report(effect, actual, baseline, cursor, calendar);
    }
  }

  /** Files the records that an intent would have yielded had the scenario not taken its place. */
  absent(intent: Intent, effect: ScenarioEffect, causes: Causes, order: number, cursor: number, calendar: Calendar): void {
    this.#order = order;
    const baseline = this.#observe(intent, causes.without(effect.scenario.scenarioId));
    this.#report(effect, new Map(), baseline, cursor, calendar);
  }

  #observe(intent: Intent, causes: Causes): Map<string, Observed> {
    const observed = new Map<string, Observed>();
    this.#observer.observe(intent, causes, (time, entity) => {
      const record = this.#observer.snapshot();
      observed.set(record.event_id as string, { record, time, entity });
    });
    return observed;
  }

  #report(
    effect: ScenarioEffect, actual: ReadonlyMap<string, Observed>, baseline: ReadonlyMap<string, Observed>,
    cursor: number, calendar: Calendar,
  ): void {
    for (const [id, seen] of actual) {
      const before = baseline.get(id);
      if (before === undefined) this.#file(effect, GroundTruthEffect.ADDED, null, seen, id, null, cursor, calendar);
      else {
        const changed = this.#changes(seen.record, before.record);
        if (changed.length > 0) this.#file(effect, GroundTruthEffect.CHANGED, changed, seen, id, id, cursor, calendar);
      }
    }
    for (const [id, missed] of baseline) {
      if (!actual.has(id)) this.#file(effect, GroundTruthEffect.REMOVED, null, missed, null, id, cursor, calendar);
    }
  }

  #changes(actual: Record<string, unknown>, baseline: Record<string, unknown>): string[] {
    const changed: string[] = [];
    for (const [field, value] of Object.entries(actual)) {
      if (!IDENTITY_FIELDS.has(field) && !this.#same(field, value, baseline[field])) changed.push(field);
    }
    return changed;
  }

  #same(field: string, a: unknown, b: unknown): boolean {
    if (Object.is(a, b)) return true;
    const tolerance = this.#observer.tolerances[field];
    if (tolerance === undefined || typeof a !== 'number' || typeof b !== 'number') return false;
    const difference = Math.abs(a - b);
    return difference <= (tolerance.absolute ?? 0) || difference <= (tolerance.relative ?? 0) * Math.max(Math.abs(a), Math.abs(b));
  }

  #file(
    effect: ScenarioEffect, kind: number, changed: string[] | null, seen: Observed, id: string | null,
    counterfactual: string | null, cursor: number, calendar: Calendar,
  ): void {
    if (seen.time < cursor || seen.time < effect.from) return;
    const row = this.#row;
    const { scenario } = effect;
    row.reset();
    row.scenario_id = scenario.scenarioId;
    row.kind = scenario.kind;
    row.role = GroundTruthRole.EFFECT;
    row.effect = kind as GroundTruthEffect;
    row.changed_fields = changed;
    row.magnitude = scenario.intensity;
    row.stream = GroundTruthStream[this.#observer.stream];
    if (id !== null) row.event_id.clear().text(id);
    if (counterfactual !== null) row.counterfactual_event_id.clear().text(counterfactual);
    row.event_time = seen.time;
    const { entity } = seen;
    if (entity >= 0) row.entity.text('subscriber:').decimal(SUBSCRIBER_ID_BASE + entity);
    else row.entity.text('cell:').decimal(this.#world.network.cellId[~entity]);
    row.difficulty = scenario.difficulty;
    calendar.file(seen.time, entity, this.#order++, this.#encode);
  }
}
