import { describe, expect, it } from 'vitest';
import { EVENT_STREAMS } from '../../../processors/sample/index.ts';
import { HOUR, MINUTE } from '../../../twin/config.ts';
import type { ResolvedScenario } from '../../../twin/scenarios/index.ts';
import { busiestCells, someSubscribers } from '../../support/busiest.ts';
import { decoded, fingerprint, outputOf, start, twinOf } from '../../support/twin-run.ts';

const SUBSCRIBERS = 1_200;
const FROM = Date.parse('2026-03-02T17:00Z');
const TO = FROM + 2 * HOUR;
/** An odd millisecond within the scenarios. */
const LATER = FROM + HOUR + 12 * MINUTE + 34_567;

const twin = twinOf(SUBSCRIBERS);
const divided = twinOf(SUBSCRIBERS, 8);
const cells = busiestCells(twin, FROM).slice(0, 3).map((cell) => String(twin.world.network.cellId[cell]));
const scenarios: readonly ResolvedScenario[] = twin.resolve([
  start('cell_outage', { type: 'CELL', ids: cells, fraction: null }, FROM + 20 * MINUTE + 1, FROM + 80 * MINUTE + 999),
  start('flash_crowd', { type: 'SITE', ids: [twin.world.network.sites[0].siteId], fraction: null }, FROM + 10 * MINUTE, FROM + 100 * MINUTE),
  start('sim_swap_fraud', { type: 'SUBSCRIBER', ids: someSubscribers(twin, 5), fraction: null }, FROM + 30 * MINUTE + 5, FROM + 90 * MINUTE),
], FROM);

describe.each(EVENT_STREAMS)('%s', (stream) => {
  it('is the same after T1 whether the run started at T0 or at T1, also within scenarios', async () => {
    const early = await outputOf(twin, { stream, from: FROM, to: TO, scenarios });
    const late = await outputOf(twin, { stream, from: LATER, to: TO, scenarios });
    const after = <T extends { readonly time: number }>(records: readonly T[]): T[] => records.filter(({ time }) => time >= LATER);
    expect(late.records.length).toBeGreaterThan(0);
    expect(fingerprint(late.records)).toEqual(fingerprint(after(early.records)));
    expect(fingerprint(late.groundTruth)).toEqual(fingerprint(after(early.groundTruth)));
  });

  it('is the same however time is cut into ticks', async () => {
    const range = { stream, from: LATER, to: LATER + 6 * MINUTE, scenarios };
    const whole = await outputOf(twin, range);
    const ticked = await outputOf(twin, { ...range, tick: 1_000 });
    expect(fingerprint(ticked.records)).toEqual(fingerprint(whole.records));
    expect(fingerprint(ticked.groundTruth)).toEqual(fingerprint(whole.groundTruth));
  });

  it('is the same however many partitions there are, each in the order of the whole', async () => {
    const range = { stream, from: LATER, to: LATER + 20 * MINUTE, scenarios };
    const whole = await outputOf(twin, range);
    const parts = await Promise.all([...Array(8).keys()].map((partition) => outputOf(divided, { ...range, partition })));
    for (const kind of ['records', 'groundTruth'] as const) {
      const union = parts.flatMap((part) => fingerprint(part[kind]));
      expect(union.toSorted()).toEqual(fingerprint(whole[kind]).toSorted());
      const position = new Map(fingerprint(whole[kind]).map((line, k) => [line, k]));
      for (const part of parts) {
        const positions = fingerprint(part[kind]).map((line) => position.get(line)!);
        expect(positions).toEqual(positions.toSorted((a, b) => a - b));
      }
    }
  });

  it('gives every record an id of its own', async () => {
    const { records } = await outputOf(twin, { stream, from: FROM, to: TO, scenarios });
    const ids = decoded(stream, records).map(({ event_id: id }) => id);
    expect(ids.length - new Set(ids).size).toBe(0);
  });
});
