import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { storeSettings } from '../../../processors/subscriber-db/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'telco-twin-settings-'));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

describe('settings of subscriber-db', () => {
  it('listen on loopback without a token by default', () => {
    expect(storeSettings({})).toEqual({ dir: '.telco-twin/subscriber-db', host: '127.0.0.1', port: 8082, tokens: null, compactMs: 600_000 });
  });

  it('take a token from a mounted file', () => {
    writeFileSync(join(folder, 'token'), 'secret\n');
    expect(storeSettings({ SUBSCRIBER_DB_TOKEN: 'other', SUBSCRIBER_DB_TOKEN_FILE: join(folder, 'token') }).tokens!()).toEqual(['secret']);
  });

  it.each([
    [{ SUBSCRIBER_DB_PORT: '70000' }, /SUBSCRIBER_DB_PORT is '70000'; use a whole number from 0 to 65535/],
    [{ SUBSCRIBER_DB_COMPACT_MINUTES: '0' }, /SUBSCRIBER_DB_COMPACT_MINUTES is '0'/],
    [{ SUBSCRIBER_DB_TOKEN_FILE: '/nowhere' }, /SUBSCRIBER_DB_TOKEN_FILE/],
  ])('refuse %j', (env, reason) => {
    expect(() => storeSettings(env)).toThrow(reason);
  });
});
