import { readFile } from 'node:fs/promises';
import { catalogFromJson, catalogToJson, type CatalogJson } from './catalog/codec.ts';
import type { Catalog } from './catalog/catalog.ts';
import { StoreOpenError } from './errors.ts';
import { replaceFile, type Folder } from './folder.ts';
import type { FileSegment } from './rows/version.ts';
import type { WalTail } from './wal/wal.ts';

const VERSION = 1;

/** A table as its sealed files hold it. */
export interface SealedTable {
  readonly rows: number;
  readonly files: readonly FileSegment[];
}

/** Everything committed up to `commit`; what came later is in the log from `replay` on. */
export interface Manifest {
  readonly commit: number;
  readonly catalog: Catalog;
  readonly tables: ReadonlyMap<number, SealedTable>;
  readonly nextId: number;
  /** Next row id by table. Ids that were given out and rolled back are not given again. */
  readonly nextRowIds: ReadonlyMap<number, number>;
  readonly nextFile: number;
  readonly replay: WalTail;
}

interface ManifestJson {
  readonly version: number;
  readonly commit: number;
  readonly catalog: CatalogJson;
  readonly tables: readonly (readonly [number, SealedTable])[];
  readonly nextId: number;
  readonly nextRowIds: readonly (readonly [number, number])[];
  readonly nextFile: number;
  readonly replay: WalTail;
}

/** Undefined in a new folder. @throws StoreOpenError when it was written by another version or is damaged */
export async function readManifest(folder: Folder): Promise<Manifest | undefined> {
  let text: string;
  try {
    text = await readFile(folder.manifest, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  let json: ManifestJson;
  try {
    json = JSON.parse(text) as ManifestJson;
  } catch (cause) {
    throw new StoreOpenError(`${folder.manifest} is damaged. Restore it from a backup, or start with another data folder`, { cause });
  }
  if (json.version !== VERSION) {
    throw new StoreOpenError(`${folder.data} was written in format ${json.version}, this version reads ${VERSION}: use the version that wrote it, or another folder`);
  }
  return {
    ...json, catalog: catalogFromJson(json.catalog), tables: new Map(json.tables), nextRowIds: new Map(json.nextRowIds),
  };
}

export function writeManifest(folder: Folder, manifest: Manifest): Promise<void> {
  const json: ManifestJson = {
    ...manifest, version: VERSION, catalog: catalogToJson(manifest.catalog), tables: [...manifest.tables], nextRowIds: [...manifest.nextRowIds],
  };
  return replaceFile(folder.manifest, JSON.stringify(json));
}
