import { brokerProfile } from '../../topology/log/index.ts';
import { secretSource } from '../../topology/task/secrets.ts';
import { REPEAT_WINDOW } from '../../topology/task/settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What an operator may set for the sink; every field has an environment variable. */
export interface SinkSettings {
  /** VAST_ENDPOINT: origins, separated by commas; one per CNode address. */
  readonly endpoints: readonly string[];
  /** VAST_ACCESS_KEY, VAST_SECRET_KEY, or VAST_ACCESS_KEY_FILE, VAST_SECRET_KEY_FILE for mounted secrets, read again at each use. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** VAST_BUCKET, VAST_SCHEMA: where the tables are. */
  readonly bucket: string;
  readonly schema: string;
  /** SINK_MAX_DELAY_MS: a row waits at most this long for others before its transaction begins. */
  readonly maxDelayMs: number;
  /** SINK_BATCH_BYTES: Arrow bytes of one insert. VAST takes less than 5 MiB. */
  readonly batchBytes: number;
  /** SINK_TRANSACTION_BYTES, SINK_TRANSACTION_ROWS: a transaction begins when either has gathered. */
  readonly transactionBytes: number;
  readonly transactionRows: number;
  /** SINK_INSERTS: inserts of one transaction under way at a time. */
  readonly concurrentInserts: number;
  /** SINK_ON_GAP: what to do when records were deleted from Kafka before they landed. */
  readonly onGap: 'fail' | 'skip';
  /**
   * SINK_REPEAT_WINDOW: event ids remembered per partition, within which repeats are dropped; 0 for brokers with transactions.
   * for others it is 65,536 unless set.
   */
  readonly repeatWindow: number;
  /** SINK_DRAIN_MS: how long giving up partitions, or stopping, waits for what is under way. */
  readonly drainMs: number;
  /** As the task runtime has them: GROUP_SESSION_TIMEOUT_MS, GROUP_REBALANCE_TIMEOUT_MS, GROUP_INSTANCE_ID. */
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly groupInstanceId: string | null;
}

const MAX_BATCH_BYTES = 4_700_000;

/** @throws Error that names the variable. */
export function sinkSettings(env: Environment): SinkSettings {
  const { transactions } = brokerProfile(env);
  const accessKeyId = secret(env, 'VAST_ACCESS_KEY');
  const secretAccessKey = secret(env, 'VAST_SECRET_KEY');
  return {
    endpoints: endpoints(env),
    get accessKeyId() { return accessKeyId(); },
    get secretAccessKey() { return secretAccessKey(); },
    bucket: env.VAST_BUCKET || 'vastdb',
    schema: env.VAST_SCHEMA || 'telco',
    maxDelayMs: wholeNumber(env, 'SINK_MAX_DELAY_MS', 1_000, 0),
    batchBytes: wholeNumber(env, 'SINK_BATCH_BYTES', 2_000_000, 64_000, MAX_BATCH_BYTES),
    transactionBytes: wholeNumber(env, 'SINK_TRANSACTION_BYTES', 16_000_000, 1),
    transactionRows: wholeNumber(env, 'SINK_TRANSACTION_ROWS', 500_000, 1),
    concurrentInserts: wholeNumber(env, 'SINK_INSERTS', 4, 1, 64),
    onGap: onGap(env.SINK_ON_GAP || 'fail'),
    repeatWindow: wholeNumber(env, 'SINK_REPEAT_WINDOW', transactions ? 0 : REPEAT_WINDOW, 0, 1 << 24),
    drainMs: wholeNumber(env, 'SINK_DRAIN_MS', 10_000, 0),
    sessionTimeoutMs: wholeNumber(env, 'GROUP_SESSION_TIMEOUT_MS', 30_000, 1_000),
    rebalanceTimeoutMs: wholeNumber(env, 'GROUP_REBALANCE_TIMEOUT_MS', 60_000, 1_000),
    groupInstanceId: env.GROUP_INSTANCE_ID || null,
  };
}

function endpoints(env: Environment): string[] {
  const found = (env.VAST_ENDPOINT ?? '').split(',').map((origin) => origin.trim()).filter((origin) => origin !== '');
  if (found.length === 0) throw new Error('VAST_ENDPOINT is not set; give it the address of VAST, such as http://127.0.0.1:9090 (several: separated by commas)');
  return found;
}

/** @throws Error at once when there is none */
function secret(env: Environment, name: string): () => string {
  const read = secretSource(env, name);
  if (read === null) throw new Error(`${name} is not set; give it, or ${name}_FILE the path of a file that holds it`);
  return read;
}

function onGap(text: string): 'fail' | 'skip' {
  if (text !== 'fail' && text !== 'skip') throw new Error(`SINK_ON_GAP is '${text}'; use fail or skip`);
  return text;
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
