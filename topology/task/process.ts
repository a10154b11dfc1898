import type { Logger } from 'pino';
import type { ProcessorHost } from './host.ts';

/**
 * How a process ended: `stopped` cleanly after a signal, `failed` with a reason, or `overdue` after either: the grace period was not
 * enough, connections may still be open, and only `process.exit` is left.
 */
export type Ending =
  | { readonly outcome: 'stopped' }
  | { readonly outcome: 'failed'; readonly reason: Error }
  | { readonly outcome: 'overdue' };

/**
 * Runs a host until SIGTERM, SIGINT or a failure.
 * @param graceMs how long stopping may take after any of them
 */
export async function runUntilSignal(host: ProcessorHost, graceMs: number, logger: Logger): Promise<Ending> {
  const overdue = Promise.withResolvers<Ending>();
  let timer: NodeJS.Timeout | undefined;
  void host.stopBegan.then(() => {
    timer = setTimeout(() => {
      logger.error({ graceMs }, 'the grace period is over; open transactions are aborted by the next owner or by their time-out');
      overdue.resolve({ outcome: 'overdue' });
    }, graceMs);
  });
  const onSignal = (signal: NodeJS.Signals): void => {
    if (timer !== undefined) return;
    logger.info({ signal, graceMs }, 'shutting down: finishing transactions, leaving groups');
    void host.stop();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  try {
    void host.start();
    const ended = host.ended.then((reason): Ending => (reason === null ? { outcome: 'stopped' } : { outcome: 'failed', reason }));
    return await Promise.race([overdue.promise, ended]);
  } finally {
    clearTimeout(timer);
    process.off('SIGTERM', onSignal);
    process.off('SIGINT', onSignal);
  }
}
