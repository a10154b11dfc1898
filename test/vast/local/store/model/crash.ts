import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { checksumMatches, decodeHead, FILE_MAGIC, HEADER_BYTES, RecordType } from '../../../../../vast/local/store/wal/record.ts';

/**
 * What a kill leaves of a store's folder, taken while the store goes on. Nothing of this process runs during the copy but file
 * operations already under way: where one of them changed something meanwhile, the copy is taken again.
 */
export function snapshot(from: string, to: string): void {
  for (;;) {
    const before = listing(from);
    try {
      cpSync(from, to, { recursive: true });
      if (listing(from) === before) return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    rmSync(to, { recursive: true, force: true });
  }
}

function listing(folder: string): string {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const { size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { size: -1, mtimeMs: -1 };
    return `${path} ${size} ${mtimeMs}`;
  }).sort().join('\n');
}

/**
 * What a crash of the machine may do to the end of the log: everything behind the last commit, and behind what the manifest names, was
 * not synced yet, and is cut off anywhere, or holds zeros or something else. `share` of it stays.
 */
export function tear(folder: string, share: number, rest: 'nothing' | 'zeros' | 'noise'): void {
  const wal = join(folder, '.store', 'wal');
  const name = readdirSync(wal).sort().at(-1)!;
  const path = join(wal, name);
  const bytes = readFileSync(path);
  let end = FILE_MAGIC.length;
  let committed = end;
  while (end + HEADER_BYTES <= bytes.length) {
    const head = decodeHead(bytes.subarray(end));
    const next = end + HEADER_BYTES + head.metaBytes + head.bodyBytes;
    if (next > bytes.length || !checksumMatches(bytes.subarray(end, next))) break;
    end = next;
    if (head.type === RecordType.commit) committed = end;
  }
  const manifest = join(folder, '.store', 'manifest.json');
  if (existsSync(manifest)) {
    const { replay } = JSON.parse(readFileSync(manifest, 'utf8')) as { replay: { file: number; offset: number } };
    if (replay.file === Number.parseInt(name, 10)) committed = Math.max(committed, replay.offset);
  }
  const keep = committed + Math.floor((bytes.length - committed) * share);
  truncateSync(path, keep);
  if (rest !== 'nothing') appendFileSync(path, rest === 'zeros' ? Buffer.alloc(4_000) : Buffer.from('no record '.repeat(50)));
}
