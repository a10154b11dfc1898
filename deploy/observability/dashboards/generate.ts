/** Writes the dashboards as Grafana imports and provisions them. `--check`: fails when a file differs instead. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboards } from './index.ts';

const check = process.argv.includes('--check');
let stale = false;
for (const [name, content] of Object.entries(dashboards)) {
  const file = join(import.meta.dirname, `${name}.json`);
  const text = `${JSON.stringify(content, null, 2)}\n`;
  if (!check) writeFileSync(file, text);
  else if (read(file) !== text) {
    console.error(`${file} is not what its source makes: run npm run generate`);
    stale = true;
  }
}
if (stale) process.exitCode = 1;

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
