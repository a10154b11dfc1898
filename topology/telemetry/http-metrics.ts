import type { FastifyInstance } from 'fastify';
import { Histogram, type Registry } from 'prom-client';

const BUCKETS = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 5, 10];

/** Measures the calls that a server answers, by route (never by path, which callers make up) and status code. */
export function measureCalls(server: FastifyInstance, registry: Registry): void {
  const seconds = new Histogram({
    name: 'twin_http_request_duration_seconds', help: 'Calls of the REST API, by route and status code',
    labelNames: ['method', 'route', 'status'], buckets: BUCKETS, registers: [registry],
  });
  server.addHook('onResponse', async (request, reply) => {
    seconds.observe({ method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode }, reply.elapsedTime / 1_000);
  });
}
