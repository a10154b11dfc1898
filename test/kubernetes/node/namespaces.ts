import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../support/command.ts';
import { DNS_ADDRESS, NODE_ADDRESS, SERVICE_CIDR } from './network.ts';

/** Arguments of `unshare` for namespaces that end, with every process in them, when their first process ends. */
export const UNSHARE = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private'] as const;

/** The kubelet's usual root: some of its files go there whatever it is told. */
const KUBELET = '/var/lib/kubelet';

/** Folders of a node's programs, below one workspace. */
export interface NodeFolders {
  /** Root of the kubelet; mounts below it are seen by pods and by the kubelet alike. */
  readonly kubelet: string;
  /** What containerd keeps on disk. */
  readonly containerd: string;
  /** Configuration of the pods' network, and the addresses given out. */
  readonly cni: string;
  readonly podLogs: string;
  /** Data of `local` volumes. */
  readonly volumes: string;
}

/**
 * Turns the namespaces that this process runs in into a node: its own /run and /var/log, its address on a bridge of its own, and
 * the cluster's DNS as resolver. Nothing of it is
 * seen outside but an empty folder, and no packet leaves.
 */
export async function prepareNamespaces(workspace: string): Promise<NodeFolders> {
  const folders: NodeFolders = {
    kubelet: KUBELET, containerd: join(workspace, 'containerd'), cni: join(workspace, 'cni'),
    podLogs: '/var/log/pods', volumes: join(workspace, 'volumes'),
  };
  const kubelet = join(workspace, 'kubelet');
  for (const folder of [kubelet, KUBELET, folders.containerd, folders.cni, folders.volumes]) mkdirSync(folder, { recursive: true });
  await mount('--make-rshared', '/');
  await mount('-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run');
  await mount('-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/var/log');
  await mount('--bind', kubelet, KUBELET);
  await mount('--make-rshared', KUBELET);
  mkdirSync('/run/netns');
  mkdirSync(folders.podLogs);
  const resolver = join(workspace, 'resolv.conf');
  writeFileSync(resolver, `nameserver ${DNS_ADDRESS}\nsearch svc.cluster.local cluster.local\noptions ndots:5\n`);
  await mount('--bind', resolver, '/etc/resolv.conf');
  await prepareNetwork();
  return folders;
}

/** A bridge holds the node's address: the devices made for that may be missing from a kernel, bridges are not. */
async function prepareNetwork(): Promise<void> {
  await ip('link', 'set', 'lo', 'up');
  await ip('link', 'add', 'node0', 'type', 'bridge');
  await ip('address', 'add', `${NODE_ADDRESS}/32`, 'dev', 'node0');
  await ip('link', 'set', 'node0', 'up');
  await ip('route', 'add', SERVICE_CIDR, 'dev', 'node0');
  await ip('route', 'add', 'unreachable', 'default');
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
}

async function mount(...args: string[]): Promise<void> {
  await command('mount', args);
}

async function ip(...args: string[]): Promise<void> {
  await command('ip', args);
}
