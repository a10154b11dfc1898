import type { TwinConfig } from './config.ts';
import type { Network } from './network/network.ts';
import type { DirectoryView } from './population/directory.ts';
import type { LocalTime } from './time/local-time.ts';

/** The twin as one task sees it: what never changes, and the directory as of the offsets of the task's tick. */
export interface World {
  readonly config: TwinConfig;
  readonly network: Network;
  readonly localTime: LocalTime;
  readonly directory: DirectoryView;
}
