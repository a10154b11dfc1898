import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GuardedChild } from '../../../../deploy/local/child.ts';
import type { Pki } from '../../bed/pki.ts';
import { spawnServer, type ServerContext } from '../../bed/servers/server.ts';
import type { NodeFolders } from '../namespaces.ts';
import { DNS_ADDRESS, NODE_ADDRESS, NODE_NAME } from '../network.ts';
import { CONTAINERD_SOCKET } from './containerd.ts';

/**
 * The kubelet, with the rights of a node and no more. Of its usual demands it drops what a shared machine can't promise: control
 * groups of version 2, no swap, much free disk.
 */
export async function startKubelet(context: ServerContext, pki: Pki, kubeconfig: string, folders: NodeFolders): Promise<GuardedChild> {
  const resolver = join(context.workspace, 'kubelet-resolv.conf');
  // Pods with `dnsPolicy: Default` (CoreDNS) must not ask CoreDNS.
  writeFileSync(resolver, 'nameserver 127.0.0.1\n');
  const config = join(context.workspace, 'kubelet.json');
  writeFileSync(config, JSON.stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: '0.0.0.0',
    failCgroupV1: false,
    failSwapOn: false,
    cgroupDriver: 'cgroupfs',
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    tlsCertFile: pki.certificate('kubelet-server'),
    tlsPrivateKeyFile: pki.key('kubelet-server'),
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: pki.certificate('ca') } },
    authorization: { mode: 'Webhook' },
    clusterDomain: 'cluster.local',
    clusterDNS: [DNS_ADDRESS],
    resolvConf: resolver,
    podLogsDir: folders.podLogs,
    readOnlyPort: 0,
    evictionHard: { 'memory.available': '200Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageMinimumGCAge: '2400h',
    imageGCHighThresholdPercent: 100,
    serializeImagePulls: false,
    eventRecordQPS: 0,
  }));
  return await spawnServer(context, 'kubelet', {
    config,
    kubeconfig,
    'root-dir': folders.kubelet,
    'hostname-override': NODE_NAME,
    'node-ip': NODE_ADDRESS,
    'node-labels': 'topology.kubernetes.io/zone=zone-a',
    v: 1,
  });
}
