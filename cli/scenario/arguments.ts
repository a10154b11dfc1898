import { InvalidArgumentError } from 'commander';
import { MAX_INTENSITY, TargetType } from '../../twin/scenarios/index.ts';

/** What a scenario aims at, as the API takes it. */
export interface Target {
  readonly type: TargetType;
  readonly ids?: readonly string[];
  readonly fraction?: number;
}

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `cell:123`, `site:S00001,S00002`, `fraction:0.01`. */
export function target(text: string): Target {
  const colon = text.indexOf(':');
  const type = text.slice(0, Math.max(0, colon)).toUpperCase();
  const rest = text.slice(colon + 1);
  if (!(type in TargetType) || rest === '') {
    const types = Object.values(TargetType).map((name) => name.toLowerCase()).join(', ');
    throw new InvalidArgumentError(`It must be type:ids, such as cell:123 or site:S00001,S00002, with a type of ${types}.`);
  }
  if (type !== TargetType.FRACTION) {
    const ids = rest.split(',').map((id) => id.trim()).filter((id) => id !== '');
    if (ids.length === 0) throw new InvalidArgumentError(`It names no ${type.toLowerCase()}; it must be type:ids, such as cell:123 or site:S00001,S00002.`);
    return { type: type as TargetType, ids };
  }
  const fraction = Number(rest);
  if (!(fraction > 0 && fraction <= 1)) throw new InvalidArgumentError('A fraction must be above 0 and at most 1, such as fraction:0.01.');
  return { type, fraction };
}

/** Longest duration, days: an end that a time can hold, wherever it begins. */
const MAX_DAYS = 36_500;

/** `90s`, `30m`, `2h`, `1d`. @returns ms */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text);
  const value = match === null ? 0 : Math.round(Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]);
  if (!(value > 0 && value <= MAX_DAYS * UNIT_MS.d)) throw new InvalidArgumentError(`It must be a duration such as 90s, 30m, 2h or 1d, of at most ${MAX_DAYS}d.`);
  return value;
}

/** In the largest unit that divides it, as {@link duration} reads it. */
export function durationText(ms: number): string {
  const [unit, length] = Object.entries(UNIT_MS).findLast(([, each]) => ms % each === 0) ?? ['s', UNIT_MS.s];
  return `${ms / length}${unit}`;
}

/** Above 0, at most {@link MAX_INTENSITY}. */
export function intensity(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= MAX_INTENSITY)) throw new InvalidArgumentError(`It must be above 0 and at most ${MAX_INTENSITY}.`);
  return value;
}

/** Collects `key=value` options. */
export function keyValue(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('It must be name=value.');
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
}
