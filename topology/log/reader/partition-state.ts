import type { LogError } from '../errors.ts';
import type { TopicPartitionOffset } from '../types.ts';
import type { FetchTarget } from './fetch.ts';

/** Where a reader stands on one assigned partition. */
export class PartitionState {
  readonly topic: string;
  readonly partition: number;
  /** Empty until the metadata is known; never changes afterwards. */
  topicId = '';
  /** Node id; -1 = to be looked up. */
  leader = -1;
  /** Next offset to ask the broker for. */
  fetchOffset: number;
  /** Next offset that the caller has not been given. */
  position: number;
  highWatermark = -1;
  lastStableOffset = -1;
  paused = false;
  failure: LogError | undefined;
  /** Since when the brokers say that the topic does not exist (performance.now); -1 = they don't. */
  unknownSince = -1;

  constructor(assignment: TopicPartitionOffset) {
    this.topic = assignment.topic;
    this.partition = assignment.partition;
    this.fetchOffset = this.position = assignment.offset;
  }
}

/** A partition as it stood when it was asked for. An answer counts only while `state.fetchOffset` is still `offset`. */
export interface ReaderTarget extends FetchTarget {
  readonly state: PartitionState;
}
