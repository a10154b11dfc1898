/**
 * Runs the project on a real Kubernetes node with real pods: the image that its Dockerfile builds, the dev overlay under its
 * NetworkPolicies, a real broker with TLS, SCRAM and the generated rights. Usage: node test/kubernetes/node/run.ts [kustomization]
 *
 * Everything comes from packages (npm, Maven, Go modules, Debian); no image registry is asked. The node lives in namespaces of its
 * own and is gone, with all its processes, when this ends. Prints a line for each check, then the totals; where a machine can't do it,
 * one line says so: skipped, with the reason.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { kubernetesBinaries } from '../bed/binaries.ts';
import { customResourceDefinitions } from '../bed/crds/crds.ts';
import { Kubectl, type KubernetesObject } from '../bed/kubectl.ts';
import { Unavailable } from '../bed/unavailable.ts';
import { createWorkspace } from '../bed/workspace.ts';
import { ensureBaseImage, ensureBuilderImage } from '../image/base.ts';
import { DockerEngine } from '../image/engine.ts';
import { tryCommand } from '../support/command.ts';
import { ensurePackages } from '../support/packages.ts';
import { progressLine } from '../support/progress.ts';
import { kubernetesTools } from '../support/tools.ts';
import { render } from '../support/trees.ts';
import { saveImages } from './images/archive.ts';
import { buildImages } from './images/build.ts';
import type { Plan } from './inner.ts';
import { UNSHARE } from './namespaces.ts';

const DEFAULT_TREE = join(import.meta.dirname, '../../../deploy/kustomize/tests/standin-policies');
const PACKAGES = {
  containerd: '/usr/bin/containerd', runc: '/usr/sbin/runc', 'containernetworking-plugins': '/usr/lib/cni/ptp', nftables: '/usr/sbin/nft',
  conntrack: '/usr/sbin/conntrack', iptables: '/usr/sbin/xtables-nft-multi', iproute2: '/sbin/ip',
};
const CGROUPS = '/sys/fs/cgroup';

const progress = progressLine();
try {
  process.exitCode = await runOn(resolve(process.argv[2] ?? DEFAULT_TREE));
} catch (error) {
  progress();
  if (!(error instanceof Unavailable)) throw error;
  console.log(`skipped  real pods on a real node: ${error.message}\n0 passed, 0 failed, 1 skipped`);
}

/** @returns the exit code */
async function runOn(kustomization: string): Promise<number> {
  await requireNamespaces();
  await ensurePackages(PACKAGES, progress);
  const tools = await kubernetesTools();
  const binaries = await kubernetesBinaries(progress);
  const workspace = createWorkspace();
  try {
    const kubectl = new Kubectl(tools.kubectl, '/dev/null', join(workspace, 'kubectl-cache'));
    const { objects } = await render({ name: kustomization, source: { kustomization } }, kubectl, tools);
    const definitions = join(await customResourceDefinitions(kubectl, progress), 'strimzi');
    const images = await prepareImages(binaries, imagesOf(objects));
    const plan: Plan = { workspace, binaries, tools, images, definitions, objects };
    const file = join(workspace, 'plan.json');
    writeFileSync(file, JSON.stringify(plan));
    progress();
    const child = spawn('unshare', [...UNSHARE, process.execPath, join(import.meta.dirname, 'inner.ts'), file], { stdio: ['pipe', 'inherit', 'inherit'] });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  } finally {
    removeControlGroups();
    rmSync(workspace, { recursive: true, force: true });
  }
}

async function prepareImages(binaries: Awaited<ReturnType<typeof kubernetesBinaries>>, wanted: readonly string[]): Promise<string> {
  const engine = await DockerEngine.start(progress);
  try {
    await ensureBaseImage(engine, progress);
    await ensureBuilderImage(engine, progress);
    return await saveImages(engine, await buildImages(engine, binaries, wanted, progress));
  } finally {
    await engine.stop();
  }
}

/** Every image that a pod of the tree runs. */
function imagesOf(objects: readonly KubernetesObject[]): readonly string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'image' && typeof inner === 'string') found.add(inner);
      else visit(inner);
    }
  };
  for (const object of objects.filter(({ kind }) => ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'].includes(kind))) visit(object);
  return [...found];
}

/** @throws Unavailable when this machine does not let one make a node */
async function requireNamespaces(): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new Unavailable('a node needs Linux and root');
  const { code, output } = await tryCommand('unshare', [...UNSHARE, 'sh', '-c', 'mount -t tmpfs tmpfs /run && ip link add probe type bridge']);
  if (code !== 0) throw new Unavailable(`namespaces, mounts or network devices are refused here: ${output.trim()}`);
}

/** What the kubelet leaves in the machine's control groups: empty folders. */
function removeControlGroups(): void {
  const remove = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) remove(join(folder, entry.name));
    try {
      rmdirSync(folder);
    } catch (error) {
      // A group whose last process is still being buried; the next run's kubelet uses it again.
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
    }
  };
  for (const controller of readdirSync(CGROUPS)) {
    const folder = join(CGROUPS, controller, 'kubepods');
    if (existsSync(folder)) remove(folder);
  }
}
