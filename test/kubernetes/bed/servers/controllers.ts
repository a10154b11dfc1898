import type { GuardedChild } from '../../../../deploy/local/child.ts';
import { freePort } from '../../../../deploy/local/ports.ts';
import type { Pki } from '../pki.ts';
import { spawnServer, type ServerContext } from './server.ts';

/**
 * kube-controller-manager. A simulated node is never lost, however late its heartbeats are on a busy machine. The autoscaler looks every two seconds and trusts the CPU figures of a pod as soon as it is ready, so
 * that a check takes seconds; how far and how fast it scales is left to each object's own behaviour.
 */
export async function startControllerManager(context: ServerContext, pki: Pki, kubeconfig: string): Promise<GuardedChild> {
  return await spawnServer(context, 'kube-controller-manager', {
    ...(await component(kubeconfig)),
    'use-service-account-credentials': true,
    'service-account-private-key-file': pki.key('sa'),
    'root-ca-file': pki.certificate('ca'),
    'cluster-signing-cert-file': pki.certificate('ca'),
    'cluster-signing-key-file': pki.key('ca'),
    'node-monitor-grace-period': '1h',
    'horizontal-pod-autoscaler-sync-period': '2s',
    'horizontal-pod-autoscaler-cpu-initialization-period': '0s',
    'horizontal-pod-autoscaler-initial-readiness-delay': '0s',
  });
}

export async function startScheduler(context: ServerContext, kubeconfig: string): Promise<GuardedChild> {
  return await spawnServer(context, 'kube-scheduler', await component(kubeconfig));
}

async function component(kubeconfig: string): Promise<Record<string, string | number | boolean>> {
  return {
    kubeconfig,
    'authentication-kubeconfig': kubeconfig,
    'authorization-kubeconfig': kubeconfig,
    'bind-address': '127.0.0.1',
    'secure-port': await freePort(),
    'leader-elect': false,
  };
}
