import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { NODE_FLAGS } from '../../cli/up/processors.ts';
import { KAFKA, REGISTRY, resolveDistribution } from '../../deploy/local/cache.ts';
import { javaOptions, type Java } from '../../deploy/local/java.ts';
import { KafkaServer } from '../../deploy/local/kafka.ts';
import { checkPrerequisites } from '../../deploy/local/prerequisites.ts';
import { SchemaRegistry } from '../../deploy/local/registry.ts';

const PROGRAM = join(import.meta.dirname, '../../cli/telco-twin.ts');
const CLOCK_TICKS_PER_SECOND = 100;

/** A broker and a registry for one benchmark, in a temporary folder. */
export class BenchStack {
  readonly kafka: KafkaServer;
  readonly registry: SchemaRegistry;
  readonly java: Java;
  readonly jars: string;
  readonly #folder: string;

  private constructor(kafka: KafkaServer, registry: SchemaRegistry, java: Java, jars: string, folder: string) {
    this.kafka = kafka;
    this.registry = registry;
    this.java = java;
    this.jars = jars;
    this.#folder = folder;
  }

  static async start(): Promise<BenchStack> {
    const java = await checkPrerequisites();
    const jars = await resolveDistribution(KAFKA, java.home);
    const app = await resolveDistribution(REGISTRY, java.home);
    const folder = await mkdtemp(join(tmpdir(), 'telco-twin-bench-'));
    const kafka = new KafkaServer({ java, jars, dataDir: join(folder, 'kafka'), heapMb: 768 });
    const registry = new SchemaRegistry({ java, app, dataDir: join(folder, 'registry') });
    await kafka.start();
    await registry.start();
    return new BenchStack(kafka, registry, java, jars, folder);
  }

  async stop(): Promise<void> {
    await this.registry.stop();
    await this.kafka.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  get env(): Record<string, string> {
    return { KAFKA_BROKERS: this.kafka.bootstrapServers, SCHEMA_REGISTRY_URL: this.registry.url };
  }

  /** CPU seconds of the broker so far. */
  brokerCpu(): number {
    return cpuSeconds(this.kafka.process!.pid);
  }

  /** Records/s of Kafka's own producer performance tool (lz4, acks=all), records of the given size. */
  async producerPerformance(topic: string, records: number, bytes: number): Promise<number> {
    const { stdout } = await promisify(execFile)(this.java.bin, [
      ...javaOptions(this.java, 512), '-cp', join(this.jars, '*'), 'org.apache.kafka.tools.ProducerPerformance',
      '--topic', topic, '--num-records', String(records), '--record-size', String(bytes), '--throughput', '-1',
      '--producer-props', `bootstrap.servers=${this.kafka.bootstrapServers}`, 'acks=all', 'compression.type=lz4', 'linger.ms=5', 'batch.size=262144',
    ], { maxBuffer: 64 * 1024 * 1024 });
    const rates = [...stdout.matchAll(/([\d.]+) records\/sec/g)];
    return Number(rates[rates.length - 1][1]);
  }
}

/** Runs one telco-twin command to its end. */
export async function command(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`telco-twin ${args.join(' ')} ended with ${child.exitCode}`);
}

/** `telco-twin run …`, watched from outside: metrics over HTTP, CPU and memory from the kernel. */
export class BenchProcess {
  readonly startedAt = performance.now();
  /** How long the slowest of its tasks has taken to restore, s: from the first tick it saw to its state. */
  slowestRestoreSeconds = 0;
  readonly #child: ChildProcess;
  readonly #port: Promise<number>;

  constructor(env: Readonly<Record<string, string>>, ...processors: readonly string[]) {
    this.#child = spawn(process.execPath, [...NODE_FLAGS, PROGRAM, 'run', ...processors], {
      env: { ...process.env, LOG_LEVEL: 'info', ...env }, stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: this.#child.stdout! });
    this.#port = new Promise((resolve, reject) => {
      lines.on('line', (text) => {
        if (!text.startsWith('{')) return;
        const line = JSON.parse(text) as { msg: string; port?: number; seconds?: number; level: number };
        if (line.msg === 'http listening') resolve(line.port!);
        if (line.msg === 'task restored') this.slowestRestoreSeconds = Math.max(this.slowestRestoreSeconds, line.seconds!);
        if (line.level >= 50) console.error(text);
      });
      this.#child.once('close', () => reject(new Error(`${processors.join(', ')} ended with ${this.#child.exitCode}`)));
    });
    this.#port.catch(() => undefined);
  }

  cpuSeconds(): number {
    return cpuSeconds(this.#child.pid!);
  }

  /** Resident set, MB. */
  memory(): number {
    return residentMb(this.#child.pid!);
  }

  /** Sum of a metric over its series; those that match `labels` only. Nothing else is collected, which would take the process some ms. */
  async metric(name: string, labels = ''): Promise<number> {
    return (await this.#series(name)).reduce((sum, line) => (line.includes(labels) ? sum + valueOf(line) : sum), 0);
  }

  /** Values of a metric by one of its labels. */
  async metricBy(name: string, label: string): Promise<ReadonlyMap<string, number>> {
    const values = new Map<string, number>();
    for (const line of await this.#series(name)) {
      const key = new RegExp(`[{,]${label}="([^"]*)"`).exec(line)?.[1] ?? '';
      values.set(key, (values.get(key) ?? 0) + valueOf(line));
    }
    return values;
  }

  async #series(name: string): Promise<string[]> {
    const text = await (await fetch(`http://127.0.0.1:${await this.#port}/metrics?name[]=${name}`)).text();
    return text.split('\n').filter((line) => line.startsWith(name));
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    if (this.#child.exitCode === null) await once(this.#child, 'close');
  }
}

const valueOf = (line: string): number => Number(line.slice(line.lastIndexOf(' ') + 1));

/** CPU seconds of a process and all its threads so far. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
}

/** Resident set of a process, MB. */
export function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
