import { NetworkLogEventType as Type } from '../../schemas/generated/NetworkLog.generated.ts';
import type { Slab } from '../../schemas/slab.ts';
import { HOUR, MINUTE } from '../../twin/config.ts';
import { Injected, IntentKind } from '../../twin/intents/intent.ts';
import type { Membership } from '../../twin/intents/membership.ts';
import type { Books } from '../../twin/intents/planner.ts';
import { Whereabouts } from '../../twin/mobility/whereabouts.ts';
import { linkBreak } from '../../twin/outcomes/inactivity.ts';
import { Moves, type Move } from '../../twin/outcomes/moves.ts';
import { LONGEST_USE } from '../../twin/outcomes/stolen-number.ts';
import { Radio } from '../../twin/radio/radio.ts';
import type { Causes } from '../../twin/scenarios/causes.ts';
import type { World } from '../../twin/world.ts';
import { injectedOrdinal, originOf } from '../generator/event-id.ts';
import type { Identities } from '../generator/identities.ts';
import type { File, Intent, Observer } from '../generator/observer.ts';
import { Alarms } from './alarms.ts';
import { Connections } from './connections.ts';
import { Journal } from './journal.ts';
import { Swaps } from './swaps.ts';

const LONGEST_TRIP = 3 * HOUR;

/** Radio and core network monitoring: mobility management, connections, bearers, handovers, alarms. */
export class NetworkLogObserver implements Observer {
  readonly stream = 'network_logs';
  readonly interests = {
    kinds: new Set([
      IntentKind.CALL, IntentKind.MESSAGE, IntentKind.SESSION, IntentKind.PERIODIC_UPDATE, IntentKind.TRIP, IntentKind.POWER,
      IntentKind.INJECTED, IntentKind.CELL,
    ]),
    onlyInclined: false,
  };
  readonly tolerances = {
    sinr_db: { absolute: 2 }, rsrq_db: { absolute: 1.5 }, throughput_dl_kbps: { relative: 0.25 }, procedure_ms: { relative: 0.25 },
  };
  readonly #journal: Journal;
  readonly #connections: Connections;
  readonly #alarms: Alarms;
  readonly #swaps: Swaps;
  readonly #whereabouts: Whereabouts;
  readonly #moves: Moves;
  readonly #radio: Radio;
  /** Whose moves are followed. */
  #mover = 0;
  readonly #move: Move = (kind, time, cell) => {
    if (kind === 'UPDATE') this.#journal.update(this.#mover, time, cell);
    else if (kind === 'LOST') this.#journal.lose(this.#mover, time, cell);
    else this.#journal.attach(this.#mover, time, cell);
  };

  constructor(world: World, books: Books, members: Membership, identities: Identities) {
    this.#whereabouts = new Whereabouts(world);
    this.#journal = new Journal(world.network, identities);
    this.#connections = new Connections(world, books, members, this.#journal, this.#whereabouts);
    this.#alarms = new Alarms(world.config.seed, this.#journal);
    this.#swaps = new Swaps(world, this.#journal, this.#connections, this.#whereabouts);
    this.#moves = new Moves(world, this.#whereabouts);
    this.#radio = new Radio(world);
  }

  lookBack(kind: IntentKind): number {
    switch (kind) {
      case IntentKind.TRIP:
        return LONGEST_TRIP;
      case IntentKind.CALL:
      case IntentKind.SESSION:
      case IntentKind.CELL:
        return HOUR + 2 * MINUTE;
      case IntentKind.INJECTED:
        return LONGEST_USE + MINUTE;
      default:
        return 5 * MINUTE;
    }
  }

  encode(slab: Slab): void {
    this.#journal.encode(slab);
  }

  snapshot(): Record<string, unknown> {
    return this.#journal.snapshot();
  }

  observe(intent: Intent, causes: Causes, file: File): void {
    this.#journal.begin(intent, causes, file);
    switch (intent.kind) {
      case IntentKind.CALL:
        return this.#connections.observeCall(intent);
      case IntentKind.MESSAGE:
        return this.#connections.observeMessage(intent);
      case IntentKind.SESSION:
        return this.#connections.observeSession(intent);
      case IntentKind.PERIODIC_UPDATE:
        return this.#observePeriodicUpdate(intent);
      case IntentKind.TRIP:
        return this.#observeTrip(intent);
      case IntentKind.POWER:
        return this.#observePower(intent);
      case IntentKind.CELL:
        return this.#alarms.observe(intent);
      case IntentKind.INJECTED:
        return this.#observeInjected(intent);
      case IntentKind.CARE:
        return;
    }
  }

  #observePeriodicUpdate({ subscriber: i, start, hour }: Intent): void {
    const journal = this.#journal;
    const { row, causes } = journal;
    const where = this.#whereabouts;
    if (!where.isReachable(i, start, causes, 400)) return;
    const { cell } = where;
    journal.tag = 'np';
    journal.connected = start;
    const broken = linkBreak(i, cell, start, start + 320, causes);
    this.#radio.measure(i, cell, where.x, where.y, where.place, -1 - hour, start, causes);
    journal.measured(this.#radio);
    row.procedure_ms = 42;
    journal.log(Type.RRC_SETUP, start, i, cell);
    if (broken > start + 60) {
      row.procedure_ms = 110;
      journal.update(i, start + 60, cell);
    }
    this.#connections.release(Math.min(broken, start + 320), i, cell, broken < Infinity);
  }

  #observeTrip(intent: Intent): void {
    const journal = this.#journal;
    journal.tag = 'nj';
    journal.ordinal = Math.floor((intent.start - intent.hour * HOUR) / 1000);
    this.#mover = intent.subscriber;
    this.#moves.followTrip(intent.subscriber, intent.start, intent.detail, intent.since, journal.causes, this.#move);
  }

  #observePower({ subscriber: i, start, hour, detail }: Intent): void {
    const journal = this.#journal;
    const where = this.#whereabouts;
    journal.tag = 'no';
    journal.ordinal = Math.floor((start - hour * HOUR) / 1000);
    if (journal.causes.isDispossessed(i, start) || !where.locate(i, start, journal.causes)) return;
    if (detail === 0) journal.detach(i, start, where.cell, null);
    else journal.attach(i, start, where.cell);
  }

  #observeInjected(intent: Intent): void {
    const code = intent.detail & 15;
    const { effect, subscriber: i, start } = intent;
    if (effect === null) return;
    const journal = this.#journal;
    journal.tag = 'nx';
    journal.ordinal = injectedOrdinal(start, intent.hour, code);
    journal.origin = originOf(effect);
    if (code === Injected.CELL_ALARM || code === Injected.CELL_CLEARED) this.#alarms.observeOutage(intent, code === Injected.CELL_CLEARED);
    else if (code === Injected.CELL_LOST || code === Injected.CELL_BACK) {
      this.#mover = i;
      this.#moves.atOutageEdge(i, start, effect, journal.causes, this.#move);
    } else this.#swaps.observe(intent);
  }
}
