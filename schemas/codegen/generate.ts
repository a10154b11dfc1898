import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emitColumns } from './emit-columns.ts';
import { emitRowEncoder } from './emit-encoder.ts';
import { emitObjectEncoder } from './emit-object-encoder.ts';
import { emitRow } from './emit-row.ts';
import { emitTypes } from './emit-types.ts';
import { OBJECT_RECORDS, readSchemas, ROW_RECORDS, type SchemaModel } from './model.ts';

/*
 * node schemas/codegen/generate.ts [--check]
 * Writes schemas/generated/ from schemas/*.avsc; with --check, writes nothing and exits 1 when a file is out of date.
 */

const schemasFolder = join(import.meta.dirname, '..');
const outputFolder = join(schemasFolder, 'generated');

/** Every generated file, by name. */
export function generateAll(schemas: readonly SchemaModel[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const schema of schemas) files.set(`${schema.name}.generated.ts`, generateRecord(schema));
  files.set('records.generated.ts', generateIndex(schemas));
  return files;
}

function generateRecord(schema: SchemaModel): string {
  const parts = [emitTypes(schema)];
  if (OBJECT_RECORDS.includes(schema.name)) parts.push(emitObjectEncoder(schema));
  if (ROW_RECORDS.includes(schema.name)) parts.push(emitRow(schema), emitRowEncoder(schema), emitColumns(schema));
  const code = parts.join('\n');
  return `${banner(`${schema.name}.avsc`)}${imports(code)}\n${code}`;
}

const RUNTIME: Readonly<Record<string, readonly string[]>> = {
  '../ascii.ts': ['Ascii'],
  '../columns.ts': ['decodeStrings', 'mapFromPairs', 'NumberColumn', 'TextColumn'],
  '../cursor.ts': ['Cursor'],
  '../put.ts': [
    'mapBound', 'putAscii', 'putDigits', 'putInt', 'putLong', 'putMap', 'putStrings', 'putText', 'stringsBound', 'textBound',
  ],
  '../slab.ts': ['type Slab'],
};

function imports(generated: string): string {
  const code = generated.replaceAll(/\/\*\*.*?\*\//gs, '');
  const lines = Object.entries(RUNTIME).flatMap(([module, names]) => {
    const used = names.filter((name) => new RegExp(`\\b${name.replace('type ', '')}\\b`).test(code));
    return used.length > 0 ? [importLine(used, module)] : [];
  });
  return lines.length > 0 ? `${lines.join('\n')}\n` : '';
}

function importLine(names: readonly string[], module: string): string {
  return names[0] === 'type Slab' ? `import type { Slab } from '${module}';` : `import { ${names.join(', ')} } from '${module}';`;
}

function generateIndex(schemas: readonly SchemaModel[]): string {
  const names = schemas.map(({ name }) => name);
  return `${banner('*.avsc')}
${names.map((name) => `import type { ${name} } from './${name}.generated.ts';`).join('\n')}

/** Plain-object type of every record, by name. */
export interface Records {
${names.map((name) => `  ${name}: ${name};`).join('\n')}
}

export type RecordName = keyof Records;

export const RECORD_NAMES: readonly RecordName[] = [${names.map((name) => `'${name}'`).join(', ')}];
`;
}

function banner(source: string): string {
  return `// Generated from schemas/${source} by schemas/codegen/generate.ts. Do not edit.\n`;
}

function main(check: boolean): number {
  const files = generateAll(readSchemas(schemasFolder));
  const present = new Set(readdirSync(outputFolder));
  const stale = [...files].filter(([file, code]) => !present.has(file) || readFileSync(join(outputFolder, file), 'utf8') !== code);
  const extra = [...present].filter((file) => !files.has(file));
  if (check) {
    for (const file of [...stale.map(([name]) => name), ...extra]) {
      console.error(`schemas/generated/${file} is out of date: run npm run generate`);
    }
    return stale.length + extra.length > 0 ? 1 : 0;
  }
  for (const [file, code] of stale) writeFileSync(join(outputFolder, file), code);
  for (const file of extra) rmSync(join(outputFolder, file));
  return 0;
}

if (import.meta.main) process.exitCode = main(process.argv.includes('--check'));
