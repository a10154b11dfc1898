import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../cli/errors.ts';
import { localVastUrl, requireSinkSettings, vastEnvironment } from '../../../cli/up/vast.ts';

const KEYS = { VAST_ENDPOINT: 'https://vast', VAST_ACCESS_KEY: 'a', VAST_SECRET_KEY: 'b' };

describe('settings of the sink', () => {
  it('are those of the local endpoint where there are no others', () => {
    requireSinkSettings(vastEnvironment({}, localVastUrl(9090)));
    requireSinkSettings(KEYS);
  });

  it.each<[string, NodeJS.ProcessEnv, string]>([
    ['without a key', { VAST_ENDPOINT: 'https://vast', VAST_ACCESS_KEY: 'a' }, 'VAST_SECRET_KEY is not set'],
    ['with an endpoint that is none', { ...KEYS, VAST_ENDPOINT: 'https://vast,foo' }, 'endpoint "foo" must look like http://host:port'],
    ['with a schema that VAST cannot name', { ...KEYS, VAST_SCHEMA: 'a b' }, '"a b" is not a usable schema name'],
    ['with a number that is none', { ...KEYS, SINK_INSERTS: 'many' }, "SINK_INSERTS is 'many'"],
  ])('are refused %s', (_, env, reason) => {
    expect(() => requireSinkSettings(env)).toThrow(UsageError);
    expect(() => requireSinkSettings(env)).toThrow(reason);
  });
});
