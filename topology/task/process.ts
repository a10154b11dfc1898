import type { Logger } from 'pino';
import type { ProcessorHost } from './host.ts';

const EXIT_OK = 0;
const EXIT_FAILURE = 1;

/**
 * Runs a host until SIGTERM, SIGINT or a failure.
 * @returns the exit code: 0 after a clean shutdown, 1 after a failure or when the grace period was not enough
 */
export async function runUntilSignal(host: ProcessorHost, graceMs: number, logger: Logger): Promise<number> {
  const overdue = Promise.withResolvers<number>();
  let timer: NodeJS.Timeout | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (timer !== undefined) return;
    logger.info({ signal, graceMs }, 'shutting down: finishing transactions, leaving groups');
    timer = setTimeout(() => {
      logger.error({ graceMs }, 'the grace period is over; open transactions are left to be aborted by the next owner');
      overdue.resolve(EXIT_FAILURE);
    }, graceMs);
    void host.stop();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  try {
    void host.start();
    return await Promise.race([overdue.promise, host.ended.then((failure) => (failure === null ? EXIT_OK : EXIT_FAILURE))]);
  } finally {
    clearTimeout(timer);
    process.off('SIGTERM', onSignal);
    process.off('SIGINT', onSignal);
  }
}
