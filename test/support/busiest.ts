import type { InMemoryTwin } from '../../processors/generator/in-memory.ts';
import { SUBSCRIBER_ID_BASE } from '../../twin/config.ts';
import { Whereabouts } from '../../twin/mobility/whereabouts.ts';
import { Causes } from '../../twin/scenarios/causes.ts';

/** Cells by the number of subscribers they serve at `time`, most first. */
export function busiestCells(twin: InMemoryTwin, time: number): number[] {
  const where = new Whereabouts(twin.world);
  const counts = new Map<number, number>();
  for (let i = 0; i < twin.config.capacity; i++) {
    if (twin.world.directory.isActive(i) && where.isReachable(i, time, Causes.NONE)) counts.set(where.cell, (counts.get(where.cell) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([cell]) => cell);
}

/** Ids of `count` active subscribers, spread over the index space. */
export function someSubscribers(twin: InMemoryTwin, count: number): string[] {
  const { capacity } = twin.config;
  const ids: string[] = [];
  for (let i = 0; i < capacity && ids.length < count; i += Math.floor(capacity / (count * 2))) {
    if (twin.world.directory.isActive(i)) ids.push(String(SUBSCRIBER_ID_BASE + i));
  }
  return ids;
}
