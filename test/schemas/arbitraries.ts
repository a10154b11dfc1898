import fc from 'fast-check';
import type { Ascii } from '../../schemas/ascii.ts';
import { isNaNForNull } from '../../schemas/codegen/emit-row.ts';
import { readSchemas, type Field, type SchemaModel, type Shape } from '../../schemas/codegen/model.ts';

/** Models of all schemas, by name. */
export const models: ReadonlyMap<string, SchemaModel> = new Map(
  readSchemas(new URL('../../schemas', import.meta.url).pathname).map((model) => [model.name, model]),
);

const EDGE_LONGS = [0, -1, 1, 63, 64, -64, -65, 2 ** 27, 2 ** 28, -(2 ** 28), 2 ** 30, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1,
  2 ** 35, 2 ** 36 - 1, 2 ** 52, -(2 ** 52), Number.MAX_SAFE_INTEGER - 1];

/** avsc refuses longs beyond ±(2^53 - 2) and rounds the zigzag of those below -2^52; both are covered against BigInt instead. */
const long = fc.oneof(
  fc.constantFrom(...EDGE_LONGS),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.maxSafeInteger().map((value) => Math.max(-(2 ** 52), Math.min(Number.MAX_SAFE_INTEGER - 1, value))),
  fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((value) => 1_700_000_000_000 + value),
);
const int = fc.oneof(fc.constantFrom(0, -1, 63, 64, -64, -65, 2 ** 31 - 1, -(2 ** 31)), fc.integer());
/** Any well-formed text (avsc writes lone surrogates as invalid UTF-8; put.test.ts covers ours). */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 80 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
  fc.constantFrom('', 'ü', 'x'.repeat(63), 'x'.repeat(64), '\u{1f4f1}'.repeat(3000), 'é'.repeat(63)),
);
const ascii = fc.oneof(fc.string({ unit: 'binary-ascii', maxLength: 70 }), fc.constantFrom('', 'x'.repeat(9000)));
const double = fc.double({ noNaN: true });

/** A row of a hot record, as its generated class has it; `Ascii` members are given as strings. */
export function rowValues(record: string): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(models.get(record)!.fields.map((field) => [field.name, rowValue(field)])));
}

function rowValue(field: Field): fc.Arbitrary<unknown> {
  const value = rowShape(field.shape);
  return field.nullable ? fc.option(value, { nil: isNaNForNull(field) ? NaN : null, freq: 3 }) : value;
}

function rowShape(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'ascii': return ascii;
    case 'digits': return fc.oneof(fc.maxSafeInteger().map(Math.abs), fc.integer({ min: 0, max: 999_999 }), fc.constantFrom(0, 9_999_999, 10_000_000, 99_999_999));
    case 'enum': return fc.nat({ max: symbolsOf(shape.name).length - 1 });
    default: return objectShape(shape);
  }
}

/** Copies values of `rowValues` into a row. */
export function fill(row: object, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    const member = (row as Record<string, unknown>)[name];
    if (isAscii(member)) {
      if (value === null) member.setNull();
      else member.clear().text(value as string);
    } else (row as Record<string, unknown>)[name] = value;
  }
}

function isAscii(value: unknown): value is Ascii {
  return typeof value === 'object' && value !== null && 'setNull' in value;
}

/** A valid plain object of any record. Fields in `ascii` hold ASCII, fields in `digits` up to 15 digits. */
export function objects(record: string, special: { ascii?: readonly string[]; digits?: readonly string[] } = {}): fc.Arbitrary<Record<string, unknown>> {
  return objectOf(models.get(record)!.fields, special);
}

function objectOf(fields: readonly Field[], special: { ascii?: readonly string[]; digits?: readonly string[] }): fc.Arbitrary<Record<string, unknown>> {
  const entries = fields.map((field) => {
    const value = special.ascii?.includes(field.name) ? ascii
      : special.digits?.includes(field.name) ? fc.stringMatching(/^[0-9]{1,15}$/)
        : objectShape(field.shape, special);
    return [field.name, field.nullable ? fc.option(value, { nil: null, freq: 3 }) : value];
  });
  return fc.record(Object.fromEntries(entries) as Record<string, fc.Arbitrary<unknown>>);
}

function objectShape(shape: Shape, special: { ascii?: readonly string[]; digits?: readonly string[] } = {}): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'int': return int;
    case 'long': return long;
    case 'float': return fc.float({ noNaN: true });
    case 'double': return double;
    case 'boolean': return fc.boolean();
    case 'bytes': return fc.uint8Array().map((bytes) => Buffer.from(bytes));
    case 'string': case 'ascii': case 'digits': return text;
    case 'enum': return fc.constantFrom(...symbolsOf(shape.name));
    case 'record': return objectOf(recordOf(shape.name).fields, special);
    case 'array': return fc.array(objectShape(shape.items, special), { maxLength: 5 });
    case 'map': return fc.dictionary(text.filter((key) => key !== '__proto__'), text, { maxKeys: 5, noNullPrototype: true });
  }
}

function symbolsOf(name: string): readonly string[] {
  for (const model of models.values()) if (model.enums.has(name)) return model.enums.get(name)!;
  throw new Error(`no enum ${name}`);
}

function recordOf(name: string) {
  for (const model of models.values()) for (const nested of model.nested) if (nested.name === name) return nested;
  throw new Error(`no record ${name}`);
}
