import type { Command } from 'commander';
import { seed, twinMaker, type SeedResult, type TwinRequest } from '../../processors/seeder/index.ts';
import { lookupIds } from '../../schemas/registry/lookup.ts';
import { registryOptions } from '../../schemas/registry/options.ts';
import { names, processorGraph, processorRights } from '../../topology/graph/index.ts';
import { explainRefusal } from '../../topology/refusal.ts';
import { connectToKafka } from '../connect.ts';
import { integer } from '../options.ts';

const HELP = `
Examples:
  $ npx telco-twin seed                                     100,000 subscribers in Ireland
  $ npx telco-twin seed --subscribers 1000000 --region DE --seed 7
  $ npx telco-twin seed --json                              the twin there is, or the one just made, as JSON

Safe to repeat: a complete twin is left alone, an interrupted run goes on where it stopped. Fails when the topics hold
another twin than asked for. Topics and schemas must exist: see telco-twin topics, telco-twin schemas.
KAFKA_BROKERS and SCHEMA_REGISTRY_URL name the servers, TWIN_PREFIX the twin; KAFKA_PROFILE=vast-event-broker is for brokers that are no Apache Kafka.`;

/** Wall ms between two lines of progress where they can't overwrite each other. */
const LINE_EVERY_MS = 2_000;
const CONNECT_TIMEOUT_MS = 60_000;

interface SeedCommandOptions extends TwinRequest {
  readonly json?: true;
}

export function register(program: Command): void {
  program.command('seed')
    .description('write the subscribers, sites and cells of a new twin')
    .option('--subscribers <n>', 'subscribers active at seeding (default: 100000)', integer(1))
    .option('--region <country>', 'ISO 3166-1 alpha-2 country whose places the twin uses (default: IE)')
    .option('--seed <n>', 'root of every random number (default: 1)', integer(0, 0xffff_ffff))
    .option('--capacity <n>', 'size of the subscriber index space (default: 1.25 × subscribers)', integer(1))
    .option('--json', 'print the twin as one JSON object')
    .addHelpText('after', HELP)
    .action(run);
}

async function run({ json, ...request }: SeedCommandOptions): Promise<void> {
  const { TWIN_PREFIX: prefix = '' } = process.env;
  const say = (message: string): void => { console.error(message); };
  const cluster = await connectToKafka(process.env, CONNECT_TIMEOUT_MS);
  try {
    const schemas = await lookupIds({ ...registryOptions(process.env), onWait: say }, prefix, ['subscriber_state', 'network_state']);
    const started = performance.now();
    const result = await seed({
      cluster, names: names(prefix), request, maker: twinMaker(),
      schemaIds: { subscriberState: schemas.get('subscriber_state')!.id, networkState: schemas.get('network_state')!.id },
      onProgress: progressPrinter(started),
    });
    console.log(json === true ? JSON.stringify({ ...result.config, sites: result.sites, cells: result.cells, wrote: result.wrote }) : summary(result, started));
  } catch (error) {
    throw error instanceof Error ? explainRefusal(error, processorRights(processorGraph('seeder'), names(prefix))) : error;
  } finally {
    await cluster.close();
  }
}

function summary({ wrote, config, sites, cells }: SeedResult, started: number): string {
  const twin = `${count(config.subscribers)} subscribers, ${count(sites)} sites, ${count(cells)} cells in ${config.region} (seed ${config.seed})`;
  return wrote ? `seeded ${twin} in ${((performance.now() - started) / 1_000).toFixed(1)} s` : `already seeded: ${twin}`;
}

/** One line that is rewritten on a terminal, a line now and then elsewhere. */
function progressPrinter(started: number): (written: number, total: number) => void {
  let printed = started;
  return (written, total) => {
    const now = performance.now();
    const done = written === total;
    if (!process.stderr.isTTY && !done && now - printed < LINE_EVERY_MS) return;
    printed = now;
    const rate = written / Math.max(0.001, (now - started) / 1_000);
    const left = Math.ceil((total - written) / Math.max(1, rate));
    const line = `${count(written)} of ${count(total)} subscribers, ${count(Math.round(rate))}/s, ${done ? 'done' : `${left} s left`}`;
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}${done ? '\n' : ''}` : `${line}\n`);
  };
}

function count(n: number): string {
  return n.toLocaleString('en');
}
