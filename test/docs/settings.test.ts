import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { knownVariables } from '../deploy/kustomize/settings.ts';

const DOCS = join(import.meta.dirname, '../../docs');
/** What looks like a variable in the code and is none: an alarm, and files of what is a path or no secret. */
const NONE = ['LOSS_OF_SIGNAL', 'KAFKA_SSL_KEY_FILE', 'SCHEMA_REGISTRY_USERNAME_FILE'];

const read = [...knownVariables()].filter((name) => !NONE.includes(name)).sort();

/** Variables in the first column of a page's tables. */
function documented(page: string): string[] {
  const rows = [...readFileSync(join(DOCS, page), 'utf8').matchAll(/^\| (`.*?) \|/gm)].map(([, cell]) => cell);
  return rows.flatMap((cell) => [...cell.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)/g)].map(([, name]) => name));
}

it('documents every variable that the code reads', () => {
  const pages = [...documented('settings.md'), ...documented('observability.md')];
  expect(read.length).toBeGreaterThan(60);
  expect(read.filter((name) => !pages.includes(name))).toEqual([]);
});

it('documents no variable that nothing reads', () => {
  expect(documented('settings.md').filter((name) => !read.includes(name))).toEqual([]);
});
