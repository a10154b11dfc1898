import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { RegistryClient } from '../../schemas/registry/client.ts';
import { registryOptions } from '../../schemas/registry/options.ts';
import { SchemaResolver } from '../../schemas/registry/resolver.ts';
import { Admin } from '../../topology/log/index.ts';
import type { ProcessorContext, Service } from '../../topology/task/contract.ts';
import { settingsFromEnv } from '../../topology/task/settings.ts';
import { ControlWriter } from './api/control-writer.ts';
import { apiServer } from './api/server.ts';
import { ControlDecoder } from './control/decode.ts';
import { findControlEvent } from './control/last-event.ts';
import { Leadership } from './leader/leadership.ts';
import { InjectorMetrics } from './metrics.ts';
import { injectorSettings, type InjectorSettings } from './settings.ts';
import { countStatuses } from './state/status.ts';
import { awaitTwin } from './twin.ts';
import { View } from './view.ts';

/**
 * The puppet master: the replica that owns `scenario_events` keeps the clock and turns control events into scenario state;
 * every replica serves the REST API. Started, it follows the log, listens, and joins the group; stopped, it undoes this in
 * the reverse order, at whatever point of it.
 */
export function createService(context: ProcessorContext): Service {
  const { cluster, names, schemaIds, partitions, logger, env } = context;
  const now = Date.now;
  const settings = injectorSettings(env, now());
  const runtime = settingsFromEnv(env);
  const admin = new Admin(cluster);
  let view: View | null = null;
  const metrics = new InjectorMetrics(context.metrics, now, () => countStatuses(
    (view?.scenarios.newestPhases() ?? []).map(({ scenario }) => scenario), view?.clock?.event_time ?? 0));
  const aborted = new AbortController();
  let waiting: string | null = 'starting';
  let started: Promise<void> | null = null;
  let leadership: Leadership | null = null;
  const stops: (() => Promise<void>)[] = [];
  const fail = (error: Error): void => { context.fail(error); };

  async function start(): Promise<void> {
    const registry = new RegistryClient({ ...registryOptions({ ...env }), signal: aborted.signal, onWait: (message) => { logger.warn(message); } });
    const resolver = new SchemaResolver(registry, 'ScenarioEvent');
    await resolver.load(schemaIds.get('scenario_events')!);
    const twin = await awaitTwin(cluster, names, partitions, logger, aborted.signal, (reason) => { waiting = reason; });
    if (twin === null) return;
    const opened = await View.open(cluster, names, partitions, logger, fail);
    view = opened;
    stops.push(() => opened.close());
    const decoder = new ControlDecoder(resolver);
    const writer = new ControlWriter(cluster, names, schemaIds.get('scenario_events')!);
    stops.push(() => writer.close());
    const api = await apiServer({
      admin, names, partitions, settings, twin, view: opened, writer, logger, metrics: context.metrics, now,
      lastControlEvent: (phase) => findControlEvent(cluster, names, decoder, phase),
    });
    stops.push(() => api.close());
    const url = await listen(api, settings);
    logger.info({ url }, 'API listening');
    if (aborted.signal.aborted) return;
    leadership = new Leadership({
      cluster, admin, names, schemaIds, partitions, logger, metrics, settings, now, twin, decoder,
      instance: runtime.groupInstanceId ?? `${hostname()}-${process.pid}`,
      groupInstanceId: runtime.groupInstanceId,
      sessionTimeoutMs: runtime.sessionTimeoutMs,
      onFatal: fail,
    });
    await leadership.start();
    waiting = null;
  }

  return {
    start: async () => {
      started = start();
      await started;
    },
    stop: async () => {
      aborted.abort(new Error('the process is stopping'));
      // Before the end of the start is waited for: joining may take as long as other members like, and ends by leaving.
      await leadership?.stop();
      await started?.catch(() => undefined);
      for (const stop of stops.reverse()) await stop();
    },
    unready: () => (waiting === null ? [] : [waiting]),
  };
}

/** @throws Error naming the variable to change when the port is taken. */
async function listen(api: FastifyInstance, { apiHost, apiPort }: InjectorSettings): Promise<string> {
  try {
    return await api.listen({ host: apiHost, port: apiPort });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`port ${apiPort} on ${apiHost} is taken by another process: set API_PORT to a free port, or 0 for any`, { cause: error });
  }
}
