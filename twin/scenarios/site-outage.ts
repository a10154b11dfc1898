import { HOUR } from '../config.ts';
import type { ScenarioKind } from './kind.ts';
import { OutageEffect, outageOf } from './outage.ts';
import { resolveIds } from './resolve-ids.ts';

/** A whole mast loses power or backhaul: every cell on it is down. */
export const siteOutage: ScenarioKind = {
  kind: 'site_outage',
  title: 'Site outage',
  description:
    'Every cell of one or more sites stops serving. Users fall back to adjacent sites; where all of those are down too they lose coverage and are detached.',
  targets: ['SITE'],
  parameters: [],
  tailMs: 16 * HOUR,
  defaultDurationMs: null,
  resolve: (event, world) => {
    const { sites, cells } = world.network;
    const wanted = new Set(
      resolveIds('target.ids', event.target.ids, 'site', (id) => sites.findIndex((site) => site.siteId === id)),
    );
    return outageOf(cells.filter((cell) => wanted.has(cell.site)).map((cell) => cell.index));
  },
  effect: (phase, world) => new OutageEffect(phase, world),
};
