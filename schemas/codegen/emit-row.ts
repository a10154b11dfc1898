import { docComment, stringType } from './emit-types.ts';
import type { Field, SchemaModel } from './model.ts';

/** The mutable row of a hot record and its conversion to the plain object. */
export function emitRow(schema: SchemaModel): string {
  const { name, fields } = schema;
  return `/** A reusable ${name} to fill and encode: one instance per writer. Enums are symbol indices, digit strings are numbers. */
export class ${name}Row {
${fields.map((field) => `${docComment(field)}\n  ${rowMember(field)}`).join('\n')}
${fields.some(isNullableNumber) ? CONSTRUCTOR : ''}
  /** Sets every field to null, or to 0, false or empty where it can't be null. */
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
 * V8 keeps what sort of value a member has held. One that held null first and fractions or large numbers then must hold an object; code of the
 * Maglev compiler stores small integers there as such, gives up, and is compiled again for each of them. A number first makes it take anything.
 */
const CONSTRUCTOR = `
  constructor() {
    this.reset();
  }
`;

function isNullableNumber({ nullable, shape }: Field): boolean {
  return nullable && ['int', 'long', 'float', 'double', 'digits', 'enum'].includes(shape.kind);
}

function rowMember(field: Field): string {
  const { shape, name } = field;
  if (shape.kind === 'ascii') return `readonly ${name} = ${field.nullable ? 'new Ascii().setNull()' : 'new Ascii()'};`;
  return `${name}: ${rowType(field)}${field.nullable ? ' | null' : ''} = ${initial(field)};`;
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
  if (field.nullable) return isNullableNumber(field) ? '0' : 'null';
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
  return `this.${field.name} = ${field.nullable ? 'null' : initial(field)};`;
}

function toObject(field: Field): string {
  const value = `row.${field.name}`;
  const { shape } = field;
  if (shape.kind === 'ascii') return field.nullable ? `${value}.isNull ? null : ${value}.toString()` : `${value}.toString()`;
  const converted = convert(shape.kind === 'digits' ? `String(${value})` : value, field);
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
