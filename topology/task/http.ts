import Fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

export interface HealthSource {
  readonly metrics: Registry;
  /** Reasons for not being ready; empty when ready. */
  unready(): readonly string[];
}

/**
 * `/livez`: the event loop turns; nothing else, so that an outage of Kafka never makes a supervisor restart everybody.
 * `/readyz`: 200, or 503 with the reasons. `/metrics`: Prometheus text, of all metrics or of those that `?name[]=` names, as other exporters
 * have it: whoever looks often at a few does not make the process collect all.
 */
export function healthServer(source: HealthSource): FastifyInstance {
  const server = Fastify({ logger: false, forceCloseConnections: true });
  server.get('/livez', () => ({ status: 'alive' }));
  server.get('/readyz', async (_request, reply) => {
    const reasons = source.unready();
    return reply.code(reasons.length === 0 ? 200 : 503).send({ ready: reasons.length === 0, reasons });
  });
  server.get('/metrics', async (request, reply) => {
    const { 'name[]': named } = request.query as { readonly 'name[]'?: string | readonly string[] };
    return reply.type(source.metrics.contentType).send(await (named === undefined ? source.metrics.metrics() : someMetrics(source.metrics, [named].flat())));
  });
  return server;
}

/** Names that there are not are left out. */
async function someMetrics(registry: Registry, names: readonly string[]): Promise<string> {
  const known = [...new Set(names)].filter((name) => registry.getSingleMetric(name) !== undefined);
  return (await Promise.all(known.map((name) => registry.getSingleMetricAsString(name)))).map((text) => `${text}\n`).join('');
}
