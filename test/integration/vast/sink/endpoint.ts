import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../../deploy/local/ports.ts';
import { VastClient } from '../../../../vast/client/index.ts';

const PROGRAM = join(import.meta.dirname, '../../../../cli/telco-twin.ts');
const START_TIMEOUT_MS = 120_000;
/** What a sink leaves open that dies while it makes tables, before it has joined its group, is over after this. */
const TRANSACTION_IDLE_SECONDS = 20;

export const KEYS = { VAST_ACCESS_KEY: 'local', VAST_SECRET_KEY: 'local-secret', VAST_BUCKET: 'vastdb' } as const;

/** `telco-twin vastdb` in a process of its own, on a folder that outlives it. */
export class VastEndpoint {
  readonly port: number;
  readonly dataDir: string;
  #child: ChildProcess | null = null;
  #output = '';

  private constructor(port: number, dataDir: string) {
    this.port = port;
    this.dataDir = dataDir;
  }

  static async start(): Promise<VastEndpoint> {
    const endpoint = new VastEndpoint(await freePort(), await mkdtemp(join(tmpdir(), 'telco-twin-vastdb-')));
    await endpoint.up();
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  /** Starts it again on the same port and folder, perhaps with other keys; resolves when it answers. */
  async up(keys: Readonly<Record<string, string>> = KEYS): Promise<void> {
    const child = spawn(process.execPath, [PROGRAM, 'vastdb', '--data-dir', this.dataDir, '--port', String(this.port), '--transaction-idle', String(TRANSACTION_IDLE_SECONDS)], {
      env: { ...process.env, ...KEYS, ...keys }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => { this.#output += bytes.toString(); });
    for (const deadline = performance.now() + START_TIMEOUT_MS; !(await this.#answers()); await sleep(50)) {
      if (child.exitCode !== null || performance.now() > deadline) throw new Error(`vastdb does not answer:\n${this.#output}`);
    }
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'close');
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async client(): Promise<VastClient> {
    return await VastClient.connect({
      endpoints: [this.url], accessKeyId: KEYS.VAST_ACCESS_KEY, secretAccessKey: KEYS.VAST_SECRET_KEY, bucket: KEYS.VAST_BUCKET,
    });
  }

  async #answers(): Promise<boolean> {
    try {
      await (await fetch(`${this.url}/?transaction`)).arrayBuffer();
      return true;
    } catch {
      return false;
    }
  }
}
