import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AuthorizationError, LogError } from '../../../topology/log/index.ts';
import { ScenarioError } from '../../../twin/scenarios/index.ts';
import { answerProblems as answer, escapePointer, Problem } from '../../rest/problem.ts';

/** Answers every error of the API, also of the framework itself, as problem+json. */
export function answerProblems(api: FastifyInstance): void {
  answer(api, meaning);
}

/** What errors of scenarios and of Kafka mean to a caller. */
function meaning(error: Error, request: FastifyRequest): Problem | null {
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
  return null;
}

/** `target.ids` → `/target/ids`; parameter names may hold anything. */
function pointer(field: string): string {
  const [first, ...rest] = field.split('.');
  const segments = first === 'parameters' && rest.length > 0 ? [first, rest.join('.')] : [first, ...rest];
  return segments.map((segment) => `/${escapePointer(segment)}`).join('');
}
