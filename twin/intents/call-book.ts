import { HOUR } from '../config.ts';
import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { Ties } from '../social/ties.ts';
import { hourMass, placeWithinHour, VOICE } from '../time/profiles.ts';
import type { World } from '../world.ts';
import { CallStatus, CallTable } from './call-table.ts';
import { callDestination, Destination } from './destinations.ts';
import { Engagements } from './engagements.ts';
import { HourlyCounts, rateColumn } from './hourly-counts.ts';

/** Calls from other networks, per call made. An assumption. */
const INBOUND_RATIO = 0.45;
/** Longest conversation, ms. Bounds the look-back. */
export const LONGEST_CALL = HOUR - 90_000;
/** Conversation: truncated log-logistic (Vaz de Melo et al., ECML PKDD 2010), scale 54 s, log-odds slope 1.1. */
const TALK_SCALE = 54_000;
const TALK_SLOPE = 1.1;
/** Shares of the law below the shortest conversation, 1 s, and below the longest. */
const TALK_FROM = talkShare(1_000);
const TALK_TO = talkShare(LONGEST_CALL);
/** Excerpts kept: the longest look-back of care, for tasks that restore one after another. */
const EXCERPTS_KEPT = 24;

/**
 * Every call that anyone of the whole population proposes, hour by hour. One book per process serves all its tasks; a
 * table is a pure function of (world, hour).
 *
 * Arbitration is one hop: a proposal yields to every overlapping proposal of either party that began earlier, also to
 * one that itself yields. Both parties' owners therefore agree without talking, and nothing depends on what came
 * more than two hours before.
 */
export class CallBook {
  readonly #world: World;
  readonly #ties: Ties;
  readonly #draw: Draw;
  /** The hour last arbitrated and the one before it, which tasks that are apart ask for too. */
  readonly #proposed = new Map<number, CallTable>();
  /** Tables of hours that are forgotten, until an hour has been arbitrated. */
  readonly #spare: CallTable[] = [];
  readonly #yields = new Map<number, Uint8Array>();
  readonly #settled = new Set<number>();
  readonly #excerpts = new Map<number, CallTable>();
  readonly #counts = new HourlyCounts();
  /** Rate codes of the whole population; made when the first hour is asked for. */
  #rates: Uint8Array | null = null;
  /** The table last asked for: observers ask call by call. */
  #latest: CallTable | null = null;

  constructor(world: World) {
    this.#world = world;
    this.#ties = new Ties(world.config.seed, world.config.capacity);
    this.#draw = new Draw(world.config.seed);
  }

  /** The calls proposed in an hour (hours since the epoch), arbitrated. Valid until an earlier hour is asked for, or one two hours later. */
  calls(hour: number): CallTable {
    return hour === this.#latest?.hour ? this.#latest : (this.#latest = this.#arbitrated(hour));
  }

  #arbitrated(hour: number): CallTable {
    if (!this.#settled.has(hour)) {
      this.#keep(hour - (this.#yields.has(hour - 1) ? 1 : 2), hour);
      this.#settle(hour);
      this.#settled.add(hour);
      this.#keep(hour - 1, hour);
      for (const table of this.#spare) table.free();
      this.#spare.length = 0;
    }
    return this.#proposals(hour);
  }

  /** The few calls of an hour that `keep` picks, in a table of their own. Every caller must keep the same ones. */
  excerpt(hour: number, keep: (table: CallTable, j: number) => boolean): CallTable {
    let excerpt = this.#excerpts.get(hour);
    if (excerpt === undefined) {
      const table = this.calls(hour);
      excerpt = new CallTable();
      excerpt.clear(hour);
      for (let j = 0; j < table.length; j++) if (keep(table, j)) excerpt.append(table, j);
      this.#excerpts.set(hour, excerpt);
      if (this.#excerpts.size > EXCERPTS_KEPT) this.#excerpts.delete(this.#excerpts.keys().next().value!);
    }
    return excerpt;
  }

  #proposals(hour: number): CallTable {
    let table = this.#proposed.get(hour);
    if (table === undefined) {
      table = this.#spare.pop() ?? new CallTable();
      this.#propose(table, hour);
      this.#proposed.set(hour, table);
    }
    return table;
  }

  /** Forgets all hours but [first, last]. */
  #keep(first: number, last: number): void {
    for (const [hour, table] of this.#proposed) {
      if (hour >= first && hour <= last) continue;
      this.#proposed.delete(hour);
      this.#yields.delete(hour);
      this.#settled.delete(hour);
      this.#spare.push(table);
    }
  }

  #propose(table: CallTable, hour: number): void {
    const { config, directory, localTime } = this.#world;
    table.clear(hour);
    const hourOfWeek = localTime.hourOfWeek(hour * HOUR);
    const perHour = ((1 + INBOUND_RATIO) * hourMass(VOICE, hourOfWeek)) / 24;
    const counts = this.#counts;
    counts.begin((perDay) => perDay * perHour);
    const rates = (this.#rates ??= rateColumn(config.capacity, (i) => (directory.isActive(i) ? directory.callRate(i) : 0)));
    const draw = this.#draw;
    for (let i = 0; i < rates.length; i++) {
      if (rates[i] === 0) continue;
      const n = Math.min(15, counts.draw(rates[i], draw.at(Purpose.groupCalls, i, hour)));
      for (let k = 0; k < n; k++) this.#proposeOne(table, i, hour, k, hourOfWeek);
    }
  }

  #proposeOne(table: CallTable, i: number, hour: number, k: number, hourOfWeek: number): void {
    const draw = this.#draw.at(Purpose.call, i, hour * 16 + k);
    const inbound = draw.unit() < INBOUND_RATIO / (1 + INBOUND_RATIO);
    let destination: Destination = inbound ? Destination.ON_NET : callDestination(draw.unit());
    const offset = Math.floor(HOUR * placeWithinHour(VOICE, hourOfWeek, draw.unit()));
    const share = TALK_FROM + (TALK_TO - TALK_FROM) * draw.unit();
    const talk = TALK_SCALE * Math.exp(Math.log(share / (1 - share)) / TALK_SLOPE);
    const ring = 2_000 + 7_000 * draw.exponential();
    const willing = draw.chance(0.79);
    const circle = draw.unit();
    const favourite = draw.unit();
    const outside = draw.bits();
    let callee = -1;
    if (!inbound && destination === Destination.ON_NET) {
      callee = this.#ties.pick(i, circle, favourite);
      if (callee < 0 || !this.#world.directory.isActive(callee)) destination = Destination.OFF_NET;
    }
    const onNet = destination === Destination.ON_NET && !inbound;
    const j = table.extend();
    table.caller[j] = inbound ? -1 : i;
    table.callee[j] = inbound ? i : onNet ? callee : -1;
    table.ordinal[j] = k;
    table.destination[j] = destination;
    table.offset[j] = offset;
    table.ring[j] = Math.round(willing ? Math.min(ring, 28_000) : Math.min(12_000 + ring, 40_000));
    table.talk[j] = Math.round(Math.min(talk, LONGEST_CALL));
    table.willing[j] = willing || destination === Destination.EMERGENCY || destination === Destination.SHORT_CODE ? 1 : 0;
    table.outsideBits[j] = outside;
  }

  #settle(hour: number): void {
    const before = this.#proposals(hour - 1);
    const yieldsBefore = this.#yields.get(hour - 1) ?? this.#arbitrate(before, this.#proposals(hour - 2), null);
    this.#arbitrate(this.#proposals(hour), before, yieldsBefore);
  }

  /**
   * For every call: bit 0 its caller is engaged earlier, bit 1 its callee is. Given those of the calls before, also sets the status of each.
   */
  #arbitrate(table: CallTable, before: CallTable, yieldsBefore: Uint8Array | null): Uint8Array {
    const engagements = new Engagements(this.#world.config.capacity, table, before);
    const yields = new Uint8Array(table.length);
    const { caller, callee } = table;
    for (let j = 0; j < table.length; j++) {
      if (caller[j] >= 0 && engagements.isEngaged(j, caller[j])) yields[j] = 1;
      if (callee[j] >= 0 && engagements.isEngaged(j, callee[j])) yields[j] |= 2;
    }
    if (yieldsBefore !== null) {
      for (let j = 0; j < table.length; j++) {
        table.status[j] =
          (yields[j] & 1) !== 0 ? CallStatus.NOT_ATTEMPTED
          : (yields[j] & 2) === 0 ? CallStatus.PROCEEDS
          : engagements.isInCall(j, callee[j], yields, yieldsBefore) ? CallStatus.BUSY
          : CallStatus.DISTRACTED;
      }
    }
    engagements.free();
    this.#yields.set(table.hour, yields);
    return yields;
  }
}

/** Share of conversations that end within `t` ms, before truncation. */
function talkShare(t: number): number {
  return 1 / (1 + Math.exp(-TALK_SLOPE * Math.log(t / TALK_SCALE)));
}
