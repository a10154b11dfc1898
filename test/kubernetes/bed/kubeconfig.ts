import { writeFileSync } from 'node:fs';

/** How a client proves who it is. */
export type Credentials =
  | { readonly certificate: string; readonly key: string }
  | { readonly token: string };

/**
 * Writes a kubeconfig of one cluster and one user.
 * @param authority file of the certificate authority that signs the API server's certificate
 * @param namespace of objects that name none
 */
export function writeKubeconfig(file: string, server: string, authority: string, credentials: Credentials, namespace = 'default'): void {
  const user = 'token' in credentials
    ? { token: credentials.token }
    : { 'client-certificate': credentials.certificate, 'client-key': credentials.key };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'cluster', cluster: { server, 'certificate-authority': authority } }],
    users: [{ name: 'user', user }],
    contexts: [{ name: 'context', context: { cluster: 'cluster', user: 'user', namespace } }],
    'current-context': 'context',
  };
  writeFileSync(file, JSON.stringify(config, undefined, 2), { mode: 0o600 });
}
