import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compact } from '../../../../processors/subscriber-db/store/compaction.ts';
import { CorruptStoreError } from '../../../../processors/subscriber-db/store/partition-log.ts';
import { add, entries, entryOf, fileOf, IDENTITY, openLog, type Entry } from '../support/logs.ts';

let folder = '';
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'telco-twin-store-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

/** Writes entries in several flushes, and closes. The offset behind flush k is what a reader goes on from. */
async function written(all: readonly Entry[], perFlush: number): Promise<void> {
  const { log } = await openLog(folder);
  for (let k = 0; k < all.length; k += perFlush) {
    for (const entry of all.slice(k, k + perFlush)) add(log, entry);
    await log.flush(log.position);
  }
  await log.close();
}

describe('a partition on disk', () => {
  it('is found again as it was written, with the offset to go on from', async () => {
    const all = entries(500);
    await written(all, 60);
    const { log, damage, found } = await openLog(folder);
    expect(damage).toBeNull();
    expect(found).toEqual(all);
    expect(log.position).toBe(all[499].offset + 1);
    await log.close();
  });

  it('answers every record by its location: gathered, flushed and after a restart', async () => {
    const all = entries(2_000, (k) => 200 + (k * 37) % 900);
    const read = async (log: Awaited<ReturnType<typeof openLog>>['log'], location: number): Promise<Entry | null> => {
      let entry: Entry | null = null;
      await log.read(location, (offset, bytes, keyStart, keyEnd, valueStart, valueEnd) => { entry = entryOf(offset, bytes, keyStart, keyEnd, valueStart, valueEnd); });
      return entry;
    };
    const { log } = await openLog(folder);
    const places = all.map((entry) => add(log, entry));
    for (const k of [0, 700, 1_999]) expect(await read(log, places[k])).toEqual(all[k]);
    await log.flush(5_000);
    for (const k of [0, 700, 1_999]) expect(await read(log, places[k])).toEqual(all[k]);
    await log.close();
    const again = await openLog(folder);
    expect(again.locations).toEqual(places);
    for (const k of [0, 700, 1_999]) expect(await read(again.log, again.locations[k])).toEqual(all[k]);
    expect(again.log.position).toBe(5_000);
    await again.log.close();
  });

  it('is cut back to its last whole block, wherever it is torn, and goes on from there', async () => {
    const all = entries(60, (k) => 20 + k);
    await written(all, 12);
    const file = fileOf(folder);
    const copy = join(folder, 'copy');
    copyFileSync(file, copy);
    for (let size = statSync(file).size - 1; size > 0; size -= 97) {
      copyFileSync(copy, file);
      truncateSync(file, size);
      const { log, damage, found } = await openLog(folder);
      expect(found).toEqual(all.slice(0, found.length));
      expect(found.length % 12).toBe(0);
      const from = found.length === 0 ? 0 : found.at(-1)!.offset + 1;
      expect(log.position).toBe(from);
      expect(damage === null || damage.from === from).toBe(true);
      for (const entry of all.slice(found.length)) add(log, entry);
      await log.flush(log.position);
      await log.close();
      const again = await openLog(folder);
      expect([again.damage, again.found]).toEqual([null, all]);
      await again.log.close();
    }
  });

  it('never takes a changed byte for what was written', async () => {
    const all = entries(60, (k) => 20 + k);
    await written(all, 12);
    const file = fileOf(folder);
    const bytes = readFileSync(file);
    for (let at = 0; at < bytes.length; at += 41) {
      const damaged = Buffer.from(bytes);
      damaged[at] ^= 0x10;
      writeFileSync(file, damaged);
      const { log, damage, found } = await openLog(folder);
      expect(damage, `byte ${at}`).not.toBeNull();
      expect(found.length).toBeLessThan(all.length);
      expect(found).toEqual(all.slice(0, found.length));
      await log.close();
    }
  });

  it('tells a look-up that a block went bad since it was opened', async () => {
    await written(entries(60), 60);
    const { log, locations } = await openLog(folder);
    const bytes = readFileSync(fileOf(folder));
    bytes[bytes.length - 10] ^= 1;
    writeFileSync(fileOf(folder), bytes);
    await expect(log.read(locations[3], () => undefined)).rejects.toThrow(CorruptStoreError);
    await log.close();
  });

  it('is begun anew for another topic, and when the topic ends before it', async () => {
    const all = entries(60);
    await written(all, 12);
    const copy = join(folder, 'copy');
    copyFileSync(fileOf(folder), copy);
    const other = await openLog(folder, { ...IDENTITY, topicId: 'b' });
    expect([other.found, other.log.position, other.damage?.reason]).toEqual([[], 0, 'it is of another topic (subscriber_state, id a)']);
    await other.log.close();
    copyFileSync(copy, fileOf(folder));
    const ahead = await openLog(folder, IDENTITY, all[59].offset);
    expect([ahead.found, ahead.log.position, ahead.damage?.reason]).toEqual([[], 0, 'the topic ends before']);
    await ahead.log.close();
  });
});

describe('dropping superseded versions', () => {
  it('keeps every version from the floor on, and below it the newest of each key that has one', async () => {
    const all = entries(400);
    await written(all, 50);
    const floor = all[250].offset;
    const { log } = await openLog(folder);
    const moved = new Map<number, number>();
    const smaller = await compact(log, floor, (offset, _bytes, _keyStart, _keyEnd, _valueStart, _valueEnd, location) => { moved.set(offset, location); });
    await log.close();
    expect(smaller.floor).toBe(floor);
    await smaller.close();
    const again = await openLog(folder);
    const newest = new Map(all.slice(0, 250).map((entry) => [entry.key, entry]));
    const kept = all.filter((entry) => entry.offset >= floor || (entry.value !== null && newest.get(entry.key) === entry));
    expect(again.found).toEqual(kept);
    expect(again.locations).toEqual(kept.map(({ offset }) => moved.get(offset)));
    expect([again.log.floor, again.log.position]).toEqual([floor, all[399].offset + 1]);
    await again.log.close();
  });

  it('leaves the old file in force until the new one is whole', async () => {
    const all = entries(400);
    await written(all, 50);
    writeFileSync(`${fileOf(folder)}.tmp`, readFileSync(fileOf(folder)).subarray(0, 1_000));
    const { log, damage, found } = await openLog(folder);
    expect([damage, found]).toEqual([null, all]);
    expect(existsSync(`${fileOf(folder)}.tmp`)).toBe(false);
    await log.close();
  });
});
