import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../../bed/kubectl.ts';
import type { Node } from '../node.ts';
import { componentOf, projectPods, type RunningPod } from '../pods.ts';
import type { NetworkPolicy } from '../policy/objects.ts';
import type { NodeContext } from './context.ts';

/** Long enough for a connection on one machine; a dropped packet is never answered. */
const DROPPED_AFTER_MS = 2_000;
const POLICY_MS = 1_500;

interface Target {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

type Outcome = 'connected' | 'dropped';

/** Everything that listens, by the pod's own address, so that only policies decide. */
async function targetsOf(node: Node): Promise<readonly Target[]> {
  const pods = (await node.kubectl.list<RunningPod>('pods')).filter(({ metadata, status }) => status.phase === 'Running' && metadata.deletionTimestamp === undefined);
  const listening: Readonly<Record<string, readonly number[]>> = {
    kafka: [9093], 'schema-registry': [8080], 'subscriber-db': [8080, 9464], vastdb: [9090], 'scenario-injector': [8080, 9464],
    'cdr-generator': [9464], 'networklog-generator': [9464], 'customerservice-generator': [9464], 'location-generator': [9464], 'vast-sink': [9464],
  };
  return pods.flatMap((pod) => (listening[componentOf(pod)] ?? []).map((port) => ({ name: `${componentOf(pod)}:${port}`, host: pod.status.podIP!, port })));
}

/** What the topology needs: who speaks with whom. Metrics are for Prometheus alone, and whom nobody needs nobody reaches. */
function needs(source: string, target: string): boolean {
  if (source === 'vastdb') return false;
  if (target === 'kafka:9093' || target === 'schema-registry:8080') return true;
  if (target === 'subscriber-db:8080') return source.endsWith('-generator');
  return target === 'vastdb:9090' && source === 'vast-sink';
}

/** Tries all targets at once from inside a pod, with the Node that is there. */
async function tryFrom(node: Node, pod: RunningPod, targets: readonly Target[]): Promise<ReadonlyMap<string, Outcome>> {
  const program = `
    const { connect } = require('node:net');
    const attempt = ({ name, host, port }) => new Promise((resolve) => {
      const socket = connect({ host, port, timeout: ${DROPPED_AFTER_MS} }, () => { socket.destroy(); resolve([name, 'connected']); });
      socket.on('timeout', () => { socket.destroy(); resolve([name, 'dropped']); });
      socket.on('error', (error) => resolve([name, error.code]));
    });
    Promise.all(${JSON.stringify(targets)}.map(attempt)).then((outcomes) => console.log(JSON.stringify(outcomes)));`;
  return new Map(JSON.parse(await node.kubectl.run(['exec', pod.metadata.name, '--', 'node', '--eval', program])) as [string, Outcome][]);
}

/** Every edge of the policies from inside the pods: what the topology needs connects, everything else is dropped. */
export async function checkEdges({ node, deployment, report }: NodeContext): Promise<void> {
  const policies = deployment.objects.filter((object): object is KubernetesObject & NetworkPolicy => object.kind === 'NetworkPolicy');
  if (policies.length === 0) {
    report.skip('NetworkPolicies', 'this tree has none');
    return;
  }

  await report.check('every connection that the topology needs is allowed, every other one is dropped', async () => {
    const targets = await targetsOf(node);
    let [allowed, dropped] = [0, 0];
    for (const pod of await projectPods(node)) {
      const source = componentOf(pod);
      const others = targets.filter(({ name }) => name.split(':')[0] !== source);
      const outcomes = await tryFrom(node, pod, others);
      const expected = new Map(others.map(({ name }): [string, Outcome] => [name, needs(source, name) ? 'connected' : 'dropped']));
      assert.deepEqual(Object.fromEntries(outcomes), Object.fromEntries(expected), source);
      allowed += [...expected.values()].filter((outcome) => outcome === 'connected').length;
      dropped += [...expected.values()].filter((outcome) => outcome === 'dropped').length;
    }
    return `${allowed} allowed, ${dropped} dropped`;
  });

  await report.check('each rule of a policy carries its edge: without it, that edge is dropped and no other', async () => {
    const targets = await targetsOf(node);
    const removed: string[] = [];
    for (const source of ['cdr-generator', 'vast-sink']) {
      const pod = (await projectPods(node)).find((candidate) => componentOf(candidate) === source);
      const policy = policies.find(({ metadata }) => metadata.name === source);
      assert.ok(pod !== undefined && policy !== undefined, source);
      const others = targets.filter(({ name }) => name.split(':')[0] !== source);
      const before = await tryFrom(node, pod, others);
      for (const [index, rule] of (policy.spec.egress ?? []).entries()) {
        await node.apply([{ ...policy, spec: { ...policy.spec, egress: policy.spec.egress!.toSpliced(index, 1) } }]);
        await sleep(POLICY_MS);
        const after = await tryFrom(node, pod, others);
        const lost = others.filter(({ name }) => after.get(name) !== before.get(name)).map(({ name }) => name);
        const peer = rule.to?.[0]?.podSelector?.matchLabels ?? {};
        const led = others.filter(({ name }) => name.startsWith(`${peer['app.kubernetes.io/name'] ?? 'kafka'}:`) && before.get(name) === 'connected').map(({ name }) => name);
        assert.deepEqual(lost, led, `${source} without its egress rule ${index + 1}`);
        removed.push(`${source} → ${lost.join(' ')}`);
      }
      await node.apply([policy]);
    }
    await sleep(POLICY_MS);
    return removed.join(', ');
  });
}
