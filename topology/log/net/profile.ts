import { FatalError } from '../errors.ts';

/** What brokers of one kind offer beyond producing and fetching, as far as this code would use it. */
export interface BrokerProfile {
  /** As KAFKA_PROFILE spells it. */
  readonly name: string;
  /** Transactions and idempotent producers. Without them writers carry no producer id: at least once, and nobody is fenced. */
  readonly transactions: boolean;
  /** Batches may be compressed by their writer. */
  readonly compression: boolean;
  /** Readers may ask for what is not committed. Where all is, read_committed shows the same. */
  readonly uncommittedReads: boolean;
  /** Topics can be named by their id. */
  readonly topicIds: boolean;
  /** A fetch that has nothing is held until there is something; else it is answered at once. */
  readonly heldFetches: boolean;
  /** Offsets can be asked for by time. */
  readonly offsetsByTime: boolean;
  /** `cooperative`: members keep what does not move. `eager`: all give up everything, and there is no static membership. */
  readonly groups: 'cooperative' | 'eager';
  /** What may be said of a topic when it is created: anything, or its clean-up policy and retention time. */
  readonly topicSettings: 'all' | 'portable';
  /** Largest record batch, bytes, that a writer may be told to build. */
  readonly maxBatchBytes: number;
  /** Largest key and largest value of a record, bytes. */
  readonly maxKeyBytes: number;
  readonly maxValueBytes: number;
}

const apacheKafka: BrokerProfile = {
  name: 'apache-kafka',
  transactions: true, compression: true, uncommittedReads: true, topicIds: true, heldFetches: true, offsetsByTime: true,
  groups: 'cooperative', topicSettings: 'all', maxBatchBytes: Infinity, maxKeyBytes: Infinity, maxValueBytes: Infinity,
};

/**
 * VAST's documentation, "Kafka Protocol Support" (kb.vastdata.com): messages of 1 MB, keys and values of 126 KB, taken as decimal, and a batch with
 * room for what surrounds it. That topics have no ids, and what can be set of one, is said of its earlier releases only.
 */
const vastEventBroker: BrokerProfile = {
  name: 'vast-event-broker',
  transactions: false, compression: false, uncommittedReads: false, topicIds: false, heldFetches: false, offsetsByTime: false,
  groups: 'eager', topicSettings: 'portable', maxBatchBytes: 900_000, maxKeyBytes: 126_000, maxValueBytes: 126_000,
};

export const defaultProfile = apacheKafka;
export const brokerProfiles: readonly BrokerProfile[] = [apacheKafka, vastEventBroker];

/** Reads KAFKA_PROFILE. FatalError lists the known ones. */
export function brokerProfile(env: Readonly<Record<string, string | undefined>>): BrokerProfile {
  const name = env['KAFKA_PROFILE'];
  if (name === undefined || name === '') return defaultProfile;
  const found = brokerProfiles.find((profile) => profile.name === name);
  if (found) return found;
  const known = brokerProfiles.map((profile) => (profile === defaultProfile ? `${profile.name} (as without it)` : profile.name)).join(', ');
  throw new FatalError(`KAFKA_PROFILE is '${name}'; use one of ${known}`);
}
