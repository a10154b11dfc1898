import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { fastify, type ConnectionError, type FastifyInstance } from 'fastify';
import { isInstant } from './instant.ts';
import { answerFrameworkError, problemJson, Problem, PROBLEM_TYPE } from './problem.ts';

const MAX_PARAM_LENGTH = 1_024;
const CONNECTION_PROBLEMS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not come whole in time; send it again'],
  HPE_HEADER_OVERFLOW: [431, 'the headers are larger than this API reads; send fewer or shorter ones'],
};

/**
 * A server of an API: what a caller sends is judged as it is, nothing is coerced, nothing dropped, every error told; and all errors are
 * problem+json, also those that the framework answers before a route is found.
 */
export function restServer(options: { readonly bodyLimit?: number } = {}): FastifyInstance {
  const server = fastify({
    ...options,
    forceCloseConnections: true,
    // Lengths of ids are for the schemas to judge, which say what would be right.
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    ajv: {
      customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true },
      onCreate: (ajv) => { ajv.addFormat('date-time', isInstant); },
    },
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerConnectionError,
  });
  acceptEmptyJson(server);
  return server;
}

/** Clients that name JSON with every call send no body where none is needed; a route with a schema of its body still refuses that. */
function acceptEmptyJson(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body, done);
  });
}

/** There is no request yet, nor will there be one on this connection. */
function answerConnectionError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, detail] = CONNECTION_PROBLEMS[error.code] ?? [400, 'this is not HTTP/1.1 as this API reads it'];
  const body = problemJson(new Problem(status, STATUS_CODES[status]!, detail));
  if (socket.writable) {
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
  }
  socket.destroy(error);
}
