import { tokensOf, type Tokens } from '../rest/access.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What an operator may set; the environment variable stands with each field. */
export interface StoreSettings {
  /** SUBSCRIBER_DB_DIR: folder of the materialised tables, on a volume that outlives the process. */
  readonly dir: string;
  /** SUBSCRIBER_DB_HOST, SUBSCRIBER_DB_PORT (0 = any free): where look-ups and snapshots are served. */
  readonly host: string;
  readonly port: number;
  /** SUBSCRIBER_DB_TOKEN, or the content of SUBSCRIBER_DB_TOKEN_FILE: bearer tokens, a line each, one of which every call must bring; null = none. */
  readonly tokens: Tokens;
  /** SUBSCRIBER_DB_COMPACT_MINUTES: how often superseded versions are looked for. */
  readonly compactMs: number;
}

const MINUTE = 60_000;

/** @throws Error that names the variable and what it may be */
export function storeSettings(env: Environment): StoreSettings {
  return {
    dir: env.SUBSCRIBER_DB_DIR || '.telco-twin/subscriber-db',
    host: env.SUBSCRIBER_DB_HOST || '127.0.0.1',
    port: whole(env, 'SUBSCRIBER_DB_PORT', 8082, 0, 65_535),
    tokens: tokensOf(env, 'SUBSCRIBER_DB_TOKEN'),
    compactMs: whole(env, 'SUBSCRIBER_DB_COMPACT_MINUTES', 10, 1, 1_440) * MINUTE,
  };
}

function whole(env: Environment, name: string, otherwise: number, least: number, most: number): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) throw new Error(`${name} is '${text}'; use a whole number from ${least} to ${most}`);
  return value;
}
