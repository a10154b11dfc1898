import { makeData, RecordBatch, Schema, Struct, type Data, type Int32, type Int64 } from 'apache-arrow';
import { arrowType, fieldOf, type Column } from '../tables/columns.ts';
import { SOURCE_COLUMNS, type AnyColumn, type DecodedColumns, type StreamTable } from '../tables/tables.ts';
import { arrowColumn, type ArrowColumn } from './arrow-column.ts';
import { boxedData } from './boxed.ts';
import { doublesToInt64 } from './pack.ts';

/** Where its partition and its offset lie in SOURCE_COLUMNS. */
const [PARTITION, OFFSET] = SOURCE_COLUMNS;
const SOURCE_BYTES = 12;

/**
 * Rows of one table on their way: decoded into columns, turned into one Arrow batch. The batch lies in this buffer's memory, so
 * `clear` comes when the batch is not needed any more.
 */
export class RowBuffer {
  readonly table: StreamTable;
  readonly #decoded: DecodedColumns;
  readonly #columns: readonly ArrowColumn[];
  readonly #fixedBytes: number;
  #partitions = new Int32Array(0);
  #offsets = new Float64Array(0);
  /** Values of fields that this build does not know, by column: sparse, from the rows that have them. */
  readonly #extra = new Map<string, { readonly column: Column; readonly values: unknown[] }>();

  constructor(table: StreamTable) {
    this.table = table;
    this.#decoded = table.createColumns();
    const byName = this.#decoded as unknown as Readonly<Record<string, AnyColumn>>;
    this.#columns = table.columns.map((column) => arrowColumn(column, byName[column.name]));
    this.#fixedBytes = SOURCE_BYTES + this.#columns.reduce((sum, { fixedBytes }) => sum + fixedBytes, 0);
  }

  get rows(): number {
    return this.#decoded.length;
  }

  /** Bytes of the batch, a little too high: columns that are null throughout are not sent. */
  get byteLength(): number {
    const { rows } = this;
    let bytes = rows * this.#fixedBytes;
    for (const column of this.#columns) bytes += column.textBytes(rows);
    return bytes;
  }

  /**
   * Appends the record whose Avro body is `bytes[start … end)`, in the layout of this build.
   * @throws DecodeError; no row is appended then
   */
  append(bytes: Uint8Array, start: number, end: number, partition: number, offset: number): void {
    const row = this.#decoded.length;
    this.#decoded.decode(bytes, start, end);
    if (row === this.#partitions.length) this.#grow();
    this.#partitions[row] = partition;
    this.#offsets[row] = offset;
  }

  /** Gives the row that was appended last a value in a column that the table has beside those of this build. */
  extra(column: Column, value: unknown): void {
    let extra = this.#extra.get(column.name);
    if (extra === undefined) this.#extra.set(column.name, extra = { column, values: [] });
    extra.values[this.rows - 1] = value;
  }

  /** Columns that this batch has beside those of this build. */
  get extraColumns(): Column[] {
    return [...this.#extra.values()].map(({ column }) => column);
  }

  /** All rows as one batch; columns that are null throughout are left out. Call it once, then `clear`. */
  toBatch(): RecordBatch {
    const { rows } = this;
    const columns: Column[] = [];
    const children: Data[] = [];
    const push = (column: Column, data: Data | null): void => {
      if (data === null) return;
      columns.push(column);
      children.push(data);
    };
    for (const column of this.#columns) push(column.column, column.data(rows));
    for (const { column, values } of this.#extra.values()) push(column, boxedData(column, Array.from({ length: rows }, (_, row) => values[row])));
    push(PARTITION, makeData({ type: arrowType('int') as Int32, length: rows, nullCount: 0, data: this.#partitions.subarray(0, rows) }));
    push(OFFSET, makeData({ type: arrowType('long') as Int64, length: rows, nullCount: 0, data: doublesToInt64(this.#offsets, rows, null) }));
    const schema = new Schema(columns.map(fieldOf));
    return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children }));
  }

  /** Forgets all rows; the memory is kept. */
  clear(): void {
    this.#decoded.clear();
    this.#extra.clear();
  }

  #grow(): void {
    const capacity = Math.max(1024, this.#partitions.length * 2);
    const partitions = new Int32Array(capacity);
    partitions.set(this.#partitions);
    const offsets = new Float64Array(capacity);
    offsets.set(this.#offsets);
    this.#partitions = partitions;
    this.#offsets = offsets;
  }
}
