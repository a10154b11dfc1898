// Generated from schemas/ClockState.avsc by schemas/codegen/generate.ts. Do not edit.

export const ClockMode = { UNKNOWN: 0, BACKFILL: 1, LIVE: 2, PAUSED: 3 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type ClockMode = (typeof ClockMode)[keyof typeof ClockMode];
export type ClockModeSymbol = keyof typeof ClockMode;
/** Symbols of ClockMode by index. */
export const ClockModeSymbols: readonly ClockModeSymbol[] = ['UNKNOWN', 'BACKFILL', 'LIVE', 'PAUSED'];

/** The state of the clock after a tick, from which a new leader goes on. */
export interface ClockState {
  /** sequence of the last tick. */
  sequence: number;
  /** End of the last tick. [ms since epoch, UTC] */
  event_time: number;
  /** Mode of the clock. */
  mode: ClockModeSymbol;
  /** Event time per wall-clock time in LIVE. [ratio] */
  speed: number;
  /** Event time at which the clock stops. Null: never. [ms since epoch, UTC] */
  until: number | null;
  /** Event time of the first tick. [ms since epoch, UTC] */
  started_at: number;
  /** Who paused it. Null unless PAUSED. */
  paused_by: string | null;
  /** Wall-clock time of this record. [ms since epoch, UTC] */
  updated_at: number;
  /** Instance that wrote it. */
  leader: string;
  /** Offset of scenario_events up to which control events were consumed. [Kafka offset] */
  scenario_events_end: number;
}
