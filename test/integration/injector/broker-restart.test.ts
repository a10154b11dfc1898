import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KafkaServer } from '../../../deploy/local/kafka.ts';
import { startKafka, type Owned } from '../support/stack.ts';
import { expectOneSequence } from './sequence.ts';
import { TestTwin } from './support.ts';

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
let kafka: Owned<KafkaServer>;
let twin: TestTwin;

beforeAll(async () => {
  kafka = await startKafka();
  twin = await TestTwin.create(3, kafka.bootstrapServers);
  await twin.seed(200);
});
afterAll(async () => {
  await twin.close();
  await kafka.close();
});

describe('a broker that goes away', () => {
  it('holds the clock up, but neither loses nor repeats a tick', async () => {
    const injector = await twin.startInjector({ CLOCK_START: new Date(START).toISOString() });
    for (const stop of [(): Promise<void> => kafka.stop(), (): Promise<void> => kafka.kill()]) {
      const before = (await twin.read('sim_ticks', 'Tick')).at(-1)?.to ?? START;
      await twin.ticked(before + HOUR);
      await stop();
      await kafka.start();
      expect(injector.running).toBe(true);
      const after = (await twin.read('sim_ticks', 'Tick')).at(-1)!.to;
      await twin.ticked(after + HOUR);
    }
    expect(await injector.stop()).toBe(0);
    await expectOneSequence(twin, START, START + 4 * HOUR);
  }, 180_000);
});
