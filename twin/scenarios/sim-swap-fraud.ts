import { HOUR, MINUTE, SECOND, SUBSCRIBER_ID_BASE } from '../config.ts';
import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import { Injected, IntentKind, type IntentSink } from '../intents/intent.ts';
import type { Membership } from '../intents/membership.ts';
import { imeiOf, imsiOf } from '../population/identity.ts';
import type { World } from '../world.ts';
import type { HeldIdentity, ScenarioEffect, ScenarioKind } from './kind.ts';
import { parameter, resolveIds, subscriberIndex } from './resolve-ids.ts';
import { scenarioHash } from './scenario-hash.ts';
import { ScenarioError, type ResolvedScenario, type StateChange } from './types.ts';

const PARAMETERS: ScenarioKind['parameters'] = [
  { name: 'passwords', description: 'one-time passwords the fraudster triggers', unit: 'messages', minimum: 1, maximum: 12, default: 4 },
  { name: 'calls', description: 'calls to bank and premium numbers', unit: 'calls', minimum: 0, maximum: 12, default: 3 },
];
/** The old SIM is cut off first; the new one appears a little later. */
const REATTACH = 90 * SECOND;

/** Somebody talks the operator into moving a number to their SIM. */
export const simSwapFraud: ScenarioKind = {
  kind: 'sim_swap_fraud',
  title: 'SIM-swap fraud',
  description:
    'The number moves to a new SIM in another device elsewhere: the victim’s phone is detached and silent, one-time passwords and calls to banks follow on the new one, the victim complains; at the end the swap is reversed.',
  targets: ['SUBSCRIBER', 'FRACTION'],
  parameters: PARAMETERS,
  tailMs: 16 * HOUR,
  defaultDurationMs: 4 * HOUR,
  resolve: (event, world) => {
    const victims =
      event.target.type === 'FRACTION'
        ? drawVictims(event.target.fraction, event.scenarioId, world)
        : resolveIds('target.ids', event.target.ids, 'active subscriber', (id) => subscriberIndex(id, world));
    const draw = new Draw(world.config.seed ^ scenarioHash(event.scenarioId));
    const onBegin: StateChange[] = [];
    const onEnd: StateChange[] = [];
    for (const i of victims) {
      const identity = world.identities?.identityOf(i);
      if (identity === undefined) throw new ScenarioError('target', `the identity of subscriber ${SUBSCRIBER_ID_BASE + i} is not known here`);
      const device = draw.at(Purpose.scenarioSubject, i, 2);
      const generation = 1 + device.below(8);
      onBegin.push({
        type: 'SUBSCRIBER_IDENTITY', subscriber: i,
        imsi: imsiOf(i, generation), imei: imeiOf(fraudDevice, device.below(1_000_000)),
      });
      onEnd.push({ type: 'SUBSCRIBER_IDENTITY', subscriber: i, imsi: identity.imsi, imei: identity.imei });
    }
    return { cells: [], subscribers: victims, onBegin, onEnd };
  },
  effect: (phase, world, run) => new SimSwapEffect(phase, world, run),
};

/** Type allocation code of the device a fraudster uses: a test-range code that no customer device has. */
const fraudDevice = 99_999;

function drawVictims(fraction: number | null, scenarioId: string, world: World): number[] {
  if (fraction === null || !(fraction > 0) || fraction > 0.01) {
    throw new ScenarioError('target.fraction', `fraction is ${fraction}; expected a number in (0, 0.01]`);
  }
  const draw = new Draw(world.config.seed ^ scenarioHash(scenarioId));
  const victims: number[] = [];
  for (let i = 0; i < world.config.capacity; i++) {
    if (world.directory.isActive(i) && draw.at(Purpose.scenarioTarget, i).unit() < fraction) victims.push(i);
  }
  if (victims.length === 0) throw new ScenarioError('target.fraction', `a share of ${fraction} picks nobody of ${world.config.subscribers} subscribers`);
  return victims;
}

class SimSwapEffect implements ScenarioEffect {
  readonly scenario: ResolvedScenario;
  readonly from: number;
  readonly until: number;
  readonly #draw: Draw;
  readonly #held = new Map<number, HeldIdentity>();
  readonly #passwords: number;
  readonly #calls: number;

  constructor(scenario: ResolvedScenario, world: World, run: readonly ResolvedScenario[]) {
    this.scenario = scenario;
    this.from = scenario.appliedFrom;
    this.until = scenario.appliedUntil ?? Infinity;
    this.#draw = new Draw(world.config.seed ^ scenarioHash(scenario.scenarioId));
    this.#passwords = Math.round(parameter(PARAMETERS, scenario.parameters, 'passwords'));
    this.#calls = Math.round(parameter(PARAMETERS, scenario.parameters, 'calls'));
    const { network } = world;
    const at = run.indexOf(scenario);
    const victims = run.map(({ subscribers }) => new Set(subscribers));
    const swaps = new Map(scenario.onBegin.flatMap((change) => (change.type === 'SUBSCRIBER_IDENTITY' ? [[change.subscriber, change]] : [])));
    for (const change of scenario.onEnd) {
      if (change.type !== 'SUBSCRIBER_IDENTITY') continue;
      const draw = this.#draw.at(Purpose.scenarioSubject, change.subscriber, 3);
      const site = draw.below(network.sites.length);
      const x = network.siteX[site] + network.siteRadius[site] * 0.4 * (draw.unit() - 0.5);
      const y = network.siteY[site] + network.siteRadius[site] * 0.4 * (draw.unit() - 0.5);
      const serving = network.nearestSite(x, y);
      const cell = network.cellAt(serving, network.sectorAt(serving, x, y), network.distanceToSite(serving, x, y), false, draw.unit());
      const swapped = swaps.get(change.subscriber);
      if (swapped === undefined) continue;
      let [first, last] = [at, at];
      while (first > 0 && victims[first - 1].has(change.subscriber)) first--;
      while (last + 1 < run.length && victims[last + 1].has(change.subscriber)) last++;
      this.#held.set(change.subscriber, {
        imsi: swapped.imsi, imei: swapped.imei, rightfulImsi: change.imsi, rightfulImei: change.imei,
        since: run[first].appliedFrom, until: run[last].appliedUntil ?? Infinity, x, y, cell,
      });
    }
  }

  isDispossessed(subscriber: number): boolean {
    return this.#held.has(subscriber);
  }

  dispossesses(subscriber: number): boolean {
    return this.#held.get(subscriber)?.since === this.from;
  }

  identity(subscriber: number): HeldIdentity | undefined {
    return this.#held.get(subscriber);
  }

  /** What happens, and when, is counted from when the number was taken: an UPDATE repeats nothing that has happened. */
  addIntents(hourStart: number, members: Membership, sink: IntentSink): void {
    for (const [i, { since, until }] of this.#held) {
      if (!members.isMember(i)) continue;
      const add = (start: number, code: number): void => {
        if (start >= hourStart && start < hourStart + HOUR) sink.add(IntentKind.INJECTED, i, start, code, -1);
      };
      const addInForce = (start: number, code: number): void => {
        if (start >= this.from && start < this.until) add(start, code);
      };
      addInForce(since, Injected.SWAP_DETACH);
      const attach = since + REATTACH;
      addInForce(attach, Injected.SWAP_ATTACH);
      const draw = this.#draw.at(Purpose.scenarioEvent, i, 0);
      let time = attach + 2 * MINUTE;
      for (let n = 0; n < Math.max(this.#passwords, this.#calls); n++) {
        time += Math.floor((1 + 5 * draw.exponential()) * MINUTE);
        if (n < this.#passwords) addInForce(time, Injected.SWAP_PASSWORD + 16 * n);
        time += Math.floor((3 + 6 * draw.exponential()) * MINUTE);
        if (n < this.#calls) addInForce(time, Injected.SWAP_CALL + 16 * n);
        time += 6 * MINUTE;
      }
      addInForce(attach + 45 * SECOND, Injected.SWAP_SESSION);
      if (until === this.until) add(until, Injected.SWAP_REVERSED);
    }
  }
}
