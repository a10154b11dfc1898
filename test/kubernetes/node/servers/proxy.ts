import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GuardedChild } from '../../../../deploy/local/child.ts';
import { spawnServer, type ServerContext } from '../../bed/servers/server.ts';
import { NODE_NAME, POD_CIDR } from '../network.ts';

/** kube-proxy with nftables. */
export async function startProxy(context: ServerContext, kubeconfig: string): Promise<GuardedChild> {
  const config = join(context.workspace, 'kube-proxy.json');
  writeFileSync(config, JSON.stringify({
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clusterCIDR: POD_CIDR,
    clientConnection: { kubeconfig },
    hostnameOverride: NODE_NAME,
    // The limit of tracked connections belongs to the machine.
    conntrack: { maxPerCore: 0 },
  }));
  return await spawnServer(context, 'kube-proxy', { config, v: 1 });
}
