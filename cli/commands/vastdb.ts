import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { InvalidArgumentError, type Command } from 'commander';
import { processLogger } from '../../topology/telemetry/logging.ts';
import { makeDataFolder } from '../data-folder.ts';
import { EXIT_FAILURE, UsageError } from '../errors.ts';
import { port } from '../options.ts';

const HELP = `
Examples:
  $ npx telco-twin vastdb                                      on http://127.0.0.1:9090, bucket vastdb, data in .telco-twin/vastdb
  $ npx telco-twin vastdb --port 9191 --data-dir /tmp/vast     another one beside it
  $ VAST_ACCESS_KEY=me VAST_SECRET_KEY_FILE=secret.txt npx telco-twin vastdb

  >>> import vastdb                                            pip install vastdb==2.1.0
  >>> session = vastdb.connect(endpoint='http://127.0.0.1:9090', access='local', secret='local-secret')
  >>> with session.transaction() as tx: print(tx.bucket('vastdb').schemas())

  $ duckdb -c "SELECT count(*) FROM '.telco-twin/vastdb/vastdb/telco/cdrs/*.parquet'"
                                                               the same data, read directly

A local endpoint for development and tests, not VAST: it speaks the tabular API as VAST's Python SDK uses it, on one machine, from
one folder. Keys and bucket also come from VAST_ACCESS_KEY, VAST_SECRET_KEY (or VAST_SECRET_KEY_FILE) and VAST_BUCKET.
SIGTERM and Ctrl-C end it in order; what was committed survives a kill.`;

/** As S3 demands it, which also makes it safe in paths. */
const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const BUCKET_NAMES = 'It must be 3 to 63 lower-case letters, digits, dots and hyphens, beginning and ending with a letter or digit.';

/**
 * Arrow data lie outside V8's heap, yet V8 counts them as growth of it: left alone, it marks the whole heap after every 12 to 16 MB of them, in each
 * thread. With this it waits for three times the heap's size.
 */
const COLLECT_LATER = '--heap-growing-percent=300';

interface Options {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly accessKey?: string;
  readonly secretKey?: string;
  readonly bucket?: string;
  readonly transactionIdle: number;
}

export function register(program: Command): void {
  program
    .command('vastdb')
    .description('a local VAST DB endpoint for development and tests, not VAST')
    .option('--port <port>', 'port to listen on', port, 9090)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--data, --data-dir <folder>', 'where the data are', '.telco-twin/vastdb')
    .option('--access-key <id>', 'access key id that requests must be signed with (default: local)')
    .option('--secret-key <secret>', 'its secret; others on this machine can see it here, not in the environment (default: local-secret)')
    .option('--bucket <name>', 'bucket of the database (default: vastdb)', bucketName)
    .option('--transaction-idle <seconds>', 'a transaction that nobody speaks of for this long is rolled back', seconds, 600)
    .addHelpText('after', HELP)
    .action(run);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 1)) throw new InvalidArgumentError('It must be a number of seconds, at least 1.');
  return value;
}

async function run({ dataDir, host, port: wanted, transactionIdle, ...options }: Options): Promise<void> {
  setFlagsFromString(COLLECT_LATER);
  const { LocalEndpoint } = await import('../../vast/local/endpoint.ts');
  const log = processLogger(process.env['LOG_LEVEL'] ?? 'info');
  const bucket = options.bucket ?? setting('VAST_BUCKET') ?? 'vastdb';
  if (!BUCKET_NAME.test(bucket)) throw new UsageError(`VAST_BUCKET is "${bucket}": ${BUCKET_NAMES}`);
  makeDataFolder(dataDir);
  const endpoint = await LocalEndpoint.start({
    data: dataDir, host, port: wanted,
    buckets: [bucket], transactionIdleMs: transactionIdle * 1_000,
    accessKeyId: options.accessKey ?? setting('VAST_ACCESS_KEY') ?? 'local',
    secretAccessKey: options.secretKey ?? setting('VAST_SECRET_KEY') ?? 'local-secret',
    log: (message, error) => (error === undefined ? log.warn(message) : log.error({ err: error }, message)),
  }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new UsageError(`port ${wanted} is in use; --port chooses another`);
    throw error;
  });
  log.info({ url: endpoint.url, bucket, data: dataDir }, 'Local endpoint for development and tests, not VAST');
  await stopRequested();
  log.info('Closing: statements under way end, open transactions are rolled back');
  await endpoint.close();
}

/** Resolves at the first SIGTERM, SIGINT or SIGHUP; a second one ends the process at once, which loses nothing committed. */
function stopRequested(): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (stopping) process.exit(EXIT_FAILURE);
        stopping = true;
        resolve();
      });
    }
  });
}

/** A setting from the environment, or from the file that `<name>_FILE` names. */
function setting(name: string): string | undefined {
  const file = process.env[`${name}_FILE`];
  return file ? readFileSync(file, 'utf8').trim() : process.env[name] || undefined;
}

function bucketName(text: string): string {
  if (!BUCKET_NAME.test(text)) throw new InvalidArgumentError(BUCKET_NAMES);
  return text;
}
