import { Segment } from './types.ts';

/** A tariff. Prices are micros (millionths) of the plan's currency unit; one that is included in a bundle is 0 within it. */
export interface Plan {
  readonly name: string;
  readonly prepaid: boolean;
  /** Monthly fee, charged on the bill (0 for prepaid). */
  readonly monthlyFee: number;
  /** National minutes and texts, and MB, included a month; null is unlimited. */
  readonly includedMinutes: number | null;
  readonly includedTexts: number | null;
  readonly includedMegabytes: number | null;
  /** Prices beyond the bundle. A call is charged by the second, data by the kilobyte. */
  readonly perMinute: number;
  readonly perText: number;
  readonly perMegabyte: number;
  readonly perInternationalMinute: number;
  readonly perPremiumMinute: number;
}

const prepaid = (name: string, perMinute: number, perText: number, perMegabyte: number): Plan => ({
  name, prepaid: true, monthlyFee: 0, includedMinutes: 0, includedTexts: 0, includedMegabytes: 0,
  perMinute, perText, perMegabyte, perInternationalMinute: 600_000, perPremiumMinute: 1_800_000,
});

const postpaid = (
  name: string, monthlyFee: number, includedMinutes: number | null, includedTexts: number | null, includedMegabytes: number | null,
): Plan => ({
  name, prepaid: false, monthlyFee, includedMinutes, includedTexts, includedMegabytes,
  perMinute: 250_000, perText: 120_000, perMegabyte: 20_000, perInternationalMinute: 450_000, perPremiumMinute: 1_500_000,
});

export const PLANS: readonly Plan[] = [
  prepaid('Go Basic', 180_000, 90_000, 12_000),
  prepaid('Go Data', 220_000, 90_000, 4_000),
  prepaid('Go Talk', 90_000, 50_000, 15_000),
  postpaid('Flex 10', 15_000_000, 300, 300, 10_240),
  postpaid('Flex 40', 25_000_000, null, null, 40_960),
  postpaid('Unlimited', 38_000_000, null, null, null),
  postpaid('Young 60', 18_000_000, 600, null, 61_440),
  prepaid('Young Go', 150_000, 30_000, 3_000),
  postpaid('Senior Easy', 12_000_000, 500, 200, 3_072),
  prepaid('Senior Go', 120_000, 60_000, 15_000),
  postpaid('Business 20', 32_000_000, null, null, 20_480),
  postpaid('Business Max', 55_000_000, null, null, null),
];

/** Plans of each segment, with cumulative shares. Youth and seniors have both prepaid and postpaid. */
const BY_SEGMENT: Readonly<Record<Segment, readonly { readonly until: number; readonly plan: Plan }[]>> = {
  [Segment.CONSUMER_PREPAID]: shares([[0, 0.4], [1, 0.45], [2, 0.15]]),
  [Segment.CONSUMER_POSTPAID]: shares([[3, 0.35], [4, 0.4], [5, 0.25]]),
  [Segment.YOUTH]: shares([[6, 0.55], [7, 0.45]]),
  [Segment.SENIOR]: shares([[8, 0.55], [9, 0.45]]),
  [Segment.BUSINESS]: shares([[10, 0.6], [11, 0.4]]),
};

const BY_NAME: ReadonlyMap<string, Plan> = new Map(PLANS.map((plan) => [plan.name, plan]));

/** The plan of a segment that a uniform `u` falls on. */
export function choosePlan(segment: Segment, u: number): Plan {
  const choices = BY_SEGMENT[segment];
  for (const { until, plan } of choices) if (u < until) return plan;
  return choices[choices.length - 1].plan;
}

/** @throws RangeError for a name that is not in `PLANS`. */
export function planNamed(name: string): Plan {
  const plan = BY_NAME.get(name);
  if (plan === undefined) throw new RangeError(`unknown plan "${name}": known are ${[...BY_NAME.keys()].join(', ')}`);
  return plan;
}

function shares(list: readonly (readonly [plan: number, share: number])[]): { until: number; plan: Plan }[] {
  let until = 0;
  return list.map(([plan, share]) => ({ until: (until += share), plan: PLANS[plan] }));
}
