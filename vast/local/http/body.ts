import type { IncomingMessage } from 'node:http';
import { ApiError } from './errors.ts';

/** VAST's clients keep requests with rows and queries below 5 MiB; this endpoint holds every client to it. */
const MAX_MESSAGE_BYTES = 5 * 1024 * 1024;
/** Definitions of tables may have tens of thousands of columns. */
const MAX_DEFINITION_BYTES = 32 * 1024 * 1024;

/** The whole body, in memory of its own that starts at a multiple of 8 bytes, as Arrow wants it. */
export async function readBody(request: IncomingMessage, command: string): Promise<Buffer> {
  const limit = command === 'rows' || command === 'data' ? MAX_MESSAGE_BYTES : MAX_DEFINITION_BYTES;
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limit) throw tooLarge(announced, limit);
  const pieces: Buffer[] = [];
  let received = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    received += piece.byteLength;
    if (received > limit) throw tooLarge(received, limit);
    pieces.push(piece);
  }
  const body = Buffer.allocUnsafeSlow(received);
  let at = 0;
  for (const piece of pieces) at += piece.copy(body, at);
  return body;
}

function tooLarge(bytes: number, limit: number): ApiError {
  return new ApiError(400, 'EntityTooLarge', `the body has ${bytes} bytes, and at most ${limit} are taken: send the rows in several requests`);
}
