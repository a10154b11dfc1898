import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { REGISTRY, resolveDistribution } from '../../../deploy/local/cache.ts';
import { GuardedChild } from '../../../deploy/local/child.ts';
import { javaOptions } from '../../../deploy/local/java.ts';
import { freePort } from '../../../deploy/local/ports.ts';
import { checkPrerequisites } from '../../../deploy/local/prerequisites.ts';
import { containersOf, environment, workloads, type KubernetesObject } from '../../deploy/kustomize/objects.ts';

/** The schema registry of a rendered tree as a process of this machine, with the variables of its Deployment. */
export class DeployedRegistry {
  readonly folder: string;
  readonly #objects: readonly KubernetesObject[];
  readonly #ports: { readonly http: number; readonly management: number };
  #child: GuardedChild | undefined;

  private constructor(objects: readonly KubernetesObject[], folder: string, ports: { http: number; management: number }) {
    this.#objects = objects;
    this.folder = folder;
    this.#ports = ports;
  }

  static async of(objects: readonly KubernetesObject[]): Promise<DeployedRegistry> {
    const folder = await mkdtemp(join(tmpdir(), 'telco-twin-registry-'));
    return new DeployedRegistry(objects, folder, { http: await freePort(), management: await freePort() });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.http}/apis/ccompat/v7`;
  }

  /**
   * Starts it; resolves when its readiness probe succeeds.
   * @param adapt its variables (undefined where a Secret has the value) to this machine: what is another address or path here
   */
  async start(adapt: (variables: Readonly<Record<string, string | undefined>>) => Readonly<Record<string, string | undefined>>): Promise<void> {
    const java = await checkPrerequisites();
    const app = await resolveDistribution(REGISTRY, java.home);
    const [container] = containersOf(workloads(this.#objects).find(({ name }) => name === 'schema-registry')!);
    const variables = Object.fromEntries(environment(container, this.#objects));
    const child = await GuardedChild.spawn({
      name: 'The schema registry',
      command: java.bin,
      args: [...javaOptions(java, 192), '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-jar', join(app, 'quarkus-run.jar')],
      cwd: this.folder,
      logFile: join(this.folder, 'registry.log'),
      env: {
        ...process.env, ...variables, ...adapt(variables),
        QUARKUS_HTTP_HOST: '127.0.0.1', QUARKUS_HTTP_PORT: String(this.#ports.http),
        QUARKUS_MANAGEMENT_HOST: '127.0.0.1', QUARKUS_MANAGEMENT_PORT: String(this.#ports.management),
      },
    });
    this.#child = child;
    const path = container.readinessProbe!.httpGet!.path;
    while (!(await fetch(`http://127.0.0.1:${this.#ports.management}${path}`).then(({ ok }) => ok, () => false))) {
      if (!child.running) throw new Error('the registry ended before it was ready');
      await sleep(500);
    }
  }

  async stop(): Promise<void> {
    await this.#child?.stop(10_000);
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.#child?.stop(0);
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
