import { isTickedTable, partitionCount, type Names, type TickedTable, type TopicName } from '../graph/index.ts';
import { listOffsets, readRange, type Cluster } from '../log/index.ts';
import type { TableHandler, TableHandlers, Tick } from './contract.ts';
import { ContractError, CorruptStateError, describe } from './errors.ts';

/** The end offset of a table's partition that a tick names. */
export function endOffset(tick: Tick, topic: TickedTable, partition: number): number {
  switch (topic) {
    case 'scenario_state':
      return tick.scenarioStateEnd;
    case 'network_state':
      return tick.networkStateEnd;
    case 'subscriber_state':
      return tick.subscriberStateEnds[partition] ?? 0;
  }
}

/** Where tables are read from. */
export interface TableSource {
  readonly cluster: Cluster;
  readonly names: Names;
  /** Partition count of the twin. */
  readonly partitions: number;
}

/**
 * One partition of a table, fed to one handler. It moves on demand and never tails: what a tick does not name yet is not
 * state. The end offsets lie in the transaction of the tick or before, so read_committed reaches them as soon as the
 * transaction's markers are written.
 */
class TablePartition {
  readonly #source: TableSource;
  readonly #topic: TickedTable;
  readonly #partition: number;
  readonly #handler: TableHandler;
  /** Offset of the next record to apply; -1 before the log's start is known. */
  #position = -1;
  /** Oldest end offset that the handler can still tell the state of. */
  #floor = 0;
  #moving: Promise<void> | null = null;
  #broken: Error | null = null;

  constructor(source: TableSource, topic: TickedTable, partition: number, handler: TableHandler) {
    this.#source = source;
    this.#topic = topic;
    this.#partition = partition;
    this.#handler = handler;
  }

  get position(): number {
    return this.#position;
  }

  /** Applies every version below `end`, each once, in order. Callers may overlap. */
  async advance(end: number): Promise<void> {
    this.require(end);
    while (this.#position < end) {
      this.#moving ??= this.#read(end).finally(() => { this.#moving = null; });
      await this.#moving;
    }
  }

  async #read(end: number): Promise<void> {
    const { cluster, names } = this.#source;
    const topic = names.topic(this.#topic);
    if (this.#position < 0) await this.#begin(topic, end);
    if (this.#position >= end) return;
    await readRange(cluster, topic, this.#partition, this.#position, end,
      (offset, _timestamp, bytes, keyStart, keyEnd, valueStart, valueEnd) => {
        this.#apply(offset, bytes, keyStart, keyEnd, valueStart, valueEnd);
      }, { isolation: 'read_committed' });
    this.#position = end;
  }

  /** @throws CorruptStateError when the state as of `end` is not known: not any more, or because of a record that could not be applied. */
  require(end: number): void {
    // It stays behind the record that broke it.
    if (this.#broken !== null && end >= this.#position) throw this.#broken;
    if (end >= this.#floor || this.#position < 0) return;
    throw new CorruptStateError(
      `the table was restored from a snapshot that is exact from offset ${this.#floor} on, and a tick names ${end}: restart the process, without a snapshot if this comes again`,
      { topic: this.#source.names.topic(this.#topic), partition: this.#partition, offset: end },
    );
  }

  async #begin(topic: string, end: number): Promise<void> {
    const { cluster } = this.#source;
    const place = [{ topic, partition: this.#partition }];
    if (this.#handler.restore !== undefined) {
      const [logEnd] = await listOffsets(cluster, place, 'latest', 'read_uncommitted');
      const start = await this.#handler.restore(this.#partition, { end, logEnd: logEnd?.offset ?? 0 });
      if (start !== null) {
        this.#floor = start.floor;
        this.#position = start.offset;
        return;
      }
    }
    const [start] = await listOffsets(cluster, place, 'earliest');
    this.#position = start?.offset ?? 0;
  }

  #apply(offset: number, bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    // A read that broke off half-way is repeated from here, so no version is applied twice.
    this.#position = offset + 1;
    try {
      this.#handler.apply(this.#partition, offset, bytes, keyStart, keyEnd, valueStart, valueEnd);
    } catch (error) {
      this.#broken = new CorruptStateError(
        `a record of a state table can't be applied: ${describe(error)}. State as of the ticks after it is unknown; delete or correct the record's key with a newer version from a backup`,
        { topic: this.#source.names.topic(this.#topic), partition: this.#partition, offset, cause: error },
      );
      throw this.#broken;
    }
  }
}

/** All partitions of some tables, for one process. Handlers that are the same object are fed once. */
export class LookupTables {
  readonly #source: TableSource;
  readonly #tables = new Map<TickedTable, Map<TableHandler, TablePartition[]>>();

  constructor(source: TableSource) {
    this.#source = source;
  }

  /** The view of one processor: `reach(tick)` brings its tables to the tick's offsets or beyond. */
  view(handlers: TableHandlers): (tick: Tick) => Promise<void> | null {
    const tables = tickedHandlers(handlers).map(([topic, handler]) => ({ topic, partitions: this.#partitionsOf(topic, handler) }));
    return (tick) => {
      const pending: Promise<void>[] = [];
      for (const { topic, partitions } of tables) {
        for (const [partition, table] of partitions.entries()) {
          const end = endOffset(tick, topic, partition);
          if (table.position < end) pending.push(table.advance(end));
          else table.require(end);
        }
      }
      return pending.length === 0 ? null : Promise.all(pending).then(() => undefined);
    };
  }

  #partitionsOf(topic: TickedTable, handler: TableHandler): readonly TablePartition[] {
    const byHandler = this.#tables.get(topic) ?? new Map<TableHandler, TablePartition[]>();
    this.#tables.set(topic, byHandler);
    let partitions = byHandler.get(handler);
    if (partitions === undefined) {
      const count = partitionCount(topic, this.#source.partitions);
      partitions = Array.from({ length: count }, (_, partition) => new TablePartition(this.#source, topic, partition, handler));
      byHandler.set(handler, partitions);
    }
    return partitions;
  }
}

/** The tables of one task: own partition (or the only one), exactly at the offsets of the tick at hand. */
export class JoinedTables {
  readonly #tables: readonly { readonly topic: TickedTable; readonly partition: number; readonly table: TablePartition }[];

  constructor(source: TableSource, partition: number, handlers: TableHandlers) {
    this.#tables = tickedHandlers(handlers).map(([topic, handler]) => {
      const own = partitionCount(topic, source.partitions) === 1 ? 0 : partition;
      return { topic, partition: own, table: new TablePartition(source, topic, own, handler) };
    });
  }

  /** Null when the tables already stand at the tick's offsets. */
  advance(tick: Tick): Promise<void> | null {
    const pending: Promise<void>[] = [];
    for (const { topic, partition, table } of this.#tables) {
      const end = endOffset(tick, topic, partition);
      if (table.position < end) pending.push(table.advance(end));
      else if (table.position > end) {
        throw new ContractError(`tick ${tick.sequence} names offset ${end} of ${topic}, but an earlier tick named ${table.position}: ticks must never go back`,
          { topic, partition, offset: end });
      } else table.require(end);
    }
    return pending.length === 0 ? null : Promise.all(pending).then(() => undefined);
  }
}

function tickedHandlers(handlers: TableHandlers): [TickedTable, TableHandler][] {
  return (Object.entries(handlers) as [TopicName, TableHandler | undefined][]).map(([topic, handler]) => {
    if (!isTickedTable(topic) || handler === undefined) throw new ContractError(`a tick names no offset of ${topic}, so it can't be joined or looked up`);
    return [topic, handler];
  });
}
