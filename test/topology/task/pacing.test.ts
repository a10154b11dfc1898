import { describe, expect, it } from 'vitest';
import { processors } from '../../../topology/graph/index.ts';
import { phaseOf, untilSlot } from '../../../topology/task/pacing.ts';

describe('commit slots', () => {
  it('spread the tasks of a process evenly over the interval', () => {
    for (const partitions of [8, 48]) {
      const phases = processors.filter(({ kind }) => kind === 'tasks')
        .flatMap(({ name }) => Array.from({ length: partitions }, (_, partition) => phaseOf(name, partition, 1_000)));
      const perTenth = Array.from({ length: 10 }, (_, tenth) => phases.filter((phase) => Math.floor(phase / 100) === tenth).length);
      const fair = phases.length / 10;
      expect(Math.max(...perTenth), `${partitions} partitions: ${perTenth.join(' ')}`).toBeLessThanOrEqual(fair * 1.6);
    }
  });

  it('come once an interval, each task at its own', () => {
    expect(untilSlot(10_000, 250, 1_000)).toBe(250);
    expect(untilSlot(10_250, 250, 1_000)).toBe(0);
    expect(untilSlot(10_251, 250, 1_000)).toBe(999);
    expect(untilSlot(123, 0, 0)).toBe(0);
  });
});
