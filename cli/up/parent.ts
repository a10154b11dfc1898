import { setInterval } from 'node:timers';

const POLL_MS = 1_000;

/**
 * Calls `onGone` when npm, having started this process, is killed in a way it cannot pass on. Without npm the parent is a shell,
 * which may end and leave this process running on purpose (nohup, disown); then nothing is watched.
 * @returns stops watching
 */
export function watchNpm(onGone: () => void, env: NodeJS.ProcessEnv = process.env): () => void {
  if (env.npm_lifecycle_event === undefined) return () => undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
