import { inParts, type Field, type SchemaModel } from './model.ts';

/** The column decoder of a hot record. */
export function emitColumns(schema: SchemaModel): string {
  const { name, fields } = schema;
  const parts = inParts(fields);
  return `const ${name}Fields: readonly (keyof ${name})[] = [${fields.map((field) => `'${field.name}'`).join(', ')}];

/** Decodes ${name} records into one typed column per field. */
export class ${name}Columns {
  /** Rows decoded since the last \`clear\`. */
  length = 0;
${fields.map((field) => `  readonly ${field.name}: ${columnType(field)};`).join('\n')}
  readonly #cursor = new Cursor('${name}');
  readonly #complete: boolean;
  #capacity = 0;

  /** @param fields the fields to decode; the columns of others stay empty. */
  constructor(fields: readonly (keyof ${name})[] = ${name}Fields) {
    const selected = new Set(fields);
    this.#complete = selected.size === ${name}Fields.length;
${fields.map((field) => `    this.${field.name} = ${construct(field)};`).join('\n')}
  }

  /** Forgets all rows; the memory is kept. */
  clear(): void {
    this.length = 0;
  }

  /**
   * Appends the record whose Avro body is \`bytes[start … end)\`, written with this very schema.
   * @throws DecodeError when it is not one; no row is appended then.
   */
  decode(bytes: Uint8Array, start: number, end: number): void {
    const row = this.length;
    if (row === this.#capacity) this.#grow();
    const cursor = this.#cursor;
    cursor.start(bytes, start);
${parts.map((_, i) => `    decode${name}${i}(this, cursor, row);`).join('\n')}
    cursor.finish(start, end);
    this.length = row + 1;
  }

  /** Row \`row\` as a plain object. @throws Error when fields were left out at construction. */
  get(row: number): ${name} {
    if (row < 0 || row >= this.length) throw new RangeError(\`${name}Columns: row \${row} of \${this.length}\`);
    if (!this.#complete) throw new Error('${name}Columns.get needs every field: read the selected columns instead');
    return {
${fields.map((field) => `      ${field.name}: ${getter(name, field)},`).join('\n')}
    };
  }

  #grow(): void {
    const capacity = Math.max(1024, this.#capacity * 2);
${fields.map((field) => `    this.${field.name}.grow(capacity);`).join('\n')}
    this.#capacity = capacity;
  }
}

${parts.map((part, i) => emitPart(name, i, part)).join('\n')}`;
}

function emitPart(name: string, index: number, fields: readonly Field[]): string {
  return `function decode${name}${index}(columns: ${name}Columns, cursor: Cursor, row: number): void {
${fields.flatMap((field) => decodeStatements(field).map((line) => `  ${line}`)).join('\n')}
}
`;
}

const ARRAYS = { int: 'Int32Array', long: 'Float64Array', float: 'Float32Array', double: 'Float64Array', boolean: 'Uint8Array', enum: 'Uint8Array' } as const;

function arrayType(field: Field): string | null {
  const { kind } = field.shape;
  return kind in ARRAYS ? ARRAYS[kind as keyof typeof ARRAYS] : null;
}

function columnType(field: Field): string {
  const array = arrayType(field);
  return array === null ? 'TextColumn' : `NumberColumn<${array}<ArrayBuffer>>`;
}

function construct(field: Field): string {
  const array = arrayType(field);
  const selected = `selected.has('${field.name}')`;
  return array === null
    ? `new TextColumn(${field.nullable}, ${selected})`
    : `new NumberColumn(new ${array}(0), ${field.nullable}, ${selected})`;
}

function decodeStatements(field: Field): string[] {
  const column = `columns.${field.name}`;
  const read = readStatement(field);
  const skip = skipStatement(field);
  if (!field.nullable) return [`if (${column}.selected) ${read}`, `else ${skip}`];
  const empty = arrayType(field) === null ? [`  ${column}.empty(row);`] : [];
  return [
    `if (!${column}.selected) {`,
    `  if (cursor.present()) ${skip}`,
    '} else if (cursor.present()) {',
    `  ${column}.valid![row] = 1;`,
    `  ${read}`,
    '} else {',
    `  ${column}.valid![row] = 0;`,
    ...empty,
    '}',
  ];
}

function readStatement(field: Field): string {
  const { shape } = field;
  const target = `columns.${field.name}`;
  switch (shape.kind) {
    case 'int': case 'long': case 'float': case 'double': case 'boolean':
      return `${target}.values[row] = cursor.${shape.kind}();`;
    case 'enum': return `${target}.values[row] = cursor.symbol(${shape.name}Symbols.length);`;
    case 'array': return `cursor.encoded(${target}, row, 1);`;
    case 'map': return `cursor.encoded(${target}, row, 2);`;
    default: return `cursor.text(${target}, row);`;
  }
}

function skipStatement(field: Field): string {
  switch (field.shape.kind) {
    case 'int': case 'long': return 'cursor.skipVarint();';
    case 'float': return 'cursor.skip(4);';
    case 'double': return 'cursor.skip(8);';
    case 'boolean': case 'enum': return 'cursor.skip(1);';
    case 'array': return 'cursor.skipBlocks(1);';
    case 'map': return 'cursor.skipBlocks(2);';
    default: return 'cursor.skipText();';
  }
}

function getter(record: string, field: Field): string {
  const column = `this.${field.name}`;
  const value = arrayType(field) === null ? textValue(record, field, column) : numberValue(field, `${column}.values[row]`);
  return field.nullable ? `${column}.valid![row] === 1 ? ${value} : null` : value;
}

function numberValue({ shape }: Field, element: string): string {
  if (shape.kind === 'boolean') return `${element} === 1`;
  return shape.kind === 'enum' ? `${shape.name}Symbols[${element}]` : element;
}

function textValue(record: string, { name, shape }: Field, column: string): string {
  if (shape.kind === 'array') return `decodeStrings(${column}.slice(row), 1)`;
  if (shape.kind === 'map') return `mapFromPairs(decodeStrings(${column}.slice(row), 2))`;
  const text = `${column}.text(row)`;
  return shape.kind === 'string' && shape.values !== null ? `${text} as NonNullable<${record}['${name}']>` : text;
}
