import type { GuardedChild } from '../../../../deploy/local/child.ts';
import { freePort } from '../../../../deploy/local/ports.ts';
import { spawnServer, type ServerContext } from './server.ts';

/** metrics-server: asks the simulated kubelets for CPU and memory every ten seconds. It makes its own serving certificate. */
export async function startMetricsServer(context: ServerContext, kubeconfig: string): Promise<{ child: GuardedChild; port: number }> {
  const port = await freePort();
  const child = await spawnServer(context, 'metrics-server', {
    kubeconfig,
    'authentication-kubeconfig': kubeconfig,
    'authorization-kubeconfig': kubeconfig,
    'bind-address': '127.0.0.1',
    'secure-port': port,
    'cert-dir': `${context.workspace}/metrics-server`,
    'kubelet-insecure-tls': true,
    'kubelet-use-node-status-port': true,
    'kubelet-preferred-address-types': 'InternalIP',
    // A resolution must exceed the time-out of a request, and ten seconds is the least that metrics-server takes.
    'metric-resolution': '10s',
    'kubelet-request-timeout': '5s',
  });
  return { child, port };
}

/**
 * The objects by which the API server hands a group of its API to a server on this machine's loopback interface. A Service of
 * type ExternalName, because EndpointSlices refuse loopback addresses.
 */
export function aggregatedApi(groupVersion: string, service: string, port: number): readonly object[] {
  const [group, version] = groupVersion.split('/');
  return [
    {
      apiVersion: 'v1', kind: 'Service', metadata: { name: service, namespace: 'kube-system' },
      spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port, protocol: 'TCP' }] },
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: `${version}.${group}` },
      spec: {
        group, version, groupPriorityMinimum: 100, versionPriority: 100, insecureSkipTLSVerify: true,
        service: { name: service, namespace: 'kube-system', port },
      },
    },
  ];
}
