import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { names, type Names, type TopicName } from '../../../../topology/graph/index.ts';
import { Admin, Cluster } from '../../../../topology/log/index.ts';
import type { VastClient } from '../../../../vast/client/index.ts';
import { sharedKafka, sharedRegistry, uniquePrefix } from '../../support/stack.ts';
import { command, RunningProcessor } from '../../twin/fleet.ts';
import { difference, kafkaContents, vastContents } from './content.ts';
import { KEYS, type VastEndpoint } from './endpoint.ts';
import { Feed } from './feed.ts';

type Environment = Readonly<Record<string, string>>;

/** Topics of their own on the shared broker, a schema of its own at an endpoint, and any number of sinks between them. */
export class LandingSite {
  readonly env: Environment;
  readonly names: Names;
  readonly cluster: Cluster;
  readonly feed: Feed;
  readonly client: VastClient;
  readonly partitions: number;
  readonly sinks = new Set<RunningProcessor>();

  private constructor(env: Environment, cluster: Cluster, feed: Feed, client: VastClient, partitions: number) {
    this.env = env;
    this.names = names(env.TWIN_PREFIX);
    this.cluster = cluster;
    this.feed = feed;
    this.client = client;
    this.partitions = partitions;
  }

  /** @param url address that sinks use, where it is not the endpoint's own */
  static async create(endpoint: VastEndpoint, url = endpoint.url, partitions = 4): Promise<LandingSite> {
    const env = {
      KAFKA_BROKERS: await sharedKafka(), SCHEMA_REGISTRY_URL: await sharedRegistry(), TWIN_PREFIX: uniquePrefix(),
      ...KEYS, VAST_ENDPOINT: url, VAST_SCHEMA: `s${randomUUID().slice(0, 8)}`, SINK_MAX_DELAY_MS: '150', SINK_TRANSACTION_ROWS: '4000',
    };
    await command(env, 'topics', 'create', '--partitions', String(partitions));
    await command(env, 'schemas', 'register');
    const cluster = await Cluster.connect({ bootstrap: env.KAFKA_BROKERS.split(',') });
    return new LandingSite(env, cluster, await Feed.open(cluster, env, partitions), await endpoint.client(), partitions);
  }

  startSink(extra: Environment = {}): RunningProcessor {
    const sink = new RunningProcessor({ ...this.env, ...extra }, 'vast-sink');
    this.sinks.add(sink);
    return sink;
  }

  /** Resolves when the sink has landed its first rows. @throws Error when it does not in time */
  async landing(sink: RunningProcessor, timeoutMs: number): Promise<void> {
    for (const deadline = performance.now() + timeoutMs; performance.now() < deadline && sink.running; await sleep(50)) {
      if (sink.httpPort !== 0 && await this.metric(sink, 'vast_sink_rows_total') > 0) return;
    }
    throw new Error(`the sink landed nothing: ${sink.errors.join('\n')}`);
  }

  async kill(sink: RunningProcessor): Promise<void> {
    this.sinks.delete(sink);
    await sink.kill();
  }

  /** Waits until what landed is what was committed, and returns how it differs if that does not come true in time. */
  async settled(timeoutMs: number): Promise<Record<string, unknown>> {
    for (const deadline = performance.now() + timeoutMs; ; await sleep(500)) {
      const found = await this.#difference();
      if (Object.keys(found).length === 0 || performance.now() > deadline) return found;
    }
  }

  /** Read anew each time: brokers write the markers of a commit a little after they have answered it. */
  async #difference(): Promise<Record<string, unknown>> {
    try {
      return difference(await kafkaContents(this.cluster, this.names, this.partitions), await vastContents(this.client, this.env.VAST_SCHEMA));
    } catch (error) {
      return { unreadable: String(error) };
    }
  }

  /** As retention does. */
  async deleteBefore(topic: TopicName, partition: number, offset: number): Promise<void> {
    await new Admin(this.cluster).deleteRecords([{ topic: this.names.topic(topic), partition, offset }]);
  }

  /** Value of a metric of a sink, summed over its series. @param name of the metric, or of one series with its labels */
  async metric(sink: RunningProcessor, name: string): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${sink.httpPort}/metrics`)).text();
    const values = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `)).map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
    return values.reduce((sum, value) => sum + value, 0);
  }

  async close(): Promise<void> {
    await Promise.all([...this.sinks].map((sink) => sink.kill()));
    await this.client.close();
    await this.cluster.close();
  }
}
