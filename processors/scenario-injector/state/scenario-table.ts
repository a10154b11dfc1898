import type { Context as TraceContext } from '@opentelemetry/api';
import { isEmpty, isLater, type ResolvedScenario, type StateChange } from '../../../twin/scenarios/index.ts';

/**
 * One phase of a scenario: what holds between two control events about it. An UPDATE ends the running phase and starts the
 * next, so a scenario is a run of phases that touch, numbered by `revision` from 1. A phase that was replaced or stopped
 * before it began is empty (`appliedUntil === appliedFrom`) and has no effect.
 */
export interface Phase {
  readonly revision: number;
  /** What the control event that opened it asked for. Times of effect are event time, `issuedAt` is wall time, ms. */
  readonly request: { readonly effectiveAt: number; readonly until: number | null; readonly issuedAt: number; readonly issuedBy: string };
  /** True when `effective_at` lay before the twin's present, so that the phase begins later than it asked to. */
  readonly late: boolean;
  readonly scenario: ResolvedScenario;
  /** Of the control event that wrote it last; its beginning and end go on in it. */
  readonly trace?: TraceContext;
}

/** A phase that begins or ends, with the state changes that this makes. */
export interface Turn {
  readonly at: number;
  readonly edge: 'BEGIN' | 'END';
  readonly phase: Phase;
  readonly changes: readonly StateChange[];
}

/** Every phase of every scenario, as `scenario_state` holds them. */
export class ScenarioTable {
  readonly #phases = new Map<string, Phase[]>();

  /**
   * Adds a phase, or replaces the one with the same scenario and revision. The end of a closed one only comes earlier: where records may be repeated,
   * one from before comes too late.
   */
  put(phase: Phase): void {
    const phases = this.#phases.get(phase.scenario.scenarioId);
    if (phases === undefined) {
      this.#phases.set(phase.scenario.scenarioId, [phase]);
      return;
    }
    const at = phases.findIndex((other) => other.revision === phase.revision);
    if (at < 0) phases.push(phase);
    else if (isLater(phase.scenario, phases[at].scenario)) phases[at] = phase;
  }

  /** The newest phase of a scenario. */
  newest(scenarioId: string): Phase | undefined {
    return this.#phases.get(scenarioId)?.at(-1);
  }

  phasesOf(scenarioId: string): readonly Phase[] {
    return this.#phases.get(scenarioId) ?? [];
  }

  /** The newest phase of every scenario, in the order in which they were first seen. */
  newestPhases(): Phase[] {
    return [...this.#phases.values()].map((phases) => phases.at(-1)!);
  }

  /** Every phase of every scenario. */
  *scenarios(): Generator<ResolvedScenario> {
    for (const phases of this.#phases.values()) for (const { scenario } of phases) yield scenario;
  }

  get size(): number {
    return this.#phases.size;
  }

  /** Earliest beginning or end after `time`, or null. */
  boundaryAfter(time: number): number | null {
    let earliest = Infinity;
    for (const phase of this.#nonEmpty()) {
      const { appliedFrom, appliedUntil } = phase.scenario;
      if (appliedFrom > time && appliedFrom < earliest) earliest = appliedFrom;
      if (appliedUntil !== null && appliedUntil > time && appliedUntil < earliest) earliest = appliedUntil;
    }
    return earliest === Infinity ? null : earliest;
  }

  /** Beginnings and ends in [from, to] in the order in which they happen: by time, at one time ends first, then as written. */
  turns(from: number, to: number): Turn[] {
    const turns: Turn[] = [];
    for (const phase of this.#nonEmpty()) {
      const { appliedFrom, appliedUntil, onBegin, onEnd } = phase.scenario;
      if (appliedFrom >= from && appliedFrom <= to) turns.push({ at: appliedFrom, edge: 'BEGIN', phase, changes: onBegin });
      if (appliedUntil !== null && appliedUntil >= from && appliedUntil <= to) {
        turns.push({ at: appliedUntil, edge: 'END', phase, changes: onEnd });
      }
    }
    return turns.sort((a, b) => a.at - b.at || Number(a.edge === 'BEGIN') - Number(b.edge === 'BEGIN'));
  }

  *#nonEmpty(): Generator<Phase> {
    for (const phases of this.#phases.values()) {
      for (const phase of phases) if (!isEmpty(phase.scenario)) yield phase;
    }
  }
}
