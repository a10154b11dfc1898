import { setImmediate as turn } from 'node:timers/promises';
import { Whereabouts } from '../../../twin/mobility/whereabouts.ts';
import { Causes } from '../../../twin/scenarios/causes.ts';
import type { ResolvedScenario } from '../../../twin/scenarios/types.ts';
import type { World } from '../../../twin/world.ts';

/** The twin at an event time: everything that who is where depends on. */
export interface Moment {
  /** Event time, ms. */
  readonly time: number;
  readonly world: World;
  readonly scenarios: readonly ResolvedScenario[];
}

/** Where everybody is attached at an event time. */
export interface Attachments {
  readonly time: number;
  /** Index of the serving cell by subscriber; -1 for whoever is off, out of coverage or not a customer. */
  readonly cells: Int32Array;
}

/** Where one subscriber is attached, or null. */
export interface Attachment {
  readonly cell: number;
  /** Position on the network's plane, km. */
  readonly x: number;
  readonly y: number;
}

/** Work between two chances for other requests, ms. */
const SLICE_MS = 10;
const KEPT = 2;

/** True position and serving cell: a pure function of the twin's state, the causes and time, so no stream is read for it. */
export function attachmentOf(subscriber: number, { time, world, scenarios }: Moment): Attachment | null {
  const whereabouts = new Whereabouts(world);
  const attached = world.directory.isActive(subscriber) && whereabouts.isReachable(subscriber, time, Causes.of(scenarios, world));
  return attached ? { cell: whereabouts.cell, x: whereabouts.x, y: whereabouts.y } : null;
}

/**
 * Who is attached where, of the whole population. The first answer plans everybody's day (about 5 s of CPU at 1 M subscribers, in
 * slices); later ones remember where people stay.
 */
export class AttachmentMaps {
  readonly #kept: { readonly time: number; readonly map: Promise<Attachments> }[] = [];

  /** The map of a moment; the one made before for the same time. */
  async at(moment: Moment): Promise<Attachments> {
    const known = this.known(moment.time);
    if (known !== undefined) return known;
    const map = compute(moment);
    const entry = { time: moment.time, map };
    this.#kept.push(entry);
    if (this.#kept.length > KEPT) this.#kept.shift();
    map.catch(() => { this.#kept.splice(this.#kept.indexOf(entry), 1); });
    return map;
  }

  known(time: number): Promise<Attachments> | undefined {
    return this.#kept.find((entry) => entry.time === time)?.map;
  }

  /** Time of the newest map; NaN while there is none. */
  get latest(): number {
    return this.#kept.at(-1)?.time ?? NaN;
  }
}

async function compute({ time, world, scenarios }: Moment): Promise<Attachments> {
  const { capacity } = world.config;
  const cells = new Int32Array(capacity).fill(-1);
  const whereabouts = new Whereabouts(world);
  const causes = Causes.of(scenarios, world);
  let sliceEnd = performance.now() + SLICE_MS;
  for (let i = 0; i < capacity; i++) {
    if (world.directory.isActive(i) && whereabouts.isReachable(i, time, causes)) cells[i] = whereabouts.cell;
    if ((i & 63) === 63 && performance.now() > sliceEnd) {
      await turn();
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
  return { time, cells };
}
