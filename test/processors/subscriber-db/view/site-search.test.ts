import { describe, expect, it } from 'vitest';
import { sitesAt } from '../../../../processors/subscriber-db/view/site-search.ts';
import type { Site } from '../../../../twin/network/types.ts';

const sites = ['Cork', 'Dún Laoghaire', 'Cork', 'Trá Mhór'].map((place, index) => ({ index, place }) as Site);

describe('sites at a place', () => {
  it.each([
    ['Cork', [0, 2]], ['cORK', [0, 2]], ['Dún Laoghaire', [1]], ['DUN LAOGHAIRE', [1]], ['dún', [1]], ['Du\u0301n', [1]], ['tra mhor', [3]],
    ['Atlantis', []], ['', [0, 1, 2, 3]],
  ])('named %s', (place, expected) => {
    expect(sitesAt(sites, place).map(({ index }) => index)).toEqual(expected);
  });
});
