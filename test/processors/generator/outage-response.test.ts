import { beforeAll, describe, expect, it } from 'vitest';
import type { CustomerServiceEvent } from '../../../schemas/generated/CustomerServiceEvent.generated.ts';
import type { NetworkLog } from '../../../schemas/generated/NetworkLog.generated.ts';
import { HOUR, MINUTE } from '../../../twin/config.ts';
import { Radio } from '../../../twin/radio/radio.ts';
import { Causes } from '../../../twin/scenarios/causes.ts';
import { busiestCells } from '../../support/busiest.ts';
import { decoded, outputOf, start, twinOf } from '../../support/twin-run.ts';

const BEGIN = Date.parse('2026-03-02T17:10Z');
const END = BEGIN + 90 * MINUTE;
const twin = twinOf(6_000);
const { network } = twin.world;
const site = network.cellSite[busiestCells(twin, BEGIN)[0]];
const dead = network.cells.filter((cell) => cell.site === site);
const event = start('site_outage', { type: 'SITE', ids: [network.sites[site].siteId], fraction: null }, BEGIN, END);
const scenarios = twin.resolve([event], BEGIN - HOUR);
const deadIds = new Set(dead.map((cell) => cell.cellId));
/** Cells around the site that are not of it. */
const around = [...new Set(dead.flatMap((cell) => cell.neighbours))].filter((cell) => network.cellSite[cell] !== site);
const aroundIds = new Set(around.map((cell) => network.cellId[cell]));

describe('people about the outage of the busiest site', () => {
  let contacts: CustomerServiceEvent[] = [];
  let baseline: CustomerServiceEvent[] = [];
  beforeAll(async () => {
    const range = { stream: 'customer_service', from: BEGIN - 20 * MINUTE, to: END + HOUR } as const;
    const output = await outputOf(twin, { ...range, scenarios });
    const caused = new Set(decoded('ground_truth', output.groundTruth).filter(({ effect }) => effect === 'ADDED').map(({ event_id: id }) => id));
    const opened = ({ event_type: type }: CustomerServiceEvent): boolean => type === 'OPENED';
    contacts = decoded('customer_service', output.records).filter((contact) => opened(contact) && caused.has(contact.event_id));
    baseline = decoded('customer_service', (await outputOf(twin, range)).records).filter(opened);
  });

  it('get in touch in numbers well above the ordinary', () => {
    expect(contacts.length).toBeGreaterThan(3);
    const here = ({ cell_id: cell }: CustomerServiceEvent): boolean => cell !== null && (deadIds.has(cell) || aroundIds.has(cell));
    expect(contacts.length).toBeGreaterThan(2 * baseline.filter(here).length);
  });

  it('open 10–60 minutes after it began when it is the lost service that they noticed', () => {
    const lags = contacts.filter(({ related_event_id: related, reason }) => related === null && reason !== 'NO_DATA')
      .map(({ event_time: time }) => (time - BEGIN) / MINUTE);
    expect(lags.length).toBeGreaterThan(3);
    expect(Math.min(...lags)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...lags)).toBeLessThanOrEqual(61);
  });

  it('name cells of its area only, and complain of more than one thing', () => {
    for (const { cell_id: cell, event_id: id } of contacts) expect(cell !== null && (deadIds.has(cell) || aroundIds.has(cell)), id).toBe(true);
    expect(new Set(contacts.map(({ reason }) => reason)).size).toBeGreaterThan(1);
  });

  it('complain of a cell that was lost when it is the lost service that they noticed', () => {
    const aboutService = contacts.filter(({ related_event_id: related, reason }) => related === null && reason !== 'NO_DATA');
    expect(aboutService.length).toBeGreaterThan(3);
    for (const { cell_id: cell, event_id: id } of aboutService) expect(deadIds.has(cell!), id).toBe(true);
  });
});

describe('the cells around it', () => {
  let actual: NetworkLog[] = [];
  let baseline: NetworkLog[] = [];
  beforeAll(async () => {
    const range = { stream: 'network_logs', from: BEGIN, to: END } as const;
    const nearby = ({ cell_id: cell, subscriber_id: subscriber }: NetworkLog): boolean => subscriber !== null && aroundIds.has(cell);
    actual = decoded('network_logs', (await outputOf(twin, { ...range, scenarios })).records).filter(nearby);
    baseline = decoded('network_logs', (await outputOf(twin, range)).records).filter(nearby);
  });

  it('carry more load, which ends with it', () => {
    const causes = Causes.of(scenarios, twin.world);
    const hourOfWeek = twin.world.localTime.hourOfWeek(BEGIN);
    const loaded = around.filter((cell) => causes.extraLoad(cell, BEGIN + MINUTE, hourOfWeek) > 0);
    expect(loaded.length).toBeGreaterThan(around.length / 2);
    for (const time of [BEGIN - 1, END]) {
      for (const cell of around) expect(causes.extraLoad(cell, time, hourOfWeek)).toBe(0);
    }
  });

  it('serve more people', () => {
    const people = (logs: readonly NetworkLog[]): number => new Set(logs.map(({ subscriber_id: subscriber }) => subscriber)).size;
    expect(people(actual)).toBeGreaterThan(1.2 * people(baseline));
  });

  it('refuse more service requests', () => {
    const refused = (logs: readonly NetworkLog[]): number => {
      const requests = logs.filter(({ event_type: type }) => type === 'SERVICE_REQUEST');
      return requests.filter(({ outcome }) => outcome === 'FAILURE').length / requests.length;
    };
    expect(refused(actual)).toBeGreaterThan(1.3 * refused(baseline));
  });

  it('give the same phone in the same place less throughput', () => {
    const causes = Causes.of(scenarios, twin.world);
    const radio = new Radio(twin.world);
    const hourOfWeek = twin.world.localTime.hourOfWeek(BEGIN);
    const throughput = (cell: number, under: Causes): number => {
      const at = network.cellSite[cell];
      radio.measure(1, cell, network.siteX[at] + 0.3, network.siteY[at], -1, 1, BEGIN + MINUTE, under);
      return radio.downlinkKbps;
    };
    for (const cell of around) {
      const extra = causes.extraLoad(cell, BEGIN + MINUTE, hourOfWeek);
      if (extra > 0.05) expect(throughput(cell, causes)).toBeLessThan(throughput(cell, Causes.NONE));
    }
  });
});
