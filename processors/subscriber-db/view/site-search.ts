import type { Site } from '../../../twin/network/types.ts';

/**
 * Sites whose nearest place has this in its name, by index. Case and accents don't matter: `dun laoghaire` is Dún Laoghaire to whoever
 * types it.
 */
export function sitesAt(sites: readonly Site[], place: string): Site[] {
  const wanted = folded(place);
  return sites.filter((site) => folded(site.place).includes(wanted));
}

function folded(name: string): string {
  return name.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
