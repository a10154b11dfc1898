import { context } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { contextFrom, isTraced } from '../../../topology/telemetry/propagation.ts';
import { SpanKind, Traced } from '../../../topology/telemetry/spans.ts';

/** A span for every call that changes something, and for those whose caller sends a `traceparent`: displays that poll are not traced. */
export function traceCalls(server: FastifyInstance): void {
  const spans = new WeakMap<FastifyRequest, Traced>();
  server.addHook('onRequest', async (request) => {
    const parent = contextFrom(request.headers);
    if (request.method === 'GET' && !isTraced(parent)) return;
    const route = request.routeOptions.url ?? 'none';
    spans.set(request, new Traced(`${request.method} ${route}`, SpanKind.SERVER, parent, {
      'http.request.method': request.method, 'http.route': route, 'url.path': request.url.split('?')[0],
    }));
  });
  // Only here the body has been read, whose events come from elsewhere and would lose the context.
  server.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span === undefined) done();
    else context.with(span.context, done);
  });
  server.addHook('onResponse', async (request, reply) => {
    const span = spans.get(request);
    if (span === undefined) return;
    span.set({ 'http.response.status_code': reply.statusCode });
    span.end(reply.statusCode >= 500 ? new Error(`status ${reply.statusCode}`) : undefined);
  });
}
