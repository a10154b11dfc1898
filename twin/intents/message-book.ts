import { lengthAfter, lengthened } from '../column.ts';
import { HOUR } from '../config.ts';
import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { Ties } from '../social/ties.ts';
import { hourMass, placeWithinHour, SMS } from '../time/profiles.ts';
import type { World } from '../world.ts';
import { Destination, outsideNumber } from './destinations.ts';
import { HourlyCounts, rateColumn } from './hourly-counts.ts';

/** Texts a subscriber receives from services (deliveries, banks, codes) and from other networks, per text sent. Assumptions. */
const FROM_SERVICES = 0.5;
const FROM_OUTSIDE = 0.4;
const ON_NET_SHARE = 0.55;
const KEPT = 3;

/** Text messages of one hour by anyone of the population, as columns; named by (owner, hour, ordinal) like calls. */
export class MessageTable {
  hour = 0;
  length = 0;
  /** Subscriber index, or -1 for a sender (recipient) outside the network. */
  sender = new Int32Array(1024);
  recipient = new Int32Array(1024);
  ordinal = new Uint8Array(1024);
  destination = new Uint8Array(1024);
  /** Sent, ms into the hour. */
  offset = new Int32Array(1024);
  /** Random bits that the number outside the network is made of, where one party is outside. */
  outsideBits = new Uint32Array(1024);

  extend(): number {
    const j = this.length++;
    if (j === this.sender.length) {
      const size = lengthAfter(j);
      this.sender = lengthened(this.sender, size);
      this.recipient = lengthened(this.recipient, size);
      this.ordinal = lengthened(this.ordinal, size);
      this.destination = lengthened(this.destination, size);
      this.offset = lengthened(this.offset, size);
      this.outsideBits = lengthened(this.outsideBits, size);
    }
    return j;
  }

  /** Event time it is sent, ms. */
  start(j: number): number {
    return this.hour * HOUR + this.offset[j];
  }

  /** Number outside the network, where one party is outside; else 0. */
  outside(j: number): number {
    return this.sender[j] >= 0 && this.recipient[j] >= 0 ? 0 : outsideNumber(this.destination[j] as Destination, this.outsideBits[j]);
  }

  owner(j: number): number {
    return this.sender[j] >= 0 ? this.sender[j] : this.recipient[j];
  }
}

/** Every text message of the whole population, hour by hour; shared by all tasks of a process. */
export class MessageBook {
  readonly #world: World;
  readonly #ties: Ties;
  readonly #draw: Draw;
  readonly #tables = new Map<number, MessageTable>();
  readonly #counts = new HourlyCounts();
  /** Rate codes of the whole population; made when the first hour is asked for. */
  #rates: Uint8Array | null = null;

  constructor(world: World) {
    this.#world = world;
    this.#ties = new Ties(world.config.seed, world.config.capacity);
    this.#draw = new Draw(world.config.seed);
  }

  /** The messages sent in an hour (hours since the epoch). Valid until {@link KEPT} other hours were asked for. */
  messages(hour: number): MessageTable {
    let table = this.#tables.get(hour);
    if (table === undefined) {
      table = this.#evict() ?? new MessageTable();
      this.#fill(table, hour);
      this.#tables.set(hour, table);
    }
    return table;
  }

  #evict(): MessageTable | undefined {
    if (this.#tables.size < KEPT) return undefined;
    const [hour, table] = this.#tables.entries().next().value!;
    this.#tables.delete(hour);
    return table;
  }

  #fill(table: MessageTable, hour: number): void {
    const { config, directory, localTime } = this.#world;
    table.hour = hour;
    table.length = 0;
    const hourOfWeek = localTime.hourOfWeek(hour * HOUR);
    const perHour = ((1 + FROM_SERVICES + FROM_OUTSIDE) * hourMass(SMS, hourOfWeek)) / 24;
    const counts = this.#counts;
    counts.begin((perDay) => perDay * perHour);
    const rates = (this.#rates ??= rateColumn(config.capacity, (i) => (directory.isActive(i) ? directory.textRate(i) : 0)));
    const draw = this.#draw;
    for (let i = 0; i < rates.length; i++) {
      if (rates[i] === 0) continue;
      const n = Math.min(31, counts.draw(rates[i], draw.at(Purpose.groupMessages, i, hour)));
      for (let k = 0; k < n; k++) this.#send(table, i, hour, k, hourOfWeek);
    }
  }

  #send(table: MessageTable, i: number, hour: number, k: number, hourOfWeek: number): void {
    const draw = this.#draw.at(Purpose.message, i, hour * 32 + k);
    const direction = draw.unit() * (1 + FROM_SERVICES + FROM_OUTSIDE);
    const offset = Math.floor(HOUR * placeWithinHour(SMS, hourOfWeek, draw.unit()));
    const toNet = draw.unit() < ON_NET_SHARE;
    const circle = draw.unit();
    const favourite = draw.unit();
    const outside = draw.bits();
    const j = table.extend();
    table.ordinal[j] = k;
    table.offset[j] = offset;
    table.outsideBits[j] = outside;
    table.sender[j] = -1;
    table.recipient[j] = -1;
    if (direction >= 1) {
      const destination = direction < 1 + FROM_SERVICES ? Destination.SHORT_CODE : Destination.OFF_NET;
      table.recipient[j] = i;
      table.destination[j] = destination;
      return;
    }
    table.sender[j] = i;
    const friend = toNet ? this.#ties.pick(i, circle, favourite) : -1;
    if (friend >= 0 && this.#world.directory.isActive(friend)) {
      table.recipient[j] = friend;
      table.destination[j] = Destination.ON_NET;
    } else {
      table.destination[j] = Destination.OFF_NET;
    }
  }
}
