import { crc32 } from 'node:zlib';
import type { TwinConfig } from '../../../twin/config.ts';

/**
 * A partition of a state topic as columns: what subscriber-db serves and generators start from.
 *
 * magic, header length (u32), CRC-32 of the header (u32), header (JSON), then the sections that it names. Header and sections
 * begin at multiples of 8, so that a section can be read in place as typed numbers. Numbers are little-endian.
 */
export interface SnapshotHeader {
  readonly topic: string;
  /** Id of the topic on its cluster: a topic that was deleted and made anew has another. */
  readonly topicId: string;
  readonly partition: number;
  /** Holds every record below; reading goes on here. */
  readonly offset: number;
  /** Exact for every end offset from here on: older versions may have been merged. */
  readonly floor: number;
  readonly twin: TwinConfig;
  /** Of how this build lays out rows of the directory. */
  readonly layout: number;
}

interface SectionEntry {
  readonly name: string;
  readonly bytes: number;
  readonly crc: number;
}

/** Columns by name. */
export type Sections = Readonly<Record<string, Uint8Array<ArrayBuffer>>>;

export interface Snapshot {
  readonly header: SnapshotHeader;
  readonly sections: Sections;
}

/** A snapshot that can't be used, and why. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

export const SNAPSHOT_TYPE = 'application/vnd.telco-twin.snapshot';

const MAGIC = Buffer.from('TWINSN01');
const PROLOGUE = 16;
const ALIGNMENT = 8;
/** Far beyond any header; a larger one means other bytes. */
const MAX_HEADER = 1 << 20;

/** The bytes of a snapshot, in pieces that follow one another. The sections are not copied. */
export function encodeSnapshot({ header, sections }: Snapshot): Uint8Array[] {
  const entries: SectionEntry[] = Object.entries(sections).map(([name, bytes]) => ({ name, bytes: bytes.byteLength, crc: crc32(bytes) }));
  const json = Buffer.from(JSON.stringify({ ...header, sections: entries }));
  const prologue = Buffer.alloc(PROLOGUE);
  MAGIC.copy(prologue);
  prologue.writeUInt32LE(json.length, 8);
  prologue.writeUInt32LE(crc32(json), 12);
  return [prologue, json, padding(json.length), ...Object.values(sections).flatMap((bytes) => [bytes, padding(bytes.byteLength)])];
}

/**
 * Reads a snapshot in place and verifies its checksums.
 * @param bytes the whole snapshot, from the beginning of its buffer
 * @throws SnapshotError when it is torn, corrupt or of another format
 */
export function decodeSnapshot(bytes: Uint8Array<ArrayBuffer>): Snapshot {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < PROLOGUE || !buffer.subarray(0, MAGIC.length).equals(MAGIC)) throw new SnapshotError('it is no snapshot of a format that this build reads');
  const length = buffer.readUInt32LE(8);
  if (length > MAX_HEADER || PROLOGUE + length > buffer.length) throw new SnapshotError('it is cut short within its header');
  const json = buffer.subarray(PROLOGUE, PROLOGUE + length);
  if (crc32(json) !== buffer.readUInt32LE(12)) throw new SnapshotError('its header fails its checksum');
  const { sections: entries, ...header } = JSON.parse(json.toString()) as SnapshotHeader & { sections: readonly SectionEntry[] };
  const sections: Record<string, Uint8Array<ArrayBuffer>> = {};
  let at = PROLOGUE + aligned(length);
  for (const { name, bytes: size, crc } of entries) {
    if (at + size > buffer.length) throw new SnapshotError(`it is cut short: ${buffer.length} bytes, ${name} ends at ${at + size}`);
    const section = bytes.subarray(at, at + size);
    if (crc32(section) !== crc) throw new SnapshotError(`its ${name} fails its checksum`);
    sections[name] = section;
    at += aligned(size);
  }
  return { header, sections };
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

function padding(length: number): Uint8Array {
  return new Uint8Array(aligned(length) - length);
}
