import { setTimeout as sleep } from 'node:timers/promises';
import {
  FatalError, FencedError, GroupMember, IllegalGenerationError, LogError, UnknownOutcomeError, type Admin, type Cluster, type TopicPartition,
} from '../../../topology/log/index.ts';
import { Leader, type LeaderOptions } from './leader.ts';

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

export interface LeadershipOptions extends Omit<LeaderOptions, 'identity' | 'doubt' | 'commitOffsets'> {
  readonly cluster: Cluster;
  readonly admin: Admin;
  readonly groupInstanceId: string | null;
  readonly sessionTimeoutMs: number;
  /** Nothing that this process can do will help. */
  readonly onFatal: (error: Error) => void;
}

/**
 * Membership in the injector's group, and a leader while this replica owns the control topic's one partition. A leader that
 * failed is followed by another one only when the coordinator confirms that the partition is still ours: else a replica that
 * was suspended would fence the one that replaced it.
 */
export class Leadership {
  readonly #options: LeadershipOptions;
  readonly #member: GroupMember;
  #owned = false;
  #leader: Leader | null = null;
  #leading: Promise<void> = Promise.resolve();

  constructor(options: LeadershipOptions) {
    this.#options = options;
    const { cluster, names, groupInstanceId, sessionTimeoutMs, onFatal } = options;
    this.#member = new GroupMember(cluster, {
      groupId: names.group('scenario-injector'),
      topics: [names.topic('scenario_events')],
      ...(groupInstanceId === null ? {} : { groupInstanceId: `${groupInstanceId}-scenario-injector` }),
      sessionTimeoutMs,
      onAssigned: (partitions) => { if (partitions.length > 0) this.#assign(); },
      onRevoking: (partitions) => this.#revoke(partitions),
      onLost: () => { this.#lose(); },
      onError: onFatal,
    });
  }

  /** True while this replica owns the control topic. */
  get owned(): boolean {
    return this.#owned;
  }

  async start(): Promise<void> {
    await this.#member.join();
  }

  /** Ends the transaction in hand, leaves the group: the next leader need not wait for a time-out. */
  async stop(): Promise<void> {
    await this.#member.leave();
    this.#lose();
    await this.#leading;
  }

  #assign(): void {
    this.#owned = true;
    const before = this.#leading;
    this.#leading = before.then(() => this.#lead());
  }

  async #revoke(partitions: readonly TopicPartition[]): Promise<void> {
    if (partitions.length === 0) return;
    this.#lose();
    await this.#leading;
  }

  #lose(): void {
    this.#owned = false;
    this.#leader?.stop();
  }

  async #lead(): Promise<void> {
    const { logger, metrics } = this.#options;
    for (let wait = 0; this.#owned; wait = Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, wait * 2))) {
      try {
        if (wait > 0) {
          await sleep(wait);
          await this.#member.heartbeatNow();
          if (!this.#owned) break;
        }
        this.#leader = await Leader.open({
          ...this.#options, identity: () => this.#member.identity,
          doubt: () => this.#member.doubt, commitOffsets: (offsets) => this.#member.commitOffsets(offsets),
        });
        if (!this.#owned) this.#leader.stop();
        wait = 0;
        await this.#leader.run();
      } catch (error) {
        if (!this.#recoverable(error)) {
          this.#options.onFatal(error instanceof Error ? error : new Error(String(error)));
          break;
        }
        metrics.transactions.failed(error instanceof UnknownOutcomeError ? 'unknown' : 'aborted');
        logger.warn({ err: error }, 'the leader has to start over from the log');
      } finally {
        this.#leader = null;
        metrics.follow();
      }
    }
  }

  /** After these a new leader may succeed, or the coordinator will say that another replica leads. */
  #recoverable(error: unknown): boolean {
    if (error instanceof FencedError || error instanceof IllegalGenerationError) return true;
    return error instanceof LogError && !(error instanceof FatalError);
  }
}
