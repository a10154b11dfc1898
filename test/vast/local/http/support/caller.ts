import { request, type IncomingHttpHeaders } from 'node:http';
import { RequestSigner, sha256Hex, type Credentials } from '../../../../../vast/wire/sigv4.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Request {
  readonly method: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export const KEYS: Credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };

/** Sends one signed request as the Python SDK does, GET with a body included. Rejects when the connection breaks. */
export function call(origin: string, { method, target, headers = {}, body = new Uint8Array(0) }: Request, keys: Credentials = KEYS): Promise<Reply> {
  const { host } = new URL(origin);
  const signature = new RequestSigner(() => keys).sign({ method, target, headers: { host }, payloadSha256: sha256Hex(body) }, Date.now());
  return new Promise((resolve, reject) => {
    const outgoing = request(origin + target, { method, headers: { ...headers, host, ...signature, 'content-length': body.byteLength } }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
