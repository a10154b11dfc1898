import type { NetworkElement } from '../../schemas/generated/NetworkElement.generated.ts';
import type { Names } from '../../topology/graph/index.ts';
import { listOffsets, LogWriter, partitionFor, readRange, type Cluster } from '../../topology/log/index.ts';
import type { TwinConfig } from '../../twin/config.ts';
import { SUBSCRIBER_ID_BASE } from '../../twin/config.ts';
import { Network } from '../../twin/network/network.ts';
import type { Cell, Site } from '../../twin/network/types.ts';
import type { SubscriberProfile } from '../../twin/population/types.ts';
import {
  cellElement, cellKey, Personas, readNetworkState, siteElement, siteKey, SubscriberDetailsSource, TWIN_KEY, twinConfig, twinElement, wireValue,
  type Version,
} from '../records/index.ts';
import { SubscriberEncoder } from './subscriber-encoder.ts';
import { checkSameTwin, newTwin, type TwinRequest } from './twin-config.ts';

/** Subscribers after which the writer waits for the brokers and reports: what is reported is written. */
const REPORT_EVERY = 10_000;
const LOAD_BATCH_BYTES = 1 << 20;

/** How to make the twin that a configuration describes: the pure functions of `twin/`. */
export interface TwinMaker {
  readonly timezoneOf: (region: string) => string;
  readonly network: (config: TwinConfig) => { readonly sites: readonly Site[]; readonly cells: readonly Cell[] };
  /** The subscribers active at seeding, by ascending index. */
  readonly subscribers: (config: TwinConfig, network: Network) => Iterable<SubscriberProfile>;
}

export interface SeedOptions {
  readonly cluster: Cluster;
  readonly names: Names;
  /** Registry ids of the values of both state topics. */
  readonly schemaIds: { readonly subscriberState: number; readonly networkState: number };
  readonly request: TwinRequest;
  readonly maker: TwinMaker;
  /** Called now and then with the subscribers that are written and those that there will be. */
  readonly onProgress?: (written: number, total: number) => void;
}

export interface SeedResult {
  /** False when a complete twin was there already: nothing was written. */
  readonly wrote: boolean;
  readonly config: TwinConfig;
  readonly sites: number;
  readonly cells: number;
}

/**
 * Writes a new twin: a `twin` record that says `seeded: false`, sites, cells, subscribers, and at last the same record with
 * `seeded: true`. Interrupted, it goes on where it stopped; of two that run at once each writes the same records. Throws
 * TwinMismatchError or TwinVersionError when the topics hold another twin, RangeError for a configuration that no twin can have.
 */
export async function seed(options: SeedOptions): Promise<SeedResult> {
  const { cluster, names, request, maker } = options;
  const partitions = await cluster.partitionCount(names.topic('subscriber_state'));
  const found = await readNetworkState(cluster, names);
  if (found.twin !== null) checkSameTwin(twinConfig(found.twin), request, partitions, names.topic('network_state'));
  const config = found.twin === null ? newTwin(request, partitions, maker.timezoneOf) : twinConfig(found.twin);
  if (found.twin?.seeded === true) return { wrote: false, config, sites: found.twin.sites, cells: found.twin.cells };

  const { sites, cells } = maker.network(config);
  const network = new Network(sites, cells);
  const at: Version = { effectiveAt: 0, version: 1 };
  const progress = { sites: sites.length, cells: cells.length, startedAt: null };
  const writer = await LogWriter.open(cluster, { compression: 'lz4', maxBatchBytes: LOAD_BATCH_BYTES });
  try {
    const put = (key: string, element: NetworkElement): boolean => {
      const value = wireValue(options.schemaIds.networkState, 'NetworkElement', element);
      return writer.append(names.topic('network_state'), 0, Date.now(), Buffer.from(key), value);
    };
    put(TWIN_KEY, twinElement(config, { ...progress, seeded: false }, at));
    await writer.flush();
    for (const site of sites) if (!put(siteKey(site), siteElement(site, at))) await writer.drained();
    for (const cell of cells) if (!put(cellKey(cell), cellElement(cell, true, at))) await writer.drained();
    await writeSubscribers(options, config, network, writer);
    put(TWIN_KEY, twinElement(config, { ...progress, seeded: true }, { ...at, version: 2 }));
    await writer.flush();
  } finally {
    await writer.close();
  }
  return { wrote: true, config, sites: sites.length, cells: cells.length };
}

async function writeSubscribers(options: SeedOptions, config: TwinConfig, network: Network, writer: LogWriter): Promise<void> {
  const topic = options.names.topic('subscriber_state');
  const written = await writtenIndices(options.cluster, topic, config.partitions);
  const details = new SubscriberDetailsSource(await Personas.of(config.seed, config.region), network);
  const encoder = new SubscriberEncoder(details, options.schemaIds.subscriberState);
  let count = 0;
  for (const profile of options.maker.subscribers(config, network)) {
    if (count > 0 && count % REPORT_EVERY === 0) {
      await writer.flush();
      options.onProgress?.(count, config.subscribers);
    }
    count++;
    const key = Buffer.from(String(profile.subscriberId));
    const partition = partitionFor(key, config.partitions);
    if (profile.index <= written[partition]) continue;
    encoder.encode(profile);
    if (!writer.append(topic, partition, Date.now(), key, encoder.bytes, 0, encoder.length)) await writer.drained();
  }
  await writer.flush();
  options.onProgress?.(config.subscribers, config.subscribers);
}

/**
 * The highest index that an interrupted run wrote to each partition, or -1. A seeder writes each partition in index order, so
 * the last record tells; where two ran at once it may tell too little, never too much.
 */
async function writtenIndices(cluster: Cluster, topic: string, partitions: number): Promise<number[]> {
  const places = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
  const [starts, ends] = await Promise.all([listOffsets(cluster, places, 'earliest'), listOffsets(cluster, places, 'latest')]);
  const endOf = new Map(ends.map(({ partition, offset }) => [partition, offset]));
  const indices = new Array<number>(partitions).fill(-1);
  for (const { partition, offset: start } of starts) {
    const end = endOf.get(partition) ?? start;
    if (end === start) continue;
    await readRange(cluster, topic, partition, end - 1, end, (_offset, _time, bytes, keyStart, keyEnd) => {
      indices[partition] = Number(bytes.toString('latin1', keyStart, keyEnd)) - SUBSCRIBER_ID_BASE;
    });
  }
  return indices;
}
