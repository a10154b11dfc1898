import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { ProcessorHost } from '../../../topology/task/host.ts';
import { runUntilSignal } from '../../../topology/task/process.ts';
import { settingsFromEnv } from '../../../topology/task/settings.ts';

const logger = pino({ level: 'silent' });

/** It waits for a broker that will not come. */
function host(): ProcessorHost {
  return new ProcessorHost({ processors: [], cluster: { bootstrap: ['127.0.0.1:1'] }, settings: settingsFromEnv({}), env: {}, logger });
}

it('a host that failed tells its reason when it has cleaned up', async () => {
  const failing = host();
  const ending = runUntilSignal(failing, 600_000, logger);
  const reason = new Error('broken');
  failing.fail(reason);
  expect(await ending).toEqual({ outcome: 'failed', reason });
});

it('a host that failed has no longer to clean up than one that was told to stop', async () => {
  const failing = host();
  const { ended } = failing;
  vi.spyOn(failing, 'ended', 'get').mockReturnValue(new Promise(() => undefined));
  const ending = runUntilSignal(failing, 10, logger);
  failing.fail(new Error('broken'));
  expect(await ending).toEqual({ outcome: 'overdue' });
  await ended;
});
