import type { Causes } from '../../twin/scenarios/causes.ts';
import type { HeldIdentity } from '../../twin/scenarios/kind.ts';
import { PLANS, type Plan } from '../../twin/population/plans.ts';

interface Version {
  readonly offset: number;
  readonly imsi: number;
  readonly imei: number;
  readonly plan: number;
}

/** Identities of one partition as columns: what `load` makes an equal table of. */
export interface IdentityImage {
  /** Subscribers with any version; IMSI, IMEI and plan of the first. */
  readonly index: Int32Array;
  readonly rows: Float64Array;
  /** Later versions: subscriber, and offset, IMSI, IMEI and plan. Those of one subscriber in the order of their offsets. */
  readonly laterIndex: Int32Array;
  readonly laterRows: Float64Array;
}

/** Numbers a later version takes in an image. */
const LATER = 4;
/** Numbers a subscriber takes in an image: IMSI, IMEI, plan. */
const IMAGE_ROW = 3;
/** Numbers a subscriber takes here, and where they lie. */
const ROW = 2;
const IMEI = 1;
const PLAN_INDEX: ReadonlyMap<string, number> = new Map(PLANS.map((plan, k) => [plan.name, k]));

/**
 * SIMs, devices and tariffs of every subscriber, with every version by offset in its partition of `subscriber_state`, so that
 * tasks at different ticks agree. One per process; 17 bytes a subscriber.
 */
export class IdentityTable {
  /** IMSI and IMEI of one subscriber after another, so that they share a cache line. */
  readonly #rows: Float64Array;
  /** Position in `PLANS`. */
  readonly #plans: Uint8Array;
  readonly #later = new Map<number, Version[]>();

  constructor(capacity: number) {
    this.#rows = new Float64Array(capacity * ROW);
    this.#plans = new Uint8Array(capacity);
  }

  /** Adds a version. Versions of a subscriber come in offset order; the first is valid from the beginning. */
  set(index: number, offset: number, imsi: number, imei: number, planName: string): void {
    const plan = PLAN_INDEX.get(planName);
    if (plan === undefined) throw new RangeError(`subscriber ${index} has the unknown plan "${planName}"`);
    const row = index * ROW;
    if (this.#rows[row] === 0) {
      this.#rows[row] = imsi;
      this.#rows[row + IMEI] = imei;
      this.#plans[index] = plan;
      return;
    }
    const version = { offset, imsi, imei, plan };
    const later = this.#later.get(index);
    if (later === undefined) this.#later.set(index, [version]);
    else if (later[later.length - 1].offset < offset) later.push(version);
  }

  /** True when the subscriber has any version. */
  isKnown(index: number): boolean {
    return this.#rows[index * ROW] !== 0;
  }

  /** The subscribers `index`, all of them known, as columns of their own. */
  image(index: Int32Array<ArrayBuffer>): IdentityImage {
    const rows = new Float64Array(index.length * IMAGE_ROW);
    const laterIndex: number[] = [];
    const laterRows: number[] = [];
    for (let k = 0, to = 0; k < index.length; k++) {
      const from = index[k] * ROW;
      rows[to++] = this.#rows[from];
      rows[to++] = this.#rows[from + IMEI];
      rows[to++] = this.#plans[index[k]];
      if (this.#later.size === 0) continue;
      for (const { offset, imsi, imei, plan } of this.#later.get(index[k]) ?? []) {
        laterIndex.push(index[k]);
        laterRows.push(offset, imsi, imei, plan);
      }
    }
    return { index, rows, laterIndex: Int32Array.from(laterIndex), laterRows: Float64Array.from(laterRows) };
  }

  /** Takes over subscribers of whom no version was set yet. */
  load(image: IdentityImage): void {
    for (let k = 0, from = 0; k < image.index.length; k++) {
      const index = image.index[k];
      this.#rows[index * ROW] = image.rows[from++];
      this.#rows[index * ROW + IMEI] = image.rows[from++];
      this.#plans[index] = image.rows[from++];
    }
    image.laterIndex.forEach((index, k) => {
      const [offset, imsi, imei, plan] = image.laterRows.subarray(k * LATER, (k + 1) * LATER);
      const later = this.#later.get(index);
      if (later === undefined) this.#later.set(index, [{ offset, imsi, imei, plan }]);
      else later.push({ offset, imsi, imei, plan });
    });
  }

  /** Makes the newest version before `endOf` a subscriber, which every reader has passed, its first one. */
  fold(endOf: (index: number) => number): void {
    for (const [index, later] of this.#later) {
      const end = endOf(index);
      const passed = later.findLastIndex(({ offset }) => offset < end) + 1;
      if (passed === 0) continue;
      const { imsi, imei, plan } = later[passed - 1];
      this.#rows.set([imsi, imei], index * ROW);
      this.#plans[index] = plan;
      later.splice(0, passed);
      if (later.length === 0) this.#later.delete(index);
    }
  }

  imsi(index: number, end: number): number {
    return this.#later.size === 0 ? this.#rows[index * ROW] : (this.#versionBefore(index, end)?.imsi ?? this.#rows[index * ROW]);
  }

  imei(index: number, end: number): number {
    return this.#later.size === 0 ? this.#rows[index * ROW + IMEI] : (this.#versionBefore(index, end)?.imei ?? this.#rows[index * ROW + IMEI]);
  }

  plan(index: number, end: number): Plan {
    const plan = this.#later.size === 0 ? this.#plans[index] : (this.#versionBefore(index, end)?.plan ?? this.#plans[index]);
    return PLANS[plan];
  }

  #versionBefore(index: number, end: number): Version | undefined {
    return this.#later.get(index)?.findLast((version) => version.offset < end);
  }
}

/** The identities of one partition as of an end offset of its state, and as they would be without a scenario. */
export class Identities {
  readonly #table: IdentityTable;
  #end = 0;
  #causes: Causes | null = null;

  constructor(table: IdentityTable) {
    this.#table = table;
  }

  /** Moves to an end offset (exclusive) of the partition, and to the causes that the identities there came from. */
  asOf(end: number, causes: Causes): void {
    this.#end = end;
    this.#causes = causes;
  }

  /** The SIM that answers to the subscriber's number at `time`, had only `causes` acted. */
  imsi(subscriber: number, time: number, causes: Causes): number {
    return this.#claim(subscriber, time, causes)?.imsi ?? this.#table.imsi(subscriber, this.#end);
  }

  imei(subscriber: number, time: number, causes: Causes): number {
    return this.#claim(subscriber, time, causes)?.imei ?? this.#table.imei(subscriber, this.#end);
  }

  plan(subscriber: number): Plan {
    return this.#table.plan(subscriber, this.#end);
  }

  /**
   * The identity of a subscriber whom a scenario acts on: its holder's within [from, until) where `causes` knows of it, else the
   * rightful one. The table alone would not do: a record written after a swap may be about a time before it.
   */
  #claim(subscriber: number, time: number, causes: Causes): { readonly imsi: number; readonly imei: number } | undefined {
    if (this.#causes === null) return undefined;
    let rightful: HeldIdentity | undefined;
    for (const effect of this.#causes.effects) {
      const held = effect.identity?.(subscriber);
      if (held === undefined) continue;
      if (time >= effect.from && time < effect.until && (causes === this.#causes || causes.effects.includes(effect))) return held;
      rightful ??= held;
    }
    return rightful === undefined ? undefined : { imsi: rightful.rightfulImsi, imei: rightful.rightfulImei };
  }
}
