/** Protocols a cause code belongs to. Order is that of the Avro enum of `network_logs`; text is that of `cdrs`. */
export const CauseProtocol = {
  EMM: 'EMM', ESM: 'ESM', MM5G: '5GMM', SM5G: '5GSM', RRC: 'RRC', S1AP: 'S1AP', NGAP: 'NGAP', Q850: 'CC_Q850', SIP: 'SIP',
} as const;
export type CauseProtocol = (typeof CauseProtocol)[keyof typeof CauseProtocol];

export interface NetworkCause {
  readonly protocol: CauseProtocol;
  readonly code: number;
  readonly text: string;
}

/** ITU-T Q.850 release causes. */
export const Q850 = {
  NORMAL_CLEARING: { protocol: 'CC_Q850', code: 16, text: 'normal call clearing' },
  USER_BUSY: { protocol: 'CC_Q850', code: 17, text: 'user busy' },
  NO_ANSWER: { protocol: 'CC_Q850', code: 19, text: 'no answer from user (user alerted)' },
  ABSENT: { protocol: 'CC_Q850', code: 20, text: 'subscriber absent' },
  NO_CIRCUIT: { protocol: 'CC_Q850', code: 34, text: 'no circuit/channel available' },
  RADIO_LOST: { protocol: 'CC_Q850', code: 41, text: 'temporary failure' },
} as const satisfies Record<string, NetworkCause>;

/** S1AP radio-network causes (TS 36.413 9.2.1.3, position in the enumeration). */
export const S1AP = {
  RADIO_CONNECTION_LOST: { protocol: 'S1AP', code: 21, text: 'radio-connection-with-ue-lost' },
  USER_INACTIVITY: { protocol: 'S1AP', code: 20, text: 'user-inactivity' },
  NO_RADIO_RESOURCES: { protocol: 'S1AP', code: 25, text: 'no-radio-resources-available-in-target-cell' },
} as const satisfies Record<string, NetworkCause>;

/** NGAP radio-network causes (TS 38.413 9.3.1.2, position in the enumeration). */
export const NGAP = {
  RADIO_CONNECTION_LOST: { protocol: 'NGAP', code: 21, text: 'radio-connection-with-ue-lost' },
  USER_INACTIVITY: { protocol: 'NGAP', code: 20, text: 'user-inactivity' },
} as const satisfies Record<string, NetworkCause>;

/** EMM causes (TS 24.301 annex A) and 5GMM causes (TS 24.501 annex A). */
export const EMM = {
  IMSI_UNKNOWN: { protocol: 'EMM', code: 2, text: 'IMSI unknown in HSS' },
  IMPLICITLY_DETACHED: { protocol: 'EMM', code: 10, text: 'implicitly detached' },
  CONGESTION: { protocol: 'EMM', code: 22, text: 'congestion' },
} as const satisfies Record<string, NetworkCause>;
export const MM5G = {
  IMPLICITLY_DEREGISTERED: { protocol: '5GMM', code: 10, text: 'implicitly de-registered' },
  CONGESTION: { protocol: '5GMM', code: 22, text: 'congestion' },
} as const satisfies Record<string, NetworkCause>;
