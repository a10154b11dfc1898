import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { GuardedChild } from '../../../../deploy/local/child.ts';
import { freePort } from '../../../../deploy/local/ports.ts';
import type { KubernetesBinaries } from '../binaries.ts';
import type { Pki } from '../pki.ts';
import { spawnServer, type ServerContext } from './server.ts';

/** How simulated nodes, pods and volumes behave, in the files of kwok itself. */
const BEHAVIOUR = [
  'node-initialize', 'node-heartbeat-with-lease', 'pod-ready', 'pod-complete', 'pod-delete',
  'pv-bind', 'pv-delete', 'pvc-provision', 'pvc-delete', 'usage-from-annotation', 'metrics-resource',
];

/** Milliseconds a pod needs to get ready and to end. With none, no rollout or drain would ever find a pod unready. */
const DELAYS: Readonly<Record<string, number>> = { 'pod-ready': 800, 'pod-delete': 300 };

/** kwok, which plays the kubelets of all nodes: no container runs, no probe is asked, no image is pulled. */
export async function startKwok(context: ServerContext, binaries: KubernetesBinaries, pki: Pki, kubeconfig: string): Promise<GuardedChild> {
  const config = join(context.workspace, 'kwok.yaml');
  writeFileSync(config, BEHAVIOUR.map((name) => stringify(behaviour(binaries, name))).join('---\n'));
  const port = await freePort();
  return await spawnServer(context, 'kwok', {
    kubeconfig,
    config,
    'manage-all-nodes': true,
    cidr: '10.244.0.0/16',
    'node-ip': '127.0.0.1',
    'node-port': port,
    'server-address': `127.0.0.1:${port}`,
    'tls-cert-file': pki.certificate('kwok'),
    'tls-private-key-file': pki.key('kwok'),
  });
}

function behaviour(binaries: KubernetesBinaries, name: string): unknown {
  const document = parse(readFileSync(binaries.kwokFile(`${name}.yaml`), 'utf8')) as { spec: Record<string, unknown> };
  const delay = DELAYS[name];
  if (delay !== undefined) document.spec['delay'] = { durationMilliseconds: delay };
  return document;
}
