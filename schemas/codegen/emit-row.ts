import { docComment, stringType } from './emit-types.ts';
import type { Field, SchemaModel } from './model.ts';

/** The mutable row of a hot record and its conversion to the plain object. */
export function emitRow(schema: SchemaModel): string {
  const { name, fields } = schema;
  return `/**
 * A reusable ${name} to fill and encode: one instance per writer. Enums are symbol indices, digit strings are numbers; a number
 * that is NaN is written as null.
 */
export class ${name}Row {
${fields.map((field) => `${docComment(field)}\n  ${rowMember(field)}`).join('\n')}

  /** Sets every field to null (numbers to NaN), or to 0, false or empty where it can't be null. */
  reset(): void {
${fields.map((field) => `    ${resetStatement(field)}`).join('\n')}
  }
}

/** The plain object that decoding the encoded row gives. */
export function ${lower(name)}RowToObject(row: ${name}Row): ${name} {
  return {
${fields.map((field) => `    ${field.name}: ${toObject(field)},`).join('\n')}
  };
}
`;
}

/**
 * Whether a row holds NaN for null. V8 keeps a member that was only ever a number as one in place; a member that may be null as well takes objects, so that
 * every fraction and every large number would be put into a new one: a third of a generator's garbage.
 */
export function isNaNForNull({ nullable, shape }: Field): boolean {
  return nullable && ['int', 'long', 'float', 'double', 'digits'].includes(shape.kind);
}

function rowMember(field: Field): string {
  const { shape, name } = field;
  if (shape.kind === 'ascii') return `readonly ${name} = ${field.nullable ? 'new Ascii().setNull()' : 'new Ascii()'};`;
  return `${name}: ${rowType(field)}${field.nullable && !isNaNForNull(field) ? ' | null' : ''} = ${initial(field)};`;
}

function rowType(field: Field): string {
  const { shape } = field;
  switch (shape.kind) {
    case 'int': case 'long': case 'float': case 'double': case 'digits': return 'number';
    case 'boolean': return 'boolean';
    case 'string': return shape.values === null || field.nullable ? stringType(shape.values) : 'string';
    case 'enum': return shape.name;
    case 'map': return 'Readonly<Record<string, string>>';
    case 'array':
      if (shape.items.kind === 'string') return 'readonly string[]';
      throw new Error(`${field.name}: rows hold arrays of strings only`);
    case 'ascii': case 'bytes': case 'record':
      throw new Error(`${field.name}: ${shape.kind} has no plain row member`);
  }
}

function initial(field: Field): string {
  if (field.nullable) return isNaNForNull(field) ? 'NaN' : 'null';
  switch (field.shape.kind) {
    case 'boolean': return 'false';
    case 'string': return "''";
    case 'array': return '[]';
    case 'map': return '{}';
    default: return '0';
  }
}

function resetStatement(field: Field): string {
  if (field.shape.kind === 'ascii') return `this.${field.name}.${field.nullable ? 'setNull' : 'clear'}();`;
  return `this.${field.name} = ${initial(field)};`;
}

function toObject(field: Field): string {
  const value = `row.${field.name}`;
  const { shape } = field;
  if (shape.kind === 'ascii') return field.nullable ? `${value}.isNull ? null : ${value}.toString()` : `${value}.toString()`;
  const converted = convert(shape.kind === 'digits' ? `String(${value})` : value, field);
  if (isNaNForNull(field)) return `Number.isNaN(${value}) ? null : ${converted}`;
  return field.nullable && converted !== value ? `${value} === null ? null : ${converted}` : converted;
}

function convert(value: string, field: Field): string {
  const { shape } = field;
  switch (shape.kind) {
    case 'digits': return shape.width === 0 ? value : `${value}.padStart(${shape.width}, '0')`;
    case 'enum': return `${shape.name}Symbols[${value}]`;
    case 'float': return `Math.fround(${value})`;
    case 'array': return `[...${value}]`;
    case 'map': return `{ ...${value} }`;
    default: return value;
  }
}

export function lower(name: string): string {
  return name[0].toLowerCase() + name.slice(1);
}
