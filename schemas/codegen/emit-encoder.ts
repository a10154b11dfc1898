import { isNaNForNull } from './emit-row.ts';
import { inParts, type Field, type SchemaModel } from './model.ts';

/** `encode<Record>(slab, row)`: the Avro body of a row, written without allocating. */
export function emitRowEncoder(schema: SchemaModel): string {
  const { name, fields } = schema;
  const parts = inParts(fields);
  return `${parts.map((part, i) => emitPart(name, i, part)).join('\n')}
/** Appends the Avro body of \`row\` to \`slab\`. Integers outside ±(2^53 - 1) and enum indices that are no symbol give wrong records. */
export function encode${name}(slab: Slab, row: ${name}Row): void {
  slab.ensure(${reservation(fields)});
  let at = slab.position;
${parts.map((part, i) => `  at = put${name}${i}(${partUsesView(part) ? 'slab.bytes, slab.view' : 'slab.bytes'}, at, row);`).join('\n')}
  slab.position = at;
}
`;
}

function emitPart(name: string, index: number, fields: readonly Field[]): string {
  return `function put${name}${index}(bytes: Uint8Array, ${partUsesView(fields) ? 'view: DataView, ' : ''}at: number, row: ${name}Row): number {
${fields.flatMap((field) => statements(field).map((line) => `  ${line}`)).join('\n')}
  return at;
}
`;
}

function partUsesView(fields: readonly Field[]): boolean {
  return fields.some((field) => ['ascii', 'digits', 'double', 'float'].includes(field.shape.kind));
}

/** Upper bound of the record's size: a constant, and the lengths of its strings. */
function reservation(fields: readonly Field[]): string {
  let fixed = 0;
  const dynamic: string[] = [];
  for (const field of fields) {
    if (field.nullable) fixed += 1;
    const value = `row.${field.name}`;
    const bound = (call: string) => (field.nullable ? `(${value} === null ? 0 : ${call})` : call);
    switch (field.shape.kind) {
      case 'int': fixed += 5; break;
      case 'long': fixed += 8; break;
      case 'float': fixed += 4; break;
      case 'double': fixed += 8; break;
      case 'boolean': case 'enum': fixed += 1; break;
      case 'digits': fixed += Math.max(17, field.shape.width + 1); break;
      case 'ascii': fixed += 5; dynamic.push(`${value}.length`); break;
      case 'string': dynamic.push(bound(`textBound(${value})`)); break;
      case 'array': dynamic.push(bound(`stringsBound(${value})`)); break;
      case 'map': dynamic.push(bound(`mapBound(${value})`)); break;
      case 'bytes': case 'record': throw new Error(`${field.name}: rows can't hold ${field.shape.kind}`);
    }
  }
  return [String(fixed), ...dynamic].join(' + ');
}

function statements(field: Field): string[] {
  const value = `row.${field.name}`;
  const write = put(field, value);
  if (!field.nullable) return write;
  return [`if (${isNull(field, value)}) bytes[at++] = 0;`, 'else {', '  bytes[at++] = 2;', ...write.map((line) => `  ${line}`), '}'];
}

function isNull(field: Field, value: string): string {
  if (field.shape.kind === 'ascii') return `${value}.isNull`;
  // Number.isNaN is a call, which puts its argument into an object, in code that V8 has not optimised fully.
  return isNaNForNull(field) ? `${value} !== ${value}` : `${value} === null`;
}

function put(field: Field, value: string): string[] {
  const { shape } = field;
  switch (shape.kind) {
    case 'int': return [`at = putInt(bytes, at, ${value});`];
    case 'long': return [`at = putLong(bytes, at, ${value});`];
    case 'float': return [`view.setFloat32(at, ${value}, true);`, 'at += 4;'];
    case 'double': return [`view.setFloat64(at, ${value}, true);`, 'at += 8;'];
    case 'boolean': return [`bytes[at++] = ${value} ? 1 : 0;`];
    case 'enum': return [`bytes[at++] = ${value} << 1;`];
    case 'digits': return [`at = putDigits(bytes, view, at, ${value}, ${shape.width});`];
    case 'ascii': return [`at = putAscii(bytes, view, at, ${value});`];
    case 'string': return [`at = putText(bytes, at, ${value});`];
    case 'array': return [`at = putStrings(bytes, at, ${value});`];
    case 'map': return [`at = putMap(bytes, at, ${value});`];
    case 'bytes': case 'record': throw new Error(`${field.name}: rows can't hold ${shape.kind}`);
  }
}
