import { join } from 'node:path';
import type { GuardedChild } from '../../../../deploy/local/child.ts';
import { freePort } from '../../../../deploy/local/ports.ts';
import { waitUntilReady } from '../../../../deploy/local/ready.ts';
import { spawnServer, type ServerContext } from './server.ts';

/** Longer than the API server's grace: when this process dies both are signalled, and etcd must be there until the API server is gone. */
const GRACE_SECONDS = 8;

/** A single etcd that never syncs to disk: its data is as short-lived as the cluster. */
export async function startEtcd(context: ServerContext): Promise<{ child: GuardedChild; url: string }> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const peer = `http://127.0.0.1:${await freePort()}`;
  const child = await spawnServer(context, 'etcd', {
    name: 'bed',
    'data-dir': join(context.workspace, 'etcd'),
    'unsafe-no-fsync': true,
    'listen-client-urls': url,
    'advertise-client-urls': url,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `bed=${peer}`,
    'log-level': 'warn',
  }, GRACE_SECONDS);
  await waitUntilReady(child, 60_000, () => healthy(`${url}/health`));
  return { child, url };
}

async function healthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
