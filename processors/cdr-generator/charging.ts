import { Destination } from '../../twin/intents/destinations.ts';
import type { Plan } from '../../twin/population/plans.ts';

/** What a call costs its caller, micros of the currency, by the second. Bundles include national calls; see {@link Plan}. */
export function chargeForCall(plan: Plan, destination: Destination, durationMs: number): number {
  const minutes = Math.ceil(durationMs / 1000) / 60;
  switch (destination) {
    case Destination.INTERNATIONAL:
      return Math.round(plan.perInternationalMinute * minutes);
    case Destination.PREMIUM:
      return Math.round(plan.perPremiumMinute * minutes);
    case Destination.EMERGENCY:
    case Destination.SHORT_CODE:
      return 0;
    default:
      return plan.prepaid ? Math.round(plan.perMinute * minutes) : 0;
  }
}

export function chargeForMessage(plan: Plan, destination: Destination): number {
  return plan.prepaid && destination !== Destination.SHORT_CODE ? plan.perText : 0;
}

export function chargeForData(plan: Plan, bytes: number): number {
  return plan.prepaid ? Math.round((plan.perMegabyte * bytes) / 1_000_000) : 0;
}
