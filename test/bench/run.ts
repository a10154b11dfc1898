/**
 * Benchmarks of the whole path on a broker of their own. Figures are ratios measured side by side where there is something
 * to compare with. `npm run bench -- [throughput|together|restore|live|vast|model …] [--subscribers n] [--pairs n]`
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NODE_FLAGS } from '../../cli/up/processors.ts';
import { live } from './live.ts';
import { restore } from './restore.ts';
import { BenchStack } from './stack.ts';
import { throughput } from './throughput.ts';
import { together } from './together.ts';
import { landing } from './vast/landing.ts';
import { scan } from './vast/scan.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    subscribers: { type: 'string', default: '1000000' },
    pairs: { type: 'string', default: '5' },
    processes: { type: 'string', default: 'four' },
    replicas: { type: 'string', default: '1' },
    partitions: { type: 'string', default: '8' },
    hours: { type: 'string', default: '24' },
    region: { type: 'string', default: 'IE' },
    seconds: { type: 'string', default: '60' },
    minutes: { type: 'string', default: '300' },
    rows: { type: 'string', default: '10000000' },
  },
});
const subscribers = Number(values.subscribers);
const wanted = positionals.length === 0 ? ['throughput', 'together', 'restore', 'live', 'vast'] : positionals;
const print = (name: string, result: object): void => console.log(JSON.stringify({ benchmark: name, ...result }));

if (values.processes !== 'four' && values.processes !== 'one') throw new Error(`--processes is '${values.processes}'; use four or one`);

if (wanted.includes('model')) {
  for (const stream of ['cdrs', 'network_logs', 'location_updates']) {
    execFileSync(process.execPath, [...NODE_FLAGS, join(import.meta.dirname, 'model.ts'), stream, values.subscribers, values.hours], { stdio: 'inherit' });
  }
  if (wanted.length === 1) process.exit();
}

const stack = await BenchStack.start();
try {
  if (wanted.includes('throughput')) {
    for (const [generator, stream] of [['cdr-generator', 'cdrs'], ['networklog-generator', 'network_logs'], ['location-generator', 'location_updates']] as const) {
      print('throughput', await throughput(stack, generator, stream, subscribers, Number(values.replicas), Number(values.pairs)));
    }
  }
  if (wanted.includes('together')) print('together', await together(stack, subscribers, Number(values.replicas), Number(values.hours), values.processes));
  if (wanted.includes('restore')) {
    for (const generator of ['cdr-generator', 'networklog-generator', 'customerservice-generator', 'location-generator']) print('restore', await restore(stack, generator, subscribers));
  }
  if (wanted.includes('live')) print('live', await live(stack, subscribers, Number(values.partitions), Number(values.seconds), values.region));
  if (wanted.includes('vast')) {
    await landing(stack, subscribers, Number(values.minutes), Number(values.pairs), print);
    print('vast-scan', await scan(Number(values.rows), Number(values.pairs)));
  }
} finally {
  await stack.stop();
}
