import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardedChild } from '../../../deploy/local/child.ts';
import { freePort } from '../../../deploy/local/ports.ts';
import { waitUntilReady } from '../../../deploy/local/ready.ts';
import type { KubernetesTools } from '../support/tools.ts';
import type { KubernetesBinaries } from './binaries.ts';
import { writeKubeconfig, type Credentials } from './kubeconfig.ts';
import { Kubectl } from './kubectl.ts';
import { nodes } from './nodes.ts';
import { Pki } from './pki.ts';
import { startApiServer } from './servers/apiserver.ts';
import { startControllerManager, startScheduler } from './servers/controllers.ts';
import { startEtcd } from './servers/etcd.ts';
import { startKwok } from './servers/kwok.ts';
import { aggregatedApi, startMetricsServer } from './servers/metrics-server.ts';
import type { ServerContext } from './servers/server.ts';
import { createWorkspace } from './workspace.ts';

const READY_MS = 120_000;
const LOOPBACK_NAMES = ['IP:127.0.0.1', 'DNS:localhost'];

/**
 * A Kubernetes control plane with simulated nodes on the loopback interface: real API server, controllers, scheduler and
 * metrics-server; kwok in the place of the kubelets.
 */
export class Cluster {
  /** Folder for data, configuration and logs; removed by `stop`. */
  readonly workspace: string;
  /** Address of the API server. */
  readonly url: string;
  readonly pki: Pki;
  /** kubectl as a member of `system:masters`. */
  readonly kubectl: Kubectl;
  /** Kubeconfig of that user. */
  readonly adminKubeconfig: string;
  readonly #tools: KubernetesTools;
  readonly #namespace: string;
  /** In the order in which they started. */
  readonly #servers: GuardedChild[] = [];

  private constructor(workspace: string, url: string, pki: Pki, tools: KubernetesTools, namespace: string) {
    this.workspace = workspace;
    this.url = url;
    this.pki = pki;
    this.#tools = tools;
    this.#namespace = namespace;
    this.adminKubeconfig = this.kubeconfig('admin', { certificate: pki.certificate('admin'), key: pki.key('admin') });
    this.kubectl = this.kubectlAs(this.adminKubeconfig);
  }

  /**
   * Starts everything; resolves when all nodes are ready and pods can be made.
   * @param namespace of objects that name none
   * @throws Unavailable when the machine lacks something
   * @throws LocalStackError with the end of its log when a server does not start
   */
  static async start(binaries: KubernetesBinaries, tools: KubernetesTools, namespace: string): Promise<Cluster> {
    const workspace = createWorkspace();
    let cluster: Cluster | undefined;
    try {
      const pki = await createPki(join(workspace, 'pki'));
      const port = await freePort();
      cluster = new Cluster(workspace, `https://127.0.0.1:${port}`, pki, tools, namespace);
      await cluster.#startServers(binaries, port);
      return cluster;
    } catch (error) {
      await cluster?.stop();
      rmSync(workspace, { recursive: true, force: true });
      throw error;
    }
  }

  /** Writes a kubeconfig for somebody and returns its path. */
  kubeconfig(name: string, credentials: Credentials): string {
    const file = join(this.workspace, `${name}.kubeconfig`);
    writeKubeconfig(file, this.url, this.pki.certificate('ca'), credentials, this.#namespace);
    return file;
  }

  kubectlAs(kubeconfig: string): Kubectl {
    return new Kubectl(this.#tools.kubectl, kubeconfig, join(this.workspace, 'kubectl-cache'));
  }

  /** A further server that is to be stopped with the cluster, before those that it talks to. */
  adopt(child: GuardedChild): void {
    this.#servers.push(child);
  }

  /** Stops the servers in the reverse order of their start, one after the other: an API server without its etcd would hang. */
  async stop(): Promise<void> {
    for (const server of this.#servers.splice(0).reverse()) await server.stop(10_000);
    rmSync(this.workspace, { recursive: true, force: true });
  }

  async #startServers(binaries: KubernetesBinaries, port: number): Promise<void> {
    const context: ServerContext = { workspace: this.workspace, path: (program) => join(binaries.folder, program) };
    const etcd = await startEtcd(context);
    this.adopt(etcd.child);
    const apiServer = await startApiServer(context, { pki: this.pki, etcdUrl: etcd.url, port });
    this.adopt(apiServer);
    await waitUntilReady(apiServer, READY_MS, async () => (await this.kubectl.try(['get', '--raw=/readyz'])).code === 0);
    this.adopt(await startControllerManager(context, this.pki, this.#componentKubeconfig('controller-manager')));
    this.adopt(await startScheduler(context, this.#componentKubeconfig('scheduler')));
    const kwok = await startKwok(context, binaries, this.pki, this.adminKubeconfig);
    this.adopt(kwok);
    const metrics = await startMetricsServer(context, this.adminKubeconfig);
    this.adopt(metrics.child);
    await this.apply([...nodes(), ...aggregatedApi('metrics.k8s.io/v1beta1', 'metrics-server', metrics.port)]);
    await this.kubectl.run(['apply', '--server-side', '-f', binaries.kwokFile('storage-class.yaml')]);
    await this.eventually('all nodes are ready', ['wait', '--for=condition=Ready', 'node', '--all', '--timeout=2s']);
    await this.eventually('pods can be made', ['get', 'serviceaccount/default', '--namespace=default']);
  }

  /** Applies objects as the administrator, refusing unknown fields. */
  async apply(objects: readonly object[], ...args: readonly string[]): Promise<void> {
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    await this.kubectl.run(['apply', '--server-side', '--validate=strict', '-f', '-', ...args], list);
  }

  /** Repeats a kubectl command until it succeeds. @throws Error with its last words when a server ends or it takes two minutes */
  async eventually(what: string, args: readonly string[]): Promise<void> {
    const deadline = performance.now() + READY_MS;
    for (;;) {
      const { code, stderr } = await this.kubectl.try(args);
      if (code === 0) return;
      this.requireServers();
      if (performance.now() > deadline) throw new Error(`waited ${READY_MS / 1000} s until ${what}: ${stderr}`);
      await sleep(100);
    }
  }

  /** @throws Error that names a server which has ended by itself */
  requireServers(): void {
    const ended = this.#servers.find((server) => !server.running);
    if (ended !== undefined) throw new Error(`${ended.name} has ended; its log: ${ended.logFile}`);
  }

  #componentKubeconfig(name: string): string {
    return this.kubeconfig(name, { certificate: this.pki.certificate(name), key: this.pki.key(name) });
  }
}

async function createPki(folder: string): Promise<Pki> {
  const pki = await Pki.create(folder, ['ca', 'front-proxy-ca']);
  const server = { authority: 'ca', usage: 'serverAuth', names: LOOPBACK_NAMES } as const;
  const client = { authority: 'ca', usage: 'clientAuth' } as const;
  await pki.issue({ ...server, name: 'apiserver', subject: '/CN=kube-apiserver', names: [...LOOPBACK_NAMES, 'IP:10.96.0.1', 'DNS:kubernetes.default.svc'] });
  await pki.issue({ ...server, name: 'kwok', subject: '/CN=kwok' });
  await pki.issue({ ...client, name: 'front-proxy', authority: 'front-proxy-ca', subject: '/CN=front-proxy-client' });
  await pki.issue({ ...client, name: 'admin', subject: '/O=system:masters/CN=admin' });
  await pki.issue({ ...client, name: 'controller-manager', subject: '/CN=system:kube-controller-manager' });
  await pki.issue({ ...client, name: 'scheduler', subject: '/CN=system:kube-scheduler' });
  return pki;
}
