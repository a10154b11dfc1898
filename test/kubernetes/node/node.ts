import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardedChild } from '../../../deploy/local/child.ts';
import { waitUntilReady } from '../../../deploy/local/ready.ts';
import { Api } from '../bed/api.ts';
import type { KubernetesBinaries } from '../bed/binaries.ts';
import { writeKubeconfig } from '../bed/kubeconfig.ts';
import { Kubectl } from '../bed/kubectl.ts';
import { Pki } from '../bed/pki.ts';
import { startApiServer } from '../bed/servers/apiserver.ts';
import { startControllerManager, startScheduler } from '../bed/servers/controllers.ts';
import { startEtcd } from '../bed/servers/etcd.ts';
import type { ServerContext } from '../bed/servers/server.ts';
import type { KubernetesTools } from '../support/tools.ts';
import { NAMESPACE } from '../support/trees.ts';
import { dnsObjects } from './dns.ts';
import { prepareNamespaces, type NodeFolders } from './namespaces.ts';
import { API_PORT, API_SERVICE_ADDRESS, NODE_ADDRESS, NODE_NAME } from './network.ts';
import { PolicyAgent } from './policy/agent.ts';
import { importImages, startContainerd } from './servers/containerd.ts';
import { startKubelet } from './servers/kubelet.ts';
import { startProxy } from './servers/proxy.ts';
import { volumeObjects } from './volumes.ts';

const READY_MS = 600_000;
const VOLUMES = 6;
const NODE_USER = `/O=system:nodes/CN=system:node:${NODE_NAME}`;

export interface NodeOptions {
  /** Folder for data, configuration and logs; not below /run or /var/log. */
  readonly workspace: string;
  readonly binaries: Pick<KubernetesBinaries, 'folder'>;
  readonly tools: KubernetesTools;
  /** Archive of every image that pods will use. */
  readonly images: string;
}

/**
 * A whole Kubernetes cluster of one node that runs pods: control plane, kubelet, containerd, kube-proxy, CoreDNS and an agent that
 * enforces NetworkPolicies. It lives in the namespaces of this process, which must be its own.
 */
export class Node {
  readonly kubectl: Kubectl;
  readonly api: Api;
  readonly policies: PolicyAgent;
  readonly #options: NodeOptions;
  readonly #pki: Pki;
  readonly #servers: GuardedChild[] = [];

  private constructor(options: NodeOptions, pki: Pki) {
    this.#options = options;
    this.#pki = pki;
    this.kubectl = new Kubectl(options.tools.kubectl, this.#kubeconfig('admin'), join(options.workspace, 'kubectl-cache'));
    this.api = Api.asAdmin(`https://${NODE_ADDRESS}:${API_PORT}`, pki);
    this.policies = new PolicyAgent(this.api);
  }

  /** @param progress told what is being done */
  static async start(options: NodeOptions, progress: (step: string) => void): Promise<Node> {
    const folders = await prepareNamespaces(options.workspace);
    const node = new Node(options, await createPki(join(options.workspace, 'pki')));
    await node.#start(folders, progress);
    return node;
  }

  /** Applies objects as the administrator, refusing unknown fields. */
  async apply(objects: readonly object[]): Promise<void> {
    await this.kubectl.run(['apply', '--server-side', '--force-conflicts', '--validate=strict', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  }

  /** Repeats a kubectl command until it succeeds. @throws Error with its last words when a server ends or it takes ten minutes */
  async eventually(what: string, args: readonly string[]): Promise<void> {
    const deadline = performance.now() + READY_MS;
    for (;;) {
      const { code, stderr } = await this.kubectl.try(args);
      if (code === 0) return;
      const ended = this.#servers.find((server) => !server.running);
      if (ended !== undefined) throw new Error(`${ended.name} has ended; its log: ${ended.logFile}`);
      if (performance.now() > deadline) throw new Error(`waited ${READY_MS / 1000} s until ${what}: ${stderr}`);
      await sleep(200);
    }
  }

  async stop(): Promise<void> {
    await this.policies.stop();
    this.api.close();
    for (const server of this.#servers.splice(0).reverse()) await server.stop(3_000);
  }

  async #start(folders: NodeFolders, progress: (step: string) => void): Promise<void> {
    const { workspace, binaries, images } = this.#options;
    const context: ServerContext = { workspace, path: (program) => join(binaries.folder, program) };
    progress('etcd, API server, containerd');
    const etcd = await startEtcd(context);
    this.#servers.push(etcd.child);
    const apiServer = await startApiServer(context, { pki: this.#pki, etcdUrl: etcd.url, port: API_PORT, address: NODE_ADDRESS, kubelets: { certificate: 'kubelet-client', authority: 'ca' } });
    this.#servers.push(apiServer, await startContainerd(workspace, folders));
    progress('importing images');
    await importImages(images);
    await waitUntilReady(apiServer, READY_MS, async () => (await this.kubectl.try(['get', '--raw=/readyz'])).code === 0);
    progress('controllers, kubelet, kube-proxy');
    this.#servers.push(await startControllerManager(context, this.#pki, this.#kubeconfig('controller-manager')));
    this.#servers.push(await startScheduler(context, this.#kubeconfig('scheduler')));
    this.#servers.push(await startKubelet(context, this.#pki, this.#kubeconfig('kubelet'), folders));
    this.#servers.push(await startProxy(context, this.#kubeconfig('kube-proxy')));
    await this.eventually('the node is ready', ['wait', '--for=condition=Ready', `node/${NODE_NAME}`, '--timeout=2s']);
    await this.eventually('pods can be made', ['get', 'serviceaccount/default', '--namespace=kube-system']);
    await this.apply([...dnsObjects(), ...volumeObjects(folders.volumes, VOLUMES)]);
    await this.policies.start();
    await this.eventually('the cluster has DNS', ['--namespace=kube-system', 'rollout', 'status', 'deployment/coredns', '--timeout=5s']);
  }

  #kubeconfig(name: string): string {
    const file = join(this.#options.workspace, `${name}.kubeconfig`);
    writeKubeconfig(file, `https://${NODE_ADDRESS}:${API_PORT}`, this.#pki.certificate('ca'), { certificate: this.#pki.certificate(name), key: this.#pki.key(name) }, NAMESPACE);
    return file;
  }
}

async function createPki(folder: string): Promise<Pki> {
  const pki = await Pki.create(folder, ['ca', 'front-proxy-ca']);
  const client = { authority: 'ca', usage: 'clientAuth' } as const;
  await pki.issue({
    name: 'apiserver', authority: 'ca', subject: '/CN=kube-apiserver', usage: 'serverAuth',
    names: [`IP:${NODE_ADDRESS}`, `IP:${API_SERVICE_ADDRESS}`, 'DNS:kubernetes.default.svc'],
  });
  await pki.issue({ name: 'kubelet-server', authority: 'ca', subject: NODE_USER, usage: 'serverAuth', names: [`IP:${NODE_ADDRESS}`, `DNS:${NODE_NAME}`] });
  await pki.issue({ ...client, name: 'front-proxy', authority: 'front-proxy-ca', subject: '/CN=front-proxy-client' });
  await pki.issue({ ...client, name: 'admin', subject: '/O=system:masters/CN=admin' });
  await pki.issue({ ...client, name: 'kubelet-client', subject: '/O=system:masters/CN=apiserver' });
  await pki.issue({ ...client, name: 'kubelet', subject: NODE_USER });
  await pki.issue({ ...client, name: 'kube-proxy', subject: '/CN=system:kube-proxy' });
  await pki.issue({ ...client, name: 'controller-manager', subject: '/CN=system:kube-controller-manager' });
  await pki.issue({ ...client, name: 'scheduler', subject: '/CN=system:kube-scheduler' });
  return pki;
}
