import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSchemas } from '../codegen/model.ts';
import { renderDictionary } from './render.ts';

/*
 * node schemas/dictionary/generate.ts [--check]
 * Writes docs/data-dictionary.md from schemas/*.avsc and schemas/dictionary/samples/<topic>.json; with --check, writes
 * nothing and exits 1 when the file is out of date.
 */

const output = join(import.meta.dirname, '../../docs/data-dictionary.md');

function main(check: boolean): number {
  const text = renderDictionary(readSchemas(join(import.meta.dirname, '..')), join(import.meta.dirname, 'samples'));
  if (existsSync(output) && readFileSync(output, 'utf8') === text) return 0;
  if (check) {
    console.error('docs/data-dictionary.md is out of date: run npm run generate');
    return 1;
  }
  writeFileSync(output, text);
  return 0;
}

process.exitCode = main(process.argv.includes('--check'));
