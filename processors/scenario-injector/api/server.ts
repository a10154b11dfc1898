import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { measureCalls } from '../../../topology/telemetry/http-metrics.ts';
import { guard } from '../../rest/access.ts';
import { restServer } from '../../rest/server.ts';
import { clockRoutes } from './clock.ts';
import type { ApiDependencies } from './dependencies.ts';
import { answerProblems } from './problem.ts';
import { scenarioRoutes } from './scenarios.ts';
import { traceCalls } from './traces.ts';

const MAX_BODY_BYTES = 1 << 20;

/** The REST API under `/api/v1`, with its OpenAPI document at `/openapi.json`. Not listening yet. */
export async function apiServer(dependencies: ApiDependencies): Promise<FastifyInstance> {
  const { settings, metrics } = dependencies;
  const server = restServer({ bodyLimit: MAX_BODY_BYTES });
  measureCalls(server, metrics);
  traceCalls(server);
  guard(server, settings.apiHost, settings.apiTokens, 'API_TOKEN');
  answerProblems(server);
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'telco-twin', description: 'Scenarios and clock of the twin. Errors are problem+json (RFC 9457).', version: '1' },
      ...(settings.apiTokens === null ? {} : {
        components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }, security: [{ token: [] }],
      }),
    },
  });
  await server.register((api, _options, done) => {
    scenarioRoutes(api, dependencies);
    clockRoutes(api, dependencies);
    done();
  }, { prefix: '/api/v1' });
  server.get('/openapi.json', { schema: { hide: true } }, () => server.swagger());
  await server.ready();
  return server;
}
