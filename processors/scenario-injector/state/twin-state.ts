import type { StateChange } from '../../../twin/scenarios/index.ts';
import type { Turn } from './scenario-table.ts';

/** A record of a state topic that a change makes necessary. `version` counts from 1 at seeding. */
export type StateVersion =
  | { readonly type: 'SUBSCRIBER'; readonly subscriber: number; readonly imsi: number; readonly imei: number; readonly version: number; readonly at: number }
  | { readonly type: 'CELL'; readonly cell: number; readonly inService: boolean; readonly version: number; readonly at: number };

/**
 * What scenarios have made of the seeded state: a fold over all turns so far, so that a new leader gets the same by reading
 * `scenario_state`. A cell is out of service while at least one scenario holds it so; an identity is the last one written.
 */
export class TwinState {
  readonly #cells = new Map<number, { outages: number; version: number }>();
  /** Versions of the subscribers whose identity was ever changed. */
  readonly #subscribers = new Map<number, number>();

  /** Applies turns in order and answers the versions they make, one per entity and turn that changed it. */
  advance(turns: readonly Turn[]): StateVersion[] {
    const versions: StateVersion[] = [];
    for (const turn of turns) {
      for (const change of turn.changes) {
        const version = change.type === 'CELL_STATUS' ? this.#cell(change, turn.at) : this.#identity(change, turn.at);
        if (version !== null) versions.push(version);
      }
    }
    return versions;
  }

  #cell(change: StateChange & { type: 'CELL_STATUS' }, at: number): StateVersion | null {
    const before = this.#cells.get(change.cell) ?? { outages: 0, version: 1 };
    const outages = Math.max(0, before.outages + (change.inService ? -1 : 1));
    const changed = (outages === 0) !== (before.outages === 0);
    const version = before.version + (changed ? 1 : 0);
    this.#cells.set(change.cell, { outages, version });
    return changed ? { type: 'CELL', cell: change.cell, inService: outages === 0, version, at } : null;
  }

  #identity(change: StateChange & { type: 'SUBSCRIBER_IDENTITY' }, at: number): StateVersion {
    const { subscriber, imsi, imei } = change;
    const version = (this.#subscribers.get(subscriber) ?? 1) + 1;
    this.#subscribers.set(subscriber, version);
    return { type: 'SUBSCRIBER', subscriber, imsi, imei, version, at };
  }
}
