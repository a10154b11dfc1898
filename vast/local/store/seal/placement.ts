import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathOf } from '../catalog/catalog.ts';
import { StoreOpenError } from '../errors.ts';
import { syncFolder, tableFolder, type Folder } from '../folder.ts';
import { metaPath } from '../parquet/meta.ts';
import type { Root } from '../tx/engine.ts';

/** Where a file lies, until it is moved: another one after each move, also after one there and back. */
export interface Place {
  readonly path: string;
}

/** Names that `rewrite` gives. Other Parquet files in the data folder are somebody else's and stay untouched. */
const OWN_FILE = /^\d+-\d{10}\.parquet$/;

/**
 * Where each Parquet file lies. Those of the committed state lie in their table's folder, under its current name, for whoever reads them
 * directly; those in the making and those that only an older snapshot still reads are spare. Moves and removals run one after another.
 */
export class Placement {
  readonly #folder: Folder;
  readonly #places = new Map<string, Place>();
  #last: Promise<void> = Promise.resolve();

  constructor(folder: Folder) {
    this.#folder = folder;
  }

  pathOf(name: string): string {
    return this.placeOf(name)?.path ?? join(this.#folder.spare, name);
  }

  /** Undefined for a file that has been spare since it was made. */
  placeOf(name: string): Place | undefined {
    return this.#places.get(name);
  }

  /**
   * Finds the files of the state that was recovered; removes those that belong to none.
   * @throws StoreOpenError when one is missing, or when there are files although there is no state
   */
  async recover(root: Root): Promise<void> {
    const wanted = new Set(filesOf(this.#folder, root).map(({ name }) => name));
    const found = (await readdir(this.#folder.data, { recursive: true })).filter((path) => OWN_FILE.test(path.split('/').at(-1)!));
    const published = found.find((path) => !path.startsWith('.store/'));
    if (root.commit === 0 && published !== undefined) {
      throw new StoreOpenError(`${this.#folder.data} holds ${published}, but .store has nothing of it. Restore .store from a backup, or use another folder`);
    }
    for (const path of found) {
      const name = path.split('/').at(-1)!;
      if (wanted.has(name)) this.#places.set(name, { path: join(this.#folder.data, path) });
      else await rm(join(this.#folder.data, path));
    }
    const missing = [...wanted].find((name) => !this.#places.has(name));
    if (missing !== undefined) throw new StoreOpenError(`${missing} is missing in ${this.#folder.data}. Restore it from a backup, or use another folder`);
    for (const name of await readdir(this.#folder.meta)) {
      if (!wanted.has(name.replace(/\.json$/, ''))) await rm(join(this.#folder.meta, name));
    }
    await this.arrange(() => root);
  }

  /** Moves what lies elsewhere to where the state of that moment wants it. Open files stay readable. */
  arrange(state: () => Root): Promise<void> {
    return this.#next(async () => {
      const wanted = new Map(filesOf(this.#folder, state()).map(({ name, path }) => [name, path]));
      const changed = new Set<string>();
      for (const [name, { path }] of this.#places) {
        if (!wanted.has(name) && dirname(path) !== this.#folder.spare) await this.#move(name, join(this.#folder.spare, name), changed);
      }
      for (const [name, path] of wanted) if (this.placeOf(name)?.path !== path) await this.#move(name, path, changed);
      for (const folder of changed) await syncFolder(folder);
    });
  }

  /** Resolves when files lie where `pathOf` says: a move under way is on disk before it is known here. */
  settled(): Promise<void> {
    return this.#last;
  }

  /** Removes files that nothing reads any more. */
  remove(names: readonly string[]): Promise<void> {
    return this.#next(async () => {
      for (const name of names) {
        await rm(this.pathOf(name), { force: true });
        await rm(metaPath(this.#folder.meta, name), { force: true });
        this.#places.delete(name);
      }
    });
  }

  #next(work: () => Promise<void>): Promise<void> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #move(name: string, path: string, changed: Set<string>): Promise<void> {
    const from = this.pathOf(name);
    const made = await mkdir(dirname(path), { recursive: true });
    await rename(from, path);
    this.#places.set(name, { path });
    changed.add(dirname(path)).add(dirname(from));
    for (let above = dirname(path); made !== undefined && above.length >= made.length; above = dirname(above)) changed.add(dirname(above));
  }
}

function filesOf(folder: Folder, root: Root): { name: string; path: string }[] {
  return [...root.tables].flatMap(([table, { segments }]) => {
    const entry = root.catalog.tables.get(table);
    if (entry === undefined) return [];
    const home = tableFolder(folder, pathOf(root.catalog, entry));
    return segments.flatMap((segment) => (segment.kind === 'file' ? [{ name: segment.name, path: join(home, segment.name) }] : []));
  });
}
