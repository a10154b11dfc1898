import Fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

export interface HealthSource {
  readonly metrics: Registry;
  /** Reasons for not being ready; empty when ready. */
  unready(): readonly string[];
}

/**
 * `/livez`: the event loop turns; nothing else, so that an outage of Kafka never makes a supervisor restart everybody.
 * `/readyz`: 200, or 503 with the reasons. `/metrics`: Prometheus text.
 */
export function healthServer(source: HealthSource): FastifyInstance {
  const server = Fastify({ logger: false, forceCloseConnections: true });
  server.get('/livez', () => ({ status: 'alive' }));
  server.get('/readyz', async (_request, reply) => {
    const reasons = source.unready();
    return reply.code(reasons.length === 0 ? 200 : 503).send({ ready: reasons.length === 0, reasons });
  });
  server.get('/metrics', async (_request, reply) => reply.type(source.metrics.contentType).send(await source.metrics.metrics()));
  return server;
}
