import type { Field, RecordModel, SchemaModel, Shape } from './model.ts';

/** The plain-object types of a schema: its enums as const objects, its nested records, and the record itself. */
export function emitTypes(schema: SchemaModel): string {
  const enums = [...schema.enums].map(([name, symbols]) => emitEnum(name, symbols));
  const records = [...schema.nested, schema].map(emitInterface);
  return [...enums, ...records].join('\n');
}

function emitEnum(name: string, symbols: readonly string[]): string {
  const entries = symbols.map((symbol, index) => `${symbol}: ${index}`).join(', ');
  return `export const ${name} = { ${entries} } as const;
/** Index of a symbol, as rows and columns hold it. */
export type ${name} = (typeof ${name})[keyof typeof ${name}];
export type ${name}Symbol = keyof typeof ${name};
/** Symbols of ${name} by index. */
export const ${name}Symbols: readonly ${name}Symbol[] = [${symbols.map((symbol) => `'${symbol}'`).join(', ')}];
`;
}

function emitInterface(record: RecordModel): string {
  const fields = record.fields.map((field) => `${docComment(field)}\n  ${field.name}: ${objectType(field)};`);
  return `/** ${record.doc || record.name} */\nexport interface ${record.name} {\n${fields.join('\n')}\n}\n`;
}

export function docComment(field: Field): string {
  const facts = [field.unit, field.clause].filter((fact) => fact !== null);
  return `  /** ${field.doc}.${facts.length > 0 ? ` [${facts.join('; ')}]` : ''} */`;
}

/** TypeScript type of a field of the plain object. */
function objectType(field: Field): string {
  return shapeType(field.shape) + (field.nullable ? ' | null' : '');
}

function shapeType(shape: Shape): string {
  switch (shape.kind) {
    case 'int': case 'long': case 'float': case 'double': return 'number';
    case 'boolean': return 'boolean';
    case 'bytes': return 'Buffer';
    case 'ascii': case 'digits': return 'string';
    case 'string': return stringType(shape.values);
    case 'enum': return `${shape.name}Symbol`;
    case 'record': return shape.name;
    case 'array': return `${shapeType(shape.items)}[]`;
    case 'map': return 'Record<string, string>';
  }
}

export function stringType(values: readonly string[] | null): string {
  return values === null ? 'string' : values.map((value) => `'${value}'`).join(' | ');
}
