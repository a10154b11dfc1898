import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GuardedChild } from '../../../../deploy/local/child.ts';
import { freePort } from '../../../../deploy/local/ports.ts';
import { waitUntilReady } from '../../../../deploy/local/ready.ts';
import type { Cluster } from '../cluster.ts';
import type { KedaBinaries } from '../keda.ts';
import { aggregatedApi } from './metrics-server.ts';
import { spawnServer, type ServerContext } from './server.ts';

const NAMESPACE = 'keda';
const API = 'external.metrics.k8s.io/v1beta1';
const API_SERVICE = 'apiservice/v1beta1.external.metrics.k8s.io';
const SERVICE = 'keda-metrics-apiserver';
const READY_MS = 60_000;

/**
 * KEDA's operator, which makes an autoscaler of each ScaledObject and asks the scalers, and its server of external metrics, which
 * autoscalers ask. They talk to each other over mutual TLS.
 */
export class Keda {
  readonly #cluster: Cluster;
  /** In the order in which they started. */
  readonly #servers: GuardedChild[] = [];

  private constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Resolves when the operator is ready and the API server hands requests for external metrics on. KEDA's definitions must be there. */
  static async start(cluster: Cluster, binaries: KedaBinaries): Promise<Keda> {
    const keda = new Keda(cluster);
    try {
      await keda.#start({ workspace: cluster.workspace, path: binaries.path });
      return keda;
    } catch (error) {
      await keda.stop();
      throw error;
    }
  }

  /** Without its server the registered API would keep namespaces from being deleted, so it goes first. */
  async stop(): Promise<void> {
    await this.#cluster.kubectl.run(['delete', API_SERVICE, '--ignore-not-found']);
    for (const server of this.#servers.splice(0).reverse()) await server.stop(10_000);
  }

  /** @throws Error that names a server which has ended by itself */
  requireServers(): void {
    const ended = this.#servers.find((server) => !server.running);
    if (ended !== undefined) throw new Error(`${ended.name} has ended; its log: ${ended.logFile}`);
  }

  async #start(context: ServerContext): Promise<void> {
    const certificates = await this.#issueCertificates();
    const kubeconfig = this.#cluster.adminKubeconfig;
    const env = { KUBECONFIG: kubeconfig, WATCH_NAMESPACE: '', POD_NAMESPACE: NAMESPACE, KEDA_CLUSTER_OBJECT_NAMESPACE: NAMESPACE };
    const metrics = `127.0.0.1:${await freePort()}`;
    const probes = `127.0.0.1:${await freePort()}`;
    const operator = await spawnServer(context, 'keda-operator', {
      'cert-dir': certificates,
      'enable-cert-rotation': false,
      'metrics-bind-address': '0',
      'health-probe-bind-address': probes,
      'metrics-service-bind-address': metrics,
    }, 3, env);
    this.#servers.push(operator);
    await waitUntilReady(operator, READY_MS, async () => await answers(`http://${probes}/readyz`));
    const port = await freePort();
    const adapter = await spawnServer(context, 'keda-adapter', {
      'lister-kubeconfig': kubeconfig,
      'authentication-kubeconfig': kubeconfig,
      'authorization-kubeconfig': kubeconfig,
      'bind-address': '127.0.0.1',
      'secure-port': port,
      'cert-dir': certificates,
      'tls-cert-file': join(certificates, 'tls.crt'),
      'tls-private-key-file': join(certificates, 'tls.key'),
      'metrics-service-address': metrics,
      // Its own figures, for Prometheus; it has no option for the address.
      port: await freePort(),
    }, 3, env);
    this.#servers.push(adapter);
    const { kubectl } = this.#cluster;
    await this.#cluster.apply(aggregatedApi(API, SERVICE, port));
    await waitUntilReady(adapter, READY_MS, async () => (await kubectl.try(['wait', '--for=condition=Available', API_SERVICE, '--timeout=2s'])).code === 0);
  }

  /** One certificate for both ends, in a folder of its own under the names that KEDA looks for. */
  async #issueCertificates(): Promise<string> {
    const { pki, workspace } = this.#cluster;
    await pki.issue({ name: 'keda', authority: 'ca', subject: '/CN=keda', usage: 'serverAuth,clientAuth', names: ['IP:127.0.0.1', 'DNS:localhost'] });
    const folder = join(workspace, 'keda');
    mkdirSync(folder);
    copyFileSync(pki.certificate('ca'), join(folder, 'ca.crt'));
    copyFileSync(pki.certificate('keda'), join(folder, 'tls.crt'));
    copyFileSync(pki.key('keda'), join(folder, 'tls.key'));
    return folder;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
