import { findCoordinatorV4, findCoordinatorV5, findCoordinatorV6 } from '@platformatic/kafka';
import { AuthenticationError, FatalError, RetriableError } from './errors.ts';
import { BrokerConnection, type BrokerAddress } from './net/connection.ts';
import { Code, errorOf } from './net/codes.ts';
import { fetchMetadata, type BrokerNode, type ClusterMetadata, type TopicMetadata } from './net/metadata.ts';
import type { ClusterOptions } from './net/options.ts';
import { defaultProfile, type BrokerProfile } from './net/profile.ts';
import { withRetry } from './net/retry.ts';

/** Connections to one broker that writers share; requests on them are short. */
const writeLanes = 4;
const metadataMaxAgeMs = 5 * 60_000;
const defaultRenewalGraceMs = 5 * 60_000;

/**
 * Knows brokers, leaders and coordinators, and owns every connection. Long polls and group membership take a `dedicated`
 * connection, because a broker serves one request per connection at a time; short calls share `control` and the write lanes.
 */
export class Cluster {
  readonly options: ClusterOptions;
  readonly #topics = new Map<string, { topic: TopicMetadata; at: number }>();
  readonly #brokers = new Map<number, BrokerNode>();
  readonly #lanes = new Map<string, Promise<BrokerConnection>>();
  readonly #dedicated = new Set<BrokerConnection>();
  #nextLane = 0;
  /** The brokers have let us in before. */
  #accepted = false;
  /** Since when they no longer do (performance.now); -1 while they do. */
  #refusedSince = -1;
  #closed = false;

  private constructor(options: ClusterOptions) {
    this.options = options;
  }

  /** What the brokers offer. */
  get profile(): BrokerProfile {
    return this.options.profile ?? defaultProfile;
  }

  /** RetriableError if no bootstrap broker answers, AuthenticationError (at once) if one refuses us. */
  static async connect(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options);
    try {
      await cluster.metadata([]);
    } catch (error) {
      await cluster.close();
      throw error;
    }
    return cluster;
  }

  /** Fresh metadata; `null` for all topics. Topics that exist land in the cache. */
  async metadata(topics: readonly string[] | null): Promise<ClusterMetadata> {
    const metadata = await fetchMetadata(await this.control(), topics);
    // Brokers are added, never dropped: an answer during a restart lists only those that are up just then.
    for (const broker of metadata.brokers) this.#brokers.set(broker.nodeId, broker);
    const at = performance.now();
    for (const topic of metadata.topics.values()) this.#topics.set(topic.name, { topic, at });
    return metadata;
  }

  /** From the cache, or asked for. FatalError if the topic does not exist, RetriableError if the broker can't say yet. */
  async topic(name: string): Promise<TopicMetadata> {
    const cached = this.#topics.get(name);
    if (cached && performance.now() - cached.at < metadataMaxAgeMs) return cached.topic;
    const metadata = await this.metadata([name]);
    const topic = metadata.topics.get(name);
    if (topic) return topic;
    const code = metadata.errors.get(name) ?? Code.UNKNOWN_TOPIC_OR_PARTITION;
    if (code === Code.UNKNOWN_TOPIC_OR_PARTITION) {
      throw new FatalError(`Topic ${name} does not exist; create the topics first`, { topic: name, kafkaError: 'UNKNOWN_TOPIC_OR_PARTITION' });
    }
    throw errorOf(code, 'Metadata', { topic: name });
  }

  /** Forgets a topic's leaders: the next look-up asks again. */
  invalidate(name: string): void {
    this.#topics.delete(name);
  }

  /** Number of partitions; FatalError if the topic does not exist. */
  async partitionCount(topic: string): Promise<number> {
    return (await this.topic(topic)).partitions.length;
  }

  /** Node id of the leader. RetriableError while there is none. */
  async leader(topic: string, partition: number): Promise<number> {
    const found = (await this.topic(topic)).partitions[partition];
    if (!found) throw new FatalError('No such partition', { topic, partition });
    if (found.leader < 0) {
      this.invalidate(topic);
      throw new RetriableError('No leader just now', { topic, partition, kafkaError: 'LEADER_NOT_AVAILABLE' });
    }
    return found.leader;
  }

  /** Where the coordinator of a consumer group or a transactional id lives. */
  async coordinator(type: 'group' | 'transaction', key: string): Promise<number> {
    const connection = await this.control();
    const response = await connection.call([findCoordinatorV6, findCoordinatorV5, findCoordinatorV4], type === 'group' ? 0 : 1, [key]);
    const found = response.coordinators[0];
    if (!found || found.errorCode !== 0) throw errorOf(found?.errorCode ?? Code.COORDINATOR_NOT_AVAILABLE, `FindCoordinator of ${type} ${key}`,
      {}, { group: ['Describe', key], transactionalId: ['Describe', key] });
    this.#brokers.set(found.nodeId, { nodeId: found.nodeId, host: found.host, port: found.port });
    return found.nodeId;
  }

  /** A connection for short calls, to any broker (or to `nodeId`). */
  control(nodeId?: number): Promise<BrokerConnection> {
    return nodeId === undefined
      ? this.#lane('any', () => this.#connectToAny())
      : this.#lane(`control:${nodeId}`, () => this.#connect(nodeId));
  }

  /** A number for `writeLane`: one writer's calls keep to one lane, so that they stay in order. */
  claimLane(): number {
    return this.#nextLane++ % writeLanes;
  }

  writeLane(nodeId: number, lane: number): Promise<BrokerConnection> {
    return this.#lane(`write:${nodeId}:${lane}`, () => this.#connect(nodeId));
  }

  /** A connection of the caller's own, closed by `release` or with the cluster. */
  async dedicated(nodeId: number, requestTimeoutMs?: number): Promise<BrokerConnection> {
    const connection = await this.#connect(nodeId, requestTimeoutMs);
    this.#dedicated.add(connection);
    if (this.#closed) await this.release(connection);
    return connection;
  }

  async release(connection: BrokerConnection): Promise<void> {
    this.#dedicated.delete(connection);
    await connection.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const lanes = await Promise.allSettled(this.#lanes.values());
    this.#lanes.clear();
    const shared = lanes.flatMap((lane) => (lane.status === 'fulfilled' ? [lane.value] : []));
    await Promise.all([...shared, ...this.#dedicated].map((connection) => connection.close()));
    this.#dedicated.clear();
  }

  async #lane(name: string, connect: () => Promise<BrokerConnection>): Promise<BrokerConnection> {
    if (this.#closed) throw new FatalError('The cluster handle is closed');
    const open = this.#lanes.get(name);
    if (open) {
      const connection = await open;
      if (connection.isConnected) return connection;
      // Whoever sees the broken connection first replaces it; the others find the new one.
      if (this.#lanes.get(name) !== open) return this.#lane(name, connect);
    }
    const opening = connect();
    this.#lanes.set(name, opening);
    opening.catch(() => {
      if (this.#lanes.get(name) === opening) this.#lanes.delete(name);
    });
    return opening;
  }

  async #connect(nodeId: number, requestTimeoutMs?: number): Promise<BrokerConnection> {
    if (this.#closed) throw new FatalError('The cluster handle is closed');
    if (!this.#brokers.has(nodeId)) await this.metadata([]);
    const broker = this.#brokers.get(nodeId);
    if (!broker) throw new RetriableError(`Broker ${nodeId} is not in the metadata`, { kafkaError: 'BROKER_NOT_AVAILABLE' });
    return this.#open(broker, requestTimeoutMs);
  }

  /** Refusals are retriable for a while where credentials were good before: they are being renewed, here or on the brokers. */
  async #open(address: BrokerAddress, requestTimeoutMs?: number): Promise<BrokerConnection> {
    try {
      const connection = await BrokerConnection.connect(address, this.options, requestTimeoutMs);
      this.#accepted = true;
      this.#refusedSince = -1;
      return connection;
    } catch (error) {
      if (!(error instanceof AuthenticationError) || !this.#accepted) throw error;
      if (this.#refusedSince < 0) this.#refusedSince = performance.now();
      if (performance.now() - this.#refusedSince > (this.options.renewalGraceMs ?? defaultRenewalGraceMs)) throw error;
      throw new RetriableError(`${error.message}. They were good before: if they are being renewed, this passes`, { cause: error });
    }
  }

  async #connectToAny(): Promise<BrokerConnection> {
    const addresses: BrokerAddress[] = [...this.#brokers.values(), ...this.options.bootstrap.map(parseAddress)];
    let last: unknown;
    for (const address of addresses) {
      try {
        return await this.#open(address);
      } catch (error) {
        if (!(error instanceof RetriableError)) throw error;
        last = error;
      }
    }
    throw last;
  }
}

/** Connects, retrying while no broker answers: for processes that may start before the broker does. */
export async function connectWithRetry(options: ClusterOptions, timeoutMs: number, onRetry?: (error: Error) => void): Promise<Cluster> {
  return withRetry({ timeoutMs, onRetry }, () => Cluster.connect(options));
}

function parseAddress(text: string): BrokerAddress {
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, colon).replace(/^\[|\]$/g, '');
  const port = Number(text.slice(colon + 1));
  if (colon < 1 || !host || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new FatalError(`"${text}" is not host:port`);
  }
  return { host, port };
}
