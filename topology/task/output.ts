import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Names, ProcessorGraph, TopicName } from '../graph/index.ts';
import { writes } from '../graph/index.ts';
import type { LogWriter, RecordHeader } from '../log/index.ts';
import type { TaskOutput } from './contract.ts';
import { ContractError, Interrupted, type PoisonRecordError } from './errors.ts';

/** Longest stretch of synchronous work before timers (heartbeats, pings) get a turn, ms. */
const TURN_MS = 20;

/** What one transaction wrote to one topic. */
export interface Written {
  readonly topic: TopicName;
  records: number;
  /** Keys and values, uncompressed. */
  bytes: number;
}

interface OutputTopic extends Written {
  readonly fullName: string;
}

/** The task's writer seen through the graph: own partition only, declared topics only. Counts what goes out. */
export class TransactionOutput implements TaskOutput {
  readonly #writer: LogWriter;
  readonly #partition: number;
  readonly #graph: ProcessorGraph;
  readonly #schemaIds: ReadonlyMap<TopicName, number>;
  readonly #stopping: () => boolean;
  readonly #topics = new Map<TopicName, OutputTopic>();
  /** Where the last record went: the next one mostly goes there too. */
  #last: OutputTopic | null = null;
  #bytes = 0;
  #full = false;
  #turnStarted = performance.now();

  constructor(writer: LogWriter, graph: ProcessorGraph, names: Names, partition: number, schemaIds: ReadonlyMap<TopicName, number>, stopping: () => boolean) {
    this.#writer = writer;
    this.#stopping = stopping;
    this.#partition = partition;
    this.#graph = graph;
    this.#schemaIds = schemaIds;
    for (const topic of writes(graph)) this.#topics.set(topic, { topic, fullName: names.topic(topic), records: 0, bytes: 0 });
  }

  /** Bytes appended since the last `reset`. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Records of the topic that has most of them, since the last `reset`. */
  get mostRecords(): number {
    let most = 0;
    for (const { records } of this.#topics.values()) if (records > most) most = records;
    return most;
  }

  append(
    topic: TopicName, timestampMs: number, key: Uint8Array | null,
    value: Uint8Array | null, start = 0, end = value === null ? 0 : value.length, headers?: readonly RecordHeader[], view?: DataView,
  ): void {
    const target = topic === this.#last?.topic ? this.#last : this.#select(topic);
    if (!this.#writer.append(target.fullName, this.#partition, timestampMs, key, value, start, end, headers, view)) this.#full = true;
    const bytes = end - start + (key === null ? 0 : key.length);
    target.records += 1;
    target.bytes += bytes;
    this.#bytes += bytes;
  }

  #select(topic: TopicName): OutputTopic {
    const target = this.#topics.get(topic);
    if (target === undefined) {
      throw new ContractError(`${this.#graph.name} appended to ${topic}, which its graph does not declare as an output (topology/graph/processors.ts)`);
    }
    return (this.#last = target);
  }

  schemaId(topic: TopicName): number {
    const id = this.#schemaIds.get(topic);
    if (id === undefined) throw new ContractError(`${this.#graph.name} asked for the schema of ${topic}, which it neither reads nor writes`);
    return id;
  }

  async backpressure(): Promise<void> {
    if (this.#full) {
      await this.#writer.drained();
      this.#full = false;
      this.#turnStarted = performance.now();
    } else if (performance.now() - this.#turnStarted > TURN_MS) {
      await nextTurn();
      this.#turnStarted = performance.now();
    }
  }

  checkpoint(): void {
    if (this.#stopping()) throw new Interrupted();
  }

  /** Moves a record that can't be processed out of the way, with all that is needed to find and repeat it. */
  deadLetter(
    poison: PoisonRecordError, from: { topic: string; partition: number; offset: number },
    key: Uint8Array | null, value: Uint8Array | null,
  ): void {
    if (this.#graph.deadLetters === null) throw poison;
    const header = (name: string, text: string): RecordHeader => ({ key: name, value: Buffer.from(text) });
    this.append(this.#graph.deadLetters, Date.now(), key, value, 0, value?.length ?? 0, [
      header('reason', poison.reason),
      header('topic', from.topic),
      header('partition', String(from.partition)),
      header('offset', String(from.offset)),
      header('processor', this.#graph.name),
    ]);
  }

  written(): readonly Written[] {
    return [...this.#topics.values()].filter((topic) => topic.records > 0);
  }

  /** Begins to count anew, for the next transaction. */
  reset(): void {
    this.#bytes = 0;
    for (const topic of this.#topics.values()) {
      topic.records = 0;
      topic.bytes = 0;
    }
  }
}
