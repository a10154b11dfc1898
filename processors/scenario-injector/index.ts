import { hostname } from 'node:os';
import { RegistryClient } from '../../schemas/registry/client.ts';
import { registryOptions } from '../../schemas/registry/options.ts';
import { SchemaResolver } from '../../schemas/registry/resolver.ts';
import { Admin } from '../../topology/log/index.ts';
import type { ProcessorContext, Service } from '../../topology/task/contract.ts';
import { settingsFromEnv } from '../../topology/task/settings.ts';
import { ControlDecoder } from './control/decode.ts';
import { Leadership } from './leader/leadership.ts';
import { InjectorMetrics } from './metrics.ts';
import { injectorSettings } from './settings.ts';
import { awaitTwin } from './twin.ts';
import { View } from './view.ts';

/**
 * The puppet master: the replica that owns `scenario_events` keeps the clock and turns control events into scenario state;
 * every replica serves the REST API. Started, it follows the log, listens, and joins the group; stopped, it undoes this in
 * the reverse order.
 */
export function createService(context: ProcessorContext): Service {
  const { cluster, names, schemaIds, partitions, logger, env } = context;
  const now = Date.now;
  const settings = injectorSettings(env, now());
  const runtime = settingsFromEnv(env);
  const admin = new Admin(cluster);
  const metrics = new InjectorMetrics(context.metrics);
  const aborted = new AbortController();
  let waiting: string | null = 'starting';
  let started: Promise<void> | null = null;
  const stops: (() => Promise<void>)[] = [];

  async function start(): Promise<void> {
    const registry = new RegistryClient({ ...registryOptions({ ...env }), signal: aborted.signal, onWait: (message) => { logger.warn(message); } });
    const resolver = new SchemaResolver(registry, 'ScenarioEvent');
    await resolver.load(schemaIds.get('scenario_events')!);
    const twin = await awaitTwin(cluster, names, partitions, logger, aborted.signal, (reason) => { waiting = reason; });
    if (twin === null) return;
    const view = await View.open(cluster, names, partitions, logger, context.fail);
    stops.push(() => view.close());
    const leadership = new Leadership({
      cluster, admin, names, schemaIds, partitions, logger, metrics, settings, now, twin,
      decoder: new ControlDecoder(resolver),
      instance: runtime.groupInstanceId ?? `${hostname()}-${process.pid}`,
      groupInstanceId: runtime.groupInstanceId,
      sessionTimeoutMs: runtime.sessionTimeoutMs,
      onFatal: context.fail,
    });
    await leadership.start();
    stops.push(() => leadership.stop());
    waiting = null;
  }

  return {
    start: async () => {
      started = start();
      await started;
    },
    stop: async () => {
      aborted.abort(new Error('the process is stopping'));
      await started?.catch(() => undefined);
      for (const stop of stops.reverse()) await stop();
    },
    unready: () => (waiting === null ? [] : [waiting]),
  };
}
