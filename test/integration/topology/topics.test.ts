import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkTopics, createTopics, deleteTopics, TopicConflictError } from '../../../topology/admin.ts';
import { defaultSettings, topicNames, topics } from '../../../topology/graph/index.ts';
import { Admin, Cluster } from '../../../topology/log/index.ts';
import { sharedKafka, uniquePrefix } from '../support/stack.ts';

const ROOT = join(import.meta.dirname, '../../..');
const settings = { ...defaultSettings, partitions: 3, backfillMs: 3_600_000 };
let cluster: Cluster;

beforeAll(async () => {
  cluster = await Cluster.connect({ bootstrap: [await sharedKafka()] });
});
afterAll(() => cluster.close());

describe('the topics of a twin', () => {
  it('are created as the topology says, once, and deleted again', async () => {
    const prefix = uniquePrefix();
    expect((await createTopics(cluster, prefix, settings)).map(({ state }) => state)).toEqual(topicNames.map(() => 'created'));
    expect((await createTopics(cluster, prefix, settings)).map(({ state }) => state)).toEqual(topicNames.map(() => 'present'));
    const checked = await checkTopics(cluster, prefix, settings);
    expect(checked.flatMap(({ conflicts, notes }) => [...conflicts, ...notes])).toEqual([]);
    expect(Object.fromEntries(checked.map(({ topic, partitions }) => [topic, partitions])))
      .toEqual(Object.fromEntries(topicNames.map((topic) => [topic, topics[topic].partitions === 'twin' ? 3 : 1])));
    expect((await deleteTopics(cluster, prefix)).sort()).toEqual(topicNames.map((topic) => `${prefix}${topic}`).sort());
    expect(await deleteTopics(cluster, prefix)).toEqual([]);
  });

  it('are refused by name when they exist in another shape, and none is created then', async () => {
    const prefix = uniquePrefix();
    await new Admin(cluster).createTopics([
      { name: `${prefix}cdrs`, partitions: 7, configs: { 'message.timestamp.type': 'CreateTime' } },
      { name: `${prefix}subscriber_state`, partitions: 3, configs: { 'cleanup.policy': 'delete', 'message.timestamp.type': 'LogAppendTime' } },
      { name: `${prefix}network_state`, partitions: 1, configs: { 'cleanup.policy': 'compact', 'message.timestamp.type': 'LogAppendTime', 'min.compaction.lag.ms': '1000' } },
    ]);
    const error = await createTopics(cluster, prefix, settings).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TopicConflictError);
    const { message } = error as TopicConflictError;
    expect(message).toContain(`${prefix}cdrs: has 7 partitions, needs 3`);
    expect(message).toContain(`${prefix}subscriber_state: cleanup.policy is 'delete', needs 'compact'`);
    expect(message).toContain(`${prefix}network_state: min.compaction.lag.ms is 1000, needs at least`);
    expect((await checkTopics(cluster, prefix, settings)).filter(({ state }) => state === 'missing')).toHaveLength(topicNames.length - 3);
    await deleteTopics(cluster, prefix);
  });
});

describe('telco-twin topics', () => {
  const run = async (prefix: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> => {
    const env = { ...process.env, KAFKA_BROKERS: await sharedKafka(), TWIN_PREFIX: prefix };
    try {
      return { code: 0, ...(await promisify(execFile)(process.execPath, [join(ROOT, 'cli/telco-twin.ts'), 'topics', ...args], { env })) };
    } catch (error) {
      return error as { code: number; stdout: string; stderr: string };
    }
  };

  it('checks, creates and deletes, and asks before it deletes', async () => {
    const prefix = uniquePrefix();
    const missing = await run(prefix, 'check', '--partitions', '2');
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain(`${topicNames.length} of ${topicNames.length} topics are missing or different: ${prefix}subscriber_state`);
    expect((await run(prefix, 'create', '--partitions', '2')).code).toBe(0);
    const checked = await run(prefix, 'check', '--json');
    expect(checked.code).toBe(0);
    expect((JSON.parse(checked.stdout) as { topics: unknown[] }).topics).toHaveLength(topicNames.length);
    expect((await run(prefix, 'check', '--partitions', '4')).stdout).toContain('has 2 partitions, needs 4');
    const unsure = await run(prefix, 'delete');
    expect(unsure.code).toBe(2);
    expect(unsure.stderr).toContain('add --yes to confirm');
    expect((await run(prefix, 'delete', '--yes')).code).toBe(0);
    expect((await run(prefix, 'list', '--json')).stdout).not.toContain('"present"');
  });
});
