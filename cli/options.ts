import { InvalidArgumentError } from 'commander';
import { INSTANT_FORM, instantOf } from '../twin/time/instant.ts';

/** Parsers for commander options: each returns the value or says what is wrong with it. */

/** A whole number in [min, max]. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text.replaceAll('_', ''));
    if (!/^-?[\d_]+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} ${max === Number.MAX_SAFE_INTEGER ? 'up' : `to ${max}`}.`);
    }
    return value;
  };
}

/** A whole number from 1 up, or -1 for no bound. */
export function bound(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (value === -1) return value;
  if (!/^[\d_]+$/.test(text) || value < 1 || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('It must be a whole number from 1 up, or -1 for no bound.');
  }
  return value;
}

/** A finite number greater than 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number greater than 0.');
  return value;
}

/** An instant as {@link instantOf} reads it. */
export function instant(text: string): number {
  const value = instantOf(text);
  if (value === null) throw new InvalidArgumentError(`It must be ${INSTANT_FORM}.`);
  return value;
}

/** A TCP port, 1 to 65535. */
export const port = integer(1, 65_535);
