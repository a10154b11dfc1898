import { Option, type Command } from 'commander';
import { UnknownRegionError } from '../../processors/places/index.ts';
import { ControlledScenarios, sample, twinInMemory } from '../../processors/sample/index.ts';
import { DEFAULT_REGION, DEFAULT_SEED } from '../../processors/seeder/twin-config.ts';
import { MINUTE } from '../../twin/config.ts';
import { ScenarioError } from '../../twin/scenarios/index.ts';
import { UsageError } from '../errors.ts';
import { instant, integer } from '../options.ts';
import { avroFile, jsonLines, Output } from '../sample/output.ts';
import { sampleSettings, type SampleCommandOptions, type SampleSettings } from '../sample/settings.ts';

const HELP = `
Examples:
  $ npx telco-twin sample --stream cdrs --from 2026-03-02T08:00Z --minutes 30 --subscribers 20000 --seed 7
  $ npx telco-twin sample --stream all --minutes 1 | head              every stream; "topic" tells which
  $ npx telco-twin sample --stream location_updates --format avro > locations.avro
  $ npx telco-twin sample --stream cdrs --scenario outage.json --ground-truth
  $ npx telco-twin sample --stream network_logs --partitions 8 --partition 3

Needs no Kafka: the very records that the topology writes for a twin of the same seed, region, subscribers and capacity. The order is
that of event time; with --partition it is that of the topic's partition, record by record.

A scenario file holds a control event, or a list of them, as they go to scenario_events:
  {"scenario_id": "outage-1", "kind": "cell_outage", "effective_at": "2026-03-02T08:05Z", "until": "2026-03-02T08:20Z",
   "target": {"type": "CELL", "ids": ["<a cell_id>"]}}`;

const DEFAULT_FROM = '2026-03-02T08:00Z';
/** Wall ms between two updates of the progress line. */
const PROGRESS_EVERY_MS = 200;

export function register(program: Command): void {
  program.command('sample')
    .description('records of any stream without Kafka, to stdout')
    .requiredOption('--stream <name>', 'cdrs, network_logs, customer_service, location_updates, ground_truth or all')
    .addOption(new Option('--from <time>', 'first event time (ISO 8601)').argParser(instant).default(instant(DEFAULT_FROM), DEFAULT_FROM))
    .option('--minutes <n>', 'minutes of event time', integer(1), 30)
    .option('--subscribers <n>', 'subscribers of the twin', integer(1), 20_000)
    .option('--seed <n>', 'root of every random number', integer(0, 0xffff_ffff), DEFAULT_SEED)
    .option('--region <country>', 'ISO 3166-1 alpha-2 country whose places the twin uses', DEFAULT_REGION)
    .option('--capacity <n>', 'size of the subscriber index space (default: 1.25 × subscribers)', integer(1))
    .option('--partitions <n>', 'partitions of the event topics, for --partition', integer(1, 10_000), 8)
    .option('--partition <p>', 'only the records of this partition', integer(0))
    .option('--format <name>', 'json (an object a line) or avro (an object container file)', 'json')
    .addOption(new Option('--scenario <file>', 'control events in force; may be given more than once').argParser(collect).default([], 'none'))
    .option('--ground-truth', 'the ground truth of all streams as well')
    .option('--limit <n>', 'stop after this many records', integer(1))
    .addHelpText('after', HELP)
    .action(run);
}

async function run(options: SampleCommandOptions): Promise<void> {
  const settings = sampleSettings(options);
  const { from, partition, limit = Infinity } = options;
  const { twin, scenarios } = prepare(options, settings);
  const { topics } = settings;
  const to = from + options.minutes * MINUTE;
  const format = settings.format === 'avro' ? avroFile(topics[0]) : jsonLines(topics.length > 1);
  const output = new Output(process.stdout);
  const progress = progressLine(to - from);
  let count = 0;
  await output.write(format.header());
  for await (const records of sample({ twin, topics, partition: partition ?? null, from, to, scenarios })) {
    const wanted = records.slice(0, limit - count);
    for (const record of wanted) await output.write(format.record(record));
    count += wanted.length;
    if (wanted.length > 0) progress(wanted[wanted.length - 1].time - from, count);
    if (count === limit || output.closed) break;
  }
  await output.write(format.trailer());
  await output.flush();
  progress(to - from, count, true);
}

function prepare(options: SampleCommandOptions, { controlEvents }: SampleSettings) {
  const { subscribers, seed, region, capacity, partition, partitions } = options;
  try {
    // One partition holds what all of them hold together, in the order of event time.
    const twin = twinInMemory({ subscribers, seed, region, ...(capacity === undefined ? {} : { capacity }) }, partition === undefined ? 1 : partitions);
    return { twin, scenarios: new ControlledScenarios(twin, controlEvents) };
  } catch (error) {
    if (error instanceof ScenarioError) throw new UsageError(`scenario refused: ${error.message}`);
    if (error instanceof RangeError || error instanceof UnknownRegionError) throw new UsageError(error.message);
    throw error;
  }
}

/** A line on stderr that is rewritten, on a terminal only. */
function progressLine(length: number): (done: number, records: number, last?: boolean) => void {
  if (!process.stderr.isTTY) return () => undefined;
  let shown = 0;
  return (done, records, last = false) => {
    const now = performance.now();
    if (!last && now - shown < PROGRESS_EVERY_MS) return;
    shown = now;
    const share = Math.round((100 * done) / length);
    process.stderr.write(`\r\x1b[K${records.toLocaleString('en')} records, ${last ? 'done\n' : `${share} % of the time`}`);
  };
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}
