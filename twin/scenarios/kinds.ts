import { cellOutage } from './cell-outage.ts';
import { flashCrowd } from './flash-crowd.ts';
import type { ScenarioKind } from './kind.ts';
import { simSwapFraud } from './sim-swap-fraud.ts';
import { siteOutage } from './site-outage.ts';

/** Every kind of scenario, in the order in which help and API list them. */
export const scenarioKinds: readonly ScenarioKind[] = [cellOutage, siteOutage, flashCrowd, simSwapFraud];

const byName = new Map(scenarioKinds.map((kind) => [kind.kind, kind]));

export function findKind(name: string): ScenarioKind | undefined {
  return byName.get(name);
}

/** For scenarios that were validated before: an unknown kind here means the state was written by a newer version. */
export function kindOf(name: string): ScenarioKind {
  const kind = byName.get(name);
  if (kind === undefined) {
    throw new Error(`scenario_state names the kind "${name}", which this version does not know: upgrade the generators first`);
  }
  return kind;
}
