import { Capability, Segment } from './types.ts';

const { VOLTE, NR, VOWIFI } = Capability;

/** A handset model. Brands and models are invented; type allocation codes lie in the test range (see `identity.ts`). */
export interface Device {
  /** Position in `DEVICES`; part of the TAC, so entries are only ever appended. */
  readonly number: number;
  readonly brand: string;
  readonly model: string;
  readonly capabilities: number;
  /** 0 basic phone, 1 low end, 2 mid range, 3 flagship. */
  readonly tier: 0 | 1 | 2 | 3;
  /** Market share within its tier, relative. */
  readonly share: number;
}

type Row = readonly [brand: string, model: string, capabilities: number, tier: Device['tier'], share: number];

const ROWS: readonly Row[] = [
  ['Aurivo', 'One 8', VOLTE | NR | VOWIFI, 3, 18], ['Aurivo', 'One 8 Max', VOLTE | NR | VOWIFI, 3, 11],
  ['Aurivo', 'One 7', VOLTE | NR | VOWIFI, 3, 15], ['Aurivo', 'One 6', VOLTE | NR | VOWIFI, 2, 14],
  ['Aurivo', 'One 5', VOLTE | VOWIFI, 2, 9], ['Aurivo', 'Mini 3', VOLTE | VOWIFI, 2, 5],
  ['Kestrel', 'K24 Ultra', VOLTE | NR | VOWIFI, 3, 12], ['Kestrel', 'K24', VOLTE | NR | VOWIFI, 3, 10],
  ['Kestrel', 'K23', VOLTE | NR | VOWIFI, 3, 8], ['Kestrel', 'A55', VOLTE | NR | VOWIFI, 2, 16],
  ['Kestrel', 'A35', VOLTE | NR, 2, 12], ['Kestrel', 'A15', VOLTE, 1, 16],
  ['Kestrel', 'A05', VOLTE, 1, 10], ['Kestrel', 'Fold 2', VOLTE | NR | VOWIFI, 3, 2],
  ['Lumio', 'Note 13', VOLTE | NR, 2, 9], ['Lumio', 'Note 12', VOLTE, 2, 7],
  ['Lumio', '12C', VOLTE, 1, 12], ['Lumio', 'P6', VOLTE | NR, 2, 6],
  ['Orchard', 'Stem 8', VOLTE | NR | VOWIFI, 3, 5], ['Orchard', 'Stem 7a', VOLTE | NR | VOWIFI, 2, 5],
  ['Tannel', 'T40', VOLTE | NR, 2, 4], ['Tannel', 'T20', VOLTE, 1, 8],
  ['Tannel', 'T10', 0, 1, 5], ['Vireo', 'Edge 40', VOLTE | NR | VOWIFI, 3, 3],
  ['Vireo', 'G34', VOLTE | NR, 2, 6], ['Vireo', 'E14', VOLTE, 1, 9],
  ['Nordfon', '6310 LTE', VOLTE, 0, 40], ['Nordfon', '105 Plus', 0, 0, 25],
  ['Dorado', 'Easy 5', VOLTE, 0, 35], ['Dorado', 'Easy Smart', VOLTE, 1, 6],
];

export const DEVICES: readonly Device[] = ROWS.map(([brand, model, capabilities, tier, share], number) => ({
  number, brand, model, capabilities, tier, share,
}));

/** Share of basic, low-end, mid-range and flagship devices in each segment. */
const TIERS: Readonly<Record<Segment, readonly [number, number, number, number]>> = {
  [Segment.CONSUMER_PREPAID]: [0.05, 0.36, 0.44, 0.15],
  [Segment.CONSUMER_POSTPAID]: [0.01, 0.1, 0.44, 0.45],
  [Segment.YOUTH]: [0, 0.16, 0.48, 0.36],
  [Segment.SENIOR]: [0.22, 0.38, 0.3, 0.1],
  [Segment.BUSINESS]: [0.01, 0.06, 0.35, 0.58],
};

/** Devices of each segment with cumulative shares up to 1. */
const CUMULATIVE: Readonly<Record<Segment, Float64Array>> = {
  [Segment.CONSUMER_PREPAID]: cumulative(TIERS[Segment.CONSUMER_PREPAID]),
  [Segment.CONSUMER_POSTPAID]: cumulative(TIERS[Segment.CONSUMER_POSTPAID]),
  [Segment.YOUTH]: cumulative(TIERS[Segment.YOUTH]),
  [Segment.SENIOR]: cumulative(TIERS[Segment.SENIOR]),
  [Segment.BUSINESS]: cumulative(TIERS[Segment.BUSINESS]),
};

/** The device that a uniform `u` falls on, by market share in the segment. */
export function chooseDevice(segment: Segment, u: number): Device {
  const until = CUMULATIVE[segment];
  let number = 0;
  while (number < until.length - 1 && u >= until[number]) number++;
  return DEVICES[number];
}

function cumulative(tiers: readonly [number, number, number, number]): Float64Array {
  const shareOfTier = [0, 0, 0, 0];
  for (const { tier, share } of DEVICES) shareOfTier[tier] += share;
  let sum = 0;
  return Float64Array.from(DEVICES, ({ tier, share }) => (sum += (tiers[tier] * share) / shareOfTier[tier]));
}
