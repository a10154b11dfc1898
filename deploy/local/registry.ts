import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GuardedChild } from './child.ts';
import { freePort } from './ports.ts';
import { waitUntilReady } from './ready.ts';
import { javaOptions, type Java } from './java.ts';

export interface RegistryOptions {
  readonly java: Java;
  /** Folder of the unpacked registry (`resolveDistribution(REGISTRY, …)`). */
  readonly app: string;
  /** Folder for the schemas and, unless `logFile` is set, the log. */
  readonly dataDir: string;
  /** 0 or absent chooses a free port, kept for restarts of this object. */
  readonly port?: number;
  readonly heapMb?: number;
  readonly logFile?: string;
}

/**
 * Apicurio Registry on the loopback interface, with Confluent's API. Schemas live in an H2 file in the data folder, each commit
 * written through, so ids survive a restart and a SIGKILL: records already in Kafka refer to them.
 */
export class SchemaRegistry {
  readonly #options: RegistryOptions;
  #port: number | undefined;
  #child: GuardedChild | undefined;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** Base address of the Confluent-compatible API. */
  get url(): string {
    if (this.#port === undefined) throw new Error('this registry was never started');
    return `http://127.0.0.1:${this.#port}/apis/ccompat/v7`;
  }

  get process(): GuardedChild | undefined {
    return this.#child;
  }

  /** Starts the registry; resolves when it answers. */
  async start(): Promise<void> {
    if (this.#child?.running) throw new Error(`the schema registry already runs as pid ${this.#child.pid}`);
    const { java, app, dataDir, heapMb = 192 } = this.#options;
    mkdirSync(dataDir, { recursive: true });
    this.#port ??= this.#options.port || (await freePort());
    const properties = {
      'apicurio.storage.kind': 'sql',
      'apicurio.storage.sql.kind': 'h2',
      'apicurio.datasource.url': `jdbc:h2:file:${join(dataDir, 'registry')};WRITE_DELAY=0`,
      'quarkus.http.host': '127.0.0.1',
      'quarkus.http.port': this.#port,
      'quarkus.management.host': '127.0.0.1',
      'quarkus.management.port': 0,
      'quarkus.log.level': 'WARN',
    };
    this.#child = await GuardedChild.spawn({
      name: 'The schema registry',
      command: java.bin,
      args: [
        ...javaOptions(java, heapMb), '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC',
        ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
        '-jar', join(app, 'quarkus-run.jar'),
      ],
      cwd: dataDir,
      logFile: this.#options.logFile ?? join(dataDir, 'registry.log'),
    });
    await waitUntilReady(this.#child, 90_000, () => answers(`${this.url}/subjects`));
  }

  /** Clean stop: SIGTERM, SIGKILL after 15 s. Does nothing when it is not running. */
  async stop(): Promise<void> {
    await this.#child?.stop(15_000);
    this.#child = undefined;
  }

  /** SIGKILL: an unclean stop, as after a crash. */
  async kill(): Promise<void> {
    await this.#child?.stop(0);
    this.#child = undefined;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
