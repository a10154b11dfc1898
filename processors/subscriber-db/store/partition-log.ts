import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { BLOCK_HEADER, BlockBuilder, isIntact, readHeader, visitEntries, visitEntry, type EntryVisitor } from './block.ts';

/** Which partition a file is of. Another topic id is another topic, whatever its name: its offsets mean nothing here. */
export interface PartitionIdentity {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
}

interface FileHeader extends PartitionIdentity {
  /** Superseded versions below were dropped: the state as of an end offset is exact from here on. */
  readonly floor: number;
}

/** What opening a file found amiss, for the log of the process. */
export interface Damage {
  readonly reason: string;
  /** Offset that is read on from in the topic. */
  readonly from: number;
  /** Bytes of the file that were given up. */
  readonly bytes: number;
}

/** Where a record lies: block times {@link BLOCK_SPAN} plus its place in the block. */
export type Location = number;

/** Visits a record with its location. */
export type RecordVisitor = (
  offset: number, bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number, location: Location,
) => void;

/** Takes a file's records over, in the order of the log. */
export interface RecordReader {
  /** A promise when something has to be fetched before this record can be visited. */
  ready(bytes: Buffer, valueStart: number, valueEnd: number): Promise<void> | null;
  readonly visit: RecordVisitor;
}

/** A record that was written is not what is on the disk now. */
export class CorruptStoreError extends Error {
  override readonly name = 'CorruptStoreError';
}

/** More than any block's payload takes. */
const BLOCK_SPAN = 2 ** 26;
const MAGIC = Buffer.from('TWINDB01');
const PROLOGUE = 16;
const MAX_FILE_HEADER = 4_096;
const READ_AHEAD = 4 << 20;

/**
 * One partition of a state topic on disk: its records in blocks, appended as they are read from the topic. A block carries its checksum
 * and the offset behind it, so that whatever a crash leaves is cut back to the last whole block, and read again from the topic from
 * there on. Appending needs no fsync for that. One owner appends; anyone may read.
 */
export class PartitionLog {
  readonly identity: PartitionIdentity;
  readonly floor: number;
  readonly #path: string;
  readonly #file: FileHandle;
  /** Where blocks begin in the file, written or about to be. */
  readonly #starts: number[] = [];
  /** Blocks that are not on disk yet, by their number. */
  readonly #unwritten = new Map<number, Buffer>();
  readonly #builder = new BlockBuilder();
  #end: number;
  #position = 0;
  #flushing: Promise<void> = Promise.resolve();
  #reads = 0;
  readonly #idle = Promise.withResolvers<void>();
  #closing = false;

  private constructor(path: string, file: FileHandle, { floor, ...identity }: FileHeader, end: number) {
    this.#path = path;
    this.#file = file;
    this.identity = identity;
    this.floor = floor;
    this.#end = end;
  }

  /**
   * Opens the partition's file and visits what it holds, or begins a new one.
   * @param valid why what follows this offset can't be read from the topic; null when it can. A file that fails it is begun anew
   */
  static async open(
    path: string, identity: PartitionIdentity, valid: (position: number) => string | null, reader: RecordReader,
  ): Promise<{ log: PartitionLog; damage: Damage | null }> {
    await rm(`${path}.tmp`, { force: true });
    const file = await open(path, constants.O_RDWR).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (file === null) return { log: await PartitionLog.#create(path, { ...identity, floor: 0 }), damage: null };
    const { size } = await file.stat();
    const found = await readFileHeader(file);
    const last = found === null ? null : await lastPosition(file, found.end);
    const reason = found === null ? 'its header is damaged'
      : !sameIdentity(found.header, identity) ? `it is of another topic (${found.header.topic}, id ${found.header.topicId})` : valid(last ?? 0);
    if (found === null || reason !== null) {
      await file.close();
      return { log: await PartitionLog.#create(path, { ...identity, floor: 0 }), damage: { reason: reason!, from: 0, bytes: size } };
    }
    const log = new PartitionLog(path, file, found.header, found.end);
    await log.#recover(reader);
    if (log.#end === size) return { log, damage: null };
    await file.truncate(log.#end);
    return { log, damage: { reason: 'a block is torn or corrupt', from: log.#position, bytes: size - log.#end } };
  }

  static async #create(path: string, header: FileHeader): Promise<PartitionLog> {
    const file = await writeNew(path, header);
    await file.sync();
    await replace(path);
    return new PartitionLog(path, file, header, (await file.stat()).size);
  }

  /** Offset to read on from. */
  get position(): number {
    return this.#position;
  }

  /** Bytes of the file. */
  get bytes(): number {
    return this.#end;
  }

  /** Adds the topic's next record. It can be read at once; `flush` writes it. */
  add(offset: number, bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): Location {
    const at = this.#builder.add(offset, bytes, keyStart, keyEnd, valueStart, valueEnd);
    const location = this.#starts.length * BLOCK_SPAN + at;
    this.#position = offset + 1;
    if (this.#builder.isFull) this.#seal();
    return location;
  }

  /** Hands what was added to the operating system; all below `next` has been read from the topic. Rejects when the disk refuses. */
  async flush(next: number): Promise<void> {
    this.#position = next;
    if (!this.#builder.isEmpty) this.#seal();
    if (this.#unwritten.size === 0) return this.#flushing;
    const blocks = [...this.#unwritten];
    this.#flushing = this.#flushing.then(() => this.#write(blocks));
    return this.#flushing;
  }

  /** Visits one record, its block verified. @throws CorruptStoreError */
  async read(location: Location, visit: EntryVisitor): Promise<void> {
    if (this.#closing) throw new CorruptStoreError(`${this.#path} is closed`);
    const number = Math.floor(location / BLOCK_SPAN);
    this.#reads++;
    try {
      visitEntry(await this.#payload(number), location % BLOCK_SPAN, visit);
    } finally {
      this.#reads--;
      if (this.#closing && this.#reads === 0) this.#idle.resolve();
    }
  }

  /**
   * Writes a file of its own without the versions that `keep` drops, and puts it in the place of this one: whole, or not at all.
   * This log is still to be closed by its owner. Nothing may be added meanwhile.
   */
  async rewrite(floor: number, keep: EntryVisitorOf<boolean>, visit: RecordVisitor): Promise<PartitionLog> {
    const header = { ...this.identity, floor };
    const file = await writeNew(this.#path, header);
    const log = new PartitionLog(this.#path, file, header, (await file.stat()).size);
    for (let number = 0; number < this.#starts.length; number++) {
      const payload = await this.#payload(number);
      const { count } = await this.#header(number);
      visitEntries(payload, count, (offset, bytes, keyStart, keyEnd, valueStart, valueEnd, at) => {
        if (!keep(offset, bytes, keyStart, keyEnd, valueStart, valueEnd, at)) return;
        visit(offset, bytes, keyStart, keyEnd, valueStart, valueEnd, log.add(offset, bytes, keyStart, keyEnd, valueStart, valueEnd));
      });
      await log.flush(log.position);
    }
    await log.flush(this.#position);
    await file.sync();
    await replace(this.#path);
    return log;
  }

  /** Visits every record that was flushed. @throws CorruptStoreError */
  async forEach(visit: EntryVisitor): Promise<void> {
    for (let number = 0; number < this.#starts.length; number++) {
      const payload = await this.#payload(number);
      const { count } = await this.#header(number);
      visitEntries(payload, count, visit);
    }
  }

  /** Waits for reads under way. What was flushed stays. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#reads > 0) await this.#idle.promise;
    await this.#flushing.catch(() => undefined);
    await this.#file.close();
  }

  #seal(): void {
    const block = this.#builder.seal(this.#position);
    this.#unwritten.set(this.#starts.length, block);
    this.#starts.push(this.#end);
    this.#end += block.length;
  }

  async #write(blocks: readonly (readonly [number, Buffer])[]): Promise<void> {
    for (const [number, block] of blocks) {
      for (let done = 0; done < block.length;) {
        done += (await this.#file.write(block, done, block.length - done, this.#starts[number] + done)).bytesWritten;
      }
      this.#unwritten.delete(number);
    }
  }

  async #header(number: number): Promise<{ length: number; crc: number; count: number; next: number }> {
    const bytes = this.#unwritten.get(number) ?? await readAt(this.#file, this.#starts[number], BLOCK_HEADER);
    const header = readHeader(bytes, 0);
    if (header === null) throw this.#corrupt(number);
    return header;
  }

  async #payload(number: number): Promise<Buffer> {
    const unwritten = this.#unwritten.get(number);
    if (unwritten !== undefined) return unwritten.subarray(BLOCK_HEADER);
    const start = this.#starts[number];
    if (start === undefined && number === this.#starts.length) return this.#builder.payload();
    const end = number + 1 < this.#starts.length ? this.#starts[number + 1] : this.#end;
    const block = await readAt(this.#file, start, end - start);
    const header = readHeader(block, 0);
    const payload = block.subarray(BLOCK_HEADER);
    if (header === null || !isIntact(header, payload)) throw this.#corrupt(number);
    return payload;
  }

  #corrupt(number: number): CorruptStoreError {
    return new CorruptStoreError(`block ${number} of ${this.#path} is not what was written there; restarting rebuilds it from the topic`);
  }

  async #recover(reader: RecordReader): Promise<void> {
    let window: Buffer = Buffer.alloc(0);
    let at = 0;
    for (;;) {
      const header = readHeader(window, at);
      const length = BLOCK_HEADER + (header?.length ?? 0);
      if (header === null || at + length > window.length) {
        const more = await readAt(this.#file, this.#end, Math.max(READ_AHEAD, length));
        if (more.length <= window.length - at) return;
        window = more;
        at = 0;
        continue;
      }
      const payload = window.subarray(at + BLOCK_HEADER, at + length);
      if (!isIntact(header, payload)) return;
      const waits: Promise<void>[] = [];
      visitEntries(payload, header.count, (_offset, bytes, _keyStart, _keyEnd, valueStart, valueEnd) => {
        const wait = reader.ready(bytes, valueStart, valueEnd);
        if (wait !== null) waits.push(wait);
      });
      await Promise.all(waits);
      const base = this.#starts.length * BLOCK_SPAN;
      visitEntries(payload, header.count, (offset, bytes, keyStart, keyEnd, valueStart, valueEnd, place) => {
        reader.visit(offset, bytes, keyStart, keyEnd, valueStart, valueEnd, base + place);
      });
      this.#starts.push(this.#end);
      this.#end += length;
      this.#position = header.next;
      at += length;
    }
  }
}

type EntryVisitorOf<T> = (...entry: Parameters<EntryVisitor>) => T;

function sameIdentity(a: PartitionIdentity, b: PartitionIdentity): boolean {
  return a.topic === b.topic && a.topicId === b.topicId && a.partition === b.partition;
}

/** A new file beside `path`, with its header. */
async function writeNew(path: string, header: FileHeader): Promise<FileHandle> {
  const json = Buffer.from(JSON.stringify(header));
  const prologue = Buffer.alloc(PROLOGUE);
  MAGIC.copy(prologue);
  prologue.writeUInt32LE(json.length, 8);
  prologue.writeUInt32LE(crc32(json), 12);
  const file = await open(`${path}.tmp`, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC);
  await file.write(Buffer.concat([prologue, json]), 0);
  return file;
}

/** Puts the new file in the place of `path`, and makes that last. */
async function replace(path: string): Promise<void> {
  await rename(`${path}.tmp`, path);
  const folder = await open(dirname(path), constants.O_RDONLY);
  await folder.sync();
  await folder.close();
}

async function readFileHeader(file: FileHandle): Promise<{ header: FileHeader; end: number } | null> {
  const bytes = await readAt(file, 0, PROLOGUE + MAX_FILE_HEADER);
  if (bytes.length < PROLOGUE || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const end = PROLOGUE + bytes.readUInt32LE(8);
  if (end > bytes.length || crc32(bytes.subarray(PROLOGUE, end)) !== bytes.readUInt32LE(12)) return null;
  return { header: JSON.parse(bytes.toString('utf8', PROLOGUE, end)) as FileHeader, end };
}

/** Offset behind the last block whose header is whole; null when there is none. */
async function lastPosition(file: FileHandle, start: number): Promise<number | null> {
  let position: number | null = null;
  for (let at = start; ;) {
    const header = readHeader(await readAt(file, at, BLOCK_HEADER), 0);
    if (header === null) return position;
    position = header.next;
    at += BLOCK_HEADER + header.length;
  }
}

/** As many of `length` bytes as the file has there. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
