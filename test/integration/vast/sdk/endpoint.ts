import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const START_TIMEOUT_MS = 60_000;

/** Resolves when the endpoint answers; rejects when its process ends or takes too long. */
export async function waitUntilServed(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`the endpoint ended with ${child.exitCode} before it answered`);
    if (Date.now() > deadline) throw new Error(`the endpoint does not answer after ${START_TIMEOUT_MS / 1000} s`);
    await sleep(50);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
