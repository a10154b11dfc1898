import { createHash } from 'node:crypto';
import { DataType, type RecordBatch, type Vector } from 'apache-arrow';
import { valueAt } from '../../../../processors/vast-sink/rows/boxed.ts';
import type { Column } from '../../../../processors/vast-sink/tables/columns.ts';
import { dimensionTables, SOURCE_COLUMNS, streamTables, type DimensionTable, type StreamTable } from '../../../../processors/vast-sink/tables/tables.ts';
import { decodeRecord } from '../../../../schemas/codec.ts';
import { WIRE_HEADER_BYTES } from '../../../../schemas/wire.ts';
import type { Names } from '../../../../topology/graph/index.ts';
import { listOffsets, readRange, type Cluster } from '../../../../topology/log/index.ts';
import type { VastClient } from '../../../../vast/client/index.ts';

/**
 * What a table holds, whatever the order of its rows: their number, and the sum of their hashes mod 2^64. `tables.py` computes
 * the same from what VAST's Python SDK reads.
 */
export interface Content {
  readonly rows: number;
  readonly hash: string;
  /** `partition/offset` of each row, sorted. */
  readonly sources: readonly string[];
}

export type Contents = Readonly<Record<string, Content>>;

/** One text for each value, the same in every language. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return '\x00';
  switch (typeof value) {
    case 'boolean': return value ? 't' : 'f';
    case 'string': case 'bigint': return String(value);
    case 'number': return String(value);
    default:
      if (Array.isArray(value)) return `[${value.map(cellText).join('\x1f')}]`;
      return `{${Object.entries(value).map(([key, item]) => `${key}\x1d${cellText(item)}`).sort().join('\x1f')}}`;
  }
}

/** Floating-point columns by their bits: how they are printed differs between languages. */
function doubleText(value: unknown): string {
  if (value === null || value === undefined) return '\x00';
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value as number);
  return bytes.toString('hex');
}

class Summing {
  readonly #columns: readonly Column[];
  readonly #sources: string[] = [];
  #sum = 0n;

  constructor(columns: readonly Column[]) {
    this.#columns = [...columns, ...SOURCE_COLUMNS].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  add(valueOf: (column: Column) => unknown): void {
    const texts = this.#columns.map((column) => (column.kind === 'float' || column.kind === 'double' ? doubleText : cellText)(valueOf(column)));
    const digest = createHash('sha256').update(texts.join('\x1e')).digest();
    this.#sum = BigInt.asUintN(64, this.#sum + digest.readBigUInt64LE(0));
    this.#sources.push(`${String(valueOf(SOURCE_COLUMNS[0]))}/${String(valueOf(SOURCE_COLUMNS[1]))}`);
  }

  content(): Content {
    return { rows: this.#sources.length, hash: this.#sum.toString(16), sources: this.#sources.sort() };
  }
}

/** What the topics' committed content makes of every table. */
export async function kafkaContents(cluster: Cluster, names: Names, partitions: number): Promise<Contents> {
  const contents: Record<string, Content> = {};
  for (const table of streamTables) contents[table.table] = await streamContent(cluster, names, partitions, table);
  for (const table of dimensionTables) contents[table.table] = await dimensionContent(cluster, names, table.topic === 'network_state' ? 1 : partitions, table);
  return contents;
}

async function streamContent(cluster: Cluster, names: Names, partitions: number, { topic, record, columns }: StreamTable): Promise<Content> {
  const sum = new Summing(columns);
  await visit(cluster, names.topic(topic), partitions, (partition, offset, _key, value) => {
    const decoded = value === null ? null : attempt(() => decodeRecord(record, value.subarray(WIRE_HEADER_BYTES)));
    if (decoded !== null) sum.add((column) => cellOf(decoded, column, partition, offset));
  });
  return sum.content();
}

async function dimensionContent(cluster: Cluster, names: Names, partitions: number, { topic, record, columns, keyPrefix }: DimensionTable): Promise<Content> {
  const latest = new Map<string, { partition: number; offset: number; decoded: unknown }>();
  await visit(cluster, names.topic(topic), partitions, (partition, offset, key, value) => {
    if (!key.startsWith(keyPrefix)) return;
    if (value === null) latest.delete(key);
    else latest.set(key, { partition, offset, decoded: decodeRecord(record, value.subarray(WIRE_HEADER_BYTES)) });
  });
  const sum = new Summing(columns);
  for (const { partition, offset, decoded } of latest.values()) sum.add((column) => cellOf(decoded, column, partition, offset));
  return sum.content();
}

function cellOf(decoded: unknown, column: Column, partition: number, offset: number): unknown {
  if (column === SOURCE_COLUMNS[0]) return partition;
  return column === SOURCE_COLUMNS[1] ? offset : valueAt(decoded, column.path);
}

/** Records that are no records are in `dead_letters`, not in a table. */
function attempt<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch {
    return null;
  }
}

async function visit(
  cluster: Cluster, topic: string, partitions: number, record: (partition: number, offset: number, key: string, value: Buffer | null) => void,
): Promise<void> {
  for (let partition = 0; partition < partitions; partition += 1) {
    const place = { topic, partition };
    const [[from], [to]] = await Promise.all([listOffsets(cluster, [place], 'earliest'), listOffsets(cluster, [place], 'latest', 'read_committed')]);
    await readRange(cluster, topic, partition, from.offset, to.offset, (offset, _timestamp, bytes, keyStart, keyEnd, valueStart, valueEnd) => {
      record(partition, offset, bytes.toString('utf8', keyStart, keyEnd), valueStart < 0 ? null : bytes.subarray(valueStart, valueEnd));
    }, { isolation: 'read_committed' });
  }
}

/** What is in VAST. */
export async function vastContents(client: VastClient, schema: string): Promise<Contents> {
  const contents: Record<string, Content> = {};
  const tx = await client.begin();
  try {
    for (const { table, columns } of [...streamTables, ...dimensionTables]) {
      const sum = new Summing(columns);
      const names = [...columns, ...SOURCE_COLUMNS].map(({ name }) => name);
      for await (const batch of tx.select(schema, table, { columns: names })) addBatch(sum, batch);
      contents[table] = sum.content();
    }
  } finally {
    await tx.rollback();
  }
  return contents;
}

function addBatch(sum: Summing, batch: RecordBatch): void {
  const vectors = new Map(batch.schema.fields.map(({ name }, i) => [name, batch.getChildAt(i)!]));
  for (let row = 0; row < batch.numRows; row += 1) sum.add(({ name }) => plain(vectors.get(name)!, row));
}

function plain(vector: Vector, row: number): unknown {
  const value: unknown = vector.get(row);
  if (value === null || typeof value !== 'object') return value;
  return DataType.isMap(vector.type) ? Object.fromEntries(value as Iterable<[string, unknown]>) : [...(value as Iterable<unknown>)];
}

/** How what landed differs from what was committed: empty lists, and equal hashes, when nothing is lost, twice or changed. */
export function difference(committed: Contents, landed: Contents): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [table, { sources, hash }] of Object.entries(committed)) {
    const there = landed[table];
    const set = new Set(there.sources);
    const wanted = new Set(sources);
    const lost = sources.filter((source) => !set.has(source));
    const foreign = there.sources.filter((source) => !wanted.has(source));
    const twice = there.sources.length - set.size;
    if (lost.length > 0 || twice > 0 || foreign.length > 0) found[table] = { lost: lost.length, twice, foreign: foreign.length, first: [lost[0], foreign[0]] };
    else if (hash !== there.hash) found[table] = { hash: [hash, there.hash] };
  }
  return found;
}
