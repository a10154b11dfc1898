import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeSnapshot, type Snapshot } from '../../../processors/generator/snapshot/format.ts';
import type { Environment } from '../twin/fleet.ts';

const PROGRAM = join(import.meta.dirname, '../../../cli/telco-twin.ts');

/** `telco-twin run subscriber-db` in a process of its own, on a folder. */
export class StoreProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #listening = Promise.withResolvers<string>();
  readonly #health = Promise.withResolvers<string>();
  /** Messages at warn and above. */
  readonly warnings: string[] = [];
  #errors = '';

  constructor(env: Environment, dir: string) {
    this.#child = spawn(process.execPath, [PROGRAM, 'run', 'subscriber-db'], {
      env: { ...process.env, LOG_LEVEL: 'info', ...env, SUBSCRIBER_DB_DIR: dir, SUBSCRIBER_DB_PORT: '0', HTTP_PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#closed = once(this.#child, 'close').then(() => {
      const error = new Error(`subscriber-db ended with ${this.#child.exitCode}: ${this.#errors}`);
      this.#listening.reject(error);
      this.#health.reject(error);
    });
    for (const known of [this.#listening, this.#health]) known.promise.catch(() => undefined);
    createInterface({ input: this.#child.stdout! }).on('line', (text) => {
      if (!text.startsWith('{')) return;
      const line = JSON.parse(text) as { level: number; msg: string; url?: string };
      if (line.msg === 'http listening') this.#health.resolve(line.url!);
      if (line.msg === 'subscriber-db listening') this.#listening.resolve(line.url!);
      if (line.level >= 40) this.warnings.push(line.msg);
    });
    this.#child.stderr!.on('data', (bytes: Buffer) => { this.#errors += bytes.toString(); });
  }

  /** Where look-ups are served. */
  get url(): Promise<string> {
    return this.#listening.promise;
  }

  get health(): Promise<string> {
    return this.#health.promise;
  }

  /** Waits until it is ready. */
  async ready(): Promise<void> {
    const url = await this.health;
    while (!(await fetch(`${url}/readyz`)).ok) await sleep(50);
  }

  async get<T = Record<string, unknown>>(path: string): Promise<{ readonly status: number; readonly type: string; readonly body: T }> {
    const response = await fetch(`${await this.url}${path}`);
    return { status: response.status, type: response.headers.get('content-type') ?? '', body: await response.json() as T };
  }

  async snapshot(topic: string, partition: number): Promise<Snapshot> {
    const response = await fetch(`${await this.url}/v1/snapshots/${topic}/${partition}`);
    if (!response.ok) throw new Error(`snapshot: ${response.status} ${await response.text()}`);
    return decodeSnapshot(new Uint8Array(await response.arrayBuffer()));
  }

  async metric(name: string, labels = ''): Promise<number> {
    const text = await (await fetch(`${await this.health}/metrics`)).text();
    return text.split('\n').filter((line) => line.startsWith(`${name}{`) && line.includes(labels)).reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** Waits until it ends by itself; what it then said on standard error, and its exit code. */
  async ended(): Promise<{ readonly code: number | null; readonly errors: string }> {
    await this.#closed;
    return { code: this.#child.exitCode, errors: this.#errors };
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  /** SIGTERM; resolves with the exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    await this.#closed;
    return this.#child.exitCode;
  }
}
