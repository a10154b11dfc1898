import { describe, expect, it } from 'vitest';
import { checkSameTwin, newTwin } from '../../../processors/seeder/twin-config.ts';
import { MODEL_VERSION } from '../../../twin/config.ts';

describe('a twin that is there already', () => {
  const existing = newTwin({ subscribers: 1_000, seed: 5 }, 3, () => 'Europe/Dublin');
  const check = (twin = existing, request = {}, partitions = 3): void => { checkSameTwin(twin, request, partitions, 't.network_state'); };

  it('is gone on with where nothing else is asked for', () => {
    expect(() => { check(); }).not.toThrow();
    expect(() => { check(existing, { subscribers: 1_000, seed: 5, region: 'ie' }); }).not.toThrow();
  });

  it('is refused with what differs', () => {
    expect(() => { check(existing, { subscribers: 2_000 }, 4); }).toThrow(/t\.network_state holds another twin: subscribers is 1000, asked for 2000; partitions is 3, asked for 4\. .*--reset/);
  });

  it('of another model version is refused with the ways out', () => {
    expect(() => { check({ ...existing, modelVersion: 2 }, { subscribers: 2_000 }); })
      .toThrow(`t.network_state holds a twin of model version 2, and this release implements version ${MODEL_VERSION}: it would go on with other events. Run the release`);
  });
});
