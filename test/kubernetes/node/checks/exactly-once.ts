import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { VastClient } from '../../../../vast/client/index.ts';
import { GENERATORS, STREAMS } from '../../../integration/twin/twin.ts';
import { difference, kafkaContents, vastContents } from '../../../integration/vast/sink/content.ts';
import { rolledOut, serviceHost, VAST_KEYS, workloads } from '../deployment.ts';
import { componentOf, containerId, Endings, projectPods, restarted } from '../pods.ts';
import { containerPid } from '../servers/containerd.ts';
import { clock } from './clock.ts';
import type { NodeContext } from './context.ts';

const SETTLE_MS = 300_000;

/** Kills, rolling updates and shutdown under load, and what became of the records. */
export async function checkExactlyOnce(context: NodeContext): Promise<void> {
  const { node, report, deployment } = context;
  await report.check('a process killed with -9 in every pod is restarted and gets ready again', async () => {
    const pods = await projectPods(node);
    for (const pod of pods) {
      process.kill(await containerPid(containerId(pod)), 'SIGKILL');
      await sleep(500);
    }
    for (const pod of pods) await restarted(node, pod);
    return pods.map(componentOf).join(', ');
  });

  await report.check('rolling updates under load: every old pod drains within its grace period and ends with status 0', async () => {
    const endings = new Endings(node);
    const names = workloads(deployment.objects).filter((name) => name !== 'deployment/schema-registry');
    await node.kubectl.run(['rollout', 'restart', ...names]);
    await rolledOut(node, names);
    const ended = await endings.stop(names.length);
    const rolled = ended.filter(({ pod }) => names.some((name) => pod.startsWith(name.split('/')[1])));
    assert.ok(rolled.length >= names.length, `${rolled.length} endings seen of ${names.length} workloads`);
    assert.deepEqual(rolled.filter(({ exitCode, seconds, graceSeconds }) => exitCode !== 0 || seconds >= graceSeconds), []);
    return `${rolled.length} pods, the slowest in ${Math.max(...rolled.map(({ seconds }) => seconds))} s`;
  });

  await checkRecords(context);

  await report.check('scaled to nothing, every processor drains within its grace period and ends with status 0', async () => {
    const endings = new Endings(node);
    const names = workloads(deployment.objects).filter((name) => name !== 'deployment/schema-registry');
    await node.kubectl.run(['scale', '--replicas=0', ...names]);
    for (const name of names) await node.eventually(`${name} is gone`, ['wait', '--for=delete', 'pod', '--selector', `app.kubernetes.io/name=${name.split('/')[1]}`, '--timeout=5s']);
    const ended = (await endings.stop(names.length)).filter(({ pod }) => names.some((name) => pod.startsWith(name.split('/')[1])));
    assert.ok(ended.length >= names.length, `${ended.length} endings seen of ${names.length} workloads`);
    assert.deepEqual(ended.filter(({ exitCode, seconds, graceSeconds }) => exitCode !== 0 || seconds >= graceSeconds), []);
    return `${ended.length} pods, the slowest in ${Math.max(...ended.map(({ seconds }) => seconds))} s`;
  });
}

async function checkRecords({ twin, report, node, deployment }: NodeContext): Promise<void> {
  await report.check('nothing lost, nothing repeated: every stream equals what the twin computes without Kafka', async () => {
    await clock('POST', '/pause');
    const { from, to } = await settled(async () => await twin.ticked());
    await twin.awaitTicks(Object.values(GENERATORS), to);
    const counts: string[] = [];
    for (const stream of STREAMS) {
      let records = 0;
      for (let partition = 0; partition < twin.config.partitions; partition++) {
        const computed = await twin.computed(stream, partition, from, to);
        assert.deepEqual(await twin.content(stream, partition), computed.records, `${stream}-${partition}`);
        records += computed.records.length;
      }
      counts.push(`${stream} ${records}`);
    }
    return `${Math.round((to - from) / 1_000)} s of event time: ${counts.join(', ')}`;
  });

  if (!workloads(deployment.objects).includes('deployment/vast-sink')) {
    report.skip('every record landed once', 'this tree has no vast-sink');
    return;
  }
  await report.check('every committed record, and the twin itself, landed once in the tables of VAST\'s stand-in', async () => {
    const client = await VastClient.connect({
      endpoints: [`http://${serviceHost('vastdb')}:9090`], accessKeyId: VAST_KEYS.accessKey, secretAccessKey: VAST_KEYS.secretKey, bucket: 'vastdb',
    });
    const committed = await kafkaContents(twin.cluster, twin.names, twin.config.partitions);
    const deadline = performance.now() + SETTLE_MS;
    let found = difference(committed, await vastContents(client, 'telco'));
    while (Object.keys(found).length > 0 && performance.now() < deadline) {
      await sleep(2_000);
      found = difference(committed, await vastContents(client, 'telco'));
    }
    await client.close();
    assert.deepEqual(found, {});
    await node.eventually('the sink is ready', ['rollout', 'status', 'deployment/vast-sink', '--timeout=5s']);
    return Object.entries(committed).map(([table, { rows }]) => `${table} ${rows}`).join(', ');
  });
}

/** Asks until the answer is the same twice, two seconds apart. */
async function settled<T>(ask: () => Promise<T>): Promise<T> {
  for (let before = await ask(); ;) {
    await sleep(2_000);
    const now = await ask();
    if (JSON.stringify(now) === JSON.stringify(before)) return now;
    before = now;
  }
}
