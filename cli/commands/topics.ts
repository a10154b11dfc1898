import type { Command } from 'commander';
import { checkTopics, createTopics, deleteTopics, partitionsOfTwin, type TopicStatus } from '../../topology/admin.ts';
import { accessRights, defaultSettings, topics, TOPICS_JOB, type TopologySettings } from '../../topology/graph/index.ts';
import type { Cluster } from '../../topology/log/index.ts';
import { explainRefusal } from '../../topology/refusal.ts';
import { connectToKafka } from '../connect.ts';
import { UsageError } from '../errors.ts';
import { bound, instant, integer } from '../options.ts';

const HOUR_MS = 3_600_000;
const CONNECT_TIMEOUT_MS = 60_000;

const HELP = `
Examples:
  $ npx telco-twin topics create --partitions 48 --replication-factor 3
  $ npx telco-twin topics check                          exit status 1 when a topic is missing or different
  $ npx telco-twin topics list --json
  $ npx telco-twin topics delete --yes                   all data of the twin

KAFKA_BROKERS names the cluster, TWIN_PREFIX the twin. With KAFKA_PROFILE=vast-event-broker only clean-up policy and retention time are set of
a topic, and tables that ticks name are not compacted.`;

interface TopicsOptions {
  readonly partitions?: number;
  readonly replicationFactor?: number;
  readonly retentionHours: number;
  readonly retentionBytes?: number;
  readonly start?: number;
  readonly json?: true;
}

export function register(program: Command): void {
  const command = program.command('topics').description('create, compare and delete the topics of a twin').addHelpText('after', HELP);
  withSettings(command.command('create').description('create the topics that are missing; safe to repeat'))
    .action((options: TopicsOptions) => withCluster(async (cluster, prefix) => {
      print(await createTopics(cluster, prefix, await settingsOf(cluster, prefix, options)), options);
    }));
  withSettings(command.command('list').description('show the topics of the twin'))
    .action((options: TopicsOptions) => withCluster(async (cluster, prefix) => {
      print(await checkTopics(cluster, prefix, await settingsOf(cluster, prefix, options)), options);
    }));
  withSettings(command.command('check').description('compare the topics with the topology; fails when they do not fit'))
    .action((options: TopicsOptions) => withCluster(async (cluster, prefix) => {
      const statuses = await checkTopics(cluster, prefix, await settingsOf(cluster, prefix, options));
      print(statuses, options);
      const unfit = statuses.filter(({ state }) => state !== 'present');
      if (unfit.length > 0) throw new Error(`${unfit.length} of ${statuses.length} topics are missing or different: ${unfit.map(({ name }) => name).join(', ')}`);
    }));
  command.command('delete').description('delete the topics of the twin, with all data')
    .option('--yes', 'really delete')
    .option('--json', 'print one JSON object')
    .action((options: { readonly yes?: true; readonly json?: true }) => {
      if (options.yes !== true) throw new UsageError('this deletes all data of the twin; add --yes to confirm');
      return withCluster(async (cluster, prefix) => {
        const deleted = await deleteTopics(cluster, prefix);
        console.log(options.json ? JSON.stringify({ deleted }) : deleted.length === 0 ? 'no topic to delete' : `deleted ${deleted.join(', ')}`);
      });
    });
}

function withSettings(command: Command): Command {
  return command
    .option('--partitions <n>', `partitions of the co-partitioned topics; never changes in the life of a twin (default: those it has; of a new one ${defaultSettings.partitions})`, integer(1, 10_000))
    .option('--replication-factor <n>', "copies of every partition (default: the broker's)", integer(1, 100))
    .option('--retention-hours <h>', 'how long events are kept', integer(1), defaultSettings.retentionMs / HOUR_MS)
    .option('--retention-bytes <n>', 'most bytes of a partition of an event topic; -1: no bound (default)', bound)
    .option('--start <time>', 'first simulated instant; history older than the retention is kept too (ISO 8601)', instant)
    .option('--json', 'print one JSON object');
}

async function settingsOf(cluster: Cluster, prefix: string, options: TopicsOptions): Promise<TopologySettings> {
  return {
    ...defaultSettings,
    partitions: options.partitions ?? await partitionsOfTwin(cluster, prefix) ?? defaultSettings.partitions,
    replicationFactor: options.replicationFactor ?? defaultSettings.replicationFactor,
    retentionMs: options.retentionHours * HOUR_MS,
    retentionBytes: options.retentionBytes ?? defaultSettings.retentionBytes,
    backfillMs: options.start === undefined ? 0 : Math.max(0, Date.now() - options.start),
  };
}

async function withCluster(work: (cluster: Cluster, prefix: string) => Promise<void>): Promise<void> {
  const prefix = process.env['TWIN_PREFIX'] ?? '';
  const cluster = await connectToKafka(process.env, CONNECT_TIMEOUT_MS);
  try {
    await work(cluster, prefix);
  } catch (error) {
    throw error instanceof Error ? explainRefusal(error, accessRights({ prefix }).filter(({ principal }) => principal === TOPICS_JOB)) : error;
  } finally {
    await cluster.close();
  }
}

function print(statuses: readonly TopicStatus[], options: TopicsOptions): void {
  if (options.json) {
    console.log(JSON.stringify({ topics: statuses }));
    return;
  }
  const width = Math.max(...statuses.map(({ name }) => name.length));
  for (const { topic, name, state, partitions, conflicts, notes } of statuses) {
    const shape = `${topics[topic].cleanup}, ${partitions ?? '-'} partitions`;
    console.log(`${name.padEnd(width)}  ${state.padEnd(9)}  ${shape}`);
    for (const text of [...conflicts, ...notes]) console.log(`${' '.repeat(width)}  ${text}`);
  }
}
