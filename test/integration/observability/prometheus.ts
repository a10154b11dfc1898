import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../deploy/local/ports.ts';

export const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** A Prometheus of a test's own, with rules. */
export class Prometheus {
  readonly #url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.#url = url;
    this.#child = child;
    this.#folder = folder;
  }

  /** @param targets `host:port` by the name of the process. @param rules files */
  static async start(targets: Readonly<Record<string, string>>, rules: readonly string[]): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'telco-twin-prometheus-'));
    const port = await freePort();
    await writeFile(join(folder, 'prometheus.yml'), JSON.stringify({
      global: { scrape_interval: '4s', scrape_timeout: '4s', evaluation_interval: '4s' },
      rule_files: rules,
      scrape_configs: [{
        job_name: 'twin',
        static_configs: Object.entries(targets).map(([pod, target]) => ({ targets: [target], labels: { pod, namespace: 'test' } })),
      }],
    }));
    const child = spawn('prometheus', [
      `--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error',
    ], { stdio: ['ignore', 'ignore', 'inherit'] });
    const prometheus = new Prometheus(`http://127.0.0.1:${port}`, child, folder);
    for (let tries = 0; !(await prometheus.#isReady()); tries++) {
      if (tries === 120 || child.exitCode !== null) throw new Error('Prometheus did not start');
      await sleep(500);
    }
    return prometheus;
  }

  /** @throws Error with Prometheus' reason when the query is wrong */
  async query(expr: string): Promise<Series[]> {
    return (await this.#get('query', { query: expr }) as { result: Series[] }).result;
  }

  /** Series over time: [s since the epoch, value] each. */
  async range(expr: string, from: number, to: number, stepS: number): Promise<{ metric: Record<string, string>; values: [number, string][] }[]> {
    return (await this.#get('query_range', { query: expr, start: String(from), end: String(to), step: String(stepS) }) as { result: { metric: Record<string, string>; values: [number, string][] }[] }).result;
  }

  /** Rules whose evaluation failed, with the reason. */
  async ruleFailures(): Promise<string[]> {
    const { groups } = await this.#get('rules', {}) as { groups: { rules: { name: string; health: string; lastError?: string }[] }[] };
    return groups.flatMap(({ rules }) => rules.filter(({ health }) => health !== 'ok').map(({ name, health, lastError }) => `${name}: ${health} ${lastError ?? ''}`));
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGTERM');
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #get(path: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
    const response = await fetch(`${this.#url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
    const { status, error, data } = await response.json() as { status: string; error?: string; data: unknown };
    if (status !== 'success') throw new Error(`${error}: ${JSON.stringify(parameters)}`);
    return data;
  }

  async #isReady(): Promise<boolean> {
    return await fetch(`${this.#url}/-/ready`).then(({ ok }) => ok, () => false);
  }
}
