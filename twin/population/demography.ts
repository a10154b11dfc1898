import type { Draw } from '../random/draw.ts';
import { Segment } from './types.ts';

export const AGE_BANDS = ['16-24', '25-34', '35-49', '50-64', '65+'] as const;
export type AgeBand = (typeof AGE_BANDS)[number];

/** Cumulative age bands of the first member of a household with children at home (3, 4), of a couple (2), of a single (1). */
const FAMILY = [0, 0.16, 0.72, 0.97, 1];
const COUPLE = [0.06, 0.26, 0.44, 0.69, 1];
const SINGLE = [0.18, 0.42, 0.6, 0.78, 1];
/** Third and fourth members are mostly grown children. */
const CHILD = [0.86, 0.96, 0.98, 0.99, 1];
/** Share of each age band with a fixed workplace or school. */
const WORKING = [0.88, 0.82, 0.81, 0.68, 0.06];

/** Position in `AGE_BANDS` of a household member; couples are of one band. `shared` is the household's uniform, `own` the member's. */
export function ageBandOf(position: number, size: number, shared: number, own: number): number {
  if (position >= 2) return pick(CHILD, own);
  return pick(size >= 3 ? FAMILY : size === 2 ? COUPLE : SINGLE, shared);
}

export function hasWorkplace(ageBand: number, u: number): boolean {
  return u < WORKING[ageBand];
}

/** Segment by age and a uniform. */
export function segmentOf(ageBand: number, u: number): Segment {
  if (ageBand === 0 && u < 0.8) return Segment.YOUTH;
  if (ageBand === 4 && u < 0.85) return Segment.SENIOR;
  const v = ageBand === 0 ? (u - 0.8) / 0.2 : ageBand === 4 ? (u - 0.85) / 0.15 : u;
  const business = ageBand === 0 || ageBand === 4 ? 0 : 0.13;
  if (v < business) return Segment.BUSINESS;
  return v < business + 0.44 ? Segment.CONSUMER_PREPAID : Segment.CONSUMER_POSTPAID;
}

/** Most spoken home languages with cumulative shares; English alone where the table has no row. */
const LANGUAGES: Readonly<Record<string, readonly (readonly [language: string, until: number])[]>> = {
  IE: [['en', 0.9], ['ga', 0.92], ['pl', 0.96], ['ro', 0.98], ['pt', 1]],
  GB: [['en', 0.93], ['pl', 0.95], ['ro', 0.97], ['ur', 1]],
  US: [['en', 0.8], ['es', 0.95], ['zh', 1]], CA: [['en', 0.72], ['fr', 0.94], ['zh', 1]], AU: [['en', 0.9], ['zh', 1]], NZ: [['en', 1]],
  DE: [['de', 0.9], ['tr', 0.95], ['ru', 1]], AT: [['de', 0.93], ['tr', 1]], CH: [['de', 0.65], ['fr', 0.89], ['it', 1]],
  FR: [['fr', 0.95], ['ar', 1]], BE: [['nl', 0.58], ['fr', 0.98], ['de', 1]], NL: [['nl', 0.95], ['tr', 1]], LU: [['fr', 0.6], ['de', 1]],
  ES: [['es', 0.82], ['ca', 0.93], ['gl', 1]], PT: [['pt', 1]], BR: [['pt', 1]], IT: [['it', 0.96], ['ro', 1]], MT: [['mt', 0.85], ['en', 1]],
  PL: [['pl', 0.95], ['uk', 1]], CZ: [['cs', 0.97], ['sk', 1]], RO: [['ro', 0.93], ['hu', 1]], HU: [['hu', 1]], GR: [['el', 1]],
  SE: [['sv', 0.93], ['ar', 1]], NO: [['no', 0.95], ['pl', 1]], DK: [['da', 1]], FI: [['fi', 0.92], ['sv', 1]], HR: [['hr', 1]],
  IN: [['hi', 0.5], ['bn', 0.65], ['mr', 0.75], ['te', 0.86], ['ta', 1]], JP: [['ja', 1]], KR: [['ko', 1]], TR: [['tr', 0.88], ['ku', 1]],
  MX: [['es', 1]], AR: [['es', 1]], CL: [['es', 1]], CO: [['es', 1]], SN: [['wo', 0.6], ['fr', 1]], ZA: [['zu', 0.35], ['xh', 0.55], ['af', 0.75], ['en', 1]],
  SG: [['en', 0.5], ['zh', 0.85], ['ms', 1]], IL: [['he', 0.8], ['ar', 1]], AE: [['ar', 0.4], ['en', 0.75], ['hi', 1]],
};

/** ISO 639-1 code of a household's language. */
export function languageOf(region: string, u: number): string {
  for (const [language, until] of LANGUAGES[region] ?? []) if (u < until) return language;
  return 'en';
}

/** Expected events a day of one subscriber, before quantisation. */
export interface Activity {
  callsPerDay: number;
  textsPerDay: number;
  sessionsPerDay: number;
}

/** Centres e^ν of the rates by segment: calls, texts, data sessions a day. Postpaid and business call far more (Kovanen et al., arXiv 1002.0763). */
const CENTRES: Readonly<Record<Segment, readonly [calls: number, texts: number, sessions: number]>> = {
  [Segment.CONSUMER_PREPAID]: [0.68, 1.15, 9.5],
  [Segment.CONSUMER_POSTPAID]: [1.95, 1.4, 12],
  [Segment.YOUTH]: [0.95, 2.7, 16],
  [Segment.SENIOR]: [0.85, 0.55, 4.5],
  [Segment.BUSINESS]: [3.5, 1.2, 13],
};
const MAX_CALLS = 60;
const MAX_TEXTS = 120;
const MAX_SESSIONS = 120;

/**
 * Double-Pareto-lognormal rates for calls and texts: a lognormal times e^(E1/α - E2/β) (Seshadri et al., KDD 2008; Reed and Jorgensen 2004), which
 * gives both the heavy callers (upper arm α) and the quarter of users who hardly call (lower arm β). Sessions are lognormal.
 * Talkative people also text more (correlation of logs about 0.3). `smart` is false for basic phones.
 */
export function drawActivity(segment: Segment, smart: boolean, draw: Draw, out: Activity): void {
  const [calls, texts, sessions] = CENTRES[segment];
  const talkative = draw.normal();
  out.callsPerDay = Math.min(MAX_CALLS, calls * Math.exp(0.7 * talkative + draw.exponential() / 2.1 - draw.exponential() / 0.9));
  out.textsPerDay = Math.min(MAX_TEXTS, texts * Math.exp(0.5 * talkative + 0.75 * draw.normal() + draw.exponential() / 2.2 - draw.exponential() / 1.1));
  out.sessionsPerDay = Math.min(MAX_SESSIONS, sessions * (smart ? 1 : 0.02) * Math.exp(0.65 * draw.normal()));
}

function pick(cumulative: readonly number[], u: number): number {
  let i = 0;
  while (i < cumulative.length - 1 && u >= cumulative[i]) i++;
  return i;
}
