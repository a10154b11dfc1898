import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardedChild } from './child.ts';
import { LocalStackError } from './errors.ts';

const POLL_MS = 100;

/**
 * Waits until `ready` holds; ends the child when it does not within `timeoutMs`.
 * @throws LocalStackError with the end of the child's log when it exits or is not ready in time
 */
export async function waitUntilReady(
  child: GuardedChild,
  timeoutMs: number,
  ready: (child: GuardedChild) => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await ready(child))) {
    if (child.running && performance.now() < deadline) {
      await sleep(POLL_MS);
      continue;
    }
    const how = child.running ? `was not ready within ${timeoutMs / 1000} s` : 'ended while starting';
    await child.stop(5_000);
    const tail = (await child.output('last')).trimEnd().split('\n').slice(-15).join('\n');
    throw new LocalStackError(`${child.name} ${how}. The end of its log:\n${tail}`, `The whole log: ${child.logFile}`);
  }
}
