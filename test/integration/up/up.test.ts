import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { TwinFolder } from '../../../cli/up/settings.ts';
import type { TwinStatus } from '../../../cli/up/status.ts';
import { freePort } from '../../../deploy/local/ports.ts';

const PROGRAM = join(import.meta.dirname, '../../../cli/telco-twin.ts');
const TWIN = ['--subscribers', '500', '--partitions', '2', '--seed', '7'];
/** Environment variable that marks the processes of this file. */
const MARK = 'TELCO_TWIN_TEST_FOLDER';
const START_TIMEOUT_MS = 240_000;

/** `telco-twin up` in a process of its own, as `npm start` runs it. */
class Up {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  stderr = '';
  #latest: TwinStatus | undefined;

  constructor(folder: string, args: readonly string[]) {
    this.process = spawn(process.execPath, [PROGRAM, 'up', '--json', '--data-dir', folder, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, [MARK]: folder },
    });
    this.exited = once(this.process, 'exit').then(([code]) => code as number | null);
    this.process.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    createInterface({ input: this.process.stdout! }).on('line', (line) => (this.#latest = JSON.parse(line) as TwinStatus));
  }

  /** Waits until what is shown passes `check`. */
  async shows(check: (status: TwinStatus) => void): Promise<TwinStatus> {
    return await vi.waitFor(() => {
      expect(this.process.exitCode, this.stderr).toBeNull();
      if (this.#latest === undefined) throw new Error(`nothing shown yet: ${this.stderr}`);
      check(this.#latest);
      return this.#latest;
    }, { timeout: START_TIMEOUT_MS, interval: 500 });
  }
}

const total = (status: TwinStatus, stream: string): number => status.streams.find((rate) => rate.stream === stream)!.total;

describe('telco-twin up', { timeout: 3 * START_TIMEOUT_MS }, () => {
  let folder: string;
  let ports: string[];
  let running: Up | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'telco-twin-up-'));
    const [kafka, registry, api, vast, store] = [await freePort(), await freePort(), await freePort(), await freePort(), await freePort()];
    ports = ['--kafka-port', `${kafka}`, '--registry-port', `${registry}`, '--api-port', `${api}`, '--vast-port', `${vast}`, '--store-port', `${store}`];
  });

  afterEach(async () => {
    running?.process.kill('SIGKILL');
    await running?.exited;
    await vi.waitFor(() => expect(processesOf(folder)).toEqual([]), { timeout: 60_000, interval: 200 });
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const up = (...args: string[]): Up => (running = new Up(folder, [...ports, ...args]));

  it('brings a twin to life, stops it cleanly on Ctrl-C, and continues it', async () => {
    const start = new Date(Date.now() - 2 * 3_600_000).toISOString().slice(0, 16);
    const first = up(...TWIN, '--start', `${start}Z`);
    const seen = await first.shows((status) => {
      expect(status.clock?.mode).toBe('LIVE');
      for (const stream of ['cdrs', 'network_logs', 'location_updates']) expect(total(status, stream), stream).toBeGreaterThan(0);
      expect(status.processes.map(({ state }) => state)).toEqual(Array.from({ length: 10 }, () => 'RUNNING'));
    });
    first.process.kill('SIGINT');
    expect(await first.exited, first.stderr).toBe(0);
    expect(first.stderr).toMatch(/processors stopped[^]*local VAST endpoint stopped[^]*schema registry stopped[^]*Kafka stopped/);
    await vi.waitFor(() => expect(processesOf(folder)).toEqual([]), { timeout: 60_000, interval: 200 });

    const second = up();
    await second.shows((status) => {
      expect(status.clock?.mode).toBe('LIVE');
      expect(status.clock!.time).toBeGreaterThan(seen.clock!.time);
    });
  });

  it('starts a processor again that was killed, and leaves nothing running when it is killed itself', async () => {
    const twin = up(...TWIN);
    await twin.shows((status) => expect(status.clock?.mode).toBe('LIVE'));
    const [generator] = processesOf(folder).filter(({ command }) => / run cdr-generator( |$)/.test(command) && !command.includes('guard.sh'));
    process.kill(generator.pid, 'SIGKILL');
    await twin.shows((status) => {
      expect(status.processes).toContainEqual(expect.objectContaining({ name: 'cdr-generator', state: 'RUNNING', restarts: 1 }));
    });

    twin.process.kill('SIGKILL');
    await vi.waitFor(() => expect(processesOf(folder)).toEqual([]), { timeout: 60_000, interval: 200 });
  });

  it('does not mix twins: other settings are refused with a hint to --reset', async () => {
    const twin = TwinFolder.open(folder, {}, false, Date.now());
    twin.keep();
    twin.close();
    const other = up(...TWIN, '--region', 'PT');
    expect(await other.exited).toBe(2);
    expect(other.stderr).toMatch(/--region PT, but this twin has IE[^]*--reset/);
  });

  it('names the flag that changes a port in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    try {
      const refused = up('--registry-port', String(port));
      expect(await refused.exited).toBe(1);
      expect(refused.stderr).toMatch(new RegExp(`Port ${port} .*schema registry[^]*--registry-port`));
    } finally {
      taken.close();
    }
  });
});

interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Live processes that descend from an `up` of this file, however they were orphaned: they inherit its environment. */
function processesOf(folder: string): Process[] {
  const listing = execFileSync('ps', ['axeww', '-o', 'pid=', '-o', 'command='], { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  return listing
    .split('\n')
    .filter((line) => line.includes(`${MARK}=${folder}`))
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line }));
}
