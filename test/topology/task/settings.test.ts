import { describe, expect, it } from 'vitest';
import { settingsFromEnv } from '../../../topology/task/settings.ts';

describe('settings from the environment', () => {
  it('have defaults, also for empty variables', () => {
    expect(settingsFromEnv({ HTTP_PORT: '', LOG_LEVEL: '', HTTP_HOST: '', GROUP_INSTANCE_ID: '' })).toEqual(settingsFromEnv({}));
    expect(settingsFromEnv({})).toMatchObject({ prefix: '', httpHost: '127.0.0.1', httpPort: 0, commitIntervalMs: 1_000, compression: 'lz4', shutdownGraceMs: 25_000 });
  });

  it('name the variable that is wrong and what would be right', () => {
    const wrong: [Record<string, string>, string][] = [
      [{ HTTP_PORT: '70000' }, "HTTP_PORT is '70000'; use a whole number from 0 to 65535"],
      [{ GROUP_SESSION_TIMEOUT_MS: '1e-3' }, "GROUP_SESSION_TIMEOUT_MS is '1e-3'; use a whole number from 1000 up"],
      [{ COMMIT_INTERVAL_MS: '-1' }, "COMMIT_INTERVAL_MS is '-1'; use a whole number from 0 up"],
      [{ TRANSACTION_MAX_TICKS: 'NaN' }, "TRANSACTION_MAX_TICKS is 'NaN'; use a whole number from 1 up"],
      [{ COMPRESSION: 'gzip' }, "COMPRESSION is 'gzip'; use one of lz4, zstd, none"],
      [{ LOG_LEVEL: 'loud' }, "LOG_LEVEL is 'loud'; use one of trace, debug, info, warn, error, fatal, silent"],
    ];
    for (const [env, message] of wrong) expect(() => settingsFromEnv(env)).toThrow(message);
  });
});
