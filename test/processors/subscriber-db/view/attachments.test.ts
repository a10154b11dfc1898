import { describe, expect, it } from 'vitest';
import { AttachmentMaps, attachmentOf } from '../../../../processors/subscriber-db/view/attachments.ts';
import { HOUR, MINUTE, SUBSCRIBER_ID_BASE } from '../../../../twin/config.ts';
import { busiestCells } from '../../../support/busiest.ts';
import { decoded, outputOf, twinOf } from '../../../support/twin-run.ts';

const FROM = Date.parse('2026-03-02T17:00:00Z');
/** From the report of a phone to its record: location-observer.ts. */
const REPORTING_MS = 60;

const twin = twinOf(2_000);
const { world } = twin;
const [cell] = busiestCells(twin, FROM + 30 * MINUTE);
const scenarios = twin.resolve([{
  scenarioId: 'outage', kind: 'cell_outage', action: 'START', effectiveAt: FROM + 20 * MINUTE, until: FROM + 50 * MINUTE,
  target: { type: 'CELL', ids: [String(world.network.cellId[cell])], fraction: null }, intensity: 1, difficulty: 'medium', parameters: {},
  issuedAt: FROM, issuedBy: 'test',
}], FROM);

describe('who is attached where', () => {
  it('is what location_updates say of phones that report, also while a cell is down', async () => {
    const { records } = await outputOf(twin, { stream: 'location_updates', from: FROM, to: FROM + HOUR, scenarios });
    const reports = decoded('location_updates', records).filter(({ trigger }) => trigger === 'PERIODIC');
    expect(reports.length).toBeGreaterThan(1_000);
    for (const { subscriber_id, event_time, cell_id } of reports) {
      const found = attachmentOf(subscriber_id - SUBSCRIBER_ID_BASE, { time: event_time - REPORTING_MS, world, scenarios });
      expect(found === null ? null : world.network.cellId[found.cell], `${subscriber_id} at ${event_time}`).toBe(cell_id);
    }
  });

  it('is told of everybody as of each', async () => {
    const moment = { time: FROM + 30 * MINUTE, world, scenarios };
    const maps = new AttachmentMaps();
    const { cells } = await maps.at(moment);
    for (let i = 0; i < cells.length; i++) expect(cells[i], String(i)).toBe(attachmentOf(i, moment)?.cell ?? -1);
    expect(cells).not.toContain(cell);
    expect((await maps.at({ ...moment, scenarios: [] })).cells).toBe(cells);
    const before = await maps.at({ ...moment, time: FROM + 10 * MINUTE });
    expect(before.cells).toContain(cell);
    expect(maps.latest).toBe(FROM + 10 * MINUTE);
  });
});
