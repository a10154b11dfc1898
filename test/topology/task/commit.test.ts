import { expect, it } from 'vitest';
import { names } from '../../../topology/graph/index.ts';
import { brokerProfiles } from '../../../topology/log/net/profile.ts';
import { commitOffset } from '../../../topology/task/commit.ts';
import type { Session, TaskEnvironment } from '../../../topology/task/environment.ts';
import { Interrupted } from '../../../topology/task/errors.ts';

it.each(brokerProfiles)('a task that has lost its partition leaves the group\'s offset to the next owner ($name)', async (profile) => {
  const calls: string[] = [];
  const call = (name: string) => (): Promise<void> => {
    calls.push(name);
    return Promise.resolve();
  };
  const environment = { cluster: { profile }, names: names(''), input: 'sim_ticks', member: { identity: {}, commitOffsets: call('commitOffsets') } };
  const session = (lost: boolean): Session => ({
    partition: 0, lost: () => lost, progress: { inputOffset: 7, sequence: 6, to: 0 }, writer: { sendOffsets: call('sendOffsets'), commit: call('commit') },
  }) as unknown as Session;
  await expect(commitOffset(environment as unknown as TaskEnvironment, session(true))).rejects.toThrow(Interrupted);
  expect(calls).toEqual([]);
  await commitOffset(environment as unknown as TaskEnvironment, session(false));
  expect(calls).toEqual(profile.transactions ? ['sendOffsets', 'commit'] : ['commitOffsets']);
});
