import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { guard } from '../../rest/access.ts';
import { answerProblems, Problem } from '../../rest/problem.ts';
import { restServer } from '../../rest/server.ts';
import type { Database } from '../database.ts';
import type { StoreSettings } from '../settings.ts';
import { CorruptStoreError } from '../store/partition-log.ts';
import { lookupRoutes } from './lookups.ts';
import { placeRoutes } from './places.ts';
import { snapshotRoutes } from './snapshots.ts';

/** Look-ups and snapshots under `/v1`, with their OpenAPI document at `/openapi.json`. Not listening yet. */
export async function apiServer(database: Database, settings: StoreSettings, logger: Logger, onCorrupt: (error: CorruptStoreError) => void): Promise<FastifyInstance> {
  const server = restServer();
  guard(server, settings.host, settings.tokens, 'SUBSCRIBER_DB_TOKEN');
  answerProblems(server, (error) => {
    if (!(error instanceof CorruptStoreError)) {
      if (!('statusCode' in error)) logger.error({ err: error }, 'a request failed');
      return null;
    }
    onCorrupt(error);
    return new Problem(503, 'The store is damaged', error.message);
  });
  server.addHook('onResponse', async ({ routeOptions }, { statusCode }) => {
    database.metrics.requested(routeOptions.url ?? 'none', statusCode);
  });
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'subscriber-db', description: 'The twin, queryable. Errors are problem+json (RFC 9457).', version: '1' },
      ...(settings.tokens === null ? {} : {
        components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }, security: [{ token: [] }],
      }),
    },
  });
  await server.register((api, _options, done) => {
    api.addHook('preHandler', async (_request, reply) => {
      const { waiting } = database;
      if (waiting === null) return;
      void reply.header('retry-after', '1');
      throw new Problem(503, 'Not ready', waiting);
    });
    lookupRoutes(api, database);
    placeRoutes(api, database);
    snapshotRoutes(api, database);
    done();
  }, { prefix: '/v1' });
  server.get('/openapi.json', { schema: { hide: true } }, () => server.swagger());
  await server.ready();
  return server;
}
