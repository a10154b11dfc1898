/**
 * Every draw in the twin names its purpose; two purposes never share a random number. Values are part of the model's
 * identity: changing one changes every twin, so they are only ever added to.
 */
export const Purpose = {
  // geography and network
  siteLocation: 0x01, siteTraits: 0x02, cellTraits: 0x03, cellAlarm: 0x04,
  // population
  household: 0x10, segment: 0x11, device: 0x12, home: 0x13, work: 0x14, activity: 0x15, persona: 0x16, account: 0x17,
  // social
  groupShuffle: 0x20, groupCalls: 0x21, call: 0x22, groupMessages: 0x23, message: 0x24, tieWeight: 0x25,
  // mobility
  dayPlan: 0x30, place: 0x31, powerOff: 0x32, layer: 0x33, shadowing: 0x34, favourite: 0x35,
  // intents
  dataSessions: 0x40, dataSession: 0x41, offNetCall: 0x42, offNetCalls: 0x43, periodicUpdate: 0x44, offNetMessage: 0x45,
  // outcomes
  callOutcome: 0x50, dataOutcome: 0x51, messageOutcome: 0x52, signalling: 0x53, fix: 0x54, handover: 0x55, release: 0x56,
  // care
  careIntent: 0x60, careContact: 0x61, carePropensity: 0x62,
  // scenarios
  scenarioTarget: 0x70, scenarioSubject: 0x71, scenarioEvent: 0x72,
} as const;

export type PurposeId = (typeof Purpose)[keyof typeof Purpose];
