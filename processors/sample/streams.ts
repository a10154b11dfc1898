import type { RecordName } from '../../schemas/generated/records.generated.ts';
import { CdrObserver } from '../cdr-generator/cdr-observer.ts';
import { CareObserver } from '../customerservice-generator/care-observer.ts';
import type { ObserverFactory } from '../generator/in-memory.ts';
import type { Observer } from '../generator/observer.ts';
import { LocationObserver } from '../location-generator/location-observer.ts';
import { NetworkLogObserver } from '../networklog-generator/networklog-observer.ts';

/** The topics of events, each written by one generator. */
export type EventStream = Observer['stream'];

/** Every event stream, and its observer as its generator makes it. */
export const OBSERVERS: Readonly<Record<EventStream, ObserverFactory>> = {
  cdrs: (world, books, members, identities) => new CdrObserver(world, books, members, identities),
  network_logs: (world, books, members, identities) => new NetworkLogObserver(world, books, members, identities),
  customer_service: (world, books, members) => new CareObserver(world, books, members),
  location_updates: (world, books, members, identities) => new LocationObserver(world, books, members, identities),
};

export const EVENT_STREAMS = Object.keys(OBSERVERS) as EventStream[];

export type SampledTopic = EventStream | 'ground_truth';

export const SAMPLED_TOPICS: readonly SampledTopic[] = [...EVENT_STREAMS, 'ground_truth'];

export const RECORD_OF: Readonly<Record<SampledTopic, RecordName>> = {
  cdrs: 'Cdr',
  network_logs: 'NetworkLog',
  customer_service: 'CustomerServiceEvent',
  location_updates: 'LocationUpdate',
  ground_truth: 'GroundTruth',
};
