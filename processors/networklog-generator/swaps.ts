import { NetworkLogEventType as Type } from '../../schemas/generated/NetworkLog.generated.ts';
import { Injected } from '../../twin/intents/intent.ts';
import type { Whereabouts } from '../../twin/mobility/whereabouts.ts';
import { EMM } from '../../twin/outcomes/causes-3gpp.ts';
import { StolenNumberUse } from '../../twin/outcomes/stolen-number.ts';
import type { World } from '../../twin/world.ts';
import type { Intent } from '../generator/observer.ts';
import type { Connections } from './connections.ts';
import type { Journal } from './journal.ts';

/** What the network sees of a swapped SIM: the rightful phone is put out, the fraudster's comes, uses the number, and goes. */
export class Swaps {
  readonly #journal: Journal;
  readonly #connections: Connections;
  readonly #whereabouts: Whereabouts;
  readonly #stolen: StolenNumberUse;

  constructor(world: World, journal: Journal, connections: Connections, whereabouts: Whereabouts) {
    this.#journal = journal;
    this.#connections = connections;
    this.#whereabouts = whereabouts;
    this.#stolen = new StolenNumberUse(world);
  }

  observe(intent: Intent): void {
    const { effect, subscriber: i, start, detail } = intent;
    const held = effect?.identity?.(i);
    if (held === undefined) return;
    const journal = this.#journal;
    const where = this.#whereabouts;
    const { causes } = journal;
    switch (detail & 15) {
      case Injected.SWAP_DETACH: {
        // The network drops the old SIM where it was; identity and place are those of a moment before.
        const before = causes.without(effect!.scenario.scenarioId);
        if (!where.isReachable(i, start, before)) return;
        journal.causes = before;
        return journal.detach(i, start, where.cell, EMM.IMSI_UNKNOWN);
      }
      case Injected.SWAP_ATTACH:
        if (!causes.isDown(held.cell, start)) journal.attach(i, start, held.cell);
        return;
      case Injected.SWAP_REVERSED:
        if (where.isReachable(i, start, causes)) journal.attach(i, start, where.cell);
        return;
      default:
        this.#observeUse(intent);
    }
  }

  #observeUse(intent: Intent): void {
    const { effect, subscriber: i, start } = intent;
    const journal = this.#journal;
    const use = this.#stolen;
    if (!use.evaluate(i, intent.hour, start, intent.detail, effect!, journal.causes)) return;
    journal.refer('x');
    journal.connected = start;
    journal.log(Type.RRC_SETUP, start, i, use.cell);
    if (use.end > start + 80) journal.log(Type.SERVICE_REQUEST, start + 80, i, use.cell);
    this.#connections.release(use.end, i, use.cell, use.cut);
    journal.row.call_reference.setNull();
  }
}
