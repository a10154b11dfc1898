import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GuardedChild } from '../../../../deploy/local/child.ts';
import { waitUntilReady } from '../../../../deploy/local/ready.ts';
import { command, tryCommand } from '../../support/command.ts';
import type { NodeFolders } from '../namespaces.ts';
import { POD_CIDR } from '../network.ts';

export const CONTAINERD_SOCKET = '/run/containerd.sock';
export const PAUSE_IMAGE = 'telco-twin-pause:local';
/** Where Debian's package puts the network plugins. */
const PLUGINS = '/usr/lib/cni';

/** Debian's containerd. A container may not lower its OOM score below the node's own, which needs a capability that sandboxes lack. */
function configuration(folders: NodeFolders): string {
  return `version = 2
root = "${folders.containerd}"
state = "/run/containerd"
[grpc]
  address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "docker.io/library/${PAUSE_IMAGE}"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${PLUGINS}"
    conf_dir = "${folders.cni}/net.d"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
`;
}

/** Every pod is routed (`ptp`, no bridge between pods), so that the packet filter of the node sees what pods say to each other. */
function podNetwork(folders: NodeFolders): object {
  const ipam = { type: 'host-local', dataDir: join(folders.cni, 'addresses'), ranges: [[{ subnet: POD_CIDR }]], routes: [{ dst: '0.0.0.0/0' }] };
  return { cniVersion: '0.4.0', name: 'pods', plugins: [{ type: 'ptp', ipMasq: false, mtu: 1500, ipam }, { type: 'portmap', capabilities: { portMappings: true } }] };
}

export async function startContainerd(workspace: string, folders: NodeFolders): Promise<GuardedChild> {
  const config = join(workspace, 'containerd.toml');
  writeFileSync(config, configuration(folders));
  mkdirSync(join(folders.cni, 'net.d'));
  writeFileSync(join(folders.cni, 'net.d/10-pods.conflist'), JSON.stringify(podNetwork(folders)));
  const child = await GuardedChild.spawn({ name: 'containerd', command: 'containerd', args: ['--config', config], logFile: join(workspace, 'logs/containerd.log') });
  await waitUntilReady(child, 60_000, async () => (await tryCommand('ctr', [...CTR, 'version'])).code === 0);
  return child;
}

const CTR = ['--address', CONTAINERD_SOCKET, '--namespace', 'k8s.io'];

/** Imports what `docker save` wrote. */
export async function importImages(archive: string): Promise<void> {
  await command('ctr', [...CTR, 'images', 'import', archive]);
}

/** Pid, in this namespace, of a container's first process. */
export async function containerPid(containerId: string): Promise<number> {
  const listed = await command('ctr', [...CTR, 'tasks', 'list']);
  const pid = listed.split('\n').map((line) => line.trim().split(/\s+/)).find(([id]) => id === containerId)?.[1];
  if (pid === undefined) throw new Error(`containerd runs no task of container ${containerId}`);
  return Number(pid);
}
