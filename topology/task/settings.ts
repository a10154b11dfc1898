import type { Compression } from '../log/index.ts';

/** What an operator may set for a process; every field has an environment variable. */
export interface RuntimeSettings {
  /** TWIN_PREFIX: beginning of all names on the cluster. */
  readonly prefix: string;
  /** HTTP_HOST, HTTP_PORT (0 = any free port): `/livez`, `/readyz`, `/metrics`. */
  readonly httpHost: string;
  readonly httpPort: number;
  /** LOG_LEVEL: a level of pino. */
  readonly logLevel: string;
  /** GROUP_SESSION_TIMEOUT_MS: a silent member loses its partitions after this long. */
  readonly sessionTimeoutMs: number;
  /** GROUP_REBALANCE_TIMEOUT_MS: how long a revoked task may take to finish its transaction. */
  readonly rebalanceTimeoutMs: number;
  /** GROUP_INSTANCE_ID: static membership; a restart within the session time-out moves no partition. */
  readonly groupInstanceId: string | null;
  /** COMMIT_INTERVAL_MS: pause between the transactions of a live task; 0 = as ticks come. Each task has its own phase. */
  readonly commitIntervalMs: number;
  /** TRANSACTION_MAX_BYTES, _TICKS, _MS: what a task that is behind puts into one transaction at most. */
  readonly transactionMaxBytes: number;
  readonly transactionMaxTicks: number;
  readonly transactionMaxMs: number;
  /** TRANSACTION_TIMEOUT_MS: the broker aborts what a vanished task left open after this long. */
  readonly transactionTimeoutMs: number;
  /** COMPRESSION: lz4, zstd or none. */
  readonly compression: Compression;
  /** SHUTDOWN_GRACE_MS: time to finish after SIGTERM or a failure. */
  readonly shutdownGraceMs: number;
}

/**
 * Records of one partition of a stream within which a record may come again, where brokers have no transactions and a task had to start over from its
 * cursor. Consumers that drop repeats remember at least as many ids. A task stops filling a unit at half of it; one tick may go on beyond.
 */
export const REPEAT_WINDOW = 65_536;

type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
const COMPRESSIONS: readonly Compression[] = ['lz4', 'zstd', 'none'];

/** @throws Error that names the variable. */
export function settingsFromEnv(env: Environment): RuntimeSettings {
  return {
    prefix: env.TWIN_PREFIX ?? '',
    httpHost: env.HTTP_HOST || '127.0.0.1',
    httpPort: wholeNumber(env, 'HTTP_PORT', 0, 0, 65_535),
    logLevel: oneOf(env, 'LOG_LEVEL', 'info', LOG_LEVELS),
    sessionTimeoutMs: wholeNumber(env, 'GROUP_SESSION_TIMEOUT_MS', 30_000, 1_000),
    rebalanceTimeoutMs: wholeNumber(env, 'GROUP_REBALANCE_TIMEOUT_MS', 60_000, 1_000),
    groupInstanceId: env.GROUP_INSTANCE_ID || null,
    commitIntervalMs: wholeNumber(env, 'COMMIT_INTERVAL_MS', 1_000, 0),
    transactionMaxBytes: wholeNumber(env, 'TRANSACTION_MAX_BYTES', 16 << 20, 1),
    transactionMaxTicks: wholeNumber(env, 'TRANSACTION_MAX_TICKS', 256, 1),
    transactionMaxMs: wholeNumber(env, 'TRANSACTION_MAX_MS', 2_000, 1),
    transactionTimeoutMs: wholeNumber(env, 'TRANSACTION_TIMEOUT_MS', 60_000, 1_000),
    compression: oneOf(env, 'COMPRESSION', 'lz4', COMPRESSIONS),
    shutdownGraceMs: wholeNumber(env, 'SHUTDOWN_GRACE_MS', 25_000, 0),
  };
}

function wholeNumber(env: Environment, name: string, otherwise: number, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new Error(`${name} is '${text}'; use a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? ' up' : ` to ${most}`}`);
  }
  return value;
}

function oneOf<T extends string>(env: Environment, name: string, otherwise: T, allowed: readonly T[]): T {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new Error(`${name} is '${text}'; use one of ${allowed.join(', ')}`);
  return found;
}
