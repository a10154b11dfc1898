import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import { DecodeError } from '../../../schemas/codec.ts';
import { IncompatibleSchemaError, UnknownSchemaError, type LookedUpTopic } from '../../../schemas/registry.ts';
import { readWireHeader, WIRE_HEADER_BYTES, WireFormatError } from '../../../schemas/wire.ts';
import type { Names, TopicName } from '../../../topology/graph/index.ts';
import type { FetchedPartition, RecordCursor } from '../../../topology/log/index.ts';
import { hasHeaders, recordContexts } from '../../../topology/telemetry/propagation.ts';
import type { PoisonCode, PoisonRecord } from '../dead-letters.ts';
import type { Stage } from '../landing/cargo.ts';
import type { Claim } from '../ledger/ledger.ts';
import type { SinkMetrics } from '../metrics.ts';
import { valueAt } from '../rows/boxed.ts';
import { dimensionTables, streamTables, type DimensionTable, type StreamTable } from '../tables/tables.ts';
import { ValueReaders, type ValueReader } from './readers.ts';
import type { RepeatWindow } from './repeats.ts';

/** A claimed partition that is being read. */
export interface Source {
  readonly claim: Claim;
  /** Ids of its latest records; null where repeats can't come. */
  readonly repeats: RepeatWindow | null;
  /** Records below this have landed: they only fill `repeats`. */
  readonly landFrom: number;
  /** Next offset to be staged. */
  position: number;
}

/** Rows between two looks at the size of a batch. */
const LOOK_EVERY = 64;

/** Longest stretch of decoding before heartbeats and answers get a turn, in records. */
const RECORDS_PER_TURN = 20_000;

interface StreamTarget {
  readonly table: StreamTable;
  readonly readers: ValueReaders;
}

interface DimensionTarget {
  readonly tables: readonly DimensionTable[];
  readonly readers: ValueReaders;
}

/** Turns fetched records into staged rows. */
export class Intake {
  readonly #metrics: SinkMetrics;
  readonly #logger: Logger;
  readonly #streams = new Map<string, StreamTarget>();
  readonly #dimensions = new Map<string, DimensionTarget>();

  constructor(names: Names, schemas: ReadonlyMap<TopicName, LookedUpTopic>, metrics: SinkMetrics, logger: Logger) {
    this.#metrics = metrics;
    this.#logger = logger;
    for (const table of streamTables) {
      this.#streams.set(names.topic(table.topic), { table, readers: new ValueReaders(schemas.get(table.topic)!, table.columns) });
    }
    for (const [topic, tables] of Map.groupBy(dimensionTables, (table) => table.topic)) {
      this.#dimensions.set(names.topic(topic), { tables, readers: new ValueReaders(schemas.get(topic)!, null) });
    }
  }

  /** Stages all records of a fetch from `source.position` on, and moves it. */
  async take(fetched: FetchedPartition, source: Source, stage: Stage): Promise<void> {
    const stream = this.#streams.get(fetched.topic);
    if (stream !== undefined) await this.#takeStream(stream, fetched, source, stage);
    else await this.#takeDimension(this.#dimensions.get(fetched.topic)!, fetched, source, stage);
    const from = Math.max(source.position, source.landFrom);
    source.position = fetched.nextOffset;
    if (source.position > from) stage.move(source.claim, from, source.position, performance.now());
  }

  async #takeStream({ table, readers }: StreamTarget, fetched: FetchedPartition, source: Source, stage: Stage): Promise<void> {
    const { partition } = fetched;
    const cursor = fetched.cursor();
    let buffer = stage.buffer(table);
    let reader: ValueReader | undefined;
    let readerId = -1;
    for (let count = 1; cursor.next(); count += 1) {
      const { bytes, valueStart, valueEnd, offset } = cursor;
      if (offset < source.position) continue;
      if (hasHeaders(bytes, cursor.headersStart)) {
        for (const context of recordContexts(bytes, cursor.headersStart)) stage.trace({ topic: fetched.topic, partition, offset, context });
      }
      if (count % LOOK_EVERY === 0) {
        if (count % RECORDS_PER_TURN === 0) await nextTurn();
        buffer = stage.buffer(table);
      }
      try {
        const id = schemaIdOf(cursor);
        if (id !== readerId) {
          reader = readers.get(id) ?? await this.#loadReader(table, readers, id);
          readerId = id;
        }
        const start = valueStart + WIRE_HEADER_BYTES;
        if (source.repeats !== null && this.#isRepeat(source, table, cursor, start)) continue;
        if (reader!.schema.identical) buffer.append(bytes, start, valueEnd, partition, offset);
        else {
          const body = bytes.subarray(start, valueEnd);
          const translated = reader!.schema.translate(body);
          const whole = reader!.extraColumns.length > 0 ? reader!.decodeWhole(body) : null;
          buffer.append(translated, 0, translated.length, partition, offset);
          for (const column of reader!.extraColumns) buffer.extra(column, valueAt(whole, column.path));
        }
      } catch (error) {
        const poison = poisonOf(cursor, fetched, error);
        // What lies before has landed or was set aside already, and is read again for its ids only.
        if (offset >= source.landFrom) stage.poison(poison);
      }
    }
  }

  /** Once for each schema id: what is loaded stays. */
  async #loadReader({ table }: StreamTable, readers: ValueReaders, schemaId: number): Promise<ValueReader> {
    const reader = await readers.load(schemaId);
    const { leftOut } = reader;
    if (leftOut.length > 0) this.#logger.warn({ table, schemaId, leftOut }, `fields of schema id ${schemaId} do not land in ${table}, their types have no column: ${leftOut.join(', ')}`);
    return reader;
  }

  /** Also true for records that have landed before this source began: they are read again for their ids only. */
  #isRepeat({ repeats, landFrom }: Source, { identity, topic }: StreamTable, { bytes, valueEnd, offset }: RecordCursor, start: number): boolean {
    let idStart = start;
    let idEnd = valueEnd;
    if (identity !== null) {
      // An event's id is its first field: a text, its length before it as a zigzag varint.
      let length = 0;
      let shift = 0;
      do {
        length |= (bytes[idStart] & 0x7f) << shift;
        shift += 7;
      } while (bytes[idStart++] > 0x7f && shift < 28);
      idEnd = Math.min(idStart + (length >>> 1), valueEnd);
    }
    const isSeen = repeats!.seen(bytes, idStart, idEnd);
    if (offset < landFrom) return true;
    if (isSeen) this.#metrics.repeats.inc({ topic });
    return isSeen;
  }

  async #takeDimension({ tables, readers }: DimensionTarget, fetched: FetchedPartition, source: Source, stage: Stage): Promise<void> {
    const { partition } = fetched;
    const cursor = fetched.cursor();
    while (cursor.next()) {
      const { bytes, keyStart, keyEnd, valueStart, valueEnd, offset } = cursor;
      if (offset < source.position) continue;
      const key = keyStart < 0 ? '' : bytes.toString('utf8', keyStart, keyEnd);
      const table = tables.find(({ keyPrefix }) => key.startsWith(keyPrefix));
      if (table === undefined) continue;
      try {
        let record: unknown = null;
        if (valueStart >= 0) {
          const id = schemaIdOf(cursor);
          const reader = readers.get(id) ?? await readers.load(id);
          record = reader.schema.decode(bytes.subarray(valueStart + WIRE_HEADER_BYTES, valueEnd));
        }
        stage.change(table, key.slice(table.keyPrefix.length), partition, offset, record);
      } catch (error) {
        stage.poison(poisonOf(cursor, fetched, error));
      }
    }
  }
}

function schemaIdOf({ bytes, valueStart, valueEnd }: RecordCursor): number {
  if (valueStart < 0) throw new WireFormatError('the record has no value');
  return readWireHeader(bytes, valueStart, valueEnd);
}

/** Null when it is not the record's fault. */
function codeOf(error: unknown): PoisonCode | null {
  if (error instanceof WireFormatError) return 'BAD_WIRE_FORMAT';
  if (error instanceof DecodeError) return 'MALFORMED_AVRO';
  return error instanceof UnknownSchemaError || error instanceof IncompatibleSchemaError ? 'UNKNOWN_SCHEMA' : null;
}

/** @throws the error when it is not the record's fault */
function poisonOf(cursor: RecordCursor, { topic, partition }: FetchedPartition, error: unknown): PoisonRecord {
  const code = codeOf(error);
  if (code === null || !(error instanceof Error)) throw error;
  const copy = (start: number, end: number): Buffer | null => (start < 0 ? null : Buffer.from(cursor.bytes.subarray(start, end)));
  return {
    topic, partition, offset: cursor.offset, code, reason: error.message,
    key: copy(cursor.keyStart, cursor.keyEnd), value: copy(cursor.valueStart, cursor.valueEnd),
  };
}
