import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AuthorizationError, LogError } from '../../../topology/log/index.ts';
import { ScenarioError } from '../../../twin/scenarios/index.ts';

/** A field that is wrong: where it is in the request's body (RFC 6901), and what would be right. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

/** An answer that says why a request can't be met (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly errors: readonly FieldError[];

  constructor(status: number, title: string, detail: string, errors: readonly FieldError[] = []) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.title = title;
    this.errors = errors;
  }
}

const MEDIA_TYPE = 'application/problem+json';

/** Answers every error of the API, also of the framework itself, as problem+json. */
export function answerProblems(api: FastifyInstance): void {
  api.setErrorHandler((error: FastifyError, request, reply) => send(request, reply, asProblem(error, request)));
  api.setNotFoundHandler((request, reply) =>
    send(request, reply, new Problem(404, 'Not found', `there is no ${request.method} ${request.url}; see /openapi.json`)));
}

function send(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply.status(problem.status).type(MEDIA_TYPE).send(JSON.stringify({
    type: 'about:blank',
    title: problem.title,
    status: problem.status,
    detail: problem.message,
    instance: request.url,
    ...(problem.errors.length === 0 ? {} : { errors: problem.errors }),
  }));
}

function asProblem(error: FastifyError | Error, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ScenarioError) {
    return new Problem(400, 'Not a valid control event', error.message, [{ pointer: pointer(error.field), detail: error.message }]);
  }
  if (error instanceof AuthorizationError) {
    request.log.error({ err: error }, error.message);
    return new Problem(503, 'Kafka does not allow it', error.message);
  }
  if (error instanceof LogError) {
    request.log.warn({ err: error }, 'Kafka did not answer a request of the API');
    return new Problem(503, 'Kafka is not available', error.message);
  }
  if ('validation' in error && error.validation !== undefined) {
    const errors = error.validation.map((failure) => {
      const { missingProperty, additionalProperty } = failure.params as { missingProperty?: string; additionalProperty?: string };
      const property = missingProperty ?? additionalProperty;
      return { pointer: failure.instancePath + (property === undefined ? '' : `/${escape(property)}`), detail: failure.message ?? failure.keyword };
    });
    return new Problem(400, 'Not a valid request', error.message, errors);
  }
  const status = 'statusCode' in error ? error.statusCode ?? 500 : 500;
  if (status < 500) return new Problem(status, 'Not a valid request', error.message);
  request.log.error({ err: error }, 'a request of the API failed');
  return new Problem(500, 'Internal error', 'the request failed; the log of this replica says why');
}

/** `target.ids` → `/target/ids`; parameter names may hold anything. */
function pointer(field: string): string {
  const [first, ...rest] = field.split('.');
  const segments = first === 'parameters' && rest.length > 0 ? [first, rest.join('.')] : [first, ...rest];
  return segments.map((segment) => `/${escape(segment)}`).join('');
}

function escape(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}
