import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../bed/kubectl.ts';
import type { Node } from './node.ts';

interface ContainerState {
  readonly running?: object;
  readonly terminated?: { readonly exitCode: number; readonly finishedAt: string; readonly containerID?: string };
}

interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly containerID?: string;
  readonly state: ContainerState;
  readonly lastState: ContainerState;
}

export interface RunningPod extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { readonly uid: string; readonly labels: Readonly<Record<string, string>>; readonly deletionTimestamp?: string; readonly deletionGracePeriodSeconds?: number };
  readonly spec: { readonly terminationGracePeriodSeconds: number; readonly containers: readonly { readonly name: string; readonly image: string }[] };
  readonly status: { readonly phase: string; readonly podIP?: string; readonly containerStatuses?: readonly ContainerStatus[] };
}

/** What `app.kubernetes.io/name` calls a pod's component. */
export function componentOf({ metadata }: RunningPod): string {
  return metadata.labels['app.kubernetes.io/name'] ?? metadata.name;
}

/** Pods of the project's image that run and are not being deleted. */
export async function projectPods(node: Node): Promise<readonly RunningPod[]> {
  const pods = await node.kubectl.list<RunningPod>('pods');
  return pods.filter(({ metadata, spec, status }) => metadata.deletionTimestamp === undefined && status.phase === 'Running' && /^telco-twin[:@]/.test(spec.containers[0]?.image ?? ''));
}

export function containerOf(pod: RunningPod): ContainerStatus {
  const status = pod.status.containerStatuses?.[0];
  if (status === undefined) throw new Error(`${pod.metadata.name} has no container yet`);
  return status;
}

/** Containerd's id of a pod's container. */
export function containerId(pod: RunningPod): string {
  return (containerOf(pod).containerID ?? '').replace(/^.*:\/\//, '');
}

/** Waits until the pod's container has been restarted and is ready again. */
export async function restarted(node: Node, before: RunningPod, timeoutMs = 600_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const now = containerOf(await node.kubectl.get<RunningPod>('pod', before.metadata.name));
    if (now.restartCount > containerOf(before).restartCount && now.ready) return;
    if (performance.now() > deadline) throw new Error(`${before.metadata.name} was not ready again within ${timeoutMs / 1000} s: ${JSON.stringify(now)}`);
    await sleep(500);
  }
}

const LONGEST_GRACE_MS = 60_000;

/** How a container of a deleted pod ended. */
export interface Ending {
  readonly pod: string;
  readonly exitCode: number;
  /** Between the wish that it ends and its end. */
  readonly seconds: number;
  readonly graceSeconds: number;
}

/** Watches pods and keeps how the containers of those that were deleted ended. */
export class Endings {
  readonly #endings = new Map<string, Ending>();
  /** When each pod was asked to end, ms; a pod's last update no longer tells. */
  readonly #asked = new Map<string, number>();
  readonly #stop: () => Promise<void>;

  constructor(node: Node) {
    this.#stop = node.kubectl.watch<RunningPod>(['pods'], ({ object }) => { this.#see(object); });
  }

  /** Stops watching when as many have ended, or after the longest grace period. A rollout is over while old pods still end. */
  async stop(expected: number): Promise<readonly Ending[]> {
    for (let waited = 0; this.#endings.size < expected && waited < LONGEST_GRACE_MS; waited += 500) await sleep(500);
    await this.#stop();
    return [...this.#endings.values()];
  }

  #see(pod: RunningPod): void {
    const { uid, name, deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
    if (deletionTimestamp === undefined) return;
    // The timestamp of the deletion lies as far ahead as the grace period that was granted.
    if (!this.#asked.has(uid)) this.#asked.set(uid, Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1_000);
    const ended = pod.status.containerStatuses?.[0]?.state.terminated;
    if (ended === undefined) return;
    const seconds = (Date.parse(ended.finishedAt) - this.#asked.get(uid)!) / 1_000;
    this.#endings.set(uid, { pod: name, exitCode: ended.exitCode, seconds, graceSeconds: pod.spec.terminationGracePeriodSeconds });
  }
}
