import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderOf, type Folder } from '../../../../../vast/local/store/folder.ts';
import { EMPTY_VERSION, type FileSegment } from '../../../../../vast/local/store/rows/version.ts';
import { Placement } from '../../../../../vast/local/store/seal/placement.ts';
import type { Root } from '../../../../../vast/local/store/tx/engine.ts';

const NAME = '7-0000000001.parquet';

describe('Placement', () => {
  let folder: Folder;

  beforeEach(() => {
    folder = folderOf(mkdtempSync(join(tmpdir(), 'telco-twin-placement-')));
    mkdirSync(folder.spare, { recursive: true });
    writeFileSync(join(folder.spare, NAME), 'rows');
  });
  afterEach(() => { rmSync(folder.data, { recursive: true, force: true }); });

  it('moves files with their table, and tells of a move there and back', async () => {
    const placement = new Placement(folder);
    const moved = async (table: string): Promise<unknown> => {
      await placement.arrange(() => rootOf(table));
      expect(placement.pathOf(NAME)).toBe(join(folder.data, table, NAME));
      expect(existsSync(placement.pathOf(NAME))).toBe(true);
      return placement.placeOf(NAME);
    };
    expect(placement.placeOf(NAME)).toBeUndefined();
    const first = await moved('t');
    expect(await moved('t')).toBe(first);
    await moved('u');
    expect(await moved('t')).not.toBe(first);
  });
});

/** A state with one table of one file. */
function rootOf(name: string): Root {
  const file: FileSegment = { kind: 'file', name: NAME, rows: 1, bytes: 4, from: 0, to: 1, groupRows: 1, columns: [], seq: 0 };
  return {
    commit: 1,
    catalog: { schemas: new Map(), tables: new Map([[7, { id: 7, parent: 0, name, columns: [], metadata: new Map<string, string>(), properties: {} }]]) },
    tables: new Map([[7, { ...EMPTY_VERSION, rows: 1, segments: [file] }]]),
  };
}
