/**
 * Benchmarks of the whole path on a broker of their own. Figures are ratios measured side by side where there is something
 * to compare with. `telco-twin bench` starts this, and has checked what it was asked.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { BenchRequest } from '../../cli/commands/bench.ts';
import { NODE_FLAGS } from '../../cli/up/processors.ts';
import { live } from './live.ts';
import { restore } from './restore.ts';
import { BenchStack } from './stack.ts';
import { throughput } from './throughput.ts';
import { together } from './together.ts';
import { landing } from './vast/landing.ts';
import { scan } from './vast/scan.ts';

const { benchmarks: wanted, subscribers, pairs, replicas, processes, hours, partitions, region, seconds, minutes, rows } = JSON.parse(process.argv[2]) as BenchRequest;
const print = (name: string, result: object): void => console.log(JSON.stringify({ benchmark: name, ...result }));

if (wanted.includes('model')) {
  for (const stream of ['cdrs', 'network_logs', 'location_updates']) {
    execFileSync(process.execPath, [...NODE_FLAGS, join(import.meta.dirname, 'model.ts'), stream, String(subscribers), String(hours)], { stdio: 'inherit' });
  }
  if (wanted.length === 1) process.exit();
}

const stack = await BenchStack.start();
try {
  if (wanted.includes('throughput')) {
    for (const [generator, stream] of [['cdr-generator', 'cdrs'], ['networklog-generator', 'network_logs'], ['location-generator', 'location_updates']] as const) {
      print('throughput', await throughput(stack, generator, stream, subscribers, replicas, pairs));
    }
  }
  if (wanted.includes('together')) print('together', await together(stack, subscribers, replicas, hours, processes));
  if (wanted.includes('restore')) {
    for (const generator of ['cdr-generator', 'networklog-generator', 'customerservice-generator', 'location-generator']) print('restore', await restore(stack, generator, subscribers));
  }
  if (wanted.includes('live')) print('live', await live(stack, subscribers, partitions, seconds, region));
  if (wanted.includes('vast')) {
    await landing(stack, subscribers, minutes, pairs, print);
    print('vast-scan', await scan(rows, pairs));
  }
} finally {
  await stack.stop();
}
