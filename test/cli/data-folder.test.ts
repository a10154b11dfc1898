import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDataFolder } from '../../cli/data-folder.ts';
import { UsageError } from '../../cli/errors.ts';

describe('the folder of --data-dir', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'telco-twin-data-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is made with those above it, and is left as it is where it is there', () => {
    makeDataFolder(join(folder, 'a', 'b'));
    writeFileSync(join(folder, 'a', 'file'), '');
    makeDataFolder(join(folder, 'a'));
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(['a', join('a', 'b'), join('a', 'file')]);
  });

  it('is refused by its option where it is a file, below one, or a link to nothing', () => {
    writeFileSync(join(folder, 'file'), '');
    symlinkSync(join(folder, 'nothing'), join(folder, 'link'));
    const refused: [string, RegExp][] = [['file', /it is a file/], ['file/below', /ENOTDIR/], ['link', /EEXIST/]];
    for (const [name, reason] of refused) {
      const make = (): void => { makeDataFolder(join(folder, name)); };
      expect(make).toThrow(UsageError);
      expect(make).toThrow(`--data-dir ${join(folder, name)} cannot be used`);
      expect(make).toThrow(reason);
    }
  });

  // Node's own recursive mkdir never ends here.
  it.runIf(existsSync('/proc/self'))('is refused below a folder in which nothing can be made', () => {
    for (const path of ['/proc/telco-twin', '/proc/telco/twin', '/proc']) {
      expect(() => { makeDataFolder(path); }).toThrow(`--data-dir ${path} cannot be used`);
    }
  });
});
