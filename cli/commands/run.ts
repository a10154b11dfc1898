import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { processorGraph, processors } from '../../topology/graph/index.ts';
import { clusterOptionsFromEnv } from '../../topology/log/index.ts';
import type { ProcessorModule } from '../../topology/task/contract.ts';
import { ProcessorHost, type HostedProcessor } from '../../topology/task/host.ts';
import { runUntilSignal } from '../../topology/task/process.ts';
import { settingsFromEnv } from '../../topology/task/settings.ts';
import { processLogger } from '../../topology/telemetry/logging.ts';
import { startTracing } from '../../topology/telemetry/tracing.ts';
import { EXIT_FAILURE, UsageError } from '../errors.ts';

const PROCESSORS = join(import.meta.dirname, '..', '..', 'processors');
const runnable = processors.filter(({ kind }) => kind !== 'job').map(({ name }) => name);

const HELP = `
Processors:
${processors.filter(({ kind }) => kind !== 'job').map(({ name, description }) => `  ${name.padEnd(26)}  ${description}`).join('\n')}

Examples:
  $ npx telco-twin run cdr-generator
  $ npx telco-twin run cdr-generator networklog-generator     two in one process, sharing one copy of the twin
  $ SUBSCRIBER_DB_URL=http://127.0.0.1:8082 npx telco-twin run cdr-generator
                                                              starting from subscriber-db's snapshots

Environment:
  KAFKA_BROKERS, SCHEMA_REGISTRY_URL, TWIN_PREFIX  which cluster, registry and twin
  KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_*, KAFKA_SSL_*  how to log in
  KAFKA_PROFILE                                    vast-event-broker: brokers without transactions, compression and more
  HTTP_PORT (0 = any free), HTTP_HOST              /livez, /readyz, /metrics
  LOG_LEVEL                                        JSON lines on stdout
  OTEL_EXPORTER_OTLP_ENDPOINT                      where traces go (OTLP over HTTP); OTEL_TRACES_SAMPLER: which
  COMMIT_INTERVAL_MS                               pause between the transactions of a live task (1000)
  GROUP_INSTANCE_ID                                static membership: a restart moves no partitions
  GROUP_SESSION_TIMEOUT_MS, GROUP_REBALANCE_TIMEOUT_MS, TRANSACTION_TIMEOUT_MS,
  TRANSACTION_MAX_BYTES, TRANSACTION_MAX_TICKS, TRANSACTION_MAX_MS, COMPRESSION, SHUTDOWN_GRACE_MS
  SUBSCRIBER_DB_DIR, SUBSCRIBER_DB_HOST, SUBSCRIBER_DB_PORT, SUBSCRIBER_DB_COMPACT_MINUTES
                                                   subscriber-db: its folder (.telco-twin/subscriber-db), where it serves
                                                   look-ups and snapshots (127.0.0.1:8082), when it drops old versions (10)
  SUBSCRIBER_DB_URL, SUBSCRIBER_DB_TIMEOUT_MS      generators: where to get snapshots to start from, and for how long to wait
                                                   for bytes (5000); without, or when it does not answer, they read the topic
  SUBSCRIBER_DB_TOKEN or SUBSCRIBER_DB_TOKEN_FILE  both: bearer token of subscriber-db
  CLOCK_*, API_*                                   scenario-injector: the clock, and the REST API
  VAST_*, SINK_*                                   vast-sink: where VAST is, and how rows are gathered
Each of them, with its default: docs/settings.md

SIGTERM or SIGINT finishes the transactions in hand, leaves the groups and exits with status 0.`;

export function register(program: Command): void {
  program.command('run')
    .description('run processors of the twin in this process')
    .argument('<processor...>', runnable.join(', '))
    .addHelpText('after', HELP)
    .action(run);
}

/** @throws the reason when the processors could not go on. */
async function run(names: readonly string[]): Promise<void> {
  const settings = settingsFromEnv(process.env);
  const logger = processLogger(settings.logLevel);
  const tracing = await startTracing(process.env, [...new Set(names)].join('+'), logger);
  const host = new ProcessorHost({
    processors: await Promise.all([...new Set(names)].map(load)),
    cluster: clusterOptionsFromEnv(process.env),
    settings, logger,
    env: process.env,
  });
  const ending = await runUntilSignal(host, settings.shutdownGraceMs, logger);
  await tracing.shutdown();
  if (ending.outcome === 'failed') throw ending.reason;
  if (ending.outcome === 'overdue') process.exit(EXIT_FAILURE);
}

async function load(name: string): Promise<HostedProcessor> {
  if (!(runnable as readonly string[]).includes(name)) {
    const job = processors.find((processor) => processor.name === name);
    throw new UsageError(job === undefined ? `there is no processor '${name}'; there are ${runnable.join(', ')}` : `${name} is a job: telco-twin seed`);
  }
  const file = join(PROCESSORS, name, 'index.ts');
  await access(file).catch(() => { throw new Error(`${file} is missing: this build does not contain ${name}`); });
  return { graph: processorGraph(name), module: (await import(file)) as ProcessorModule };
}
