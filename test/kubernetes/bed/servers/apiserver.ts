import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GuardedChild } from '../../../../deploy/local/child.ts';
import type { Pki } from '../pki.ts';
import { spawnServer, type ServerContext } from './server.ts';

export interface ApiServerOptions {
  readonly pki: Pki;
  readonly etcdUrl: string;
  readonly port: number;
  /** Where it listens besides the loopback interface, and where pods find it; default: nowhere. */
  readonly address?: string;
  /** Real kubelets: name of the certificate it shows to them, and of the authority that theirs are signed by. */
  readonly kubelets?: { readonly certificate: string; readonly authority: string };
}

/** Every namespace warns of what Pod Security `restricted` would refuse; what a namespace enforces is its own label's matter. */
const ADMISSION = {
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'AdmissionConfiguration',
  plugins: [{
    name: 'PodSecurity',
    configuration: {
      apiVersion: 'pod-security.admission.config.k8s.io/v1',
      kind: 'PodSecurityConfiguration',
      defaults: {
        enforce: 'baseline', 'enforce-version': 'latest', audit: 'restricted', 'audit-version': 'latest', warn: 'restricted', 'warn-version': 'latest',
      },
      exemptions: { usernames: [], runtimeClasses: [], namespaces: ['kube-system'] },
    },
  }],
};

/** kube-apiserver, by default on the loopback interface only, with the Node and RBAC authorizers and no anonymous access. */
export async function startApiServer(context: ServerContext, { pki, etcdUrl, port, address, kubelets }: ApiServerOptions): Promise<GuardedChild> {
  const admission = join(context.workspace, 'admission.json');
  writeFileSync(admission, JSON.stringify(ADMISSION));
  return await spawnServer(context, 'kube-apiserver', {
    'etcd-servers': etcdUrl,
    'bind-address': address === undefined ? '127.0.0.1' : '0.0.0.0',
    'advertise-address': address ?? '127.0.0.1',
    'secure-port': port,
    // Endpoints of the Service `kubernetes` may not be a loopback address, and simulated pods look nothing up.
    ...(address === undefined ? { 'endpoint-reconciler-type': 'none' } : {}),
    ...(kubelets === undefined ? {} : {
      'kubelet-client-certificate': pki.certificate(kubelets.certificate),
      'kubelet-client-key': pki.key(kubelets.certificate),
      'kubelet-certificate-authority': pki.certificate(kubelets.authority),
      'kubelet-preferred-address-types': 'InternalIP',
    }),
    'service-cluster-ip-range': '10.96.0.0/16',
    'tls-cert-file': pki.certificate('apiserver'),
    'tls-private-key-file': pki.key('apiserver'),
    'client-ca-file': pki.certificate('ca'),
    'service-account-key-file': join(pki.folder, 'sa.pub'),
    'service-account-signing-key-file': pki.key('sa'),
    'service-account-issuer': 'https://kubernetes.default.svc',
    'authorization-mode': 'Node,RBAC',
    'enable-admission-plugins': 'NodeRestriction',
    'admission-control-config-file': admission,
    'anonymous-auth': false,
    'allow-privileged': true,
    profiling: false,
    'requestheader-client-ca-file': pki.certificate('front-proxy-ca'),
    'requestheader-allowed-names': 'front-proxy-client',
    'requestheader-username-headers': 'X-Remote-User',
    'requestheader-group-headers': 'X-Remote-Group',
    'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
    'proxy-client-cert-file': pki.certificate('front-proxy'),
    'proxy-client-key-file': pki.key('front-proxy'),
  });
}
