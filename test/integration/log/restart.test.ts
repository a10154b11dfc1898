import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  FatalError, LogReader, LogWriter, RetriableError, UnknownOutcomeError, type Cluster,
} from '../../../topology/log/index.ts';
import { startKafka, uniquePrefix } from '../support/stack.ts';
import { bytes, connect, createTopic, readAll, readSettled, values } from './support.ts';

/** So many that writers are still at it when the second restart is due. */
const total = 1_200;
const expected = Array.from({ length: total }, (_, i) => `v${i}`);

describe('broker restarts', () => {
  let kafka: Awaited<ReturnType<typeof startKafka>>;
  let cluster: Cluster;
  const prefix = uniquePrefix();

  beforeAll(async () => {
    kafka = await startKafka();
    cluster = await connect(kafka.bootstrapServers);
  });
  afterAll(async () => {
    await cluster?.close();
    await kafka?.close();
  });

  /** A clean restart, then a crash, while `isBusy`. */
  async function disturb(isBusy: () => boolean): Promise<number> {
    let restarts = 0;
    for (const stop of [() => kafka.stop(), () => kafka.kill()]) {
      await sleep(400);
      if (!isBusy()) break;
      await stop();
      await kafka.start();
      restarts++;
    }
    return restarts;
  }

  test('an idempotent writer and a reader go through restarts: same data, in order, nothing lost or repeated', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}idempotent`, partitions: 1 });
    const writer = await LogWriter.open(cluster, {});
    const reader = new LogReader(cluster);
    reader.assign([{ topic, partition: 0, offset: 0 }]);
    const seen: string[] = [];
    let isWriting = true;
    const writing = (async () => {
      for (let i = 0; i < total; i++) {
        writer.append(topic, 0, Date.now(), null, bytes(`v${i}`));
        await writer.flush();
        await sleep(5);
      }
      isWriting = false;
    })();
    const reading = (async () => {
      while (seen.length < total) {
        for (const fetched of await reader.poll(1_000)) {
          fetched.forEachRecord((_offset, _timestamp, buffer, _keyStart, _keyEnd, start, end) => seen.push(buffer.toString('utf8', start, end)));
        }
      }
    })();
    expect(await disturb(() => isWriting)).toBe(2);
    await Promise.all([writing, reading]);
    await writer.close();
    await reader.close();
    expect(seen).toEqual(expected);
    expect(values(await readAll(cluster, topic))).toEqual(expected);
  }, 120_000);

  test('transactions go through restarts: after an unknown outcome a new writer settles it and the work is redone once', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}transactional`, partitions: 1 });
    const open = (): Promise<LogWriter> => LogWriter.open(cluster, { transactionalId: `${prefix}transactional` });
    let writer = await open();
    let isWriting = true;
    const writing = (async () => {
      for (let done = 0; done < total;) {
        try {
          for (let i = done; i < done + 4; i++) writer.append(topic, 0, Date.now(), null, bytes(`v${i}`));
          await writer.commit();
          done += 4;
          await sleep(5);
        } catch (error) {
          if (!(error instanceof UnknownOutcomeError || error instanceof RetriableError)) throw error;
          await writer.close();
          // Taking the id over decides the open transaction; what is committed is then on the log for good.
          writer = await open();
          done = (await readSettled(cluster, topic)).length;
        }
      }
      isWriting = false;
    })();
    expect(await disturb(() => isWriting)).toBe(2);
    await writing;
    await writer.close();
    expect(values(await readSettled(cluster, topic))).toEqual(expected);
  }, 120_000);

  test('a writer that can deliver nothing gives up after its time-out, with the reason', async () => {
    const topic = await createTopic(cluster, { name: `${prefix}down`, partitions: 1 });
    const transactional = await LogWriter.open(cluster, { transactionalId: `${prefix}down`, deliveryTimeoutMs: 2_000 });
    const idempotent = await LogWriter.open(cluster, { deliveryTimeoutMs: 500 });
    await kafka.stop();
    const retries: string[] = [];
    const reader = new LogReader(cluster, { onRetry: (error) => retries.push(error.name) });
    reader.assign([{ topic, partition: 0, offset: 0 }]);
    transactional.append(topic, 0, 1, null, bytes('x'));
    await expect(transactional.flush()).rejects.toThrow(RetriableError);
    expect(() => transactional.append(topic, 0, 1, null, bytes('x'))).toThrow(RetriableError);
    idempotent.append(topic, 0, 1, null, bytes('x'));
    await expect(idempotent.flush()).rejects.toThrow(UnknownOutcomeError);
    expect(await reader.poll(500)).toEqual([]);
    expect(new Set(retries)).toEqual(new Set(['RetriableError']));
    await kafka.start();
    // The coordinator loads its state first; an abort may be tried again.
    await expect.poll(async () => transactional.abort().then(() => transactional.state, (error: Error) => error.name), { timeout: 30_000 }).toBe('open');
    transactional.append(topic, 0, 2, null, bytes('y'));
    await transactional.commit();
    const fetched = await reader.poll(20_000);
    expect(fetched.length).toBeGreaterThan(0);
    await Promise.all([transactional.close(), idempotent.close(), reader.close()]);
    expect(values(await readSettled(cluster, topic))).toEqual(['y']);
  }, 120_000);

  test('a closed cluster handle refuses work', async () => {
    const other = await connect(kafka.bootstrapServers);
    await other.close();
    await expect(LogWriter.open(other, {})).rejects.toThrow(FatalError);
  });
});
