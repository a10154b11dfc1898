import { makeData, type Bool, type Data, type Float32, type Float64, type Int32, type Int64, type List, type Map_, type Utf8 } from 'apache-arrow';
import { decodeStrings, TextColumn, type NumberColumn } from '../../../schemas/columns.ts';
import { arrowType, type Column } from '../tables/columns.ts';
import type { AnyColumn } from '../tables/tables.ts';
import { boxedData } from './boxed.ts';
import { doublesToInt64, packBits, SymbolWriter } from './pack.ts';

type Numbers<Values extends Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>> = NumberColumn<Values>;

/** Makes the Arrow column of one decoded column. Memory is reused: what was made is valid until it makes the next. */
export abstract class ArrowColumn {
  readonly column: Column;
  #validity = new Uint8Array(0);

  constructor(column: Column) {
    this.column = column;
  }

  /** Bytes of a row that do not depend on its values. */
  abstract readonly fixedBytes: number;

  /** Bytes of the texts of all rows so far. */
  abstract textBytes(rows: number): number;

  /** The first `rows` rows; null when all of them are null. The decoded values may be overwritten by it. */
  data(rows: number): Data | null {
    const { valid } = this.source;
    if (valid === null) return this.build(rows, { nullCount: 0, nullBitmap: undefined, valid });
    if (this.#validity.length * 8 < valid.length) this.#validity = new Uint8Array(Math.ceil(valid.length / 8));
    const nullCount = rows - packBits(valid, rows, this.#validity);
    if (nullCount === rows) return null;
    return this.build(rows, { nullCount, nullBitmap: nullCount === 0 ? undefined : this.#validity, valid });
  }

  protected abstract get source(): AnyColumn;
  protected abstract build(rows: number, nulls: Nulls): Data;
}

interface Nulls {
  readonly nullCount: number;
  readonly nullBitmap: Uint8Array | undefined;
  readonly valid: Uint8Array | null;
}

/** @param source the decoded column of the same name */
export function arrowColumn(column: Column, source: AnyColumn): ArrowColumn {
  if (source instanceof TextColumn) return column.kind === 'text' ? new Texts(column, source) : new Nested(column, source);
  switch (column.kind) {
    case 'int': return new Plain<Int32>(column, source as Numbers<Int32Array<ArrayBuffer>>, 4);
    case 'float': return new Plain<Float32>(column, source as Numbers<Float32Array<ArrayBuffer>>, 4);
    case 'double': return new Plain<Float64>(column, source as Numbers<Float64Array<ArrayBuffer>>, 8);
    case 'long': case 'timestamp': return new Longs(column, source as Numbers<Float64Array<ArrayBuffer>>);
    case 'boolean': return new Booleans(column, source as Numbers<Uint8Array<ArrayBuffer>>);
    case 'enum': return new Symbols(column, source as Numbers<Uint8Array<ArrayBuffer>>);
    default: throw new Error(`column ${column.name} of kind ${column.kind} was decoded as numbers`);
  }
}

/** Values that lie as Arrow wants them. */
class Plain<T extends Int32 | Float32 | Float64> extends ArrowColumn {
  readonly source: Numbers<Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>>;
  readonly fixedBytes: number;

  constructor(column: Column, source: Numbers<T['TArray'] & (Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>)>, width: number) {
    super(column);
    this.source = source;
    this.fixedBytes = width;
  }

  textBytes(): number {
    return 0;
  }

  protected build(rows: number, { nullCount, nullBitmap }: Nulls): Data {
    const data = this.source.values.subarray(0, rows);
    return makeData({ type: arrowType(this.column.kind) as Int32, length: rows, nullCount, nullBitmap, data: data as Int32Array });
  }
}

class Longs extends ArrowColumn {
  readonly source: Numbers<Float64Array<ArrayBuffer>>;
  readonly fixedBytes = 8;

  constructor(column: Column, source: Numbers<Float64Array<ArrayBuffer>>) {
    super(column);
    this.source = source;
  }

  textBytes(): number {
    return 0;
  }

  protected build(rows: number, { nullCount, nullBitmap, valid }: Nulls): Data {
    const data = doublesToInt64(this.source.values, rows, valid);
    return makeData({ type: arrowType(this.column.kind) as Int64, length: rows, nullCount, nullBitmap, data });
  }
}

class Booleans extends ArrowColumn {
  readonly source: Numbers<Uint8Array<ArrayBuffer>>;
  readonly fixedBytes = 1;
  #bits = new Uint8Array(0);

  constructor(column: Column, source: Numbers<Uint8Array<ArrayBuffer>>) {
    super(column);
    this.source = source;
  }

  textBytes(): number {
    return 0;
  }

  protected build(rows: number, { nullCount, nullBitmap }: Nulls): Data {
    const { values } = this.source;
    if (this.#bits.length * 8 < values.length) this.#bits = new Uint8Array(Math.ceil(values.length / 8));
    packBits(values, rows, this.#bits);
    return makeData({ type: arrowType('boolean') as Bool, length: rows, nullCount, nullBitmap, data: this.#bits });
  }
}

class Symbols extends ArrowColumn {
  readonly source: Numbers<Uint8Array<ArrayBuffer>>;
  /** An offset, and about the length of a symbol. */
  readonly fixedBytes: number;
  readonly #writer: SymbolWriter;
  #offsets = new Int32Array(0);
  #bytes = new Uint8Array(0);

  constructor(column: Column, source: Numbers<Uint8Array<ArrayBuffer>>) {
    super(column);
    this.source = source;
    const symbols = column.symbols ?? [];
    this.#writer = new SymbolWriter(symbols);
    this.fixedBytes = 4 + Math.max(0, ...symbols.map(({ length }) => length));
  }

  textBytes(): number {
    return 0;
  }

  protected build(rows: number, { nullCount, nullBitmap, valid }: Nulls): Data {
    if (this.#offsets.length <= rows) {
      this.#offsets = new Int32Array(this.source.values.length + 1);
      this.#bytes = new Uint8Array(this.#writer.bound(this.source.values.length));
    }
    const out = new DataView(this.#bytes.buffer);
    const length = this.#writer.write(this.source.values, valid, rows, this.#offsets, out);
    return makeData({
      type: arrowType('enum') as Utf8, length: rows, nullCount, nullBitmap,
      valueOffsets: this.#offsets.subarray(0, rows + 1), data: this.#bytes.subarray(0, length),
    });
  }
}

class Texts extends ArrowColumn {
  readonly source: TextColumn;
  readonly fixedBytes = 4;

  constructor(column: Column, source: TextColumn) {
    super(column);
    this.source = source;
  }

  textBytes(rows: number): number {
    return this.source.offsets[rows];
  }

  protected build(rows: number, { nullCount, nullBitmap }: Nulls): Data {
    const { offsets, bytes } = this.source;
    return makeData({
      type: arrowType('text') as Utf8, length: rows, nullCount, nullBitmap,
      valueOffsets: offsets.subarray(0, rows + 1), data: bytes.subarray(0, offsets[rows]),
    });
  }
}

/** Arrays and maps of texts: the decoders leave them encoded. Only `ground_truth` has any. */
class Nested extends ArrowColumn {
  readonly source: TextColumn;
  readonly fixedBytes = 8;

  constructor(column: Column, source: TextColumn) {
    super(column);
    this.source = source;
  }

  /** Encoded and decoded take about the same, but each text gets an offset too. */
  textBytes(rows: number): number {
    return 3 * this.source.offsets[rows];
  }

  protected build(rows: number, { valid }: Nulls): Data<List | Map_> {
    const isMap = this.column.kind === 'map';
    const values = Array.from({ length: rows }, (_, row) => {
      if (valid !== null && valid[row] === 0) return null;
      const texts = decodeStrings(this.source.slice(row), isMap ? 2 : 1);
      return isMap ? Object.fromEntries(Array.from({ length: texts.length / 2 }, (_entry, i) => [texts[2 * i], texts[2 * i + 1]])) : texts;
    });
    return boxedData(this.column, values) as Data<List | Map_>;
  }
}
