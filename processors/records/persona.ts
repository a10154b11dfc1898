import type { Faker } from '@faker-js/faker';
import { Draw } from '../../twin/random/draw.ts';
import { Purpose } from '../../twin/random/purpose.ts';

/** Sizes of the pools that names and addresses are picked from. */
const FIRST_NAMES = 1_500;
const LAST_NAMES = 4_000;
const STREETS = 3_000;
const LAST_HOUSE_NUMBER = 180;

/** Languages by country where Faker's locale is not named after the country alone. */
const LANGUAGE_OF: Readonly<Record<string, string>> = {
  AT: 'de', AU: 'en', BE: 'fr', BR: 'pt', CA: 'en', CH: 'de', CZ: 'cs', GB: 'en', GH: 'en', ID: 'id', IE: 'en', IN: 'en', LU: 'fr',
  MX: 'es', NG: 'en', PT: 'pt', SE: 'sv', NO: 'nb', DK: 'da', US: 'en', ZA: 'en', GR: 'el', JP: 'ja', KR: 'ko', CN: 'zh', TW: 'zh',
  UA: 'uk', IL: 'he', AM: 'hy', GE: 'ka', RS: 'sr', SI: 'sl', VN: 'vi', EE: 'et', NP: 'en', BD: 'bn', HK: 'en', SN: 'fr',
};

/**
 * Names and addresses for the record only, by subscriber index and home. Faker fills pools once (it takes 10 µs a value); people
 * then are keyed picks, so subscriber n is called the same in every run, and people of one home share an address.
 */
export class Personas {
  readonly #draw: Draw;
  readonly #first: readonly string[];
  readonly #last: readonly string[];
  readonly #streets: readonly string[];

  private constructor(seed: number, faker: Faker) {
    this.#draw = new Draw(seed);
    faker.seed(seed);
    this.#first = Array.from({ length: FIRST_NAMES }, () => faker.person.firstName());
    this.#last = Array.from({ length: LAST_NAMES }, () => faker.person.lastName());
    this.#streets = Array.from({ length: STREETS }, () => faker.location.street());
  }

  /** @param region ISO 3166-1 alpha-2; English names where Faker knows no locale of the country. */
  static async of(seed: number, region: string): Promise<Personas> {
    return new Personas(seed, await fakerOf(region));
  }

  name(index: number): string {
    const draw = this.#draw.at(Purpose.persona, index, 0);
    return `${pick(this.#first, draw)} ${pick(this.#last, draw)}`;
  }

  /** @param place populated place nearest to the home. */
  address(latitude: number, longitude: number, place: string): string {
    const draw = this.#draw.at(Purpose.persona, Math.round(latitude * 1e6), Math.round(longitude * 1e6));
    return `${1 + draw.below(LAST_HOUSE_NUMBER)} ${pick(this.#streets, draw)}, ${place}`;
  }
}

function pick(pool: readonly string[], draw: Draw): string {
  return pool[draw.below(pool.length)];
}

/** Faker of the most specific locale that it has for a country. Each is a module of its own: all of them take long to load. */
async function fakerOf(region: string): Promise<Faker> {
  const language = LANGUAGE_OF[region] ?? region.toLowerCase();
  for (const locale of [`${language}_${region}`, language]) {
    try {
      return ((await import(`@faker-js/faker/locale/${locale}`)) as { faker: Faker }).faker;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    }
  }
  return (await import('@faker-js/faker/locale/en')).faker;
}
