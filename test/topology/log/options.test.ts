import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterOptionsFromEnv, FatalError } from '../../../topology/log/index.ts';

describe('cluster options from the environment', () => {
  let folder: string;
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'log-options-')); });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('plain text is the default, on the broker of `npm start` where none is named', () => {
    expect(clusterOptionsFromEnv({ KAFKA_BROKERS: '' })).toEqual({ bootstrap: ['127.0.0.1:9092'] });
    expect(clusterOptionsFromEnv({ KAFKA_BROKERS: 'a:9092, b:9093' })).toEqual({ bootstrap: ['a:9092', 'b:9093'] });
  });

  test('SASL over TLS, secrets from files', () => {
    expect(clusterOptionsFromEnv({
      KAFKA_BROKERS: 'a:9093', KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512', KAFKA_SASL_USERNAME: 'twin',
      KAFKA_SASL_PASSWORD_FILE: file('password', 'not-a-secret\n'), KAFKA_SSL_CA: file('ca.pem', 'CA'),
    })).toEqual({ bootstrap: ['a:9093'], tls: { ca: 'CA' }, sasl: { mechanism: 'SCRAM-SHA-512', username: 'twin', password: 'not-a-secret' } });
  });

  test.each([
    [{ KAFKA_BROKERS: 'a:1', KAFKA_SECURITY_PROTOCOL: 'TLS' }, /KAFKA_SECURITY_PROTOCOL=TLS/],
    [{ KAFKA_BROKERS: 'a:1', KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_MECHANISM: 'GSSAPI' }, /KAFKA_SASL_MECHANISM=GSSAPI/],
    [{ KAFKA_BROKERS: 'a:1', KAFKA_SECURITY_PROTOCOL: 'SASL_PLAINTEXT', KAFKA_SASL_USERNAME: 'u' }, /KAFKA_SASL_PASSWORD/],
    [{ KAFKA_BROKERS: 'a:1', KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_SSL_CERT: '/dev/null' }, /KAFKA_SSL_KEY/],
    [{ KAFKA_BROKERS: 'a:1', KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_SSL_CA: '/nonexistent/ca.pem' }, /KAFKA_SSL_CA=\/nonexistent/],
  ])('%j names the variable', (env, message) => {
    expect(() => clusterOptionsFromEnv(env)).toThrow(FatalError);
    expect(() => clusterOptionsFromEnv(env)).toThrow(message);
  });
});
