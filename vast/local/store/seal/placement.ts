import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathOf } from '../catalog/catalog.ts';
import { tableFolder, type Folder } from '../folder.ts';
import { metaPath } from '../parquet/meta.ts';
import type { Root } from '../tx/engine.ts';

/**
 * Where each Parquet file lies. Those of the committed state lie in their table's folder, under its current name, for whoever reads them
 * directly; those in the making and those that only an older snapshot still reads are spare.
 */
export class Placement {
  readonly #folder: Folder;
  readonly #paths = new Map<string, string>();

  constructor(folder: Folder) {
    this.#folder = folder;
  }

  pathOf(name: string): string {
    return this.#paths.get(name) ?? join(this.#folder.spare, name);
  }

  /** Finds the files of the state that was recovered; removes those that belong to none. */
  async recover(root: Root): Promise<void> {
    const wanted = new Set(filesOf(this.#folder, root).map(({ name }) => name));
    const found = (await readdir(this.#folder.data, { recursive: true })).filter((path) => path.endsWith('.parquet'));
    for (const path of found) {
      const name = path.split('/').at(-1)!;
      if (wanted.has(name)) this.#paths.set(name, join(this.#folder.data, path));
      else await rm(join(this.#folder.data, path));
    }
    for (const name of await readdir(this.#folder.meta)) {
      if (!wanted.has(name.replace(/\.json$/, ''))) await rm(join(this.#folder.meta, name));
    }
    await this.arrange(root);
  }

  /** Moves what lies elsewhere to where the state wants it. Open files stay readable. */
  async arrange(root: Root): Promise<void> {
    const wanted = new Map(filesOf(this.#folder, root).map(({ name, path }) => [name, path]));
    for (const [name, path] of this.#paths) {
      if (!wanted.has(name) && dirname(path) !== this.#folder.spare) await this.#move(name, join(this.#folder.spare, name));
    }
    for (const [name, path] of wanted) if (this.#paths.get(name) !== path) await this.#move(name, path);
  }

  /** Removes a file that nothing reads any more. */
  async remove(name: string): Promise<void> {
    await rm(this.pathOf(name), { force: true });
    await rm(metaPath(this.#folder.meta, name), { force: true });
    this.#paths.delete(name);
  }

  async #move(name: string, path: string): Promise<void> {
    const from = this.pathOf(name);
    await mkdir(dirname(path), { recursive: true });
    await rename(from, path);
    this.#paths.set(name, path);
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
