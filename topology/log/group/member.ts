import type { Cluster } from '../cluster.ts';
import { FatalError, IllegalGenerationError, LogError, RetriableError } from '../errors.ts';
import { Code, errorOf } from '../net/codes.ts';
import { backoffMs, sleep, within, type RetryListener } from '../net/retry.ts';
import { Signal } from '../net/signal.ts';
import type { CommittedOffset, GroupIdentity, TopicPartition } from '../types.ts';
import { commitOffsets, fetchOffsets, heartbeat, joinGroup, leaveGroup, syncGroup } from './calls.ts';
import { decodeAssignment, decodeSubscription, encodeAssignment } from './consumer-protocol.ts';
import { GroupCoordinator } from './coordinator.ts';
import { groupProtocol, type GroupProtocol } from './protocols.ts';
import { Standing } from './standing.ts';

export interface GroupMemberOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Static membership (KIP-345): a restart within the session time-out takes its partitions back without a rebalance. Not where groups are eager. */
  readonly groupInstanceId?: string;
  /** Default 30 s. The broker allows group.min.session.timeout.ms (6 s) to group.max.session.timeout.ms (30 min). */
  readonly sessionTimeoutMs?: number;
  /** How long `onRevoking` may take, and the group waits for a member to rejoin. Default 60 s. */
  readonly rebalanceTimeoutMs?: number;
  /** Default 3 s. */
  readonly heartbeatIntervalMs?: number;
  /** New partitions; nobody else has them. Only enqueue: heartbeats wait for this call. */
  readonly onAssigned: (partitions: readonly TopicPartition[]) => void;
  /** Finish or abort work on these; they are given up when the promise settles. Heartbeats and other partitions go on meanwhile. */
  readonly onRevoking: (partitions: readonly TopicPartition[]) => Promise<void>;
  /** Ownership is gone already (session expired, `onRevoking` too slow): drop state, commit nothing. */
  readonly onLost: (partitions: readonly TopicPartition[]) => void;
  /** The member stopped for good; `onLost` came before. */
  readonly onError: (error: LogError) => void;
  readonly onRetry?: RetryListener;
}

const departureTimeoutMs = 5_000;
const offsetsTimeoutMs = 60_000;

/**
 * A member of a consumer group on the classic protocol, cooperative: partitions that stay are never interrupted, one that moves is
 * given up first and handed over in the next generation. Brokers that know no such groups get the eager kind: all partitions are given up before each
 * rebalance. One loop owns the membership; callbacks come from it, one at a time.
 */
export class GroupMember {
  readonly #cluster: Cluster;
  readonly #options: GroupMemberOptions;
  readonly #coordinator: GroupCoordinator;
  readonly #protocol: GroupProtocol;
  readonly #rebalanceTimeoutMs: number;
  readonly #sessionTimeoutMs: number;
  /** For an answer to a heartbeat: leaves time to find another coordinator before that one gives this member up. */
  readonly #patienceMs: number;
  readonly #standing: Standing;
  readonly #heartbeatIntervalMs: number;
  readonly #wake = new Signal();
  readonly #settled = new Signal();
  readonly #stopping = new AbortController();
  readonly #joined = Promise.withResolvers<void>();
  #loop: Promise<void> | undefined;
  #memberId = '';
  #identity: GroupIdentity | undefined;
  #owned: readonly TopicPartition[] = [];
  /** Generation in which `#owned` was assigned. */
  #ownedGeneration = -1;
  #mustJoin = true;
  #joinReason = 'joining';
  #isPermanentDeparture = false;
  #failures = 0;

  constructor(cluster: Cluster, options: GroupMemberOptions) {
    this.#cluster = cluster;
    if (options.groupInstanceId !== undefined && cluster.profile.groups === 'eager') {
      throw new FatalError(`Brokers of the profile ${cluster.profile.name} have no static membership: leave GROUP_INSTANCE_ID out`);
    }
    this.#options = options;
    this.#protocol = groupProtocol(cluster.profile);
    this.#sessionTimeoutMs = options.sessionTimeoutMs ?? 30_000;
    this.#patienceMs = this.#sessionTimeoutMs / 3;
    this.#standing = new Standing(options.groupId, this.#sessionTimeoutMs);
    this.#rebalanceTimeoutMs = options.rebalanceTimeoutMs ?? 60_000;
    this.#heartbeatIntervalMs = options.heartbeatIntervalMs ?? 3_000;
    this.#coordinator = new GroupCoordinator(cluster, options.groupId, this.#rebalanceTimeoutMs);
  }

  /** Starts the membership; resolves when the first rebalance is complete (the assignment may be empty). */
  join(): Promise<void> {
    this.#loop ??= this.#run();
    return this.#joined.promise;
  }

  /** For commits. Read it when committing: the generation changes. IllegalGenerationError while not a member. */
  get identity(): GroupIdentity {
    if (!this.#identity) {
      throw new IllegalGenerationError(`Not a member of group ${this.#options.groupId} at present; abort and wait for onAssigned`);
    }
    return this.#identity;
  }

  /** What this member owns, including what it is giving up just now. */
  get assignment(): readonly TopicPartition[] {
    return this.#owned;
  }

  /**
   * What speaks against writing as the owner of the assignment; null while the coordinator has confirmed the membership within the session time-out,
   * so that it can have given the partitions to nobody else. For writers that the brokers do not fence.
   */
  get doubt(): IllegalGenerationError | null {
    return this.#standing.doubt;
  }

  /**
   * Asks the coordinator whether this member still belongs: after that, `assignment` is right. IllegalGenerationError if not
   * (onLost follows); RetriableError if no coordinator answers.
   */
  async heartbeatNow(): Promise<void> {
    for (;;) {
      const asked = this.identity;
      const sentAt = performance.now();
      const code = await this.#coordinator.call(this.#rebalanceTimeoutMs, async (connection) => {
        const answer = await heartbeat(connection, asked, this.#patienceMs);
        if (isCoordinatorChange(answer)) throw errorOf(answer, 'Heartbeat');
        return answer;
      });
      if (code === Code.NONE || code === Code.REBALANCE_IN_PROGRESS) return this.#standing.confirm(sentAt);
      const isMidJoin = this.#identity === asked && this.#mustJoin && code === Code.ILLEGAL_GENERATION && !this.#stopping.signal.aborted;
      if (isMidJoin) await this.#settled.wait(this.#rebalanceTimeoutMs);
      if (this.#identity !== asked && this.#identity) continue;
      this.#wake.notify();
      throw errorOf(code, 'Heartbeat', {}, { group: ['Read', this.#options.groupId] });
    }
  }

  /** Committed offsets, once pending transactional commits are decided (require_stable); partitions without one are absent. */
  async committed(partitions: readonly TopicPartition[]): Promise<CommittedOffset[]> {
    return this.#coordinator.call(offsetsTimeoutMs, (connection) => fetchOffsets(connection, this.#options.groupId, partitions, this.#cluster.profile.transactions));
  }

  /**
   * Commits outside a transaction, as the member of the present generation: IllegalGenerationError if the group moves on before the coordinator has
   * taken it. A later generation's word must not be lent to it, for the partitions may have had another owner meanwhile.
   */
  async commitOffsets(offsets: readonly CommittedOffset[]): Promise<void> {
    const { identity } = this;
    await this.#coordinator.call(offsetsTimeoutMs, (connection) => commitOffsets(connection, identity, offsets));
  }

  /**
   * Gives up all partitions (`onRevoking`) and leaves. A static member stays in the group until its session expires, so that a
   * restart finds its partitions, unless `permanently`.
   */
  async leave(permanently = false): Promise<void> {
    this.#isPermanentDeparture = permanently;
    this.#stopping.abort();
    this.#wake.notify();
    // What is on its way ends with its connection: a JoinGroup that waits for other members, a heartbeat whose coordinator is gone.
    await this.#coordinator.disconnect();
    await this.#loop;
    await this.#coordinator.close();
  }

  async #run(): Promise<void> {
    try {
      while (!this.#stopping.signal.aborted) await (this.#mustJoin ? this.#rejoin() : this.#beat());
      await this.#depart();
      this.#joined.reject(new FatalError('The member left before it had joined'));
      this.#joined.promise.catch(() => {});
    } catch (error) {
      const reason = error instanceof LogError ? error : new FatalError('Group membership stopped', { cause: error });
      await this.#coordinator.close();
      this.#lose();
      this.#joined.reject(reason);
      this.#joined.promise.catch(() => {});
      this.#options.onError(reason);
    } finally {
      this.#identity = undefined;
      this.#settled.notify();
    }
  }

  async #rejoin(): Promise<void> {
    try {
      if (this.#protocol.isEager && this.#owned.length > 0) await this.#revoke(this.#owned);
      const partitions = await this.#joinAndSync();
      this.#failures = 0;
      if (partitions) await this.#apply(partitions);
    } catch (error) {
      await this.#retryLater(error);
    } finally {
      this.#settled.notify();
    }
  }

  /** One round of JoinGroup and SyncGroup; undefined if it must be repeated. */
  async #joinAndSync(): Promise<TopicPartition[] | undefined> {
    const { groupId, groupInstanceId = null } = this.#options;
    const connection = await this.#coordinator.own();
    if (this.#stopping.signal.aborted) return undefined;
    const joined = await joinGroup(connection, {
      groupId, groupInstanceId, memberId: this.#memberId,
      sessionTimeoutMs: this.#sessionTimeoutMs, rebalanceTimeoutMs: this.#rebalanceTimeoutMs,
      protocolName: this.#protocol.name, reason: this.#joinReason,
      metadata: this.#protocol.subscription({ topics: this.#options.topics, owned: this.#owned, generationId: this.#ownedGeneration }),
    });
    if (joined.errorCode === Code.MEMBER_ID_REQUIRED) {
      this.#memberId = joined.memberId;
      return undefined;
    }
    if (!await this.#stillMember(joined.errorCode, 'JoinGroup')) return undefined;
    this.#memberId = joined.memberId;
    const identity = { groupId, groupInstanceId, generationId: joined.generationId, memberId: joined.memberId };
    this.#identity = identity;
    const isLeader = joined.leader === joined.memberId && !joined.skipAssignment;
    const assignments = isLeader ? await this.#lead(joined.members) : new Map<string, Buffer>();
    const sentAt = performance.now();
    const synced = await syncGroup(connection, identity, this.#protocol.name, assignments);
    if (!await this.#stillMember(synced.errorCode, 'SyncGroup')) return undefined;
    this.#standing.confirm(sentAt);
    return decodeAssignment(synced.assignment);
  }

  async #lead(members: readonly { memberId: string; groupInstanceId?: string | null | undefined; metadata: Buffer }[]): Promise<Map<string, Buffer>> {
    const assignable = members.map(({ memberId, groupInstanceId, metadata }) => (
      { memberId, groupInstanceId: groupInstanceId ?? null, ...decodeSubscription(metadata) }));
    const counts = new Map<string, number>();
    for (const topic of new Set(assignable.flatMap((member) => member.topics))) counts.set(topic, await this.#cluster.partitionCount(topic));
    return new Map([...this.#protocol.assign(assignable, counts)].map(([memberId, partitions]) => [memberId, encodeAssignment(partitions)]));
  }

  async #apply(next: readonly TopicPartition[]): Promise<void> {
    const added = minus(next, this.#owned);
    const revoked = minus(this.#owned, next);
    this.#owned = [...next, ...revoked];
    this.#ownedGeneration = this.#identity!.generationId;
    this.#mustJoin = false;
    if (added.length > 0) this.#options.onAssigned(added);
    this.#joined.resolve();
    if (revoked.length === 0) return;
    await this.#revoke(revoked);
    this.#mustJoin = true;
    this.#joinReason = 'gave up partitions';
  }

  /** Keeps the session alive until the work on these partitions has ended, then gives them up. */
  async #revoke(partitions: readonly TopicPartition[]): Promise<void> {
    const deadline = performance.now() + this.#rebalanceTimeoutMs;
    const finished = new Signal();
    let outcome: 'pending' | 'done' | { error: unknown } = 'pending';
    const work = this.#options.onRevoking(partitions)
      .then(() => { outcome = 'done'; }, (error: unknown) => { outcome = { error }; })
      .then(() => finished.notify());
    while (outcome === 'pending' && performance.now() < deadline && this.#identity) {
      await finished.wait(this.#heartbeatIntervalMs);
      if (outcome === 'pending') await this.#heartbeat();
    }
    // The member was thrown out meanwhile: onLost has been told.
    if (!this.#identity) return;
    if (outcome === 'pending') this.#options.onLost(partitions);
    else await work;
    this.#owned = minus(this.#owned, partitions);
    if (typeof outcome === 'object') throw new FatalError('Giving up partitions failed', { cause: (outcome as { error: unknown }).error });
  }

  async #beat(): Promise<void> {
    await this.#wake.wait(this.#heartbeatIntervalMs);
    if (!this.#stopping.signal.aborted) await this.#heartbeat();
  }

  async #heartbeat(): Promise<void> {
    try {
      const connection = await this.#coordinator.own();
      const sentAt = performance.now();
      const code = await heartbeat(connection, this.identity, this.#patienceMs);
      if (code === Code.NONE || code === Code.REBALANCE_IN_PROGRESS) this.#standing.confirm(sentAt);
      if (code === Code.REBALANCE_IN_PROGRESS) {
        this.#mustJoin = true;
        this.#joinReason = 'group is rebalancing';
      } else {
        await this.#stillMember(code, 'Heartbeat');
      }
      this.#failures = 0;
    } catch (error) {
      await this.#retryLater(error);
    }
  }

  /** True for success. False: membership lost or the call must be repeated, noted as such. Throws what ends this member. */
  async #stillMember(code: number, what: string): Promise<boolean> {
    if (code === Code.NONE) return true;
    if (code === Code.UNKNOWN_MEMBER_ID || code === Code.ILLEGAL_GENERATION) {
      this.#lose();
    } else if (code !== Code.REBALANCE_IN_PROGRESS) {
      if (code === Code.FENCED_INSTANCE_ID) {
        throw new FatalError(`Another process joined group ${this.#options.groupId} as ${this.#options.groupInstanceId}; ` +
          'give every process its own group.instance.id', { kafkaError: 'FENCED_INSTANCE_ID' });
      }
      throw errorOf(code, `${what} of group ${this.#options.groupId}`, {}, { group: ['Read', this.#options.groupId] });
    }
    return false;
  }

  /** Forgets the membership: everything that was owned is lost, the next join starts afresh. */
  #lose(): void {
    const lost = this.#owned;
    this.#owned = [];
    this.#ownedGeneration = -1;
    this.#identity = undefined;
    this.#memberId = '';
    this.#standing.lose();
    this.#mustJoin = true;
    this.#joinReason = 'membership was lost';
    if (lost.length > 0) this.#options.onLost(lost);
  }

  async #retryLater(error: unknown): Promise<void> {
    if (!(error instanceof RetriableError)) throw error;
    await this.#coordinator.forget();
    if (this.#stopping.signal.aborted) return;
    this.#options.onRetry?.(error, ++this.#failures);
    await sleep(backoffMs(this.#failures), this.#stopping.signal);
  }

  async #depart(): Promise<void> {
    if (this.#owned.length > 0) await this.#revoke(this.#owned);
    const identity = this.#identity;
    const stays = this.#options.groupInstanceId !== undefined && !this.#isPermanentDeparture;
    if (!identity || stays) return;
    // Not reachable: the session time-out does the same.
    await within(departureTimeoutMs, this.#coordinator.call(departureTimeoutMs, (connection) => leaveGroup(connection, identity, 'leaving')).catch(() => {}));
  }
}

function isCoordinatorChange(code: number): boolean {
  return code === Code.NOT_COORDINATOR || code === Code.COORDINATOR_NOT_AVAILABLE || code === Code.COORDINATOR_LOAD_IN_PROGRESS;
}

function minus(from: readonly TopicPartition[], what: readonly TopicPartition[]): TopicPartition[] {
  return from.filter((a) => !what.some((b) => a.topic === b.topic && a.partition === b.partition));
}
