import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { apiToken } from '../../cli/api-token.ts';

it('of the tokens that an API takes, callers send the first', () => {
  expect(apiToken({})).toBeUndefined();
  expect(apiToken({ API_TOKEN: '' })).toBeUndefined();
  expect(apiToken({ API_TOKEN: 'only' })).toBe('only');
  expect(apiToken({ API_TOKEN: 'new\nold\n' })).toBe('new');
  const folder = mkdtempSync(join(tmpdir(), 'telco-twin-token-'));
  try {
    writeFileSync(join(folder, 'token'), 'new\nold\n');
    expect(apiToken({ API_TOKEN_FILE: join(folder, 'token') })).toBe('new');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
