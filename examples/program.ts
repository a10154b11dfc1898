import type { Consuming } from './consume/kafkajs.ts';

/**
 * Runs an example from the command line: what fails is told in one line, and what it has begun ends with Ctrl-C, or when
 * the reader of its output has seen enough (`| head`).
 */
export async function program(start: () => Promise<Consuming | undefined>): Promise<void> {
  const outputFailed = new Promise<NodeJS.ErrnoException>((resolve) => process.stdout.on('error', resolve));
  try {
    const begun = await start();
    if (begun === undefined) return;
    const failure = await Promise.race([outputFailed, new Promise<null>((resolve) => process.once('SIGINT', () => { resolve(null); }))]);
    await begun.stop();
    if (failure !== null && failure.code !== 'EPIPE') throw failure;
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
