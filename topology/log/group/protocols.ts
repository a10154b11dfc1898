import type { BrokerProfile } from '../net/profile.ts';
import type { TopicPartition } from '../types.ts';
import { assign, assignorName, type AssignableMember } from './assignor.ts';
import { encodeSubscription, type Subscription } from './consumer-protocol.ts';
import { assignRanges } from './range.ts';

/** How the members of a group agree on who gets what. All of a group speak the same. */
export interface GroupProtocol {
  /** As members name it to the coordinator. */
  readonly name: string;
  /** Members give up everything before each rebalance. */
  readonly isEager: boolean;
  subscription(subscription: Subscription): Buffer;
  assign(members: readonly AssignableMember[], partitionCounts: ReadonlyMap<string, number>): Map<string, TopicPartition[]>;
}

const cooperative: GroupProtocol = {
  name: assignorName, isEager: false, subscription: (subscription) => encodeSubscription(subscription), assign,
};

/** What the oldest consumers speak, for coordinators that know nothing later. */
const eager: GroupProtocol = {
  name: 'range', isEager: true, subscription: (subscription) => encodeSubscription(subscription, 0), assign: assignRanges,
};

export function groupProtocol(profile: BrokerProfile): GroupProtocol {
  return profile.groups === 'eager' ? eager : cooperative;
}
