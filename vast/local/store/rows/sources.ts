import type { Data } from 'apache-arrow';
import { decodeBatch } from '../arrow/ipc.ts';
import type { Zone } from '../predicate/zones.ts';
import type { ByteCache } from './cache.ts';
import type { FileSegment, InsertSegment, WalPosition } from './version.ts';

/** What the store knows of one row group of a file. */
export interface GroupMeta {
  readonly rows: number;
  /** Row ids as pairs (first, count). */
  readonly runs: readonly number[];
  /** By column id; columns without order are absent. */
  readonly zones: ReadonlyMap<number, Zone>;
}

/** Reads what a table version stands on. The same code runs in the process and in the sealing thread. */
export interface Sources {
  /** Columns of a batch in the log, in its order. */
  batch(at: WalPosition): Promise<readonly Data[]>;
  meta(file: FileSegment): Promise<readonly GroupMeta[]>;
  /** Columns of a row group by id; ids that the file does not have are left out. */
  group(file: FileSegment, group: number, columnIds: readonly number[]): Promise<ReadonlyMap<number, Data>>;
}

export interface RawSources {
  log(at: WalPosition): Promise<Uint8Array>;
  meta(file: string): Promise<readonly GroupMeta[]>;
  /** One Arrow stream of one batch with the named columns of a row group. */
  group(file: string, group: number, names: readonly string[]): Promise<Uint8Array>;
}

/** About what the objects of a decoded column take beside its bytes: of small batches they are the larger part. */
const COLUMN_BYTES = 1_000;

export function batchKey(at: WalPosition): string {
  return `log/${at.file}/${at.offset}`;
}

/** Decodes, and keeps what was decoded in `cache`. */
export class CachedSources implements Sources {
  readonly #raw: RawSources;
  readonly #cache: ByteCache;

  constructor(raw: RawSources, cache: ByteCache) {
    this.#raw = raw;
    this.#cache = cache;
  }

  /** Keeps a batch that has just been decoded for an update: the statements after it look there for rows. Inserts are read back when they are wanted. */
  keep(at: WalPosition, columns: readonly Data[]): void {
    this.#cache.set(batchKey(at), columns, bytesOf(at, columns));
  }

  /** Drops a batch that later states have in a file. */
  forget(at: WalPosition): void {
    this.#cache.delete(batchKey(at));
  }

  batch(at: WalPosition): Promise<readonly Data[]> {
    return this.#cache.load(batchKey(at), async () => {
      const value = decodeBatch(await this.#raw.log(at)).data.children;
      return { value, bytes: bytesOf(at, value) };
    });
  }

  meta(file: FileSegment): Promise<readonly GroupMeta[]> {
    return this.#cache.load(`meta/${file.name}`, async () => {
      const value = await this.#raw.meta(file.name);
      return { value, bytes: value.reduce((sum, group) => sum + 200 * group.zones.size + 8 * group.runs.length, 0) };
    });
  }

  async group(file: FileSegment, group: number, columnIds: readonly number[]): Promise<ReadonlyMap<number, Data>> {
    const found = new Map<number, Data>();
    const missing: { id: number; name: string }[] = [];
    const loads: Promise<void>[] = [];
    const key = (id: number): string => `group/${file.name}/${group}/${id}`;
    for (const id of columnIds) {
      const column = file.columns.find((c) => c.id === id);
      if (column === undefined) continue;
      const kept = this.#cache.get<Data>(key(id));
      if (kept !== undefined) {
        found.set(id, kept);
        continue;
      }
      const loading = this.#cache.loading<Data>(key(id));
      if (loading === undefined) missing.push(column);
      else loads.push(loading.then((data) => void found.set(id, data)));
    }
    if (missing.length > 0) {
      // One request for all that is missing; whoever asks for one of these columns meanwhile waits for it.
      const request = this.#raw.group(file.name, group, missing.map((c) => c.name)).then((bytes) => decodeBatch(bytes));
      for (const { id, name } of missing) {
        loads.push(this.#cache.load(key(id), async () => {
          const batch = await request;
          const data = batch.data.children[batch.schema.names.indexOf(name)];
          return { value: data, bytes: data.byteLength + COLUMN_BYTES };
        }).then((data) => void found.set(id, data)));
      }
      loads.push(request.then(() => undefined));
    }
    await Promise.all(loads);
    return found;
  }
}

function bytesOf(at: WalPosition, columns: readonly Data[]): number {
  return at.length + COLUMN_BYTES * columns.length;
}

/** Row ids of an insert: those it brought, or the run it was given. */
export async function idsOfInsert(segment: InsertSegment, sources: Sources): Promise<Float64Array | undefined> {
  if (segment.idColumn === undefined) return undefined;
  const columns = await sources.batch(segment.at);
  const values = columns[segment.idColumn].values as BigInt64Array;
  return Float64Array.from({ length: segment.rows }, (_, i) => Number(values[i]));
}
