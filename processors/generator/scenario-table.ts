import { decodeRecord } from '../../schemas/codec.ts';
import { WIRE_HEADER_BYTES } from '../../schemas/wire.ts';
import type { TableHandler } from '../../topology/task/contract.ts';
import { HOUR } from '../../twin/config.ts';
import { isLater, type ResolvedScenario } from '../../twin/scenarios/types.ts';
import { resolvedScenario } from '../records/scenario.ts';

interface Version {
  readonly offset: number;
  /** Scenario and revision: the phase that this version describes. */
  readonly phase: string;
  readonly scenario: ResolvedScenario;
}

/** Every version in `scenario_state`, by offset. */
export class ScenarioTable implements TableHandler {
  readonly #versions: Version[] = [];

  apply(_partition: number, offset: number, bytes: Buffer, _keyStart: number, _keyEnd: number, valueStart: number, valueEnd: number): void {
    if (valueStart < 0) return;
    const last = this.#versions[this.#versions.length - 1];
    if (last !== undefined && offset <= last.offset) return;
    const record = decodeRecord('ScenarioState', bytes.subarray(valueStart + WIRE_HEADER_BYTES, valueEnd));
    this.#versions.push({ offset, phase: `${record.scenario_id}#${record.revision}`, scenario: resolvedScenario(record) });
  }

  /**
   * Scenarios known before the end offset that may still matter to event times at or after `time`: newest version of
   * each phase, in order of first appearance.
   */
  asOf(end: number, time: number): ResolvedScenario[] {
    const phases = new Map<string, ResolvedScenario>();
    for (const { offset, phase, scenario } of this.#versions) {
      // Where records may be repeated, one from before comes too late.
      const known = phases.get(phase);
      if (offset < end && (known === undefined || isLater(scenario, known))) phases.set(phase, scenario);
    }
    return [...phases.values()].filter(({ appliedUntil, tailMs }) => appliedUntil === null || appliedUntil + tailMs + HOUR > time);
  }
}
