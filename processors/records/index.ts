export { cellElement, cellKey, cellOf, siteElement, siteKey, siteOf, TWIN_KEY, twinConfig, twinElement, twinProgress } from './network.ts';
export type { TwinProgress, Version } from './network.ts';
export { Personas } from './persona.ts';
export { controlEvent, resolvedScenario, scenarioEventRecord, scenarioProvenance, scenarioStateRecord } from './scenario.ts';
export type { ScenarioProvenance } from './scenario.ts';
export { digits, subscriberProfile, subscriberRecord } from './subscriber.ts';
export type { SubscriberDetails, SubscriberHead } from './subscriber.ts';
