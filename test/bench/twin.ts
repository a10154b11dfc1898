import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../deploy/local/ports.ts';
import { BenchProcess, command, type BenchStack } from './stack.ts';

export interface BenchTwinOptions {
  readonly subscribers: number;
  readonly partitions: number;
  /** ISO 3166-1 alpha-2. */
  readonly region?: string;
  /** Event time of the first tick, ISO 8601; in the past for a backfill. */
  readonly start: string;
  /** Generators the clock waits for. */
  readonly groups: readonly string[];
}

/** A seeded twin on the bench's broker, and its clock, which can be held and let go. */
export class BenchTwin {
  readonly env: Record<string, string>;
  #api = '';
  #injector: BenchProcess | null = null;

  private constructor(env: Record<string, string>) {
    this.env = env;
  }

  static async create(stack: BenchStack, options: BenchTwinOptions): Promise<BenchTwin> {
    const env = { ...stack.env, TWIN_PREFIX: `b${randomUUID().slice(0, 6)}.`, CLOCK_START: options.start, CLOCK_GROUPS: options.groups.join(',') };
    await command(env, 'topics', 'create', '--partitions', String(options.partitions), '--start', options.start);
    await command(env, 'schemas', 'register');
    await command(env, 'seed', '--subscribers', String(options.subscribers), '--seed', '1', '--region', options.region ?? 'IE');
    return new BenchTwin(env);
  }

  async startClock(extra: Readonly<Record<string, string>> = {}): Promise<void> {
    const port = await freePort();
    this.#api = `http://127.0.0.1:${port}/api/v1/clock`;
    this.#injector = new BenchProcess({ ...this.env, ...extra, API_PORT: String(port) }, 'scenario-injector');
    while (!(await fetch(this.#api).then((r) => r.ok, () => false))) await sleep(100);
  }

  async hold(): Promise<void> {
    await fetch(`${this.#api}/pause`, { method: 'POST' });
  }

  async release(): Promise<void> {
    await fetch(`${this.#api}/resume`, { method: 'POST' });
  }

  /** What GET /api/v1/clock answers. */
  async clock(): Promise<{ readonly mode: string; readonly lag_seconds: number | null }> {
    return (await (await fetch(this.#api)).json()) as { mode: string; lag_seconds: number | null };
  }

  get injector(): BenchProcess {
    return this.#injector!;
  }

  async stopClock(): Promise<void> {
    await this.#injector?.stop();
  }
}
