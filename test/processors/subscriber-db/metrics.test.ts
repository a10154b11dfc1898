import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { StoreMetrics } from '../../../processors/subscriber-db/metrics.ts';

it('knows no rebuild of either topic from the start', async () => {
  const registry = new Registry();
  const metrics = new StoreMetrics(registry, () => []);
  const rebuilds = async (): Promise<unknown> => (await registry.getMetricsAsJSON()).find(({ name }) => name === 'twin_store_rebuilds_total')?.values;
  expect(await rebuilds()).toEqual([{ labels: { topic: 'network_state' }, value: 0 }, { labels: { topic: 'subscriber_state' }, value: 0 }]);
  metrics.rebuilt('subscriber_state');
  expect(await rebuilds()).toContainEqual({ labels: { topic: 'subscriber_state' }, value: 1 });
});
