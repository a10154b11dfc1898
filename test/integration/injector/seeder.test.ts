import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNetworkState, readToEnd, subscriberProfile, twinConfig } from '../../../processors/records/index.ts';
import { seed, twinMaker, TwinMismatchError, type SeedOptions } from '../../../processors/seeder/index.ts';
import { decodeSubscriberHead, SubscriberHead } from '../../../schemas/subscriber-head.ts';
import { WIRE_HEADER_BYTES } from '../../../schemas/wire.ts';
import { partitionFor } from '../../../topology/log/index.ts';
import { Network } from '../../../twin/network/network.ts';
import { Population } from '../../../twin/population/build.ts';
import type { SubscriberProfile } from '../../../twin/population/types.ts';
import { TestTwin } from './support.ts';

const SUBSCRIBERS = 12_000;
const maker = twinMaker();
let twin: TestTwin;

beforeAll(async () => { twin = await TestTwin.create(3); });
afterAll(async () => { await twin.close(); });

function options(changes: Partial<SeedOptions> = {}): SeedOptions {
  const { cluster, names } = twin;
  return {
    cluster, names, maker, request: { subscribers: SUBSCRIBERS, seed: 7 },
    schemaIds: {
      subscriberState: twin.schemaIds.get('subscriber_state')!, networkState: twin.schemaIds.get('network_state')!,
    }, ...changes,
  };
}

/** All records of subscriber_state in the order of each partition. */
async function readSubscribers(): Promise<{ key: string; partition: number; profile: SubscriberProfile }[]> {
  const { cluster, names, partitions } = twin;
  const found: { key: string; partition: number; profile: SubscriberProfile }[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    await readToEnd(cluster, names.topic('subscriber_state'), partition, (_offset, _time, bytes, keyStart, keyEnd, valueStart, valueEnd) => {
      const head = new SubscriberHead();
      decodeSubscriberHead(bytes, valueStart + WIRE_HEADER_BYTES, valueEnd, head);
      found.push({ key: bytes.toString('utf8', keyStart, keyEnd), partition, profile: subscriberProfile(head) });
    });
  }
  return found;
}

describe('seeding', () => {
  it('goes on where an interrupted run stopped', async () => {
    let seen = 0;
    const stopAt = SUBSCRIBERS - 500;
    const interrupted: SeedOptions['maker'] = {
      ...maker,
      subscribers: function* (config, network) {
        for (const profile of maker.subscribers(config, network)) {
          if (seen++ === stopAt) throw new Error('the process was killed');
          yield profile;
        }
      },
    };
    await expect(seed(options({ maker: interrupted }))).rejects.toThrow('the process was killed');
    expect((await readNetworkState(twin.cluster, twin.names)).twin).toMatchObject({ seeded: false, seed: 7 });

    // The writer had waited for the brokers after 10,000 of them.
    const before = (await readSubscribers()).length;
    expect(before).toBeGreaterThanOrEqual(10_000);
    expect(before).toBeLessThan(SUBSCRIBERS);

    const result = await seed(options());
    expect(result).toMatchObject({ wrote: true, config: { region: 'IE', timezone: 'Europe/Dublin', subscribers: SUBSCRIBERS } });
  });

  it('wrote every active subscriber once, at home in the partition that any client computes', async () => {
    const state = await readNetworkState(twin.cluster, twin.names);
    expect(state.twin).toMatchObject({ seeded: true, sites: state.sites.length, cells: state.cells.length });
    const config = twinConfig(state.twin!);
    const population = new Population(config, new Network(state.sites, state.cells));
    const records = await readSubscribers();
    expect(new Set(records.map(({ key }) => key)).size).toBe(SUBSCRIBERS);
    expect(records.length).toBe(SUBSCRIBERS);
    for (const { key, partition, profile } of records) {
      expect(key).toBe(String(profile.subscriberId));
      expect(partition).toBe(partitionFor(Buffer.from(key), twin.partitions));
      expect(profile).toEqual(population.build(profile.index));
    }
  });

  it('leaves a complete twin alone', async () => {
    expect(await seed(options())).toMatchObject({ wrote: false });
    expect(await seed(options({ request: {} }))).toMatchObject({ wrote: false, config: { seed: 7, subscribers: SUBSCRIBERS } });
    expect(await readSubscribers()).toHaveLength(SUBSCRIBERS);
  });

  it('refuses to mix two twins, naming each difference', async () => {
    const refusal: unknown = await seed(options({ request: { subscribers: 50, seed: 8, region: 'de' } })).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TwinMismatchError);
    expect((refusal as TwinMismatchError).fields).toEqual(['subscribers', 'seed', 'region']);
    expect((refusal as Error).message).toMatch(/subscribers is 12000, asked for 50; seed is 7, asked for 8; region is IE, asked for DE.*--reset/);
  });
});
