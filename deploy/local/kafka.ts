import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GuardedChild } from './child.ts';
import { serverProperties, type KafkaSettings } from './kafka-config.ts';
import { claimPort, freePort } from './ports.ts';
import { waitUntilReady } from './ready.ts';
import { javaOptions, type Java } from './java.ts';

export interface KafkaOptions extends Pick<KafkaSettings, 'saslUsers' | 'groupInitialRebalanceDelayMs' | 'properties'> {
  readonly java: Java;
  /** Folder with Kafka's jars (`resolveDistribution(KAFKA, …)`). */
  readonly jars: string;
  /** Folder for data, configuration and, unless `logFile` is set, the log. */
  readonly dataDir: string;
  /** Client port; 0 or absent chooses a free one, kept for restarts of this object. */
  readonly port?: number;
  readonly heapMb?: number;
  readonly logFile?: string;
  /** Feature level at format: 1 = classic transactions, 2 = KIP-890 (the broker's default). */
  readonly transactionVersion?: 1 | 2;
}

const run = promisify(execFile);
const LOG4J = `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'log4j2.properties')}`;

/** A single-node Apache Kafka in KRaft mode on the loopback interface. It keeps its data and its ports over stop and start. */
export class KafkaServer {
  readonly #options: KafkaOptions;
  readonly #config: string;
  #ports: { client: number; controller: number } | undefined;
  #child: GuardedChild | undefined;

  constructor(options: KafkaOptions) {
    this.#options = options;
    this.#config = join(options.dataDir, 'server.properties');
  }

  /** `host:port` for clients. */
  get bootstrapServers(): string {
    if (this.#ports === undefined) throw new Error('this Kafka was never started');
    return `127.0.0.1:${this.#ports.client}`;
  }

  /** The broker's process; undefined while it is stopped. */
  get process(): GuardedChild | undefined {
    return this.#child;
  }

  /** Starts the broker, formatting the storage first if it is new; resolves when clients can produce. */
  async start(): Promise<void> {
    if (this.#child?.running) throw new Error(`Kafka already runs as pid ${this.#child.pid}`);
    const { java, jars, dataDir, heapMb = 384 } = this.#options;
    mkdirSync(dataDir, { recursive: true });
    this.#ports ??= await this.#choosePorts();
    writeFileSync(this.#config, serverProperties({
      ...this.#options,
      port: this.#ports.client,
      controllerPort: this.#ports.controller,
      logDir: join(dataDir, 'log'),
    }), { mode: 0o600 });
    await this.#format();
    this.#child = await GuardedChild.spawn({
      name: 'Kafka',
      command: java.bin,
      args: [
        ...javaOptions(java, heapMb), '-Xms128m', LOG4J, '-cp', join(jars, '*'), 'kafka.Kafka', this.#config,
      ],
      logFile: this.#options.logFile ?? join(dataDir, 'kafka.log'),
    });
    await waitUntilReady(this.#child, 90_000, async (child) => (await child.output('first')).includes('Kafka Server started'));
  }

  /** Clean stop: SIGTERM, SIGKILL after 20 s. Does nothing when it is not running. */
  async stop(): Promise<void> {
    await this.#child?.stop(20_000);
    this.#child = undefined;
  }

  /** SIGKILL: an unclean stop, as after a crash. */
  async kill(): Promise<void> {
    await this.#child?.stop(0);
    this.#child = undefined;
  }

  /** Clean stop and start, same ports and data. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** The controller's port is private to the node, so it may change between runs when something else has claimed it. */
  async #choosePorts(): Promise<{ client: number; controller: number }> {
    const { port } = this.#options;
    if (port) await claimPort(port);
    const client = port || (await freePort());
    const used = existsSync(this.#config) ? /^controller\.quorum\.voters=.*:(\d+)$/m.exec(readFileSync(this.#config, 'utf8'))?.[1] : undefined;
    return { client, controller: used !== undefined && (await claimPort(Number(used))) ? Number(used) : await freePort() };
  }

  async #format(): Promise<void> {
    const { java, jars, dataDir, transactionVersion } = this.#options;
    if (existsSync(join(dataDir, 'log', 'meta.properties'))) return;
    const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
    await run(java.bin, [
      ...javaOptions(java, 128), '-XX:TieredStopAtLevel=1', LOG4J, '-cp', join(jars, '*'), 'kafka.tools.StorageTool', 'format',
      '--cluster-id', clusterId, '--config', this.#config,
      ...(transactionVersion === undefined ? [] : ['--feature', `transaction.version=${transactionVersion}`]),
    ]);
  }
}
