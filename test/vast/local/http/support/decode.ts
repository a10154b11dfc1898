import { tableFromIPC } from 'apache-arrow';
import { readFrames } from '../../../../../vast/wire/query/frames.ts';

/** Values of an Arrow IPC stream as plain JavaScript. */
export function arrowRows(body: Uint8Array): unknown[] {
  return tableFromIPC(body).toArray().map((row: { toJSON(): unknown }) => plain(row.toJSON()));
}

/** Names and types; those of children are part of a type's text. */
export function arrowColumns(body: Uint8Array): string[] {
  return tableFromIPC(body).schema.fields.map(({ name, type, nullable, metadata }) => `${name}: ${String(type)}${nullable ? '' : ' not null'} ${JSON.stringify([...metadata])}`);
}

export interface SubSplitAnswer {
  readonly cursors: readonly bigint[];
  /** For each leaf stream in order, the types on the way down to it and its values. */
  readonly leaves: readonly { readonly type: string; readonly values: readonly unknown[] }[];
}

/** What a query's answer says of each sub-split. */
export function queryAnswer(body: Uint8Array): Record<number, SubSplitAnswer> {
  const streams = new Map<number, { cursors: bigint[]; leaves: { type: string; values: unknown[] }[]; open: Uint8Array[] }>();
  for (const { subSplit, cursor, kind, message } of readFrames(body)) {
    const stream = streams.get(subSplit) ?? { cursors: [], leaves: [], open: [] };
    streams.set(subSplit, stream);
    stream.open.push(message);
    if (kind !== 'end') continue;
    const table = tableFromIPC(Buffer.concat(stream.open));
    stream.open = [];
    stream.cursors.push(cursor);
    const [column] = table.schema.fields;
    stream.leaves.push(column === undefined
      ? { type: 'no columns', values: Array.from({ length: table.batches.reduce((sum, { numRows }) => sum + numRows, 0) }, () => null) }
      : { type: shape(String(column.type)), values: [...(table.getChildAt(0) ?? [])].map(plain) });
  }
  return Object.fromEntries([...streams].map(([id, { cursors, leaves }]) => [id, { cursors: [...new Set(cursors)], leaves }]));
}

/** Names of children are free: a map's entries and a list's item. */
function shape(type: string): string {
  return type.replaceAll(/\w+: ?/g, '');
}

function plain(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return String(value);
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array, plain);
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  if (isArrowRow(value)) return plain(value.toJSON());
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function isArrowRow(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value;
}
