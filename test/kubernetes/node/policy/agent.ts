import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../../bed/api.ts';
import { command } from '../../support/command.ts';
import type { Namespace, NetworkPolicy, Pod } from './objects.ts';
import { policyRules } from './rules.ts';

const POLL_MS = 250;

/**
 * Enforces NetworkPolicies on this node: looks at the API every quarter second and, when the rules that follow from it have changed,
 * replaces them in one step. A pod is open from its start until the next look; connections that exist survive a stricter policy.
 */
export class PolicyAgent {
  readonly #api: Api;
  readonly #stopped = new AbortController();
  #applied = '';
  #running: Promise<void> = Promise.resolve();
  #failure: Error | undefined;

  constructor(api: Api) {
    this.#api = api;
  }

  async start(): Promise<void> {
    await this.refresh();
    this.#running = this.#run();
  }

  /** Brings the rules up to date at once. @throws Error when an earlier look has failed */
  async refresh(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const [policies, namespaces, pods] = await Promise.all([
      this.#list<NetworkPolicy>('/apis/networking.k8s.io/v1/networkpolicies'), this.#list<Namespace>('/api/v1/namespaces'), this.#list<Pod>('/api/v1/pods'),
    ]);
    const rules = policyRules({ policies, namespaces, pods });
    if (rules === this.#applied) return;
    await command('nft', ['--file', '-'], { stdin: rules });
    this.#applied = rules;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      await sleep(POLL_MS, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
      try {
        if (!this.#stopped.signal.aborted) await this.refresh();
      } catch (error) {
        this.#failure = error instanceof Error ? error : new Error(String(error));
        return;
      }
    }
  }

  async #list<T>(path: string): Promise<readonly T[]> {
    const { status, body } = await this.#api.send('GET', path);
    if (status !== 200) throw new Error(`listing ${path} answered ${status}`);
    return (body as unknown as { items: T[] }).items;
  }
}
