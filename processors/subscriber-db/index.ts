import type { FastifyInstance } from 'fastify';
import type { ProcessorContext, Service } from '../../topology/task/contract.ts';
import { isLoopback } from '../rest/access.ts';
import { apiServer } from './api/server.ts';
import { Database } from './database.ts';
import { storeSettings, type StoreSettings } from './settings.ts';
import { claimFolder } from './store/folder.ts';

/**
 * The twin, queryable: both state topics on disk, look-ups, and the snapshots that generators start from. It belongs to no consumer
 * group: every instance reads everything and answers everything.
 */
export function createService(context: ProcessorContext): Service {
  const { env, logger, signal } = context;
  const settings = storeSettings(env);
  const database = new Database(context, settings);
  let api: FastifyInstance | null = null;
  let opening: Promise<void> = Promise.resolve();
  let compacting: NodeJS.Timeout | undefined;
  let work: Promise<void> = Promise.resolve();
  let release: (() => void) | undefined;

  async function open(): Promise<void> {
    release = claimFolder(settings.dir);
    await database.open();
    if (signal.aborted) return;
    const started = performance.now();
    if (!(await database.follower.until(() => database.waiting === null))) return;
    logger.info({ seconds: (performance.now() - started) / 1_000, subscribers: database.subscribers?.count }, 'caught up with the state topics');
    const compact = (): void => {
      work = database.compact().catch((error: unknown) => { logger.warn({ err: error }, 'superseded versions could not be dropped; tried again later'); });
    };
    compact();
    compacting = setInterval(compact, settings.compactMs);
  }

  return {
    start: async () => {
      if (settings.tokens === null && !isLoopback(settings.host)) {
        logger.warn({ host: settings.host }, 'look-ups answer anyone who reaches this port; SUBSCRIBER_DB_TOKEN asks for a token');
      }
      api = await apiServer(database, settings, logger, (error) => { context.fail(error); });
      const url = await listen(api, settings);
      logger.info({ url }, 'subscriber-db listening');
      opening = open().catch((error: unknown) => {
        if (!signal.aborted) context.fail(error instanceof Error ? error : new Error(String(error)));
      });
    },
    stop: async () => {
      clearInterval(compacting);
      await api?.close();
      await database.close();
      await opening;
      await work;
      // Only now nothing writes to the folder any more.
      release?.();
    },
    unready: () => (database.waiting === null ? [] : [database.waiting]),
  };
}

/** @throws Error naming the variable to change when the port is taken */
async function listen(api: FastifyInstance, { host, port }: StoreSettings): Promise<string> {
  try {
    return await api.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`port ${port} on ${host} is taken by another process: set SUBSCRIBER_DB_PORT to a free port, or 0 for any`, { cause: error });
  }
}
