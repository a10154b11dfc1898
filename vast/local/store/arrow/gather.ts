import { DataType, makeData, type Data } from 'apache-arrow';
import { copyBits, countBits, setBits } from './bits.ts';
import { byteWidth, childFields, isVariableWidth, validity, valueBytes } from './types.ts';

/**
 * Which rows make a new column: row `rows[i]` of source `sources[i]` (of the only source where `sources` is absent), row −1 = null.
 * `runs` holds the same as triples (source, first row, count) when the rows come in long pieces.
 */
export interface Picks {
  readonly rows: Int32Array;
  readonly sources?: Uint32Array;
  readonly runs?: Int32Array;
}

/** Rows a piece must have on average before copying pieces beats copying values. */
const LONG_RUN = 8;

/** Builds picks; `sources` may be omitted for one source. */
export function picks(rows: Int32Array, sources?: Uint32Array): Picks {
  const limit = Math.floor(rows.length / LONG_RUN) * 3;
  const runs = new Int32Array(limit);
  let used = 0;
  for (let i = 0; i < rows.length;) {
    const source = sources === undefined ? 0 : sources[i];
    const first = rows[i];
    let n = 1;
    if (first < 0) while (i + n < rows.length && rows[i + n] < 0) n++;
    else while (i + n < rows.length && rows[i + n] === first + n && (sources === undefined || sources[i + n] === source)) n++;
    if (used === limit) return sources === undefined ? { rows } : { rows, sources };
    runs[used] = source;
    runs[used + 1] = first;
    runs[used + 2] = n;
    used += 3;
    i += n;
  }
  const whole = runs.subarray(0, used);
  return sources === undefined ? { rows, runs: whole } : { rows, sources, runs: whole };
}

/**
 * A new column of `type` from rows of existing ones. A source that is undefined holds nulls only. All sources have offset 0, as
 * everything that was decoded from an IPC stream has. A child that is not nullable has no nulls below a null parent, but zeros.
 */
export function gather(type: DataType, from: readonly (Data | undefined)[], which: Picks, nullable = true): Data {
  const common: Parts = { type, length: which.rows.length, ...(nullable ? gatherValidity(from, which) : NO_NULLS) };
  if (DataType.isBool(type)) return make({ ...common, data: gatherBits(from.map((d) => d && valueBytes(d)), which) });
  if (isVariableWidth(type)) return make({ ...common, ...gatherBytes(from, which) });
  const childOf = (i: number): (Data | undefined)[] => from.map((d) => d?.children[i]);
  const fields = childFields(type);
  if (DataType.isFixedSizeList(type)) {
    return make({ ...common, child: gather(fields[0].type, childOf(0), picks(...spread(which, type.listSize)), fields[0].nullable) });
  }
  if (DataType.isList(type) || DataType.isMap(type)) {
    const { offsets, rows, sources } = gatherLists(from, which);
    return make({ ...common, valueOffsets: offsets, child: gather(fields[0].type, childOf(0), picks(rows, sources), fields[0].nullable) });
  }
  if (DataType.isStruct(type)) return make({ ...common, children: fields.map((field, i) => gather(field.type, childOf(i), which, field.nullable)) });
  return make({ ...common, data: gatherFixed(byteWidth(type), from.map((d) => d && valueBytes(d)), which) });
}

const NO_NULLS = { nullCount: 0, nullBitmap: null };

interface Parts {
  readonly type: DataType;
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap: Uint8Array | null;
  readonly data?: Uint8Array;
  readonly valueOffsets?: Int32Array;
  readonly child?: Data;
  readonly children?: readonly Data[];
}

/** `makeData` accepts exactly these parts for every type of `checkField`; its own overloads want the type known statically. */
const make = makeData as unknown as (parts: Parts) => Data;

function gatherValidity(from: readonly (Data | undefined)[], which: Picks): { nullCount: number; nullBitmap: Uint8Array | null } {
  const { rows, sources, runs } = which;
  const bits = from.map((data) => data && validity(data));
  const whole = from.every((data) => data !== undefined) && bits.every((b) => b === undefined);
  if (whole && noneMissing(which)) return { nullCount: 0, nullBitmap: null };
  const out = new Uint8Array((rows.length + 7) >> 3);
  if (runs !== undefined) {
    let at = 0;
    for (let r = 0; r < runs.length; r += 3) {
      const [source, first, n] = [runs[r], runs[r + 1], runs[r + 2]];
      const b = bits[source];
      if (first >= 0 && from[source] !== undefined) {
        if (b === undefined) setBits(out, at, n);
        else copyBits(b, first, out, at, n);
      }
      at += n;
    }
    const nullCount = rows.length - countBits(out);
    return { nullCount, nullBitmap: nullCount === 0 ? null : out };
  }
  let nulls = 0;
  for (let i = 0; i < rows.length; i++) {
    const source = sources === undefined ? 0 : sources[i];
    const row = rows[i];
    const b = bits[source];
    if (row >= 0 && from[source] !== undefined && (b === undefined || ((b[row >> 3] >> (row & 7)) & 1) === 1)) out[i >> 3] |= 1 << (i & 7);
    else nulls++;
  }
  return { nullCount: nulls, nullBitmap: nulls === 0 ? null : out };
}

/** No row of the result is null for being picked from nowhere. */
function noneMissing({ rows, runs }: Picks): boolean {
  if (runs === undefined) return rows.every((row) => row >= 0);
  for (let r = 0; r < runs.length; r += 3) if (runs[r + 1] < 0) return false;
  return true;
}

function gatherBits(from: readonly (Uint8Array | undefined)[], which: Picks): Uint8Array {
  const { rows, sources, runs } = which;
  const out = new Uint8Array((rows.length + 7) >> 3);
  if (runs !== undefined) {
    let at = 0;
    for (let r = 0; r < runs.length; r += 3) {
      const bits = from[runs[r]];
      if (runs[r + 1] >= 0 && bits !== undefined) copyBits(bits, runs[r + 1], out, at, runs[r + 2]);
      at += runs[r + 2];
    }
    return out;
  }
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const bits = from[sources === undefined ? 0 : sources[i]];
    if (row >= 0 && bits !== undefined && ((bits[row >> 3] >> (row & 7)) & 1) === 1) out[i >> 3] |= 1 << (i & 7);
  }
  return out;
}

/** Values of `width` bytes; nulls become zero bytes. */
function gatherFixed(width: number, from: readonly (Uint8Array | undefined)[], which: Picks): Uint8Array {
  const { rows, sources, runs } = which;
  const out = new Uint8Array(rows.length * width);
  if (runs !== undefined) {
    let at = 0;
    for (let r = 0; r < runs.length; r += 3) {
      const first = runs[r + 1];
      const bytes = from[runs[r]];
      if (first >= 0 && bytes !== undefined) out.set(bytes.subarray(first * width, (first + runs[r + 2]) * width), at);
      at += runs[r + 2] * width;
    }
    return out;
  }
  // Whole words where every source is aligned to them. Integers, not floats: a copied NaN keeps its bits.
  const unit = [4, 2, 1].find((u) => width % u === 0 && from.every((b) => b === undefined || b.byteOffset % u === 0))!;
  const View = unit === 4 ? Int32Array : unit === 2 ? Int16Array : Uint8Array;
  const words = from.map((b) => b && new View(b.buffer as ArrayBuffer, b.byteOffset, Math.floor(b.byteLength / unit)));
  const target = new View(out.buffer);
  const n = width / unit;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const source = words[sources === undefined ? 0 : sources[i]];
    if (row < 0 || source === undefined) continue;
    for (let k = 0; k < n; k++) target[i * n + k] = source[row * n + k]!;
  }
  return out;
}

function gatherBytes(from: readonly (Data | undefined)[], which: Picks): { valueOffsets: Int32Array; data: Uint8Array } {
  const { rows, sources, runs } = which;
  const offsets = from.map((data) => data?.valueOffsets as Int32Array | undefined);
  const bytes = from.map((d) => d && valueBytes(d));
  if (runs !== undefined) return gatherByteRuns(offsets, bytes, runs, rows.length);
  const valueOffsets = new Int32Array(rows.length + 1);
  let end = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const o = offsets[sources === undefined ? 0 : sources[i]];
    if (row >= 0 && o !== undefined) end += o[row + 1] - o[row];
    valueOffsets[i + 1] = textEnd(end);
  }
  const data = new Uint8Array(end);
  // Neighbours in a source are neighbours in the result: one copy for as long as they follow each other.
  for (let i = 0; i < rows.length;) {
    const source = sources === undefined ? 0 : sources[i];
    const first = rows[i];
    let n = 1;
    while (i + n < rows.length && first >= 0 && rows[i + n] === first + n && (sources === undefined || sources[i + n] === source)) n++;
    const o = offsets[source];
    if (first >= 0 && o !== undefined) copy(bytes[source]!, o[first], o[first + n], data, valueOffsets[i]);
    i += n;
  }
  return { valueOffsets, data };
}

/** Pieces of sources one after the other: their offsets shifted, their bytes copied as a whole. */
function gatherByteRuns(
  offsets: readonly (Int32Array | undefined)[], bytes: readonly (Uint8Array | undefined)[], runs: Int32Array, rows: number,
): { valueOffsets: Int32Array; data: Uint8Array } {
  let total = 0;
  for (let r = 0; r < runs.length; r += 3) {
    const o = offsets[runs[r]];
    const first = runs[r + 1];
    if (first >= 0 && o !== undefined) total = textEnd(total + o[first + runs[r + 2]] - o[first]);
  }
  const valueOffsets = new Int32Array(rows + 1);
  const data = new Uint8Array(total);
  let at = 1;
  let end = 0;
  for (let r = 0; r < runs.length; r += 3) {
    const [source, first, n] = [runs[r], runs[r + 1], runs[r + 2]];
    const o = offsets[source];
    if (first < 0 || o === undefined) {
      valueOffsets.fill(end, at, at + n);
    } else {
      const shift = end - o[first];
      for (let k = 0; k < n; k++) valueOffsets[at + k] = o[first + k + 1] + shift;
      copy(bytes[source]!, o[first], o[first + n], data, end);
      end += o[first + n] - o[first];
    }
    at += n;
  }
  return { valueOffsets, data };
}

/** @throws RangeError where offsets would not reach it */
function textEnd(end: number): number {
  if (end > 0x7fffffff) throw new RangeError('more than 2 GiB of text in one batch');
  return end;
}

/** Short values byte by byte: a subarray costs more than their bytes. */
function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start > 48) to.set(from.subarray(start, end), at);
  else for (let i = start; i < end; i++) to[at++] = from[i]!;
}

/** The items of each picked list. */
function gatherLists(from: readonly (Data | undefined)[], which: Picks): { offsets: Int32Array; rows: Int32Array; sources: Uint32Array } {
  const { rows, sources } = which;
  const starts = from.map((data) => data?.valueOffsets as Int32Array | undefined);
  const offsets = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    const o = starts[sources === undefined ? 0 : sources[i]];
    offsets[i + 1] = offsets[i] + (rows[i] < 0 || o === undefined ? 0 : o[rows[i] + 1] - o[rows[i]]);
  }
  const inner = new Int32Array(offsets[rows.length]);
  const innerSources = new Uint32Array(inner.length);
  for (let i = 0; i < rows.length; i++) {
    const source = sources === undefined ? 0 : sources[i];
    const n = offsets[i + 1] - offsets[i];
    for (let k = 0; k < n; k++) {
      inner[offsets[i] + k] = starts[source]![rows[i]] + k;
      innerSources[offsets[i] + k] = source;
    }
  }
  return { offsets, rows: inner, sources: innerSources };
}

/** The items of each picked fixed-size list; those of a null list are null. */
function spread(which: Picks, size: number): [Int32Array, Uint32Array] {
  const { rows, sources } = which;
  const inner = new Int32Array(rows.length * size);
  const innerSources = new Uint32Array(inner.length);
  for (let i = 0; i < rows.length; i++) {
    for (let k = 0; k < size; k++) {
      inner[i * size + k] = rows[i] < 0 ? -1 : rows[i] * size + k;
      innerSources[i * size + k] = sources === undefined ? 0 : sources[i];
    }
  }
  return [inner, innerSources];
}
