/**
 * Writes the diagram of the topology between markers in README.md and ARCHITECTURE.md.
 * `--check` changes nothing and fails when a file is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mermaid } from './mermaid.ts';

const BEGIN = '<!-- topology:begin -->';
const END = '<!-- topology:end -->';
const ROOT = join(import.meta.dirname, '..', '..');

/** The text with the diagram between its markers. Throws when there are none. */
export function withDiagram(text: string, file: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${file} has no place for the diagram: add a line '${BEGIN}' and, below it, a line '${END}'`);
  return `${text.slice(0, begin + BEGIN.length)}\n\`\`\`mermaid\n${mermaid()}\n\`\`\`\n${text.slice(end)}`;
}

/** @throws Error naming every file that is missing, has no markers or, with `check`, is out of date. */
function generate(check: boolean): void {
  const faults: string[] = [];
  for (const file of ['README.md', 'ARCHITECTURE.md']) {
    const path = join(ROOT, file);
    try {
      const before = readFileSync(path, 'utf8');
      const after = withDiagram(before, file);
      if (after === before) continue;
      if (check) faults.push(`the topology diagram in ${file} is out of date: npm run generate`);
      else writeFileSync(path, after);
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

if (import.meta.main) {
  try {
    generate(process.argv.includes('--check'));
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
