import { once } from 'node:events';
import { type Command, InvalidArgumentError } from 'commander';
import { names, topicNames, type TopicName } from '../../topology/graph/index.ts';
import { connectToKafka } from '../connect.ts';
import { UsageError } from '../errors.ts';
import { integer } from '../options.ts';
import { Decoder, type PeekedRecord } from '../peek/decode.ts';
import { follow } from '../peek/follow.ts';

const HELP = `
Topics:
  ${topicNames.join(', ')}

Examples:
  $ npx telco-twin peek cdrs                                     what is written from now on
  $ npx telco-twin peek scenario_state --from-beginning --no-follow
  $ npx telco-twin peek network_logs --key 100000042 --max 5 --json
  $ npx telco-twin peek dead_letters --from-beginning            what was refused, and why

Shows committed records only. Ctrl-C ends it. KAFKA_BROKERS and SCHEMA_REGISTRY_URL name the servers, TWIN_PREFIX the twin.`;

const CONNECT_TIMEOUT_MS = 30_000;

interface PeekOptions {
  readonly fromBeginning?: true;
  readonly follow: boolean;
  readonly max?: number;
  readonly partition?: number;
  readonly key?: string;
  readonly json?: true;
}

export function register(program: Command): void {
  program.command('peek')
    .description('show the records of a topic, decoded')
    .argument('<topic>', 'a topic of the twin, without prefix', topic)
    .option('--from-beginning', 'begin with the oldest record, not with the next one')
    .option('--no-follow', 'stop at the end of the topic')
    .option('--max <n>', 'stop after so many records', integer(1))
    .option('--partition <p>', 'only this partition', integer(0))
    .option('--key <key>', 'only records with this key')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', HELP)
    .action(peek);
}

function topic(text: string): TopicName {
  const found = topicNames.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`The twin has no such topic; it has ${topicNames.join(', ')}.`);
  return found;
}

async function peek(name: TopicName, options: PeekOptions): Promise<void> {
  const { TWIN_PREFIX: prefix = '' } = process.env;
  const named = names(prefix);
  const stop = new AbortController();
  const onSignal = (): void => { stop.abort(); };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  // `peek … | head` closes the pipe when it has seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    stop.abort();
  });
  const cluster = await connectToKafka(process.env, CONNECT_TIMEOUT_MS);
  try {
    const partitions = partitionsOf(await cluster.partitionCount(named.topic(name)), name, options.partition);
    const decoder = await Decoder.of(name, prefix, process.env);
    let shown = 0;
    const fetches = follow(cluster, {
      topic: named.topic(name), partitions, fromBeginning: options.fromBeginning === true, follow: options.follow, signal: stop.signal,
    });
    for await (const fetched of fetches) {
      const cursor = fetched.cursor();
      while (!stop.signal.aborted && cursor.next()) {
        const record = await decoder.read(fetched.partition, cursor);
        if (options.key !== undefined && record.key !== options.key) continue;
        await print(record, options.json === true);
        if (++shown === options.max) stop.abort();
      }
    }
  } finally {
    await cluster.close();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function partitionsOf(count: number, name: TopicName, only: number | undefined): number[] {
  if (only === undefined) return Array.from({ length: count }, (_, partition) => partition);
  if (only >= count) throw new UsageError(`${name} has ${count} partitions, 0 to ${count - 1}; there is no partition ${only}`);
  return [only];
}

async function print(record: PeekedRecord, json: boolean): Promise<void> {
  const { partition, offset, timestamp, key, value, headers } = record;
  const line = json
    ? JSON.stringify(record)
    : `${partition}:${offset}  ${timestamp}  ${key ?? '(no key)'}  ${JSON.stringify(value)}${headers === undefined ? '' : `  ${JSON.stringify(headers)}`}`;
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain').catch(() => undefined);
}
