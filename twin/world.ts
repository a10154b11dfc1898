import type { TwinConfig } from './config.ts';
import type { Network } from './network/network.ts';
import type { StayCache } from './mobility/stay-cache.ts';
import type { DirectoryView } from './population/directory.ts';
import type { LocalTime } from './time/local-time.ts';

/** The twin in one state: what never changes, and the directory before given offsets of its log. Immutable: a later state is another world. */
export interface World {
  readonly config: TwinConfig;
  readonly network: Network;
  readonly localTime: LocalTime;
  readonly directory: DirectoryView;
  /** Memory of what `Whereabouts` computed in this world. */
  readonly stays: StayCache;
  /** Rightful SIM and device of subscribers; only where scenarios are resolved. */
  readonly identities?: IdentityLookup;
}

export interface IdentityLookup {
  /** Undefined for a subscriber that was never written. */
  identityOf(subscriber: number): { readonly imsi: number; readonly imei: number } | undefined;
}
