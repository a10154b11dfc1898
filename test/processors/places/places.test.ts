import { describe, expect, it } from 'vitest';
import { UnknownRegionError, loadPlaces } from '../../../processors/places/index.ts';

describe('loadPlaces', () => {
  it('gives the places of a country, largest first, and its time zone', () => {
    const { places, timezone } = loadPlaces('ie');
    expect(timezone).toBe('Europe/Dublin');
    expect(places[0].name).toBe('Dublin');
    const own = places.filter((place) => place.foreign !== true);
    expect(own.length).toBeGreaterThan(300);
    expect(places.slice(0, own.length)).toEqual(own);
  });

  it('is deterministic', () => {
    expect(loadPlaces('IE')).toEqual(loadPlaces('IE'));
  });

  it('does not count suburbs twice: Dublin keeps a core, the country stays near its sum of cities', () => {
    const own = loadPlaces('IE').places.filter((place) => place.foreign !== true);
    expect(own[0].population).toBeLessThan(800_000);
    const people = own.reduce((sum, place) => sum + place.population, 0);
    expect(people).toBeGreaterThan(2_400_000);
    expect(people).toBeLessThan(3_421_383);
  });

  it('lists foreign places along the border only', () => {
    const foreign = loadPlaces('IE').places.filter((place) => place.foreign === true);
    expect(foreign.map((place) => place.name)).toContain('Derry');
    expect(foreign.map((place) => place.name)).not.toContain('London');
    expect(loadPlaces('NZ').places.some((place) => place.foreign === true)).toBe(false);
  });

  it('has no two places at one point', () => {
    const { places } = loadPlaces('GB');
    expect(new Set(places.map((place) => `${place.latitude},${place.longitude}`)).size).toBe(places.length);
  });

  it('refuses an unknown region and names near ones', () => {
    expect(() => loadPlaces('EI')).toThrow(UnknownRegionError);
    expect(() => loadPlaces('EI')).toThrow(/unknown region "EI": .*did you mean IE \(Ireland\)/);
    expect(() => loadPlaces('Ireland')).toThrow(/ISO 3166-1 alpha-2 .*did you mean IE \(Ireland\)/);
    expect(() => loadPlaces('UK')).toThrow(/did you mean GB \(United Kingdom\)/);
    expect(() => loadPlaces('?')).toThrow(/for example DE \(Germany\)/);
  });
});
