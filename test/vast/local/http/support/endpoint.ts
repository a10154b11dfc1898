import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalEndpoint } from '../../../../../vast/local/endpoint.ts';
import { KEYS } from './caller.ts';

export interface Endpoint extends AsyncDisposable {
  readonly origin: string;
  /** What the endpoint reported of itself. */
  readonly logged: readonly string[];
  stop(): Promise<void>;
}

/** An endpoint on a free port, over a folder that goes away with it. */
export async function startEndpoint(options: { readonly keepAliveMs?: number; readonly transactionIdleMs?: number } = {}): Promise<Endpoint> {
  const data = await mkdtemp(join(tmpdir(), 'telco-twin-vast-http-'));
  const logged: string[] = [];
  const endpoint = await LocalEndpoint.start({
    ...KEYS, ...options, data, host: '127.0.0.1', port: 0, buckets: ['vastdb'],
    log: (message, error) => logged.push(error instanceof Error ? `${message}: ${error.stack}` : message),
  });
  const stop = async (): Promise<void> => {
    await endpoint.close();
    await rm(data, { recursive: true, force: true });
  };
  return { origin: endpoint.url, logged, stop, [Symbol.asyncDispose]: stop };
}
