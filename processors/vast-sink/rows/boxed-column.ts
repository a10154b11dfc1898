import { makeData, type Bool, type Data, type Float64, type Int64, type List, type Map_, type Utf8 } from 'apache-arrow';
import { arrowType, type ColumnKind } from '../tables/columns.ts';
import { doublesToInt64, packBits } from './pack.ts';

/** Rows to take, in that order; null: all. */
export type Rows = Int32Array | null;

type Numbers = Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

interface Base {
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap: Uint8Array | undefined;
}

const FIRST_ROWS = 64;
/** Of a UTF-16 unit in UTF-8, at most. */
const UNIT_BYTES = 3;

/** A column that grows value by value. Values are as avsc decodes them; undefined counts as null. */
export abstract class BoxedColumn {
  length = 0;
  #valid = new Uint8Array(FIRST_ROWS);

  append(value: unknown): void {
    const row = this.length;
    if (row === this.#valid.length) this.#valid = grown(this.#valid, row + 1);
    const present = value !== null && value !== undefined;
    this.#valid[row] = present ? 1 : 0;
    this.put(row, present ? value : null);
    this.length = row + 1;
  }

  /** Some of the rows as Arrow data, which may lie in the memory of this column: append nothing after that. */
  data(rows: Rows): Data {
    const length = rows === null ? this.length : rows.length;
    const flags = rows === null ? this.#valid : picked(this.#valid, rows);
    const bitmap = new Uint8Array((length + 7) >> 3);
    const nullCount = length - packBits(flags, length, bitmap);
    return this.make(rows, { length, nullCount, nullBitmap: nullCount === 0 ? undefined : bitmap });
  }

  /** Bytes of all rows, about. */
  abstract get byteLength(): number;
  protected abstract put(row: number, value: unknown): void;
  protected abstract make(rows: Rows, base: Base): Data;
}

export class NumberValues extends BoxedColumn {
  readonly #kind: ColumnKind;
  #values: Numbers;

  constructor(kind: 'int' | 'float' | 'double', first: Numbers) {
    super();
    this.#kind = kind;
    this.#values = first;
  }

  get byteLength(): number {
    return this.length * this.#values.BYTES_PER_ELEMENT;
  }

  protected put(row: number, value: unknown): void {
    if (row >= this.#values.length) this.#values = grown(this.#values, row + 1);
    this.#values[row] = (value ?? 0) as number;
  }

  protected make(rows: Rows, base: Base): Data {
    const data = rows === null ? this.#values.subarray(0, base.length) : picked(this.#values, rows).subarray(0, base.length);
    return makeData({ type: arrowType(this.#kind) as Float64, ...base, data: data as Float64Array });
  }
}

export class LongValues extends BoxedColumn {
  readonly #kind: ColumnKind;
  #values = new Float64Array(FIRST_ROWS);

  constructor(kind: 'long' | 'timestamp') {
    super();
    this.#kind = kind;
  }

  get byteLength(): number {
    return this.length * 8;
  }

  protected put(row: number, value: unknown): void {
    if (row === this.#values.length) this.#values = grown(this.#values, row + 1);
    this.#values[row] = (value ?? 0) as number;
  }

  protected make(rows: Rows, base: Base): Data {
    const values = rows === null ? this.#values.slice(0, base.length) : picked(this.#values, rows);
    return makeData({ type: arrowType(this.#kind) as Int64, ...base, data: doublesToInt64(values, base.length, null) });
  }
}

export class BooleanValues extends BoxedColumn {
  #values = new Uint8Array(FIRST_ROWS);

  get byteLength(): number {
    return this.length >> 3;
  }

  protected put(row: number, value: unknown): void {
    if (row === this.#values.length) this.#values = grown(this.#values, row + 1);
    this.#values[row] = value === true ? 1 : 0;
  }

  protected make(rows: Rows, base: Base): Data {
    const data = new Uint8Array((base.length + 7) >> 3);
    packBits(rows === null ? this.#values : picked(this.#values, rows), base.length, data);
    return makeData({ type: arrowType('boolean') as Bool, ...base, data });
  }
}

export class TextValues extends BoxedColumn {
  #bytes = Buffer.allocUnsafeSlow(1024);
  #offsets = new Int32Array(FIRST_ROWS);

  get byteLength(): number {
    return this.#offsets[this.length] + this.length * 4;
  }

  protected put(row: number, value: unknown): void {
    if (row + 1 >= this.#offsets.length) this.#offsets = grown(this.#offsets, row + 2);
    let at = this.#offsets[row];
    if (value !== null) {
      const text = value as string;
      const most = at + text.length * UNIT_BYTES;
      if (most > this.#bytes.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(most, this.#bytes.length * 2));
        this.#bytes.copy(larger, 0, 0, at);
        this.#bytes = larger;
      }
      at += this.#bytes.write(text, at);
    }
    this.#offsets[row + 1] = at;
  }

  protected make(rows: Rows, base: Base): Data<Utf8> {
    const type = arrowType('text') as Utf8;
    const offsets = this.#offsets;
    if (rows === null) {
      const valueOffsets = offsets.subarray(0, base.length + 1);
      return makeData({ type, ...base, valueOffsets, data: this.#bytes.subarray(0, offsets[base.length]) });
    }
    const valueOffsets = pickedOffsets(offsets, rows);
    const data = Buffer.allocUnsafeSlow(valueOffsets[base.length]);
    rows.forEach((row, k) => this.#bytes.copy(data, valueOffsets[k], offsets[row], offsets[row + 1]));
    return makeData({ type, ...base, valueOffsets, data });
  }
}

/** Lists and maps: items one after the other in columns of their own. */
abstract class NestedValues extends BoxedColumn {
  #offsets = new Int32Array(FIRST_ROWS);

  /** Adds a row of so many items. */
  protected extend(row: number, items: number): void {
    if (row + 1 >= this.#offsets.length) this.#offsets = grown(this.#offsets, row + 2);
    this.#offsets[row + 1] = this.#offsets[row] + items;
  }

  protected get offsetBytes(): number {
    return this.length * 4;
  }

  /** Where the items of the rows lie among those taken, and which items are taken. */
  protected items(rows: Rows, length: number): { readonly valueOffsets: Int32Array; readonly taken: Rows } {
    const offsets = this.#offsets;
    if (rows === null) return { valueOffsets: offsets.subarray(0, length + 1), taken: null };
    const valueOffsets = pickedOffsets(offsets, rows);
    const taken = new Int32Array(valueOffsets[length]);
    rows.forEach((row, k) => {
      for (let at = valueOffsets[k], item = offsets[row]; at < valueOffsets[k + 1]; at += 1, item += 1) taken[at] = item;
    });
    return { valueOffsets, taken };
  }
}

export class ListValues extends NestedValues {
  readonly #kind: ColumnKind;
  readonly #items: BoxedColumn;

  constructor(kind: 'texts' | 'ints', items: BoxedColumn) {
    super();
    this.#kind = kind;
    this.#items = items;
  }

  get byteLength(): number {
    return this.offsetBytes + this.#items.byteLength;
  }

  protected put(row: number, value: unknown): void {
    const list = (value ?? []) as readonly unknown[];
    for (const item of list) this.#items.append(item);
    this.extend(row, list.length);
  }

  protected make(rows: Rows, base: Base): Data<List> {
    const { valueOffsets, taken } = this.items(rows, base.length);
    return makeData({ type: arrowType(this.#kind) as List, ...base, valueOffsets, child: this.#items.data(taken) });
  }
}

export class MapValues extends NestedValues {
  readonly #keys = new TextValues();
  readonly #texts = new TextValues();

  get byteLength(): number {
    return this.offsetBytes + this.#keys.byteLength + this.#texts.byteLength;
  }

  protected put(row: number, value: unknown): void {
    const entries = Object.entries((value ?? {}) as Readonly<Record<string, string>>);
    for (const [key, text] of entries) {
      this.#keys.append(key);
      this.#texts.append(text);
    }
    this.extend(row, entries.length);
  }

  protected make(rows: Rows, base: Base): Data<Map_> {
    const type = arrowType('map') as Map_;
    const { valueOffsets, taken } = this.items(rows, base.length);
    const children = [this.#keys.data(taken), this.#texts.data(taken)];
    const child = makeData({ type: type.children[0].type, length: children[0].length, nullCount: 0, children });
    return makeData({ type, ...base, valueOffsets, child });
  }
}

function grown<T extends Numbers>(values: T, needed: number): T {
  const larger = new (values.constructor as new (length: number) => T)(Math.max(needed, values.length * 2, FIRST_ROWS));
  larger.set(values);
  return larger;
}

/** Room for whole words of flags, as {@link packBits} wants it. */
function picked<T extends Numbers>(values: T, rows: Int32Array): T {
  const result = new (values.constructor as new (length: number) => T)((rows.length + 3) & ~3);
  for (let k = 0; k < rows.length; k += 1) result[k] = values[rows[k]]!;
  return result;
}

function pickedOffsets(offsets: Int32Array, rows: Int32Array): Int32Array {
  const result = new Int32Array(rows.length + 1);
  for (let k = 0; k < rows.length; k += 1) result[k + 1] = result[k] + offsets[rows[k] + 1] - offsets[rows[k]];
  return result;
}
