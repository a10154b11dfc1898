import { HOUR } from '../config.ts';
import type { ScenarioKind } from './kind.ts';
import { OutageEffect, outageOf } from './outage.ts';
import { resolveIds } from './resolve-ids.ts';

/** One or more cells stop serving; the rest of their site goes on. */
export const cellOutage: ScenarioKind = {
  kind: 'cell_outage',
  title: 'Cell outage',
  description:
    'Cells stop serving at once: calls and sessions on them are cut, their users move to other carriers or neighbours and load them, alarms are raised, and some users complain within the hour.',
  targets: ['CELL'],
  parameters: [],
  tailMs: 16 * HOUR,
  defaultDurationMs: null,
  resolve: (event, world) =>
    outageOf(resolveIds('target.ids', event.target.ids, 'cell', (id) => (/^\d{1,11}$/.test(id) ? world.network.cellIndexOf(Number(id)) : -1))),
  effect: (phase, world) => new OutageEffect(phase, world),
};
