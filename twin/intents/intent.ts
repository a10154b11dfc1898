/**
 * What a subscriber, or the network on its own account, sets out to do. Intents are independent of the network's state;
 * an outcome is what came of one.
 */
export const IntentKind = {
  /** A voice call; `detail` is its position in the hour's call table. */
  CALL: 0,
  /** A text message; `detail` is its position in the hour's message table. */
  MESSAGE: 1,
  /** A data session; `detail` is its ordinal within (subscriber, hour). */
  SESSION: 2,
  /** Periodic tracking-area or registration update (T3412, TS 24.301 5.3.5; T3512, TS 24.501 5.3.7); `detail` its ordinal in the hour. */
  PERIODIC_UPDATE: 3,
  /** A trip that crosses cells; `detail` is the stay it departs from. */
  TRIP: 4,
  /** The phone is switched off or on; `detail` is 0 for off, 1 for on. */
  POWER: 5,
  /** Something a scenario makes happen; `detail` is the kind's own code. */
  INJECTED: 6,
  /** A contact with customer care, by someone inclined to make one; `detail` is its ordinal in (subscriber, day). */
  CARE: 7,
  /** Something that happens to a cell itself; `subscriber` holds the cell's index. */
  CELL: 8,
} as const;
export type IntentKind = (typeof IntentKind)[keyof typeof IntentKind];

/** Codes of `INJECTED` intents. */
export const Injected = {
  /** An idle phone leaves a cell that went down, or comes back to it. */
  CELL_LOST: 1, CELL_BACK: 2,
  /** An outage raises its alarm; `subscriber` holds the cell's index. Cleared when the outage ends. */
  CELL_ALARM: 9, CELL_CLEARED: 10,
  /** The network detaches the victim's SIM; the fraudster's SIM attaches, gets one-time passwords, calls, uses data. */
  SWAP_DETACH: 3, SWAP_ATTACH: 4, SWAP_PASSWORD: 5, SWAP_CALL: 6, SWAP_SESSION: 7, SWAP_REVERSED: 8,
} as const;

/** Takes intents as they are planned. `start` is event time, ms; `scenario` the position of the cause's effect, or -1. */
export interface IntentSink {
  add(kind: IntentKind, subscriber: number, start: number, detail: number, scenario: number): void;
}
