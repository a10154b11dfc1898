import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { SinkMetrics } from '../../../processors/vast-sink/metrics.ts';

async function tables(registry: Registry, name: string): Promise<Record<string, unknown>> {
  const metric = (await registry.getMetricsAsJSON()).find((candidate) => candidate.name === name);
  return Object.fromEntries((metric?.values ?? []).map(({ labels, value }) => [String(labels.table), value]));
}

it('knows rows and batches of every table as 0 before the first lands', async () => {
  const registry = new Registry();
  new SinkMetrics(registry, () => ({ lagSeconds: 0, lagRecords: 0 }));
  const streams = { cdrs: 0, network_logs: 0, customer_service: 0, location_updates: 0, ground_truth: 0 };
  expect(await tables(registry, 'vast_sink_rows_total')).toEqual({ ...streams, subscribers: 0, cells: 0, sites: 0 });
  expect(await tables(registry, 'vast_sink_batches_total')).toEqual(streams);
});
