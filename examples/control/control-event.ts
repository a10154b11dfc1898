import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import type { Servers } from '../servers.ts';

export interface CellOutage {
  /** Names the scenario, and is the record's key: START and STOP carry the same. */
  readonly scenarioId: string;
  readonly action: 'START' | 'STOP';
  /** Decimal cell_id of the cell, as in `network_state` and in every stream. */
  readonly cellId: string;
  /** Event time, ms since the epoch. One that has passed acts from the next tick on. */
  readonly effectiveAt: number;
}

/**
 * A control event as a record value: the wire format is the registry client's work, and fields with a default in the schema are left out.
 * @throws when the registry has no schema of `scenario_events`, or the event does not fit it
 */
export async function encodeCellOutage({ registryUrl, prefix }: Servers, outage: CellOutage): Promise<Buffer> {
  const registry = new SchemaRegistry({ host: registryUrl });
  const schema = await registry.getLatestSchemaId(`${prefix}scenario_events-value`);
  return await registry.encode(schema, {
    scenario_id: outage.scenarioId,
    kind: 'cell_outage',
    action: outage.action,
    effective_at: outage.effectiveAt,
    target: { type: 'CELL', ids: [outage.cellId] },
    issued_at: Date.now(),
    issued_by: 'example',
  });
}

/** Reads `<scenario id> START|STOP <cell id>` from the command line; the event acts at once. */
export function cellOutageFromArguments([scenarioId, action, cellId]: readonly string[]): CellOutage {
  if (scenarioId === undefined || cellId === undefined || (action !== 'START' && action !== 'STOP')) {
    throw new Error('usage: <scenario id> START|STOP <cell id>, such as: demo START and the first_cell_id of a CDR');
  }
  return { scenarioId, action, cellId, effectiveAt: Date.now() };
}
