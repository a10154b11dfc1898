import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TwinFolder, type TwinRequest } from '../../../cli/up/settings.ts';

const NOW = Date.UTC(2026, 2, 1, 12, 0, 0, 500);

describe("a twin's folder", () => {
  let path: string;

  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'telco-twin-folder-'));
  });

  afterEach(() => {
    rmSync(path, { recursive: true, force: true });
  });

  function make(request: TwinRequest): void {
    const folder = TwinFolder.open(path, request, false, NOW);
    folder.begin();
    folder.keep();
    folder.close();
  }

  it('of a new twin takes what was asked for, and defaults for the rest', () => {
    const folder = TwinFolder.open(path, { subscribers: 20_000, start: NOW - 90 * 60_000 }, false, NOW);
    expect(folder.isNew).toBe(true);
    expect(folder.settings).toEqual({
      subscribers: 20_000, partitions: 8, region: 'IE', seed: 1, start: '2026-03-01T10:30:00.500Z', backfillHours: 2,
    });
    folder.close();
  });

  it('has no history to count where the twin begins at another speed than 1, and keeps what it has at whatever speed it is started again', () => {
    const start = NOW - 90 * 60_000;
    const fast = TwinFolder.open(path, { start, speed: 60 }, false, NOW);
    expect(fast.settings.backfillHours).toBe(0);
    fast.close();
    make({ start });
    const again = TwinFolder.open(path, { speed: 60 }, false, NOW);
    expect(again.settings.backfillHours).toBe(2);
    again.close();
  });

  it('starts a twin now, to the second, when no start was asked for', () => {
    const folder = TwinFolder.open(path, {}, false, NOW);
    expect(folder.settings).toMatchObject({ start: '2026-03-01T12:00:00.000Z', backfillHours: 1 });
    folder.close();
  });

  it('continues an existing twin with its own settings', () => {
    make({ subscribers: 20_000, region: 'DE' });
    const folder = TwinFolder.open(path, { region: 'DE' }, false, NOW + 86_400_000);
    expect(folder.isNew).toBe(false);
    expect(folder.settings).toMatchObject({ subscribers: 20_000, region: 'DE', start: '2026-03-01T12:00:00.000Z' });
    folder.close();
  });

  it('takes other settings as long as none were kept', () => {
    TwinFolder.open(path, { seed: 1 }, false, NOW).close();
    const folder = TwinFolder.open(path, { seed: 2 }, false, NOW);
    expect([folder.isNew, folder.settings.seed]).toEqual([true, 2]);
    folder.close();
  });

  it('refuses to mix two twins, and says what differs and what to do', () => {
    make({ seed: 1 });
    const open = (): unknown => TwinFolder.open(path, { seed: 2, subscribers: 5, partitions: 8 }, false, NOW);
    expect(open).toThrow(/--seed 2, but this twin has 1/);
    expect(open).toThrow(/--subscribers 5, but this twin has 100000/);
    expect(open).toThrow(/--reset/);
    expect(open).not.toThrow(/--partitions/);
    // The refusal gives the lock back.
    TwinFolder.open(path, {}, false, NOW).close();
  });

  it('is emptied by a reset when the new twin begins and not before, except for what `up` did not make', () => {
    make({ seed: 1 });
    mkdirSync(join(path, 'kafka', 'log'), { recursive: true });
    writeFileSync(join(path, 'notes.txt'), 'mine');
    const folder = TwinFolder.open(path, { seed: 2 }, true, NOW);
    expect([folder.isNew, folder.settings.seed]).toEqual([true, 2]);
    expect(readdirSync(path)).toEqual(expect.arrayContaining(['kafka', 'twin.json']));
    folder.begin();
    expect(readdirSync(path).sort()).toEqual(['notes.txt', 'up.folder', 'up.lock']);
    folder.close();
  });

  it('keeps its twin when a reset ends before the new one begins', () => {
    make({ seed: 1 });
    TwinFolder.open(path, { seed: 2 }, true, NOW).close();
    const folder = TwinFolder.open(path, {}, false, NOW);
    expect([folder.isNew, folder.settings.seed]).toEqual([false, 1]);
    folder.close();
  });

  it('is none that holds other things and was not made by `up`, which leaves it as it is', () => {
    mkdirSync(join(path, 'kafka'));
    writeFileSync(join(path, 'kafka', 'precious'), 'mine');
    for (const reset of [false, true]) {
      expect(() => TwinFolder.open(path, {}, reset, NOW)).toThrow(/not empty \(kafka\).*not made by telco-twin up.*--data-dir/);
    }
    expect(readdirSync(path, { recursive: true }).sort()).toEqual(['kafka', join('kafka', 'precious')]);
  });

  it('is one of `up` where a twin was made before folders were marked, where a start failed, and by the name of the default', () => {
    make({});
    rmSync(join(path, 'up.folder'));
    TwinFolder.open(path, {}, false, NOW).close();

    rmSync(join(path, 'twin.json'));
    const failed = TwinFolder.open(path, {}, false, NOW);
    failed.begin();
    mkdirSync(join(path, 'kafka'));
    failed.close();
    TwinFolder.open(path, {}, false, NOW).close();

    const standard = join(path, '.telco-twin');
    mkdirSync(join(standard, 'vastdb'), { recursive: true });
    TwinFolder.open(standard, {}, false, NOW).close();
  });

  it('is used by one `up` at a time, also for a reset; one that was killed does not count', () => {
    const folder = TwinFolder.open(path, {}, false, NOW);
    expect(() => TwinFolder.open(path, {}, true, NOW)).toThrow(new RegExp(`pid ${process.pid}\\).*--data-dir`));
    folder.close();
    writeFileSync(join(path, 'up.lock'), String(spawnSync('true').pid));
    TwinFolder.open(path, {}, false, NOW).close();
  });
});
