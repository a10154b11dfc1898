import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { names, processorRights, validateTopology, type Names, type ProcessorGraph } from '../graph/index.ts';
import type { Cluster, ClusterOptions } from '../log/index.ts';
import { explainRefusal } from '../refusal.ts';
import type { ProcessorContext, ProcessorModule, Service } from './contract.ts';
import { ContractError, Interrupted } from './errors.ts';
import { healthServer } from './http.ts';
import { RuntimeMetrics } from './metrics.ts';
import { taskStateCodec, tickDecoder } from './records.ts';
import { TaskRunner } from './runner.ts';
import type { RuntimeSettings } from './settings.ts';
import { awaitTopics, connectPatiently, lookUpSchemas, schemaOf, type Schemas, type Waiting } from './startup.ts';
import { LookupTables } from './tables.ts';

export interface HostedProcessor {
  readonly graph: ProcessorGraph;
  readonly module: ProcessorModule;
}

export interface HostOptions {
  readonly processors: readonly HostedProcessor[];
  readonly cluster: ClusterOptions;
  readonly settings: RuntimeSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
}

/** Something that is started, stopped and asked for readiness: a tick-driven processor or a service. */
interface Hosted {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  unready(): readonly string[];
}

/**
 * Any set of processors in one process, sharing connections, look-up tables and metrics.
 * `start` → serving → `stop`, or a failure that stops it; `ended` tells which.
 */
export class ProcessorHost {
  readonly metrics = new RuntimeMetrics();
  readonly #options: HostOptions;
  readonly #names: Names;
  readonly #logger: Logger;
  readonly #hosted: Hosted[] = [];
  readonly #shared = new Map<string, unknown>();
  readonly #aborted = new AbortController();
  readonly #stopBegan = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<Error | null>();
  #waitingFor: string | null = 'starting';
  #http: FastifyInstance | null = null;
  #cluster: Cluster | null = null;
  #starting: Promise<void> | null = null;
  #stopping: Promise<void> | null = null;
  #failure: Error | null = null;

  /** @throws TopologyError before any connection is opened. */
  constructor(options: HostOptions) {
    this.#options = options;
    this.#logger = options.logger;
    validateTopology(options.settings.prefix);
    this.#names = names(options.settings.prefix);
  }

  /** Resolves when the host begins to stop, told to or after a failure. */
  get stopBegan(): Promise<void> {
    return this.#stopBegan.promise;
  }

  /** Resolves when the host has stopped: null after `stop()`, else the reason. */
  get ended(): Promise<Error | null> {
    return this.#ended.promise;
  }

  /** Address of `/livez`, `/readyz` and `/metrics`; null before they listen. */
  get url(): string | null {
    const address = this.#http?.server.address();
    return address === null || address === undefined || typeof address === 'string' ? null : `http://${this.#options.settings.httpHost}:${address.port}`;
  }

  /** Resolves when every processor has joined its group or serves. Waits for brokers, topics and registry; failures end the host. */
  async start(): Promise<void> {
    this.#starting ??= this.#start().catch((error: unknown) => {
      // A start that our own stop cut short, at whatever call, is no failure.
      if (!(error instanceof Interrupted) && this.#stopping === null) this.fail(error instanceof Error ? error : new Error(String(error)));
    });
    await this.#starting;
  }

  /** Finishes transactions in hand, leaves groups, closes connections. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    await this.#stopping;
  }

  /** Ends the host with a reason. */
  fail(error: Error): void {
    if (this.#failure === null) {
      const rights = this.#options.processors.flatMap(({ graph }) => processorRights(graph, this.#names));
      this.#failure = explainRefusal(error, rights);
      this.#logger.fatal({ err: this.#failure }, this.#failure.message);
    }
    void this.stop();
  }

  unready(): readonly string[] {
    if (this.#stopping !== null) return ['shutting down'];
    if (this.#waitingFor !== null) return [this.#waitingFor];
    return this.#hosted.flatMap((hosted) => hosted.unready());
  }

  #isReady(processor: string): boolean {
    if (this.#waitingFor !== null || this.#stopping !== null) return false;
    return this.#hosted.every((hosted) => hosted.name !== processor || hosted.unready().length === 0);
  }

  async #start(): Promise<void> {
    const { settings, cluster: clusterOptions, processors } = this.#options;
    const graphs = processors.map(({ graph }) => graph);
    // From the first scrape on: a process that waits for brokers, topics or schemas is not ready, which is not the same as unknown.
    for (const { name } of graphs) this.metrics.addProcessor(name, () => this.#isReady(name));
    this.#http = healthServer({ metrics: this.metrics.registry, unready: () => this.unready() });
    await this.#http.listen({ host: settings.httpHost, port: settings.httpPort });
    this.#logger.info({ url: this.url, port: Number(new URL(this.url!).port), processors: graphs.map(({ name }) => name) }, 'http listening');

    const waiting: Waiting = {
      logger: this.#logger,
      signal: this.#aborted.signal,
      onWaiting: (reason) => { this.#waitingFor = reason ?? 'starting'; },
    };
    const cluster = await connectPatiently(clusterOptions, waiting);
    this.#cluster = cluster;
    const partitions = await awaitTopics(cluster, this.#names, graphs, waiting);
    const schemas = await lookUpSchemas(this.#options.env, this.#names, graphs, waiting);
    const lookups = new LookupTables({ cluster, names: this.#names, partitions });
    for (const { graph, module } of processors) {
      this.#hosted.push(await this.#create(graph, module, cluster, partitions, schemas, lookups));
    }
    if (this.#aborted.signal.aborted) throw new Interrupted();
    await Promise.all(this.#hosted.map((hosted) => hosted.start()));
    this.#waitingFor = null;
    this.#logger.info({ partitions }, 'all processors started');
  }

  async #create(
    graph: ProcessorGraph, module: ProcessorModule, cluster: Cluster, partitions: number,
    schemas: Schemas, lookups: LookupTables,
  ): Promise<Hosted> {
    const { settings, env } = this.#options;
    const logger = this.#logger.child({ processor: graph.name });
    const context: ProcessorContext = {
      processor: graph.name, cluster, names: this.#names, schemas, partitions, logger, env,
      schemaIds: new Map([...schemas].map(([topic, { id }]) => [topic, id])),
      metrics: this.metrics.registry,
      signal: this.#aborted.signal,
      share: (key, create) => this.#share(key, create),
      fail: (error) => { this.fail(error); },
    };
    if (graph.kind === 'service' && module.createService !== undefined) {
      const service = await module.createService(context);
      return hostedService(graph.name, service);
    }
    if (graph.kind === 'tasks' && module.createProcessor !== undefined) {
      const logic = await module.createProcessor(context);
      const runner = new TaskRunner({
        cluster, names: this.#names, graph, logic, lookups, schemaIds: context.schemaIds, settings, logger,
        tables: { cluster, names: this.#names, partitions },
        decodeTick: tickDecoder(schemaOf(schemas, 'sim_ticks')), codec: taskStateCodec(schemaOf(schemas, 'task_state')),
        metrics: this.metrics,
        onFatal: (error) => { this.fail(error); },
      });
      return { name: graph.name, start: () => runner.start(), stop: () => runner.stop(), unready: () => runner.unready() };
    }
    const wanted = graph.kind === 'service' ? 'createService' : 'createProcessor';
    throw new ContractError(`processors/${graph.name}/index.ts does not export ${wanted}, which a processor of kind '${graph.kind}' needs`);
  }

  #share<T>(key: string, create: () => T): T {
    if (!this.#shared.has(key)) this.#shared.set(key, create());
    return this.#shared.get(key) as T;
  }

  async #stop(): Promise<void> {
    this.#stopBegan.resolve();
    this.#aborted.abort(new Interrupted());
    await this.#stopHosted();
    await this.#starting?.catch(() => undefined);
    // Those that were being created when the first round ran.
    await this.#stopHosted();
    await this.#cluster?.close().catch((error: unknown) => { this.#logger.warn({ err: error }, 'closing connections failed'); });
    await this.#http?.close();
    this.metrics.close();
    this.#ended.resolve(this.#failure);
  }

  async #stopHosted(): Promise<void> {
    await Promise.all(this.#hosted.splice(0).map((hosted) => hosted.stop().catch((error: unknown) => {
      this.#logger.error({ err: error, processor: hosted.name }, 'stopping failed');
    })));
  }
}

function hostedService(name: string, service: Service): Hosted {
  return { name, start: () => service.start(), stop: () => service.stop(), unready: () => service.unready?.() ?? [] };
}
