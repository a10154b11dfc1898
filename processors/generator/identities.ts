import type { Causes } from '../../twin/scenarios/causes.ts';
import type { HeldIdentity } from '../../twin/scenarios/kind.ts';
import { PLANS, type Plan } from '../../twin/population/plans.ts';
import type { PartitionMap } from './partition-map.ts';

/** SIM, device and tariff of one subscriber at a time. */
export interface IdentityColumnsRow {
  readonly index: number;
  readonly imsi: number;
  readonly imei: number;
  readonly plan: string;
}

/** SIMs, devices and tariffs of one partition's subscribers, as of the offsets of its task. 17 bytes a subscriber. */
export class Identities {
  /** Rises with every change. */
  revision = 0;
  readonly #map: PartitionMap;
  readonly #imsi: Float64Array;
  readonly #imei: Float64Array;
  readonly #plan: Uint8Array;
  #causes: Causes | null = null;

  constructor(map: PartitionMap, size: number) {
    this.#map = map;
    this.#imsi = new Float64Array(size);
    this.#imei = new Float64Array(size);
    this.#plan = new Uint8Array(size);
  }

  set(row: IdentityColumnsRow): void {
    const local = this.#map.localOf[row.index];
    this.#imsi[local] = row.imsi;
    this.#imei[local] = row.imei;
    const plan = PLANS.findIndex((candidate) => candidate.name === row.plan);
    if (plan < 0) throw new RangeError(`subscriber ${row.index} has the unknown plan "${row.plan}"`);
    this.#plan[local] = plan;
    this.revision++;
  }

  /** All causes in force: what the columns' present identities came from. */
  under(causes: Causes): void {
    this.#causes = causes;
  }

  /** The SIM that answers to the subscriber's number at `time`, had only `causes` acted. */
  imsi(subscriber: number, time: number, causes: Causes): number {
    return this.#undone(subscriber, time, causes)?.rightfulImsi ?? this.#imsi[this.#map.localOf[subscriber]];
  }

  imei(subscriber: number, time: number, causes: Causes): number {
    return this.#undone(subscriber, time, causes)?.rightfulImei ?? this.#imei[this.#map.localOf[subscriber]];
  }

  plan(subscriber: number): Plan {
    return PLANS[this.#plan[this.#map.localOf[subscriber]]];
  }

  /** The rightful identity, where the columns hold a swapped one that `causes` knows nothing of. */
  #undone(subscriber: number, time: number, causes: Causes): HeldIdentity | undefined {
    if (this.#causes === null || causes === this.#causes) return undefined;
    for (const effect of this.#causes.effects) {
      if (effect.identity === undefined || time < effect.from || time >= effect.until || causes.effects.includes(effect)) continue;
      const held = effect.identity(subscriber);
      if (held !== undefined) return held;
    }
    return undefined;
  }
}
