import type { Causes } from '../../twin/scenarios/causes.ts';
import type { HeldIdentity } from '../../twin/scenarios/kind.ts';
import { PLANS, type Plan } from '../../twin/population/plans.ts';

/** SIM, device and tariff of one subscriber at a time. */
export interface Identity {
  readonly imsi: number;
  readonly imei: number;
  /** Name of a tariff. */
  readonly plan: string;
}

interface Version {
  readonly offset: number;
  readonly imsi: number;
  readonly imei: number;
  readonly plan: number;
}

const PLAN_INDEX: ReadonlyMap<string, number> = new Map(PLANS.map((plan, k) => [plan.name, k]));

/**
 * SIMs, devices and tariffs of every subscriber, with every version by offset in its partition of `subscriber_state`, so that
 * tasks at different ticks agree. One per process; 17 bytes a subscriber.
 */
export class IdentityTable {
  readonly #imsi: Float64Array;
  readonly #imei: Float64Array;
  readonly #plan: Uint8Array;
  readonly #later = new Map<number, Version[]>();

  constructor(capacity: number) {
    this.#imsi = new Float64Array(capacity);
    this.#imei = new Float64Array(capacity);
    this.#plan = new Uint8Array(capacity);
  }

  /** Adds a version. Versions of a subscriber come in offset order; the first is valid from the beginning. */
  set(index: number, offset: number, imsi: number, imei: number, planName: string): void {
    const plan = PLAN_INDEX.get(planName);
    if (plan === undefined) throw new RangeError(`subscriber ${index} has the unknown plan "${planName}"`);
    if (this.#imsi[index] === 0) {
      this.#imsi[index] = imsi;
      this.#imei[index] = imei;
      this.#plan[index] = plan;
      return;
    }
    const version = { offset, imsi, imei, plan };
    const later = this.#later.get(index);
    if (later === undefined) this.#later.set(index, [version]);
    else if (later[later.length - 1].offset < offset) later.push(version);
  }

  imsi(index: number, end: number): number {
    return this.#later.size === 0 ? this.#imsi[index] : (this.#versionBefore(index, end)?.imsi ?? this.#imsi[index]);
  }

  imei(index: number, end: number): number {
    return this.#later.size === 0 ? this.#imei[index] : (this.#versionBefore(index, end)?.imei ?? this.#imei[index]);
  }

  plan(index: number, end: number): Plan {
    const plan = this.#later.size === 0 ? this.#plan[index] : (this.#versionBefore(index, end)?.plan ?? this.#plan[index]);
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
