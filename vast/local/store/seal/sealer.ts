import { encodeSchema } from '../arrow/ipc.ts';
import { schemaOf } from '../catalog/catalog.ts';
import { syncFolder, type Folder } from '../folder.ts';
import type { RewriteJob } from '../parquet/rewrite.ts';
import type { ParquetThread } from '../parquet/thread.ts';
import { EMPTY_VERSION, type FileSegment, type TableVersion } from '../rows/version.ts';
import type { Root } from '../tx/engine.ts';
import { choose, type Choice } from './choose.ts';
import type { Placement } from './placement.ts';

/** What sealing made of the tables of one committed state. */
export interface Sealed {
  readonly root: Root;
  readonly replaced: ReadonlyMap<number, { readonly choice: Choice; readonly files: readonly FileSegment[] }>;
  /** The state with nothing left in the log. */
  readonly tables: ReadonlyMap<number, TableVersion>;
  readonly nextFile: number;
}

/** Writes the log's share of a state to Parquet files, in another thread. The state itself is not touched. */
export class Sealer {
  readonly #folder: Folder;
  readonly #thread: ParquetThread;
  readonly #placement: Placement;

  constructor(folder: Folder, thread: ParquetThread, placement: Placement) {
    this.#folder = folder;
    this.#thread = thread;
    this.#placement = placement;
  }

  /** @returns undefined when everything is sealed */
  async seal(root: Root, nextFile: number): Promise<Sealed | undefined> {
    const replaced = new Map<number, { choice: Choice; files: readonly FileSegment[] }>();
    const tables = new Map<number, TableVersion>();
    for (const [id, entry] of root.catalog.tables) {
      const version = root.tables.get(id) ?? EMPTY_VERSION;
      tables.set(id, version);
      const choice = choose(entry, version);
      if (choice === undefined) continue;
      const files = choice.segments.length === 0 ? [] : await this.#rewrite({
        table: id, schema: encodeSchema(schemaOf(entry)), columnIds: entry.columns.map((column) => column.id),
        segments: choice.segments, deltas: choice.deltas, firstFile: nextFile, spare: this.#folder.spare, meta: this.#folder.meta,
      });
      nextFile += files.length;
      replaced.set(id, { choice, files });
      tables.set(id, replace(version, choice, files));
    }
    if (replaced.size === 0) return undefined;
    // The manifest will name them.
    await syncFolder(this.#folder.spare);
    await syncFolder(this.#folder.meta);
    return { root, replaced, tables, nextFile };
  }

  /** Begins again where files were moved meanwhile, because their table was renamed. */
  async #rewrite(job: RewriteJob): Promise<FileSegment[]> {
    const files = job.segments.flatMap((segment) => (segment.kind === 'file' ? [segment.name] : []));
    for (;;) {
      const paths = new Map(files.map((name) => [name, this.#placement.pathOf(name)]));
      const places = files.map((name) => this.#placement.placeOf(name));
      try {
        return await this.#thread.rewrite(job, paths);
      } catch (error) {
        await this.#placement.settled();
        if (files.every((name, i) => this.#placement.placeOf(name) === places[i])) throw error;
      }
    }
  }
}

/** A later version of the table with the files in place of what they were made of: what was committed meanwhile stays on top. */
export function replace(version: TableVersion, { segments, deltas }: Choice, files: readonly FileSegment[]): TableVersion {
  const gone = new Set<unknown>([...segments, ...deltas]);
  return {
    ...version,
    segments: [...version.segments.filter((segment) => segment.kind === 'file' && !gone.has(segment)), ...files,
      ...version.segments.filter((segment) => segment.kind === 'insert' && !gone.has(segment))],
    deltas: version.deltas.filter((delta) => !gone.has(delta)),
  };
}
