import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../errors.ts';

const BENCHMARKS = ['throughput', 'together', 'restore', 'live', 'vast', 'model'];
const PROGRAM = join(import.meta.dirname, '../../test/bench/run.ts');

/** `telco-twin bench`: the benchmarks, on a broker of their own. They live with the tests, and run as a program. */
export function register(program: Command): void {
  program
    .command('bench')
    .description('measure the whole path on a broker of its own, beside Kafka’s own tools')
    .argument('[benchmark...]', `${BENCHMARKS.join(', ')} (default: all but model, which needs no broker)`)
    .option('--subscribers <n>', 'size of the twin', '1000000')
    .option('--pairs <n>', 'throughput, vast: turns of ours and of what it is compared with', '5')
    .option('--replicas <n>', 'throughput, together: processes per generator', '1')
    .option('--processes <layout>', 'together: four, one a generator; or one that hosts all and shares one copy of the twin', 'four')
    .option('--hours <n>', 'together and model: simulated hours', '24')
    .option('--partitions <n>', 'live: partitions of the twin', '8')
    .option('--region <country>', 'live: where the twin lives, and so what time of day it is there', 'IE')
    .option('--seconds <n>', 'live: how long', '60')
    .option('--minutes <n>', 'vast: event time that lands', '300')
    .option('--rows <n>', 'vast: rows of the table that is scanned', '10000000')
    .addHelpText('after', `
Examples:
  $ npx telco-twin bench throughput                        generators beside org.apache.kafka.tools.ProducerPerformance
  $ npx telco-twin bench together --subscribers 100000     CPU per event of all four generators over a day
  $ npx telco-twin bench live --partitions 48
  $ npx telco-twin bench vast --subscribers 100000         the sink beside VAST’s Python SDK, and scans beside DuckDB

One JSON object a line. Takes minutes, a few GB of disk, and means little on a busy machine.`)
    .action(async (benchmarks: string[], options: Readonly<Record<string, string>>) => {
      const unknown = benchmarks.find((name) => !BENCHMARKS.includes(name));
      if (unknown !== undefined) throw new UsageError(`there is no benchmark '${unknown}'; benchmarks: ${BENCHMARKS.join(', ')}`);
      const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
      const child = spawn(process.execPath, [PROGRAM, ...benchmarks, ...flags], { stdio: 'inherit' });
      await once(child, 'close');
      process.exitCode = child.exitCode ?? 1;
    });
}
