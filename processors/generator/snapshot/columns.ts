import { crc32 } from 'node:zlib';
import type { TwinConfig } from '../../../twin/config.ts';
import type { Network } from '../../../twin/network/network.ts';
import type { DirectoryImage } from '../../../twin/population/directory.ts';
import { DirectoryRows, ROW_WORDS, type DirectoryEntry } from '../../../twin/population/directory-rows.ts';
import { Segment, SubscriberStatus } from '../../../twin/population/types.ts';
import type { IdentityImage } from '../identities.ts';
import { SnapshotError, type Sections } from './format.ts';

const IDENTITY_NUMBERS = 3;
const LATER_IDENTITY_NUMBERS = 4;

/** Directory and identities of one partition of `subscriber_state` as the sections of a snapshot. */
export function subscriberSections(directory: DirectoryImage, identities: IdentityImage): Sections {
  return {
    index: bytesOf(directory.index),
    directory: bytesOf(directory.rows),
    identities: bytesOf(identities.rows),
    later_index: bytesOf(directory.laterIndex),
    later_offset: bytesOf(directory.laterOffset),
    later_directory: bytesOf(directory.laterRows),
    later_identity_index: bytesOf(identities.laterIndex),
    later_identities: bytesOf(identities.laterRows),
  };
}

/** Inverse of `subscriberSections`, in place. @throws SnapshotError when columns are missing or of different lengths */
export function subscriberImages(sections: Sections, offset: number): { directory: DirectoryImage; identities: IdentityImage } {
  const index = column(sections, 'index', Int32Array);
  const laterIndex = column(sections, 'later_index', Int32Array);
  const laterIdentityIndex = column(sections, 'later_identity_index', Int32Array);
  const directory: DirectoryImage = {
    offset, index, laterIndex,
    rows: column(sections, 'directory', Uint32Array, index.length * ROW_WORDS),
    laterOffset: column(sections, 'later_offset', Float64Array, laterIndex.length),
    laterRows: column(sections, 'later_directory', Uint32Array, laterIndex.length * ROW_WORDS),
  };
  const identities: IdentityImage = {
    index, laterIndex: laterIdentityIndex,
    rows: column(sections, 'identities', Float64Array, index.length * IDENTITY_NUMBERS),
    laterRows: column(sections, 'later_identities', Float64Array, laterIdentityIndex.length * LATER_IDENTITY_NUMBERS),
  };
  return { directory, identities };
}

/**
 * Tells builds apart that would read each other's rows wrongly: a checksum of what this build makes of a few known profiles
 * on the twin's network, so that it changes with the layout, with what rows mean, and with the network they refer to.
 */
export function layoutOf(config: TwinConfig, network: Network): number {
  const rows = new DirectoryRows(network.sites.length, network.sites.length);
  for (const site of network.sites) rows.write(site.index, probe(site.index, site.latitude, site.longitude), network);
  const packed = rows.pack(Int32Array.from(network.sites, ({ index }) => index));
  return crc32(`${JSON.stringify(config)}/${Object.values(Segment).join()}/${Object.values(SubscriberStatus).join()}`, crc32(bytesOf(packed)));
}

function probe(index: number, latitude: number, longitude: number): DirectoryEntry {
  return {
    index, segment: Segment.BUSINESS, status: SubscriberStatus.SUSPENDED, capabilities: 5, homeLatitude: latitude, homeLongitude: longitude,
    workLatitude: latitude + 0.01, workLongitude: longitude - 0.02, callsPerDay: 1 + index % 7, textsPerDay: 0.5, sessionsPerDay: 30, nightOff: true,
  };
}

interface ColumnType<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): T;
}

function column<T>(sections: Sections, name: string, type: ColumnType<T>, length = -1): T {
  const bytes = sections[name];
  if (bytes === undefined) throw new SnapshotError(`it has no column ${name}`);
  const found = bytes.byteLength / type.BYTES_PER_ELEMENT;
  if (!Number.isInteger(found) || (length >= 0 && found !== length)) throw new SnapshotError(`its column ${name} has ${bytes.byteLength} bytes`);
  return new type(bytes.buffer, bytes.byteOffset, found);
}

function bytesOf(array: Int32Array | Uint32Array | Float64Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
}
