import { InvalidArgumentError } from 'commander';
import { TargetType } from '../../twin/scenarios/index.ts';

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
  if (type !== TargetType.FRACTION) return { type: type as TargetType, ids: rest.split(',').map((id) => id.trim()).filter((id) => id !== '') };
  const fraction = Number(rest);
  if (!(fraction > 0 && fraction <= 1)) throw new InvalidArgumentError('A fraction must be above 0 and at most 1, such as fraction:0.01.');
  return { type, fraction };
}

/** `90s`, `30m`, `2h`, `1d`. @returns ms */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text);
  const value = match === null ? 0 : Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
  if (!(value > 0)) throw new InvalidArgumentError('It must be a duration such as 90s, 30m, 2h or 1d.');
  return Math.round(value);
}

/** Collects `key=value` options. */
export function keyValue(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('It must be name=value.');
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
}
