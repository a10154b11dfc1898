import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { INSTANT_EXAMPLE } from './instant.ts';

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

/** What Ajv says of a failure beside its message. */
interface ValidationParameters {
  readonly missingProperty?: string;
  readonly additionalProperty?: string;
  readonly allowedValues?: readonly unknown[];
  readonly format?: string;
}

export const PROBLEM_TYPE = 'application/problem+json';

/**
 * Answers every error of an API, also of the framework itself, as problem+json.
 * @param translate what an error of the API's own kind means to a caller; null for any other
 */
export function answerProblems(api: FastifyInstance, translate: (error: Error, request: FastifyRequest) => Problem | null): void {
  api.setErrorHandler((error: FastifyError, request, reply) =>
    send(request, reply, error instanceof Problem ? error : translate(error, request) ?? ofFramework(error, request)));
  api.setNotFoundHandler((request, reply) =>
    send(request, reply, new Problem(404, 'Not found', `there is no ${request.method} ${request.url}; see /openapi.json`)));
}

/** Answers what the framework refuses before it has found a route, such as a path that is no UTF-8: no handler of the API's own sees it. */
export function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  void send(request, reply, ofFramework(error, request));
}

/** @param instance the request that it is about; left out where none was read */
export function problemJson({ title, status, message, errors }: Problem, instance?: string): string {
  return JSON.stringify({ type: 'about:blank', title, status, detail: message, instance, ...(errors.length === 0 ? {} : { errors }) });
}

function send(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply.status(problem.status).type(PROBLEM_TYPE).send(problemJson(problem, request.url));
}

function ofFramework(error: FastifyError, request: FastifyRequest): Problem {
  if (error.validation !== undefined) {
    const errors = error.validation.map((failure) => {
      const { missingProperty, additionalProperty } = failure.params as ValidationParameters;
      const property = missingProperty ?? additionalProperty;
      return {
        pointer: failure.instancePath + (property === undefined ? '' : `/${escapePointer(property)}`),
        detail: whatIsRight(failure.params) ?? failure.message ?? failure.keyword,
      };
    });
    return new Problem(400, 'Not a valid request', errors.map(({ pointer, detail }) => `${error.validationContext}${pointer} ${detail}`).join('; '), errors);
  }
  const status = error.statusCode ?? 500;
  if (status < 500) return new Problem(status, 'Not a valid request', error.message);
  request.log.error({ err: error }, 'a request of the API failed');
  return new Problem(500, 'Internal error', 'the request failed; the log of this replica says why');
}

/** Where Ajv's own message only names a rule. */
function whatIsRight({ allowedValues, format }: ValidationParameters): string | null {
  if (allowedValues !== undefined) return `must be one of ${allowedValues.join(', ')}`;
  return format === 'date-time' ? `must be ${INSTANT_EXAMPLE}` : null;
}

/** One segment of a JSON pointer. */
export function escapePointer(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}
