import type { Logger } from 'pino';
import type { Names, ProcessorGraph, TopicName } from '../graph/index.ts';
import { FatalError, GroupMember, type Cluster, type TopicPartition } from '../log/index.ts';
import type { ProcessorLogic } from './contract.ts';
import { ContractError } from './errors.ts';
import type { TaskEnvironment } from './environment.ts';
import type { RuntimeMetrics } from './metrics.ts';
import type { TaskStateCodec } from './records.ts';
import type { RuntimeSettings } from './settings.ts';
import type { LookupTables, TableSource } from './tables.ts';
import { Task } from './task.ts';
import { TickSource, type TickDecoder } from './ticks.ts';

export interface RunnerOptions {
  readonly cluster: Cluster;
  readonly names: Names;
  readonly graph: ProcessorGraph;
  readonly logic: ProcessorLogic;
  readonly tables: TableSource;
  readonly lookups: LookupTables;
  readonly decodeTick: TickDecoder;
  readonly codec: TaskStateCodec;
  readonly schemaIds: ReadonlyMap<TopicName, number>;
  readonly settings: RuntimeSettings;
  readonly metrics: RuntimeMetrics;
  readonly logger: Logger;
  /** The processor can't go on; the process should end. */
  readonly onFatal: (error: Error) => void;
}

/** One processor in one process: its group membership, and a task for each partition it owns. */
export class TaskRunner {
  readonly #options: RunnerOptions;
  readonly #member: GroupMember;
  readonly #environment: TaskEnvironment;
  /** The newest task of each partition, until nothing is left of it. */
  readonly #tasks = new Map<number, Task>();
  #joined = false;

  /** @throws ContractError when logic and graph disagree. */
  constructor(options: RunnerOptions) {
    this.#options = options;
    const { cluster, names, graph, logic, settings, logger, decodeTick, onFatal } = options;
    const { input, persist } = graph;
    if (graph.kind !== 'tasks' || input === null || persist === null) throw new ContractError(`${graph.name} is not driven by ticks`);
    checkLookups(graph, logic);
    this.#member = new GroupMember(cluster, {
      groupId: names.group(graph.name),
      topics: [names.topic(input)],
      ...(settings.groupInstanceId === null ? {} : { groupInstanceId: `${settings.groupInstanceId}-${graph.name}` }),
      sessionTimeoutMs: settings.sessionTimeoutMs,
      rebalanceTimeoutMs: settings.rebalanceTimeoutMs,
      onAssigned: (partitions) => { this.#assign(partitions); },
      onRevoking: (partitions) => this.#revoke(partitions),
      onLost: (partitions) => { this.#lose(partitions); },
      onError: onFatal,
      onRetry: (error, attempt) => { logger.warn({ err: error, attempt }, 'the group coordinator is not reachable, trying again'); },
    });
    this.#environment = {
      ...options, input, persist,
      member: this.#member,
      ticks: new TickSource({ cluster, topic: names.topic(input), decode: decodeTick, logger, onError: onFatal }),
      lookup: options.lookups.view(logic.tables.lookup),
      onFailed: onFatal,
    };
  }

  async start(): Promise<void> {
    await this.#member.join();
    this.#joined = true;
  }

  /** Finishes the transactions in hand, leaves the group. */
  async stop(): Promise<void> {
    this.#joined = false;
    await this.#member.leave().catch((error: unknown) => {
      if (error instanceof FatalError) throw error;
      this.#options.logger.warn({ err: error }, 'leaving the group failed; the session time-out does it');
    });
    // After a clean leave nothing is left; after a failed one the tasks still have to be ended.
    for (const task of this.#tasks.values()) task.lose();
    await Promise.all([...this.#tasks.values()].map((task) => task.done));
    await this.#environment.ticks.stop();
    await this.#options.logic.close?.();
  }

  /** Reasons for not being ready; empty when every owned partition is being worked on, or there is none to own. */
  unready(): readonly string[] {
    if (!this.#joined) return [`${this.#options.graph.name} has not joined its group`];
    const { trouble } = this.#environment.ticks;
    const reasons = [...this.#tasks.values()].map((task) => task.unready).filter((reason) => reason !== null);
    return trouble === null ? reasons : [`${this.#options.graph.name} can't read ticks: ${trouble}`, ...reasons];
  }

  #assign(partitions: readonly TopicPartition[]): void {
    this.#log('info', partitions, 'partitions assigned');
    for (const { partition } of partitions) {
      const task = new Task(this.#environment, partition, this.#tasks.get(partition)?.done);
      this.#tasks.set(partition, task);
      void task.done.then(() => {
        if (this.#tasks.get(partition) === task) this.#tasks.delete(partition);
      });
    }
  }

  async #revoke(partitions: readonly TopicPartition[]): Promise<void> {
    this.#log('info', partitions, 'partitions revoked');
    await Promise.all(this.#of(partitions).map((task) => task.stop()));
  }

  /** Also follows a revocation that took too long. */
  #lose(partitions: readonly TopicPartition[]): void {
    this.#log('warn', partitions, 'partitions lost');
    for (const task of this.#of(partitions)) task.lose();
  }

  #of(partitions: readonly TopicPartition[]): Task[] {
    return partitions.flatMap(({ partition }) => this.#tasks.get(partition) ?? []);
  }

  #log(level: 'info' | 'warn', partitions: readonly TopicPartition[], message: string): void {
    this.#options.logger[level]({ partitions: partitions.map(({ partition }) => partition) }, message);
  }
}

function checkLookups(graph: ProcessorGraph, logic: ProcessorLogic): void {
  const handled = Object.keys(logic.tables.lookup).sort().join(', ');
  const declared = [...graph.lookup].sort().join(', ');
  if (handled !== declared) {
    throw new ContractError(`${graph.name} handles the look-ups [${handled}], but its graph declares [${declared}] (topology/graph/processors.ts)`);
  }
}
