import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TableHandler, Tick } from '../../../topology/task/contract.ts';
import { CorruptStateError } from '../../../topology/task/errors.ts';
import { LookupTables } from '../../../topology/task/tables.ts';
import { sharedKafka, sharedRegistry, uniquePrefix } from '../support/stack.ts';
import { MODEL_VERSION } from './counter.ts';
import { TestTwin } from './twin.ts';

let twin: TestTwin;
beforeAll(async () => { twin = await TestTwin.create(await sharedKafka(), await sharedRegistry(), uniquePrefix(), 1); });
afterAll(() => twin.close());

const tick = (networkStateEnd: number): Tick => ({
  partition: 0, sequence: 0, from: 0, to: 1, mode: 'BACKFILL', modelVersion: MODEL_VERSION, scenarioStateEnd: 0, networkStateEnd, subscriberStateEnds: [0],
});

it('gives nobody state that lacks a record which could not be applied', async () => {
  for (const value of ['first', 'unreadable', 'third']) await twin.changeNetwork('cell:1', value);
  await twin.commit();
  const applied: string[] = [];
  const handler: TableHandler = {
    apply: (_partition, _offset, bytes, _keyStart, _keyEnd, valueStart, valueEnd) => {
      const value = bytes.toString('utf8', valueStart, valueEnd);
      if (value === 'unreadable') throw new Error('no cell has this value');
      applied.push(value);
    },
  };
  const reach = new LookupTables({ cluster: twin.cluster, names: twin.names, partitions: 1 }).view({ network_state: handler });
  const reached = async (end: number): Promise<void> => { await reach(tick(end)); };
  await expect(reached(3)).rejects.toThrow(CorruptStateError);
  // Of tasks that come later, those behind the record go on; those at it, and those ahead, do not.
  await reached(1);
  await expect(reached(2)).rejects.toThrow("can't be applied: no cell has this value");
  await expect(reached(3)).rejects.toThrow(CorruptStateError);
  expect(applied).toEqual(['first']);
});
