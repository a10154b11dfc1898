import { setTimeout as delay } from 'node:timers/promises';
import type { LogError} from '../errors.ts';
import { RetriableError } from '../errors.ts';

/** Observes retries, for logs and metrics; never throws. */
export type RetryListener = (error: LogError, attempt: number) => void;

/** Waits; resolves early (without error) when the signal aborts. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal ? { signal } : {});
  } catch {
    // Aborted: the caller looks at the signal itself.
  }
}

/**
 * Waits for `work`, at most `ms`: then undefined, and the work goes on unwatched. Leaves no timer behind, for that would keep the process from ending.
 * Rejects as the work does.
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  const settled = new AbortController();
  try {
    return await Promise.race([work, sleep(ms, settled.signal).then(() => undefined)]);
  } finally {
    settled.abort();
  }
}

/** 50 ms doubling to 1 s, with jitter so that a fleet does not come back in step. */
export function backoffMs(attempt: number, firstMs = 50, maxMs = 1_000): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 10)) * (0.75 + Math.random() / 2);
}

export interface RetryOptions {
  /** How long RetriableErrors are retried. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onRetry?: RetryListener | undefined;
  readonly firstBackoffMs?: number;
}

/** Runs `attempt` until it succeeds, fails with anything but a transient RetriableError, or the time is up (then its last error). */
export async function withRetry<T>(options: RetryOptions, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + options.timeoutMs;
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const wait = backoffMs(tries, options.firstBackoffMs);
      if (!(error instanceof RetriableError && error.isTransient) || options.signal?.aborted || performance.now() + wait > deadline) throw error;
      options.onRetry?.(error, tries + 1);
      await sleep(wait, options.signal);
    }
  }
}
