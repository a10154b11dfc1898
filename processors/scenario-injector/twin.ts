import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Names } from '../../topology/graph/index.ts';
import { LogError, FatalError, type Cluster } from '../../topology/log/index.ts';
import { ContractError } from '../../topology/task/errors.ts';
import { MODEL_VERSION, type TwinConfig } from '../../twin/config.ts';
import { StayCache } from '../../twin/mobility/stay-cache.ts';
import { Network } from '../../twin/network/network.ts';
import { DirectoryView, seedDirectory } from '../../twin/population/directory.ts';
import { resolveScenario } from '../../twin/scenarios/index.ts';
import { buildLocalTime } from '../../twin/time/local-time.ts';
import type { World } from '../../twin/world.ts';
import { readNetworkState, type NetworkState, twinConfig, twinElement, twinProgress } from '../records/index.ts';
import type { LeaderTwin } from './leader/leader.ts';
import { Inventory } from './state/inventory.ts';

const LOOK_AGAIN_MS = 2_000;

/** The twin that this injector serves: its network as the topic has it, its subscribers as seeded. */
export interface InjectedTwin extends LeaderTwin {
  readonly network: Network;
}

/**
 * Waits until a seeder has completed the twin, then reads it. Returns null when `signal` fires first.
 * @throws ContractError when this build can't run that twin
 */
export async function awaitTwin(
  cluster: Cluster, names: Names, partitions: number, logger: Logger, signal: AbortSignal, waiting: (reason: string | null) => void,
): Promise<InjectedTwin | null> {
  while (!signal.aborted) {
    const found = await tryRead(cluster, names, logger);
    if (found?.twin?.seeded === true) {
      waiting(null);
      return await load(found, partitions);
    }
    const reason = `waiting for a complete twin in ${names.topic('network_state')}: run telco-twin seed`;
    waiting(reason);
    logger.warn({ retryInMs: LOOK_AGAIN_MS }, reason);
    await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

/** Null when the brokers can't be read just now. */
async function tryRead(cluster: Cluster, names: Names, logger: Logger): Promise<NetworkState | null> {
  try {
    return await readNetworkState(cluster, names);
  } catch (error) {
    if (!(error instanceof LogError) || error instanceof FatalError) throw error;
    logger.warn({ err: error }, 'network_state could not be read');
    return null;
  }
}

async function load(state: NetworkState, partitions: number): Promise<InjectedTwin> {
  const record = state.twin!;
  const config = twinConfig(record);
  check(config, partitions);
  const network = new Network(state.sites, state.cells);
  const inventory = await Inventory.of(config, network);
  const world: World = {
    config, network,
    localTime: buildLocalTime(config.timezone),
    // Scenarios change identities and cells for a time only, and give back what was there at seeding.
    directory: new DirectoryView(seedDirectory(config, network)),
    identities: { identityOf: (index) => inventory.seeded(index) },
    stays: new StayCache(config.capacity),
  };
  return {
    config, network, inventory,
    resolve: (event, appliedFrom) => resolveScenario(event, world, appliedFrom),
    started: (at) => twinElement(
      config, { ...twinProgress(record), startedAt: at }, { effectiveAt: at, version: state.twinVersion + 1 },
    ),
  };
}

function check(config: TwinConfig, partitions: number): void {
  if (config.modelVersion !== MODEL_VERSION) {
    throw new ContractError(`the twin was seeded with model version ${config.modelVersion}, this build implements ${MODEL_VERSION}: run the release that made it, or seed a new twin`);
  }
  if (config.partitions !== partitions) {
    throw new ContractError(`the twin has ${config.partitions} partitions, its topics have ${partitions}: the count can't change in the life of a twin`);
  }
}
