import { Kafka, logLevel, type Admin } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ofKind } from '../../deploy/kustomize/objects.ts';
import { render } from '../../deploy/kustomize/render.ts';
import { sharedKafka, uniquePrefix } from '../support/stack.ts';

interface TopicSpec {
  readonly topicName?: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

/** Kubernetes takes any setting of a `KafkaTopic`; only a broker knows which there are. */
describe('settings of KafkaTopics, asked of a broker', () => {
  const prefix = uniquePrefix();
  let admin: Admin;

  beforeAll(async () => {
    admin = new Kafka({ brokers: [await sharedKafka()], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
  });
  afterAll(async () => { await admin.disconnect(); });

  /** On one broker nothing is replicated; all else is as it would be made. */
  const validate = async ({ topicName = '', partitions, config }: TopicSpec, extra: Readonly<Record<string, string>> = {}): Promise<boolean> => await admin.createTopics({
    validateOnly: true,
    waitForLeaders: false,
    topics: [{
      topic: prefix + topicName, numPartitions: partitions, replicationFactor: 1,
      configEntries: Object.entries({ ...config, ...extra }).map(([name, value]) => ({ name, value })),
    }],
  });

  it.each(['overlays/dev', 'overlays/staging', 'overlays/prod'])('%s: every topic could be made', async (overlay) => {
    const topics = ofKind(await render(overlay), 'KafkaTopic');
    expect(topics.length).toBeGreaterThan(10);
    for (const { metadata, spec } of topics) {
      await expect(validate({ topicName: metadata.name, ...(spec as TopicSpec) }), metadata.name).resolves.toBe(true);
    }
  });

  it('a misspelt setting and an impossible value are refused', async () => {
    const [topic] = ofKind(await render('overlays/prod'), 'KafkaTopic').map(({ spec }) => spec as TopicSpec);
    const refused = { errors: [{ type: 'INVALID_CONFIG' }] };
    await expect(validate(topic, { 'retention.millis': '1' })).rejects.toMatchObject(refused);
    await expect(validate(topic, { 'cleanup.policy': 'compress' })).rejects.toMatchObject(refused);
    await expect(validate(topic)).resolves.toBe(true);
  });
});
