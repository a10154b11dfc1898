import type { DayPlan } from '../mobility/day-plan.ts';
import type { World } from '../world.ts';
import type { ScenarioEffect } from './kind.ts';
import { kindOf } from './kinds.ts';
import { isEmpty, type ResolvedScenario } from './types.ts';

/**
 * The scenarios a task knows of, as one answerer of the model's questions.
 *
 * Invariant: `taint` has bit k set exactly when effect k changed an answer since `taint` was last cleared. An evaluation
 * that leaves bit k clear would have run identically without effect k, so ground truth needs no list of affected cells:
 * tainted evaluations are repeated without the scenario and compared.
 */
export class Causes {
  static readonly NONE = new Causes([]);

  readonly effects: readonly ScenarioEffect[];
  /** Effects beyond the 31st are merged into bit 30: still compared, only less precisely. */
  taint = 0;
  readonly #outages: number[] = [];
  readonly #loads: number[] = [];
  readonly #redirects: number[] = [];
  readonly #dispossessions: number[] = [];
  readonly #without = new Map<string, Causes>();

  private constructor(effects: readonly ScenarioEffect[]) {
    this.effects = effects;
    effects.forEach((effect, k) => {
      if (effect.isDown) this.#outages.push(k);
      if (effect.extraLoad) this.#loads.push(k);
      if (effect.redirectDay) this.#redirects.push(k);
      if (effect.isDispossessed) this.#dispossessions.push(k);
    });
    // What began first has people first: nobody's day before a beginning depends on what begins there.
    this.#redirects.sort((a, b) => effects[a].from - effects[b].from || a - b);
  }

  /**
   * `scenarios` in the order of `scenario_state`: several phases of one scenario are separate entries with one id. Empty
   * ones have no effect.
   */
  static of(scenarios: readonly ResolvedScenario[], world: World): Causes {
    const phases = scenarios.filter((scenario) => !isEmpty(scenario));
    if (phases.length === 0) return Causes.NONE;
    return new Causes(phases.map((phase) => kindOf(phase.kind).effect(phase, world, runOf(phase, phases))));
  }

  /** The same causes less every phase of one scenario: the baseline that its ground truth is measured against. */
  without(scenarioId: string): Causes {
    let rest = this.#without.get(scenarioId);
    if (rest === undefined) {
      rest = new Causes(this.effects.filter((effect) => effect.scenario.scenarioId !== scenarioId));
      this.#without.set(scenarioId, rest);
    }
    return rest;
  }

  /** True when the outcome of something between the two times may depend on an outage's beginning or end. */
  get anyOutage(): boolean {
    return this.#outages.length > 0;
  }

  /** True when a scenario may have rewritten somebody's day. */
  get anyRedirect(): boolean {
    return this.#redirects.length > 0;
  }

  isDown(cell: number, time: number): boolean {
    let down = false;
    for (const k of this.#outages) {
      const effect = this.effects[k];
      if (time >= effect.from && time < effect.until && effect.isDown!(cell)) {
        this.mark(k);
        down = true;
      }
    }
    return down;
  }

  /** Earliest beginning or end of an outage in (after, before], or Infinity. */
  nextOutageEdge(after: number, before: number): number {
    let next = Infinity;
    for (const k of this.#outages) {
      const { from, until } = this.effects[k];
      if (from > after && from <= before && from < next) next = from;
      if (until > after && until <= before && until < next) next = until;
    }
    return next;
  }

  /** When a working cell next goes down, in (after, before], or Infinity. */
  nextDown(cell: number, after: number, before: number): number {
    let next = Infinity;
    for (const k of this.#outages) {
      const effect = this.effects[k];
      if (effect.from > after && effect.from <= before && effect.from < effect.until && effect.isDown!(cell)) {
        this.mark(k);
        if (effect.from < next) next = effect.from;
      }
    }
    return next;
  }

  extraLoad(cell: number, time: number, hourOfWeek: number): number {
    let extra = 0;
    for (const k of this.#loads) {
      const effect = this.effects[k];
      if (time < effect.from || time >= effect.until) continue;
      const added = effect.extraLoad!(cell, hourOfWeek);
      if (added !== 0) {
        this.mark(k);
        extra += added;
      }
    }
    return extra;
  }

  redirectDay(plan: DayPlan): void {
    for (const k of this.#redirects) {
      const effect = this.effects[k];
      if (effect.from >= plan.end || effect.until <= plan.start) continue;
      const by = plan.redirectedBy;
      if (effect.redirectDay!(plan, by < 0 ? null : this.effects[by]) && by < 0) plan.redirectedBy = k;
    }
  }

  isDispossessed(subscriber: number, time: number): boolean {
    for (const k of this.#dispossessions) {
      const effect = this.effects[k];
      if (time >= effect.from && time < effect.until && effect.isDispossessed!(subscriber, time)) {
        this.mark(k);
        return true;
      }
    }
    return false;
  }

  /** When the subscriber next loses the identity to somebody else, in (after, before), or Infinity. */
  nextDispossession(subscriber: number, after: number, before: number): number {
    let next = Infinity;
    for (const k of this.#dispossessions) {
      const effect = this.effects[k];
      if (effect.from > after && effect.from < before && effect.dispossesses!(subscriber)) {
        this.mark(k);
        if (effect.from < next) next = effect.from;
      }
    }
    return next;
  }

  mark(effect: number): void {
    this.taint |= bit(effect);
  }

  /** Ids of the scenarios whose bits are set in `taint`, each once. */
  tainting(taint: number): string[] {
    const ids = new Set<string>();
    this.effects.forEach((effect, k) => {
      if (taint & bit(k)) ids.add(effect.scenario.scenarioId);
    });
    return [...ids];
  }
}

/** The phases of the same scenario that touch, from the first to the last. */
function runOf(phase: ResolvedScenario, phases: readonly ResolvedScenario[]): readonly ResolvedScenario[] {
  const own = phases.filter(({ scenarioId }) => scenarioId === phase.scenarioId).sort((a, b) => a.appliedFrom - b.appliedFrom);
  let first = own.indexOf(phase);
  let last = first;
  while (first > 0 && own[first - 1].appliedUntil === own[first].appliedFrom) first--;
  while (last + 1 < own.length && own[last].appliedUntil === own[last + 1].appliedFrom) last++;
  return own.slice(first, last + 1);
}

function bit(effect: number): number {
  return 1 << Math.min(effect, 30);
}
