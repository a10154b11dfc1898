import { HOUR } from '../config.ts';
import { Injected, IntentKind, type IntentSink } from '../intents/intent.ts';
import type { Membership } from '../intents/membership.ts';
import type { World } from '../world.ts';
import type { Resolution, ScenarioEffect } from './kind.ts';
import type { ResolvedScenario } from './types.ts';

/** Share of a lost cell's load that other carriers of its sector take, when there are any; neighbours take the rest. */
const TAKEN_BY_SECTOR = 0.6;

/** What cell and site outages have in common: cells without service, their users and load elsewhere, alarms. */
export class OutageEffect implements ScenarioEffect {
  readonly scenario: ResolvedScenario;
  readonly from: number;
  readonly until: number;
  readonly #down: ReadonlySet<number>;
  /** For each cell that takes load: the lost cells it takes from and the shares. */
  readonly #takes = new Map<number, { cell: number; share: number }[]>();
  readonly #world: World;

  constructor(scenario: ResolvedScenario, world: World) {
    this.scenario = scenario;
    this.from = scenario.appliedFrom;
    this.until = scenario.appliedUntil ?? Infinity;
    this.#down = new Set(scenario.cells);
    this.#world = world;
    for (const cell of scenario.cells) this.#redistribute(cell);
  }

  isDown(cell: number): boolean {
    return this.#down.has(cell);
  }

  extraLoad(cell: number, hourOfWeek: number): number {
    const takes = this.#takes.get(cell);
    if (takes === undefined) return 0;
    let extra = 0;
    for (const { cell: lost, share } of takes) extra += share * this.#world.network.load(lost, hourOfWeek);
    return extra;
  }

  /** Everyone's phone is asked at the outage's edges; those that camp elsewhere have nothing to tell. */
  addIntents(hourStart: number, members: Membership, sink: IntentSink): void {
    this.#addEdge(this.from, Injected.CELL_LOST, hourStart, members, sink);
    this.#addEdge(this.until, Injected.CELL_BACK, hourStart, members, sink);
  }

  #addEdge(time: number, code: number, hourStart: number, members: Membership, sink: IntentSink): void {
    if (time < hourStart || time >= hourStart + HOUR) return;
    for (const i of members.subscribers) {
      if (this.#world.directory.isActive(i)) sink.add(IntentKind.INJECTED, i, time, code, -1);
    }
  }

  #redistribute(lost: number): void {
    const { network } = this.#world;
    const site = network.cellSite[lost];
    const sector = network.cellSector[lost];
    const capacity = network.cellCapacity[lost];
    const near: number[] = [];
    for (let c = network.sectorStart[3 * site + sector]; c < network.sectorStart[3 * site + sector + 1]; c++) {
      if (!this.#down.has(c)) near.push(c);
    }
    const far: number[] = [];
    for (const c of network.neighbours(lost)) {
      const sameSector = network.cellSite[c] === site && network.cellSector[c] === sector;
      if (!sameSector && !this.#down.has(c) && network.cellRat[c] === network.cellRat[lost]) far.push(c);
    }
    const toNear = near.length === 0 ? 0 : far.length === 0 ? 1 : TAKEN_BY_SECTOR;
    this.#share(near, toNear, lost, capacity);
    this.#share(far, 1 - toNear, lost, capacity);
  }

  #share(receivers: readonly number[], total: number, lost: number, capacity: number): void {
    for (const cell of receivers) {
      const share = (total * this.scenario.intensity * capacity) / (receivers.length * this.#world.network.cellCapacity[cell]);
      const takes = this.#takes.get(cell);
      if (takes === undefined) this.#takes.set(cell, [{ cell: lost, share }]);
      else takes.push({ cell: lost, share });
    }
  }
}

/** An outage of these cells, and the status changes it writes to `network_state`. */
export function outageOf(cells: readonly number[]): Resolution {
  return {
    cells,
    subscribers: [],
    onBegin: cells.map((cell) => ({ type: 'CELL_STATUS', cell, inService: false })),
    onEnd: cells.map((cell) => ({ type: 'CELL_STATUS', cell, inService: true })),
  };
}
