import { SUBSCRIBER_ID_BASE } from '../config.ts';
import { isEmpty, ScenarioError, type ResolvedScenario, type StateChange, type TargetType } from './types.ts';

/**
 * A number is in one pair of hands at a time: of a scenario that changes identities, what is left beside those that there are. Victims
 * drawn as a share of all pass over those who are held already; one that was named is refused.
 * @param others phases there are, those of the same scenario among them
 * @throws ScenarioError naming who holds a subscriber; or when nobody is left
 */
export function besideHolders(scenario: ResolvedScenario, target: TargetType, others: Iterable<ResolvedScenario>): ResolvedScenario {
  if (!scenario.onBegin.some(isIdentity)) return scenario;
  const holders = new Map<number, ResolvedScenario>();
  for (const other of others) {
    if (other.scenarioId === scenario.scenarioId || !overlap(other, scenario)) continue;
    for (const change of other.onBegin) if (isIdentity(change)) holders.set(change.subscriber, other);
  }
  const held = scenario.subscribers.find((i) => holders.has(i));
  if (held === undefined) return scenario;
  const { scenarioId, appliedUntil } = holders.get(held)!;
  if (target !== 'FRACTION') {
    const until = appliedUntil === null ? 'until it is stopped' : `until ${new Date(appliedUntil).toISOString()}`;
    throw new ScenarioError('target.ids', `the number of subscriber ${SUBSCRIBER_ID_BASE + held} is in the hands of "${scenarioId}" ${until}: stop that first, or take another`);
  }
  const subscribers = scenario.subscribers.filter((i) => !holders.has(i));
  if (subscribers.length === 0) throw new ScenarioError('target.fraction', `everybody whom this share picks is in the hands of another scenario, "${scenarioId}" among them`);
  const free = (change: StateChange): boolean => !isIdentity(change) || !holders.has(change.subscriber);
  return { ...scenario, subscribers, onBegin: scenario.onBegin.filter(free), onEnd: scenario.onEnd.filter(free) };
}

function isIdentity(change: StateChange): change is StateChange & { readonly type: 'SUBSCRIBER_IDENTITY' } {
  return change.type === 'SUBSCRIBER_IDENTITY';
}

/** True when both are in force at some time. */
function overlap(a: ResolvedScenario, b: ResolvedScenario): boolean {
  const endOf = ({ appliedUntil }: ResolvedScenario): number => appliedUntil ?? Infinity;
  return !isEmpty(a) && a.appliedFrom < endOf(b) && b.appliedFrom < endOf(a);
}
