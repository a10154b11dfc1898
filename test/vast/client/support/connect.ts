import { VastClient, type VastClientOptions } from '../../../../vast/client/index.ts';
import type { Reaction, ReceivedCall } from './scripted-server.ts';
import { ScriptedServer } from './scripted-server.ts';

/** A server and a client connected to it. */
export interface Pair extends AsyncDisposable {
  readonly server: ScriptedServer;
  readonly client: VastClient;
}

const TXID = '18446744073709551615';

/** Answers to what every test begins with. The id is the largest there is: a JavaScript number would lose it. */
export function opening(call: ReceivedCall): Reaction | undefined {
  if (call.headers['tabular-get-vast-version'] === 'true' || call.method === 'HEAD') return {};
  if (call.method === 'POST' && call.target === '/?transaction') return { headers: { 'tabular-txid': TXID } };
  return undefined;
}

/** Short pauses, so that faults cost a test little, and long time-outs, so that a busy machine is no fault. */
export const quick = {
  accessKeyId: 'key', secretAccessKey: 'secret', bucket: 'vastdb', backoffMs: 1, attempts: 3, attemptTimeoutMs: 30_000, connectTimeoutMs: 30_000,
} as const;

/** @param react decides on what `opening` does not */
export async function connected(react: (call: ReceivedCall) => Reaction, options: Partial<VastClientOptions> = {}): Promise<Pair> {
  const server = await ScriptedServer.start((call) => opening(call) ?? react(call));
  const client = await VastClient.connect({ ...quick, endpoints: [server.origin], ...options });
  return {
    server,
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
