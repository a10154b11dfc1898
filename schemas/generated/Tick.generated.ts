// Generated from schemas/Tick.avsc by schemas/codegen/generate.ts. Do not edit.

export const TickMode = { UNKNOWN: 0, BACKFILL: 1, LIVE: 2 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type TickMode = (typeof TickMode)[keyof typeof TickMode];
export type TickModeSymbol = keyof typeof TickMode;
/** Symbols of TickMode by index. */
export const TickModeSymbols: readonly TickModeSymbol[] = ['UNKNOWN', 'BACKFILL', 'LIVE'];

/** Tells the owners of one partition to produce event time [from, to), after applying state up to the named offsets. */
export interface Tick {
  /** Partition the tick is for; the record key. */
  partition: number;
  /** Number of the tick within its partition, from 0. */
  sequence: number;
  /** Start of the interval, inclusive. [ms since epoch, UTC] */
  from: number;
  /** End of the interval, exclusive. [ms since epoch, UTC] */
  to: number;
  /** Mode of the clock. */
  mode: TickModeSymbol;
  /** Version of the model that must render it. */
  model_version: number;
  /** End offset of scenario_state to apply first. [Kafka offset] */
  scenario_state_end: number;
  /** End offset of network_state to apply first. [Kafka offset] */
  network_state_end: number;
  /** End offset of each partition of subscriber_state to apply first, by partition. [Kafka offset] */
  subscriber_state_ends: number[];
}
