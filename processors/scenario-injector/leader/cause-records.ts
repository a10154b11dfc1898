import type { GroundTruth } from '../../../schemas/generated/GroundTruth.generated.ts';
import type { Turn } from '../state/scenario-table.ts';

export interface CauseRecord {
  readonly key: string;
  readonly record: GroundTruth;
}

/** The ledger: what began or ended, once for each cell and subscriber that it acts on. */
export function causeRecords(turn: Turn, cellId: (index: number) => number, subscriberId: (index: number) => number): CauseRecord[] {
  const { scenario, revision } = turn.phase;
  const { cells, subscribers } = scenario;
  const record = (entity: string): GroundTruth => ({
    scenario_id: scenario.scenarioId,
    kind: scenario.kind,
    role: 'CAUSE',
    effect: null,
    changed_fields: null,
    magnitude: scenario.intensity,
    stream: null,
    event_id: null,
    counterfactual_event_id: null,
    event_time: turn.at,
    entity,
    difficulty: scenario.difficulty,
    details: { ...scenario.parameters, edge: turn.edge, revision: String(revision), magnitude: 'intensity' },
  });
  if (cells.length === 0 && subscribers.length === 0) {
    return [{ key: scenario.scenarioId, record: record(`scenario:${scenario.scenarioId}`) }];
  }
  return [
    ...cells.map(cellId).map((id) => ({ key: String(id), record: record(`cell:${id}`) })),
    ...subscribers.map(subscriberId).map((id) => ({ key: String(id), record: record(`subscriber:${id}`) })),
  ];
}
