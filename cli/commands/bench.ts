import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { loadPlaces, UnknownRegionError } from '../../processors/places/index.ts';
import { UsageError } from '../errors.ts';
import { integer } from '../options.ts';

const BENCHMARKS = ['throughput', 'together', 'restore', 'live', 'vast', 'model'] as const;
type Benchmark = (typeof BENCHMARKS)[number];
/** The others start a broker. */
const BROKERLESS: Benchmark = 'model';
const PROGRAM = join(import.meta.dirname, '../../test/bench/run.ts');

interface BenchOptions {
  readonly subscribers: number;
  readonly pairs: number;
  readonly replicas: number;
  readonly processes: 'four' | 'one';
  readonly hours: number;
  readonly partitions: number;
  readonly region: string;
  readonly seconds: number;
  readonly minutes: number;
  readonly rows: number;
}

/** What the program of the benchmarks is told, as JSON in its only argument; checked here. */
export interface BenchRequest extends BenchOptions {
  readonly benchmarks: readonly Benchmark[];
}

/** `telco-twin bench`: the benchmarks, on a broker of their own. They live with the tests, and run as a program. */
export function register(program: Command): void {
  program
    .command('bench')
    .description('measure the whole path on a broker of its own, beside Kafka’s own tools')
    .argument('[benchmark...]', `${BENCHMARKS.join(', ')} (default: all but ${BROKERLESS}, which needs no broker)`)
    .option('--subscribers <n>', 'size of the twin', integer(1), 1_000_000)
    .option('--pairs <n>', 'throughput, vast: turns of ours and of what it is compared with', integer(1), 5)
    .option('--replicas <n>', 'throughput, together: processes per generator', integer(1), 1)
    .addOption(new Option('--processes <layout>', 'together: four, one a generator; or one that hosts all and shares one copy of the twin').choices(['four', 'one']).default('four'))
    .option('--hours <n>', 'together and model: simulated hours', integer(1), 24)
    .option('--partitions <n>', 'live: partitions of the twin', integer(1, 10_000), 8)
    .option('--region <country>', 'live: where the twin lives, and so what time of day it is there', 'IE')
    .option('--seconds <n>', 'live: how long', integer(1), 60)
    .option('--minutes <n>', 'vast: event time that lands', integer(1), 300)
    .option('--rows <n>', 'vast: rows of the table that is scanned', integer(1), 10_000_000)
    .addHelpText('after', `
Examples:
  $ npx telco-twin bench throughput                        generators beside org.apache.kafka.tools.ProducerPerformance
  $ npx telco-twin bench together --subscribers 100000     CPU per event of all four generators over a day
  $ npx telco-twin bench live --partitions 48
  $ npx telco-twin bench vast --subscribers 100000         the sink beside VAST’s Python SDK, and scans beside DuckDB

One JSON object a line. Takes minutes, a few GB of disk, and means little on a busy machine.`)
    .action(async (names: string[], options: BenchOptions) => {
      const benchmarks = names.length === 0 ? BENCHMARKS.filter((name) => name !== BROKERLESS) : names.map(benchmark);
      requireRegion(options.region);
      const request: BenchRequest = { benchmarks, ...options };
      const child = spawn(process.execPath, [PROGRAM, JSON.stringify(request)], { stdio: 'inherit' });
      await once(child, 'close');
      process.exitCode = child.exitCode ?? 1;
    });
}

function benchmark(text: string): Benchmark {
  const found = BENCHMARKS.find((name) => name === text);
  if (found === undefined) throw new UsageError(`there is no benchmark '${text}'; benchmarks: ${BENCHMARKS.join(', ')}`);
  return found;
}

function requireRegion(region: string): void {
  try {
    loadPlaces(region);
  } catch (error) {
    throw error instanceof UnknownRegionError ? new UsageError(error.message) : error;
  }
}
