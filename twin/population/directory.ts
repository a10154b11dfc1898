import type { TwinConfig } from '../config.ts';
import type { Network } from '../network/network.ts';
import { Population } from './build.ts';
import { DirectoryRows, Flag, ROW_WORDS, type DirectoryEntry } from './directory-rows.ts';
import { Seeding } from './seeding.ts';
import { SubscriberStatus, type Segment, type SubscriberStatus as Status } from './types.ts';

const FIRST_SIDE_ROWS = 256;

/** One partition of a directory as columns: what `load` makes an equal one of. Rows are as `DirectoryRows` packs them. */
export interface DirectoryImage {
  /** Offset after the last record applied. */
  readonly offset: number;
  /** Subscribers of the partition with any version, and their base rows. */
  readonly index: Int32Array;
  readonly rows: Uint32Array;
  /** Later versions: subscriber, offset, row. Those of one subscriber in the order of their offsets. */
  readonly laterIndex: Int32Array;
  readonly laterOffset: Float64Array;
  readonly laterRows: Uint32Array;
}

interface Version {
  readonly partition: number;
  readonly offset: number;
  /** Row in the side rows. */
  readonly row: number;
}

/**
 * What behaviour needs to know of every subscriber of the twin, in 32 bytes each. Multi-version: base rows, plus a side list of later
 * versions by offset in `subscriber_state`, so that tasks at different ticks read the directory as of their own offsets (`DirectoryView`).
 * Versions that no task can miss any more are folded into the base.
 */
export class Directory {
  readonly base: DirectoryRows;
  readonly capacity: number;
  readonly partitions: number;
  /** True while the side list holds anything: the only check that unrevised reads pay for. */
  revised = false;
  #side: DirectoryRows;
  #sideRows = 0;
  readonly #freeRows: number[] = [];
  readonly #versions = new Map<number, Version[]>();
  readonly #applied: Float64Array;
  readonly #network: Network;
  readonly #seeding: Seeding;

  constructor(config: TwinConfig, network: Network) {
    this.capacity = config.capacity;
    this.partitions = config.partitions;
    this.base = new DirectoryRows(config.capacity, network.sites.length);
    this.#side = new DirectoryRows(FIRST_SIDE_ROWS, network.sites.length);
    this.#applied = new Float64Array(config.partitions);
    this.#network = network;
    this.#seeding = new Seeding(config);
  }

  get side(): DirectoryRows {
    return this.#side;
  }

  /** Bytes that one subscriber without later versions takes. */
  get bytesPerSubscriber(): number {
    return this.base.bytesPerRow;
  }

  /** Number of versions beyond the base. */
  get sideVersions(): number {
    return this.#sideRows - this.#freeRows.length;
  }

  /** Offset after the last record applied from a partition of `subscriber_state`. */
  appliedOffset(partition: number): number {
    return this.#applied[partition];
  }

  /**
   * Applies one record. Records of a partition come in offset order; one that was applied before is ignored (false), so that several readers
   * may feed one directory. The first version of a subscriber seeded as active is its base, valid at all offsets; before its first version
   * any other is INACTIVE. @throws RangeError for an index outside the index space
   */
  set(partition: number, offset: number, profile: DirectoryEntry): boolean {
    const { index } = profile;
    if (!(index >= 0 && index < this.capacity)) {
      throw new RangeError(`subscriber index ${index} at subscriber_state/${partition}@${offset} is outside the twin's capacity ${this.capacity}`);
    }
    if (offset < this.#applied[partition]) return false;
    this.#applied[partition] = offset + 1;
    if (!this.base.isLoaded(index) && this.#seeding.isActive(index)) {
      this.base.write(index, profile, this.#network);
      return true;
    }
    const row = this.#takeRow();
    this.#side.write(row, profile, this.#network);
    const versions = this.#versions.get(index);
    if (versions === undefined) this.#versions.set(index, [{ partition, offset, row }]);
    else versions.push({ partition, offset, row });
    this.base.setFlags(index, this.base.flags(index) | Flag.REVISED);
    this.revised = true;
    return true;
  }

  /** Writes a base version outside the log: for twins computed without a broker, whose subscribers are as seeded. */
  seed(profile: DirectoryEntry): void {
    this.base.write(profile.index, profile, this.#network);
  }

  /** Row of the side list that is valid for a subscriber before `offsets` (by partition, exclusive), or -1 for the base. */
  sideRow(index: number, offsets: ArrayLike<number>): number {
    if ((this.base.flags(index) & Flag.REVISED) === 0) return -1;
    const versions = this.#versions.get(index)!;
    for (let i = versions.length - 1; i >= 0; i--) {
      const { partition, offset, row } = versions[i];
      if (offset < (offsets[partition] ?? 0)) return row;
    }
    return -1;
  }

  /** True when some version counts for `to` but not yet for `from` (end offsets by partition, exclusive). */
  hasVersionBetween(from: ArrayLike<number>, to: ArrayLike<number>): boolean {
    for (const versions of this.#versions.values()) {
      for (const { partition, offset } of versions) if (offset >= (from[partition] ?? 0) && offset < (to[partition] ?? 0)) return true;
    }
    return false;
  }

  /** Number of versions beyond the base that count before `ends` (by partition, exclusive). Ticks name ever later ends, so it names the state. */
  versionsBefore(ends: ArrayLike<number>): number {
    let count = 0;
    for (const versions of this.#versions.values()) {
      for (const { partition, offset } of versions) if (offset < (ends[partition] ?? 0)) count++;
    }
    return count;
  }

  /** Folds versions before `minOffsets` (by partition, exclusive), which every task has passed, into the base. */
  fold(minOffsets: ArrayLike<number>): void {
    for (const [index, versions] of this.#versions) {
      let passed = 0;
      while (passed < versions.length && versions[passed].offset < (minOffsets[versions[passed].partition] ?? 0)) passed++;
      if (passed === 0) continue;
      this.base.copy(index, this.#side, versions[passed - 1].row);
      for (const { row } of versions.splice(0, passed)) this.#freeRows.push(row);
      if (versions.length > 0) this.base.setFlags(index, this.base.flags(index) | Flag.REVISED);
      else this.#versions.delete(index);
    }
    this.revised = this.#versions.size > 0;
  }

  /** The partition's subscribers `index` as columns of their own. */
  image(partition: number, index: Int32Array<ArrayBuffer>): DirectoryImage {
    const later: (Version & { readonly index: number })[] = [];
    for (const [subscriber, versions] of this.#versions) {
      for (const version of versions) if (version.partition === partition) later.push({ ...version, index: subscriber });
    }
    return {
      offset: this.#applied[partition], index, rows: this.base.pack(index),
      laterIndex: Int32Array.from(later, (version) => version.index),
      laterOffset: Float64Array.from(later, ({ offset }) => offset),
      laterRows: this.#side.pack(later.map(({ row }) => row)),
    };
  }

  /** Takes over a partition of which no record was applied yet. @throws RangeError for an index outside the index space */
  load(partition: number, image: DirectoryImage): void {
    for (const index of image.index) {
      if (!(index >= 0 && index < this.capacity)) throw new RangeError(`subscriber index ${index} is outside the twin's capacity ${this.capacity}`);
    }
    if (this.#applied[partition] !== 0) throw new RangeError(`partition ${partition} has been read up to offset ${this.#applied[partition]} already`);
    this.base.unpack(image.index, image.rows);
    image.laterIndex.forEach((index, k) => {
      const version = { partition, offset: image.laterOffset[k], row: this.#takeRow() };
      this.#side.unpack([version.row], image.laterRows.subarray(k * ROW_WORDS, (k + 1) * ROW_WORDS));
      const versions = this.#versions.get(index);
      if (versions === undefined) this.#versions.set(index, [version]);
      else versions.push(version);
      this.revised = true;
    });
    this.#applied[partition] = image.offset;
  }

  #takeRow(): number {
    const free = this.#freeRows.pop();
    if (free !== undefined) return free;
    const rows = this.#side.length;
    if (this.#sideRows === rows) {
      const grown = new DirectoryRows(2 * rows, this.#network.sites.length);
      for (let row = 0; row < rows; row++) grown.copy(row, this.#side, row);
      this.#side = grown;
    }
    return this.#sideRows++;
  }
}

/** A directory of all subscribers as seeded, for twins computed without a broker. */
export function seedDirectory(config: TwinConfig, network: Network): Directory {
  const directory = new Directory(config, network);
  const population = new Population(config, network);
  for (let index = 0; index < config.capacity; index++) {
    if (population.isActiveAtSeeding(index)) directory.seed(population.build(index));
  }
  return directory;
}

/**
 * The directory as of a vector of end offsets (exclusive) by partition of `subscriber_state`, which a tick names. Positions are km on the
 * network's plane. While nothing is revised a read is one field test and one array access.
 */
export class DirectoryView {
  readonly capacity: number;
  readonly #directory: Directory;
  readonly #base: DirectoryRows;
  readonly #offsets: Float64Array;
  #revision = 0;

  constructor(directory: Directory, offsets: ArrayLike<number> = []) {
    this.capacity = directory.capacity;
    this.#directory = directory;
    this.#base = directory.base;
    this.#offsets = new Float64Array(directory.partitions);
    this.#offsets.set(Array.from(offsets));
  }

  /** Changes when, and only when, an `advance` changed what the view answers. Caches of what was computed from it compare this. */
  get revision(): number {
    return this.#revision;
  }

  /** Moves the view to later end offsets, whose records must have been applied to the directory. */
  advance(offsets: ArrayLike<number>): void {
    if (this.#directory.revised && this.#directory.hasVersionBetween(this.#offsets, offsets)) this.#revision++;
    this.#offsets.set(Array.from(offsets));
  }

  homeX(index: number): number {
    const row = this.#row(index);
    return row < 0 ? this.#base.homeX(index) : this.#directory.side.homeX(row);
  }

  homeY(index: number): number {
    const row = this.#row(index);
    return row < 0 ? this.#base.homeY(index) : this.#directory.side.homeY(row);
  }

  homeSite(index: number): number {
    const row = this.#row(index);
    return row < 0 ? this.#base.homeSite(index) : this.#directory.side.homeSite(row);
  }

  /** Equals `homeX` for someone without a workplace (`hasWork`); so do `workY` and `workSite`. */
  workX(index: number): number {
    const row = this.#row(index);
    return row < 0 ? this.#base.workX(index) : this.#directory.side.workX(row);
  }

  workY(index: number): number {
    const row = this.#row(index);
    return row < 0 ? this.#base.workY(index) : this.#directory.side.workY(row);
  }

  workSite(index: number): number {
    const row = this.#row(index);
    return row < 0 ? this.#base.workSite(index) : this.#directory.side.workSite(row);
  }

  hasWork(index: number): boolean {
    return (this.#flags(index) & Flag.HAS_WORK) !== 0;
  }

  nightOff(index: number): boolean {
    return (this.#flags(index) & Flag.NIGHT_OFF) !== 0;
  }

  segment(index: number): Segment {
    return (this.#flags(index) & Flag.SEGMENT) as Segment;
  }

  status(index: number): Status {
    return ((this.#flags(index) & Flag.STATUS) >> Flag.STATUS_SHIFT) as Status;
  }

  isActive(index: number): boolean {
    return (this.#flags(index) & Flag.STATUS) === SubscriberStatus.ACTIVE << Flag.STATUS_SHIFT;
  }

  /** Bit mask of `Capability`. */
  capabilities(index: number): number {
    const row = this.#row(index);
    return row < 0 ? this.#base.capabilities(index) : this.#directory.side.capabilities(row);
  }

  /** Rate code of calls made to people they know. */
  callRate(index: number): number {
    const row = this.#row(index);
    return row < 0 ? this.#base.calls(index) : this.#directory.side.calls(row);
  }

  /** Rate code of texts sent. */
  textRate(index: number): number {
    const row = this.#row(index);
    return row < 0 ? this.#base.texts(index) : this.#directory.side.texts(row);
  }

  /** Rate code of data sessions. */
  sessionRate(index: number): number {
    const row = this.#row(index);
    return row < 0 ? this.#base.sessions(index) : this.#directory.side.sessions(row);
  }

  #flags(index: number): number {
    const row = this.#row(index);
    return row < 0 ? this.#base.flags(index) : this.#directory.side.flags(row);
  }

  #row(index: number): number {
    return this.#directory.revised ? this.#directory.sideRow(index, this.#offsets) : -1;
  }
}
