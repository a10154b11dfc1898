import { describe, expect, it } from 'vitest';
import { ControlledScenarios, EVENT_STREAMS, RECORD_OF, sample } from '../../../processors/sample/index.ts';
import { avroType } from '../../../schemas/codec.ts';
import { HOUR, MINUTE } from '../../../twin/config.ts';
import type { ControlEvent } from '../../../twin/scenarios/index.ts';
import { busiestCells } from '../../support/busiest.ts';
import { Invariants, type AnyRecord } from '../../support/invariants.ts';
import { start, twinOf } from '../../support/twin-run.ts';

const twin = twinOf(1_000);

async function breaches(from: number, hours: number, events: readonly ControlEvent[] = []): Promise<Invariants> {
  const to = from + hours * HOUR;
  const invariants = new Invariants(twin.world.network, from, to);
  const scenarios = new ControlledScenarios(twin, events);
  for await (const records of sample({ twin, topics: EVENT_STREAMS, partition: null, from, to, scenarios })) {
    for (const { topic, time, body } of records) {
      invariants.record(topic, time, avroType(RECORD_OF[topic]).fromBuffer(Buffer.from(body)) as AnyRecord);
    }
  }
  return invariants;
}

describe('the invariants of the event contracts', () => {
  it.each(['2026-03-29', '2026-10-25'])('hold on %s, when clocks change', async (day) => {
    const invariants = await breaches(Date.parse(day), 24);
    expect(invariants.finish().summary).toEqual([]);
    for (const stream of EVENT_STREAMS) expect(invariants.counts[stream]).toBeGreaterThan(10);
  });

  it('hold while cells and sites fail and a crowd gathers', async () => {
    const from = Date.parse('2026-03-03T16:00Z');
    const { network } = twin.world;
    const [first, ...others] = busiestCells(twin, from);
    const cells = others.slice(0, 4).map((cell) => String(network.cellId[cell]));
    const site = (cell: number): string[] => [network.sites[network.cellSite[cell]].siteId];
    const invariants = await breaches(from, 4, [
      start('cell_outage', { type: 'CELL', ids: cells, fraction: null }, from + 30 * MINUTE, from + 2 * HOUR),
      start('site_outage', { type: 'SITE', ids: site(first), fraction: null }, from + HOUR, from + 3 * HOUR),
      start('flash_crowd', { type: 'SITE', ids: site(others[9]), fraction: null }, from + 10 * MINUTE, from + 2 * HOUR),
    ]);
    expect(invariants.finish().summary).toEqual([]);
  });
});
