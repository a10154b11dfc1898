import { afterEach, expect, it, vi } from 'vitest';
import { connectToKafka } from '../../cli/connect.ts';

afterEach(() => vi.restoreAllMocks());

it('says once that no broker answers, and in the end what to do', async () => {
  const said = vi.spyOn(console, 'error').mockReturnValue(undefined);
  // Nothing listens on port 1; the time is enough for several attempts.
  await expect(connectToKafka({ KAFKA_BROKERS: '127.0.0.1:1' }, 1_500)).rejects.toThrow(/127\.0\.0\.1:1.*: is the twin running\? KAFKA_BROKERS names another broker$/);
  expect(said.mock.calls).toEqual([[expect.stringMatching(/^waiting for Kafka: .*127\.0\.0\.1:1/)]]);
});
