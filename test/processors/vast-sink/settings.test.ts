import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sinkSettings } from '../../../processors/vast-sink/settings.ts';

const KEYS = { VAST_ENDPOINT: 'http://127.0.0.1:9090', VAST_ACCESS_KEY: 'a', VAST_SECRET_KEY: 's' };

test('an address and two secrets are enough', () => {
  expect(sinkSettings(KEYS)).toMatchObject({
    endpoints: ['http://127.0.0.1:9090'], accessKeyId: 'a', secretAccessKey: 's', bucket: 'vastdb', schema: 'telco', onGap: 'fail', repeatWindow: 0,
  });
});

test('several addresses are separated by commas', () => {
  expect(sinkSettings({ ...KEYS, VAST_ENDPOINT: 'http://10.0.0.1, http://10.0.0.2,' }).endpoints).toEqual(['http://10.0.0.1', 'http://10.0.0.2']);
});

test('a secret in a file wins, without the line end behind it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'telco-twin-secret-'));
  const file = join(folder, 'secret');
  writeFileSync(file, 'from-file\n');
  expect(sinkSettings({ ...KEYS, VAST_SECRET_KEY_FILE: file }).secretAccessKey).toBe('from-file');
  rmSync(folder, { recursive: true });
});

test('a broker without transactions may repeat records', () => {
  expect(sinkSettings({ ...KEYS, KAFKA_PROFILE: 'vast-event-broker' }).repeatWindow).toBe(65_536);
});

test.each([
  [{ ...KEYS, VAST_ENDPOINT: ' ' }, /VAST_ENDPOINT is not set/],
  [{ ...KEYS, VAST_ACCESS_KEY: '' }, /VAST_ACCESS_KEY is not set/],
  [{ ...KEYS, VAST_SECRET_KEY_FILE: '/nowhere' }, /VAST_SECRET_KEY_FILE is '\/nowhere', which can't be read/],
  [{ ...KEYS, SINK_BATCH_BYTES: '6000000' }, /SINK_BATCH_BYTES is '6000000'; use a whole number from 64000 to 4700000/],
  [{ ...KEYS, SINK_ON_GAP: 'ignore' }, /SINK_ON_GAP is 'ignore'; use fail or skip/],
  [{ ...KEYS, KAFKA_PROFILE: 'other' }, /KAFKA_PROFILE is 'other'/],
])('%o is refused by name', (env, message) => {
  expect(() => sinkSettings(env)).toThrow(message);
});
