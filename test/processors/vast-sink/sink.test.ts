import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { sinkSettings } from '../../../processors/vast-sink/settings.ts';
import { VastSink } from '../../../processors/vast-sink/sink.ts';
import { names } from '../../../topology/graph/index.ts';
import type { ProcessorContext } from '../../../topology/task/contract.ts';

test('stops while VAST takes connections and does not answer', async () => {
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const failures: Error[] = [];
  const context: Partial<ProcessorContext> = {
    processor: 'vast-sink', names: names(''), partitions: 1, logger: pino({ level: 'silent' }), metrics: new Registry(),
    fail: (error) => { failures.push(error); },
  };
  const { port } = silent.address() as AddressInfo;
  const sink = new VastSink(context as ProcessorContext, sinkSettings({
    VAST_ENDPOINT: `http://127.0.0.1:${port}`, VAST_ACCESS_KEY: 'key', VAST_SECRET_KEY: 'secret',
  }));
  const connected = once(silent, 'connection');
  await sink.start();
  await connected;
  await sink.stop();
  expect(failures).toEqual([]);
  silent.close();
  await once(silent, 'close');
});
