import type { Names } from '../../../topology/graph/index.ts';
import type { Cluster } from '../../../topology/log/index.ts';
import type { ControlEvent } from '../../../twin/scenarios/index.ts';
import { readToEnd } from '../../records/index.ts';
import type { Phase } from '../state/scenario-table.ts';
import type { ControlDecoder, ControlRecord } from './decode.ts';
import { Rejection } from './rejection.ts';

/**
 * Finds the control event that opened a phase: `scenario_state` keeps what targets were resolved to, not how they were named.
 * Reads all of `scenario_events`, which people write and is small.
 */
export async function findControlEvent(cluster: Cluster, names: Names, decoder: ControlDecoder, phase: Phase): Promise<ControlEvent | null> {
  const { scenario, request } = phase;
  const key = Buffer.from(scenario.scenarioId);
  const candidates: ControlRecord[] = [];
  await readToEnd(cluster, names.topic('scenario_events'), 0, (offset, _time, bytes, keyStart, keyEnd, valueStart, valueEnd) => {
    if (keyStart < 0 || valueStart < 0 || key.compare(bytes, keyStart, keyEnd) !== 0) return;
    candidates.push({ offset, key, value: Buffer.from(bytes.subarray(valueStart, valueEnd)), size: valueEnd - valueStart });
  });
  for (const record of candidates.reverse()) {
    const event = await decoder.decode(record).catch((error: unknown) => {
      if (error instanceof Rejection) return null;
      throw error;
    });
    if (event !== null && event.action !== 'STOP' && event.issuedAt === request.issuedAt && event.effectiveAt === request.effectiveAt) return event;
  }
  return null;
}
