import type { Kubectl, KubernetesObject } from '../bed/kubectl.ts';
import { NAMESPACE } from '../support/trees.ts';

export interface Pod extends KubernetesObject {
  readonly metadata: { readonly name: string; readonly uid: string; readonly labels?: Readonly<Record<string, string>>; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string; readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Whether traffic may go to a pod, and it is not being removed. */
export function isAvailable({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;
}

/**
 * Follows every change of the pods and keeps the least number of available ones of each app (`app.kubernetes.io/name`) since the
 * watch was complete.
 */
export class PodWatch {
  readonly #pods = new Map<string, Pod>();
  readonly #least = new Map<string, number>();
  readonly #stop: () => Promise<void>;

  /** @param expected pods that the watch must have shown before it counts */
  private constructor(kubectl: Kubectl, expected: number, onComplete: () => void) {
    this.#stop = kubectl.watch<Pod>(['pods', `--namespace=${NAMESPACE}`], ({ type, object }) => {
      if (type === 'DELETED') this.#pods.delete(object.metadata.uid);
      else this.#pods.set(object.metadata.uid, object);
      if (this.#least.size === 0 && this.#pods.size < expected) return;
      if (this.#least.size === 0) onComplete();
      this.#count();
    });
  }

  /** Resolves when the watch has shown all pods that there are now. */
  static async start(kubectl: Kubectl): Promise<PodWatch> {
    const expected = (await kubectl.list('pods', `--namespace=${NAMESPACE}`)).length;
    if (expected === 0) throw new Error('there are no pods to watch');
    const complete = Promise.withResolvers<void>();
    const watch = new PodWatch(kubectl, expected, complete.resolve);
    await complete.promise;
    return watch;
  }

  /** Ends the watch. @returns the least number of available pods seen of each app */
  async stop(): Promise<ReadonlyMap<string, number>> {
    await this.#stop();
    return this.#least;
  }

  #count(): void {
    const available = new Map<string, number>();
    for (const pod of this.#pods.values()) {
      const app = pod.metadata.labels?.['app.kubernetes.io/name'] ?? '';
      available.set(app, (available.get(app) ?? 0) + (isAvailable(pod) ? 1 : 0));
    }
    for (const [app, count] of available) this.#least.set(app, Math.min(this.#least.get(app) ?? Infinity, count));
    for (const app of this.#least.keys()) if (!available.has(app)) this.#least.set(app, 0);
  }
}
