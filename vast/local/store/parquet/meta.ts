import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Literal } from '../predicate/predicate.ts';
import type { Zone } from '../predicate/zones.ts';
import type { GroupMeta } from '../rows/sources.ts';

/** Row ids and value ranges of a Parquet file lie beside it as JSON: the file itself holds nothing but the table's columns. */
export function metaPath(folder: string, file: string): string {
  return join(folder, `${file}.json`);
}

type LiteralJson = number | { readonly integer: string } | { readonly number: string } | { readonly bytes: string };

interface GroupJson {
  readonly rows: number;
  readonly runs: readonly number[];
  readonly zones: readonly (readonly [number, { readonly nulls: number; readonly min?: LiteralJson; readonly max?: LiteralJson }])[];
}

export function encodeMeta(groups: readonly GroupMeta[]): string {
  return JSON.stringify(groups.map(({ rows, runs, zones }): GroupJson => ({
    rows,
    runs,
    zones: [...zones].map(([id, { nulls, min, max }]) =>
      [id, { nulls, ...(min === undefined ? {} : { min: toJson(min) }), ...(max === undefined ? {} : { max: toJson(max) }) }]),
  })));
}

export async function readMeta(folder: string, file: string): Promise<readonly GroupMeta[]> {
  const groups = JSON.parse(await readFile(metaPath(folder, file), 'utf8')) as readonly GroupJson[];
  return groups.map(({ rows, runs, zones }) => ({
    rows,
    runs,
    zones: new Map(zones.map(([id, { nulls, min, max }]): [number, Zone] =>
      [id, { nulls, ...(min === undefined ? {} : { min: fromJson(min) }), ...(max === undefined ? {} : { max: fromJson(max) }) }])),
  }));
}

function toJson(literal: Literal): LiteralJson {
  if (typeof literal === 'bigint') return { integer: String(literal) };
  if (typeof literal === 'number') return Number.isFinite(literal) ? literal : { number: String(literal) };
  return { bytes: Buffer.from(literal as Uint8Array).toString('base64') };
}

function fromJson(json: LiteralJson): Literal {
  if (typeof json === 'number') return json;
  if ('integer' in json) return BigInt(json.integer);
  return 'number' in json ? Number(json.number) : Buffer.from(json.bytes, 'base64');
}
