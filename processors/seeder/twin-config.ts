import { MODEL_VERSION, type TwinConfig } from '../../twin/config.ts';

/** What an operator may ask of a new twin. What is left out is taken from the twin there is, or from the defaults. */
export type TwinRequest = Partial<Pick<TwinConfig, 'seed' | 'region' | 'subscribers' | 'capacity'>>;

export const DEFAULT_SEED = 1;
export const DEFAULT_REGION = 'IE';
export const DEFAULT_SUBSCRIBERS = 100_000;
/** Index space per subscriber at seeding: room for activations, since indices are never reused. */
export const CAPACITY_FACTOR = 1.25;
/** The index space is kept in 32-bit numbers with bits to spare for keyed permutations. */
const MAX_CAPACITY = 1 << 28;

/** A twin is there already, and it is another one than asked for. */
export class TwinMismatchError extends Error {
  readonly fields: readonly string[];
  constructor(differences: readonly { readonly field: string; readonly existing: unknown; readonly asked: unknown }[], topic: string) {
    const list = differences.map(({ field, existing, asked }) => `${field} is ${String(existing)}, asked for ${String(asked)}`).join('; ');
    super(
      `${topic} holds another twin: ${list}. A twin never changes these. Leave the settings out to go on with the one there is, `
      + 'choose another TWIN_PREFIX to keep both, or delete its topics (locally: telco-twin up --reset) to start over.',
    );
    this.name = 'TwinMismatchError';
    this.fields = differences.map(({ field }) => field);
  }
}

/** A twin is there already, of a release whose model makes other events of the same inputs. */
export class TwinVersionError extends Error {
  constructor(existing: number, topic: string) {
    super(
      `${topic} holds a twin of model version ${existing}, and this release implements version ${MODEL_VERSION}: it would go on with other events. `
      + 'Run the release that seeded it, choose another TWIN_PREFIX for a new twin beside it, or delete its topics (locally: telco-twin up --reset) to start over.',
    );
    this.name = 'TwinVersionError';
  }
}

/** The configuration of a new twin. Throws RangeError naming the setting that no twin can have. */
export function newTwin(request: TwinRequest, partitions: number, timezoneOf: (region: string) => string): TwinConfig {
  const region = (request.region ?? DEFAULT_REGION).trim().toUpperCase();
  const subscribers = whole('subscribers', request.subscribers ?? DEFAULT_SUBSCRIBERS, 1, MAX_CAPACITY);
  const capacity = whole('capacity', request.capacity ?? Math.ceil(subscribers * CAPACITY_FACTOR), subscribers, MAX_CAPACITY);
  const seed = whole('seed', request.seed ?? DEFAULT_SEED, 0, 0xffff_ffff);
  return { seed, region, timezone: timezoneOf(region), subscribers, capacity, partitions, modelVersion: MODEL_VERSION };
}

/** Compares what was asked for, and what this build can run, with the twin there is. Throws {@link TwinVersionError}, {@link TwinMismatchError}. */
export function checkSameTwin(existing: TwinConfig, request: TwinRequest, partitions: number, topic: string): void {
  if (existing.modelVersion !== MODEL_VERSION) throw new TwinVersionError(existing.modelVersion, topic);
  const asked: Partial<TwinConfig> = { ...request, partitions };
  if (request.region !== undefined) Object.assign(asked, { region: request.region.trim().toUpperCase() });
  const differences = Object.entries(asked)
    .map(([field, value]) => ({ field, existing: existing[field as keyof TwinConfig], asked: value }))
    .filter((difference) => difference.asked !== undefined && difference.existing !== difference.asked);
  if (differences.length > 0) throw new TwinMismatchError(differences, topic);
}

function whole(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} is ${value}; use a whole number from ${least} to ${most}`);
  }
  return value;
}
