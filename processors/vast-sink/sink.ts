import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { partitionCount, processorGraph } from '../../topology/graph/index.ts';
import type { GroupMember, LogError, TopicPartition } from '../../topology/log/index.ts';
import type { ProcessorContext, Service } from '../../topology/task/contract.ts';
import { ConflictError, RetriableError, UnknownOutcomeError } from '../../vast/client/index.ts';
import { DeadLetters } from './dead-letters.ts';
import { Intake } from './intake/intake.ts';
import { groupMember } from './loop/ownership.ts';
import { SinkLoop } from './loop/sink-loop.ts';
import { SinkMetrics } from './metrics.ts';
import type { SinkSettings } from './settings.ts';
import { streamTables } from './tables/tables.ts';
import { Warehouse } from './warehouse.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** Lands the streams and the twin itself in VAST DB. Starts at once and waits for VAST as long as it takes. */
export class VastSink implements Service {
  readonly #context: ProcessorContext;
  readonly #settings: SinkSettings;
  readonly #metrics: SinkMetrics;
  readonly #deadLetters: DeadLetters;
  readonly #stopping = new AbortController();
  #trouble: string | null = 'connecting to VAST';
  #warehouse: Warehouse | null = null;
  #member: GroupMember | null = null;
  #loop: SinkLoop | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(context: ProcessorContext, settings: SinkSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#metrics = new SinkMetrics(context.metrics, () => this.#loop?.gauges() ?? { lagSeconds: 0, lagRecords: 0 });
    this.#deadLetters = new DeadLetters(context.cluster, context.names.topic('dead_letters'), context.processor);
  }

  async start(): Promise<void> {
    this.#running = this.#run().catch((error: unknown) => {
      this.#context.fail(error instanceof Error ? error : new Error(String(error)));
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#loop?.stop();
    await this.#running;
    // The loop has ended, so whatever the group revokes now is answered at once.
    await this.#member?.leave();
    await this.#deadLetters.close();
    await this.#warehouse?.close();
  }

  unready(): readonly string[] {
    return this.#trouble === null ? [] : [this.#trouble];
  }

  async #run(): Promise<void> {
    const partitions = this.#partitions();
    const warehouse = await this.#connect(partitions);
    if (warehouse === null) return;
    const { context: { cluster, names, schemas, logger, processor }, settings } = { context: this.#context, settings: this.#settings };
    const streams = new Set(streamTables.map(({ topic }) => names.topic(topic)));
    let fail: (error: LogError) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => { fail = reject; });
    const member = groupMember(
      cluster, names.group(processor), processorGraph(processor).streams.map((topic) => names.topic(topic)), settings,
      (event) => loop.enqueue(event), (error) => fail(error), (error) => logger.warn({ err: error }, `group: ${error.message}`),
    );
    const loop = new SinkLoop({
      cluster, warehouse, member, settings, logger, partitions,
      intake: new Intake(names, schemas, this.#metrics, logger),
      deadLetters: this.#deadLetters, concurrentInserts: settings.concurrentInserts, metrics: this.#metrics,
      isStream: (topic) => streams.has(topic),
      onTrouble: (reason) => { this.#trouble = reason; },
    });
    this.#member = member;
    this.#loop = loop;
    if (this.#stopping.signal.aborted) loop.stop();
    member.join().catch(() => undefined);
    await Promise.race([loop.run(), failed]);
  }

  /** All partitions of all topics that are read. */
  #partitions(): TopicPartition[] {
    const { names, partitions, processor } = this.#context;
    return processorGraph(processor).streams.flatMap((topic) => Array.from(
      { length: partitionCount(topic, partitions) }, (_, partition) => ({ topic: names.topic(topic), partition })));
  }

  /** Waits for VAST and creates what is missing there; null when the sink was stopped meanwhile. */
  async #connect(partitions: readonly TopicPartition[]): Promise<Warehouse | null> {
    const { logger } = this.#context;
    const { signal } = this.#stopping;
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
      try {
        const warehouse = this.#warehouse ??= await Warehouse.connect(this.#settings, this.#context.names, `${hostname()}:${process.pid}`, signal);
        await warehouse.ensure(partitions, signal);
        const { version } = warehouse.client;
        logger.info({ endpoints: this.#settings.endpoints, bucket: this.#settings.bucket, schema: this.#settings.schema, version }, 'connected to VAST');
        this.#trouble = null;
        return warehouse;
      } catch (error) {
        if (signal.aborted) return null;
        // What is created is looked for first, so any attempt may be repeated.
        const isPassing = error instanceof RetriableError || error instanceof ConflictError || error instanceof UnknownOutcomeError;
        if (!isPassing) throw error;
        this.#trouble = `waiting for VAST: ${error.message}`;
        logger.warn({ retryInMs: pause }, this.#trouble);
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
    return null;
  }
}
