import { processorGraph } from '../../topology/graph/index.ts';
import { instantOf } from '../../twin/time/instant.ts';
import { isLoopback, tokensOf, type Tokens } from '../rest/access.ts';
import { DEFAULT_POLICY, MAX_SPEED, MIN_SPEED, type ClockPolicy, type OnGap } from './clock/clock-policy.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What an operator may set; the environment variable stands with each field. */
export interface InjectorSettings {
  readonly policy: ClockPolicy;
  /** CLOCK_START: event time of the first tick of a new twin, ISO 8601; by default the wall clock, down to the minute. */
  readonly start: number;
  /** CLOCK_SPEED: of a new twin; later the API changes it. */
  readonly speed: number;
  /** CLOCK_GROUPS: the processors, comma-separated, that the clock waits for. */
  readonly groups: readonly string[];
  /** API_HOST, API_PORT: where the REST API listens. Another host than loopback needs a token. */
  readonly apiHost: string;
  readonly apiPort: number;
  /**
   * API_TOKEN, or the content of API_TOKEN_FILE: bearer tokens, a line each, one of which every call must bring; null = none. The
   * file is read again for each call, so that a new token is taken beside the old one before callers change, and the old one dropped after.
   */
  readonly apiTokens: Tokens;
}

const MINUTE = 60_000;
const DAY = 86_400_000;

/** @throws Error that names the variable and what it may be. */
export function injectorSettings(env: Environment, wall: number): InjectorSettings {
  const apiTokens = tokensOf(env, 'API_TOKEN');
  const apiHost = env.API_HOST || '127.0.0.1';
  if (apiTokens === null && !isLoopback(apiHost)) {
    throw new Error(`API_HOST is '${apiHost}' without API_TOKEN: without a token the API listens on loopback only`);
  }
  const start = instant(env, 'CLOCK_START') ?? wall - (wall % MINUTE);
  const until = instant(env, 'CLOCK_UNTIL');
  return {
    policy: {
      ...DEFAULT_POLICY,
      backfillTickMs: number(env, 'CLOCK_BACKFILL_TICK_MS', DEFAULT_POLICY.backfillTickMs, DEFAULT_POLICY.liveTickMs, DAY, true),
      maxLeadTicks: number(env, 'CLOCK_MAX_LEAD_TICKS', DEFAULT_POLICY.maxLeadTicks, 1, 32, true),
      gapMs: number(env, 'CLOCK_GAP_MS', DEFAULT_POLICY.gapMs, 2_000, DAY, true),
      onGap: onGap(env),
      until,
    },
    start,
    speed: number(env, 'CLOCK_SPEED', 1, MIN_SPEED, MAX_SPEED, false),
    groups: env.CLOCK_GROUPS === undefined ? processorGraph('scenario-injector').awaits : env.CLOCK_GROUPS.split(',').map((name) => name.trim()).filter((name) => name !== ''),
    apiHost,
    apiPort: number(env, 'API_PORT', 8080, 0, 65_535, true),
    apiTokens,
  };
}

function onGap(env: Environment): OnGap {
  const text = env.CLOCK_ON_GAP || DEFAULT_POLICY.onGap;
  if (text !== 'backfill' && text !== 'skip' && text !== 'pause') {
    throw new Error(`CLOCK_ON_GAP is '${text}'; use backfill, skip or pause`);
  }
  return text;
}

function instant(env: Environment, name: string): number | null {
  const text = env[name];
  if (text === undefined || text === '') return null;
  // A date and time without an offset would be local time of whatever machine this is.
  const time = /(Z|[+-]\d\d:\d\d)$/.test(text) || !text.includes('T') ? instantOf(text) : null;
  if (time === null) throw new Error(`${name} is '${text}'; use ISO 8601 with an offset, such as 2026-03-01 or 2026-03-01T08:00:00Z`);
  return time;
}

function number(env: Environment, name: string, otherwise: number, least: number, most: number, whole: boolean): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
    throw new Error(`${name} is '${text}'; use a ${whole ? 'whole ' : ''}number from ${least} to ${most}`);
  }
  return value;
}
