import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attachmentOf } from '../../../processors/subscriber-db/view/attachments.ts';
import { MINUTE, SUBSCRIBER_ID_BASE } from '../../../twin/config.ts';
import { busiestCells, someSubscribers } from '../../support/busiest.ts';
import { command, RunningProcessor } from '../twin/fleet.ts';
import { TestTwin } from '../twin/twin.ts';
import { StoreProcess } from './support.ts';

const START = Date.parse('2026-03-02T17:00:00Z');
const UNTIL = START + 40 * MINUTE;

let twin: TestTwin;
let store: StoreProcess;
let injector: RunningProcessor;
let folder = '';
/** Index of the cell that is down when the clock has ended, and of one that is not. */
let down = -1;
let up = -1;
let victims: string[] = [];

interface Page {
  readonly as_of: string;
  readonly count: number;
  readonly subscribers: readonly { readonly subscriber_id: string; readonly imsi: string; readonly msisdn: string }[];
  readonly next_page_token: string | null;
}

interface SitePage {
  readonly count: number;
  readonly sites: readonly Record<string, unknown>[];
  readonly next_page_token: string | null;
}

beforeAll(async () => {
  twin = await TestTwin.create({ subscribers: 3_000, partitions: 3, start: new Date(START).toISOString() });
  folder = mkdtempSync(join(tmpdir(), 'telco-twin-lookups-'));
  [down, up] = busiestCells(twin.memory, UNTIL);
  victims = someSubscribers(twin.memory, 4);
  const brokers = ['--brokers', twin.env.KAFKA_BROKERS];
  const at = new Date(START + 10 * MINUTE).toISOString();
  await command(twin.env, 'scenario', 'start', 'cell_outage', '--target', `cell:${twin.memory.world.network.cellId[down]}`, '--id', 'outage', '--at', at, '--for', '2h', ...brokers);
  await command(twin.env, 'scenario', 'start', 'sim_swap_fraud', '--target', `subscriber:${victims.join(',')}`, '--id', 'swap', '--at', at, '--for', '2h', ...brokers);
  store = new StoreProcess(twin.env, folder);
  injector = new RunningProcessor({ ...twin.env, CLOCK_UNTIL: new Date(UNTIL).toISOString(), CLOCK_BACKFILL_TICK_MS: '60000', CLOCK_GROUPS: '' }, 'scenario-injector');
  await store.ready();
  for (;;) {
    // The last tick comes before the record that says that the clock stands.
    const { clock } = (await store.get<{ clock: { mode: string } | null }>('/v1/twin')).body;
    if (clock?.mode === 'PAUSED') break;
    expect(injector.running, injector.errors.join('; ')).toBe(true);
    await sleep(200);
  }
}, 300_000);

afterAll(async () => {
  await injector.kill();
  expect(await store.stop()).toBe(0);
  await twin.close();
  rmSync(folder, { recursive: true, force: true });
});

const network = (): TestTwin['memory']['world']['network'] => twin.memory.world.network;

describe('look-ups', { timeout: 120_000 }, () => {
  it('tell the twin and its clock', async () => {
    const { status, body } = await store.get<{ twin: Record<string, unknown>; subscribers: number; clock: { mode: string; event_time: string } }>('/v1/twin');
    expect(status).toBe(200);
    expect(body.twin).toMatchObject({ seed: 11, region: 'IE', subscribers: 3_000, partitions: 3, seeded: true });
    expect(body.subscribers).toBe(3_000);
    expect(body.clock).toMatchObject({ mode: 'PAUSED', event_time: new Date(UNTIL).toISOString() });
  });

  it('find a subscriber by id, number and SIM, and after a swap by the new SIM only', async () => {
    const bystander = twin.memory.world.identities!.identityOf(someIndex())!;
    const byId = await store.get(`/v1/subscribers/${SUBSCRIBER_ID_BASE + someIndex()}`);
    expect(byId.status).toBe(200);
    expect(byId.body.imsi).toBe(String(bystander.imsi).padStart(15, '0'));
    for (const path of [`imsi/${String(byId.body.imsi)}`, `msisdn/${String(byId.body.msisdn)}`]) {
      expect((await store.get(`/v1/subscribers/${path}`)).body).toEqual(byId.body);
    }

    for (const victim of victims) {
      const rightful = twin.memory.world.identities!.identityOf(Number(victim) - SUBSCRIBER_ID_BASE)!;
      const swapped = (await store.get(`/v1/subscribers/${victim}`)).body;
      expect(swapped.version).toBe(2);
      expect(swapped.imsi).not.toBe(String(rightful.imsi).padStart(15, '0'));
      expect((await store.get(`/v1/subscribers/imsi/${String(swapped.imsi)}`)).body).toEqual(swapped);
      expect((await store.get(`/v1/subscribers/imsi/${String(rightful.imsi).padStart(15, '0')}`)).status).toBe(404);
    }
  });

  it('tell a cell, its neighbours and its site', async () => {
    const expected = network().cells[up];
    const site = network().sites[expected.site];
    const { body } = await store.get(`/v1/cells/${expected.cellId}`);
    expect(body).toMatchObject({
      cell_id: String(expected.cellId), site_id: site.siteId, azimuth: expected.azimuth, pci: expected.pci, tac: expected.tac, status: 'IN_SERVICE',
      neighbours: expected.neighbours.map((index) => String(network().cellId[index])),
    });
    const neighbours = (await store.get<{ neighbours: { cell_id: string }[] }>(`/v1/cells/${expected.cellId}/neighbours`)).body.neighbours;
    expect(neighbours.map(({ cell_id }) => cell_id)).toEqual(body.neighbours);
    const found = (await store.get<{ name: string; cells: string[] }>(`/v1/sites/${site.siteId}`)).body;
    expect(found.name).toBe(site.name);
    expect(found.cells).toContain(String(expected.cellId));
  });

  it('find the sites at a place by its name, page by page, with their cells', async () => {
    const expected = network().sites.filter(({ place }) => place === 'Cork');
    expect(expected.length).toBeGreaterThan(5);
    const found: Record<string, unknown>[] = [];
    const sizes: number[] = [];
    for (let token: string | null = ''; token !== null;) {
      const { body }: { body: SitePage } = await store.get<SitePage>(`/v1/sites?place=cORK&limit=5${token === '' ? '' : `&page_token=${token}`}`);
      expect(body.count).toBe(expected.length);
      sizes.push(body.sites.length);
      found.push(...body.sites);
      token = body.next_page_token;
    }
    expect(sizes.slice(0, -1)).toEqual(sizes.slice(1).map(() => 5));
    expect(found.map(({ site_id }) => site_id)).toEqual(expected.map(({ siteId }) => siteId));
    expect(found[0]).toEqual((await store.get(`/v1/sites/${expected[0].siteId}`)).body);
    expect((await store.get('/v1/sites?place=Atlantis')).body).toEqual({ count: 0, sites: [], next_page_token: null });
    expect((await store.get<{ count: number }>('/v1/sites')).body.count).toBe(network().sites.length);
    expect(await store.metric('twin_store_requests_total', 'route="/v1/sites"')).toBe(sizes.length + 2);
  });

  it('list who is attached to a cell now, page by page, and nobody on a cell that is down', async () => {
    const scenarios = await twin.scenarios();
    const path = `/v1/cells/${network().cellId[up]}/subscribers`;
    const pages: Page[] = [];
    for (let token: string | null = ''; token !== null; token = pages.at(-1)!.next_page_token) {
      pages.push((await store.get<Page>(`${path}?limit=3${token === '' ? '' : `&page_token=${token}`}`)).body);
    }
    const time = Date.parse(pages[0].as_of);
    expect(time).toBe(UNTIL);
    const { world } = twin.memory;
    const expected = Array.from({ length: twin.config.capacity }, (_, index) => index)
      .filter((index) => attachmentOf(index, { time, world, scenarios })?.cell === up).map((index) => String(SUBSCRIBER_ID_BASE + index));
    expect(expected.length).toBeGreaterThan(6);
    expect(pages.flatMap(({ subscribers }) => subscribers.map(({ subscriber_id }) => subscriber_id))).toEqual(expected);
    expect(pages.map(({ count }) => count)).toEqual(pages.map(() => expected.length));
    expect(pages.slice(0, -1).map(({ subscribers }) => subscribers.length)).toEqual(pages.slice(1).map(() => 3));

    const [someone] = pages[0].subscribers;
    const attachment = (await store.get(`/v1/subscribers/${someone.subscriber_id}/attachment`)).body;
    expect(attachment).toMatchObject({ attached: true, cell_id: String(network().cellId[up]), as_of: pages[0].as_of });
    expect((await store.get(`/v1/subscribers/${someone.subscriber_id}`)).body).toMatchObject({ imsi: someone.imsi, msisdn: someone.msisdn });
    expect((await store.get<Page>(`/v1/cells/${network().cellId[down]}/subscribers`)).body).toMatchObject({ count: 0, subscribers: [], next_page_token: null });
    // The victim of a swap holds a SIM that no network takes.
    expect((await store.get(`/v1/subscribers/${victims[0]}/attachment`)).body).toMatchObject({ attached: false, cell_id: null });
  });

  it.each([
    ['9999999999999999.100000000', /has not had/], [`${START - 1}.100000000`, /has not had/], [`${UNTIL + 1}.100000000`, /has not had/], ['here', /none that a page had/],
  ])('refuse the page token %s, which no page had', async (token, reason) => {
    const { status, body } = await store.get<{ detail: string; errors: object[] }>(`/v1/cells/${network().cellId[up]}/subscribers?page_token=${token}`);
    expect([status, body.errors]).toEqual([400, [{ pointer: '/page_token', detail: expect.any(String) as string }]]);
    expect(body.detail).toMatch(reason);
  });

  it.each<[string, number, RegExp]>([
    ['/v1/subscribers/99', 404, /there is no subscriber 99/],
    ['/v1/subscribers/abc', 400, /subscriber_id/],
    ['/v1/subscribers/imsi/001019999999999', 404, /nobody has the IMSI/],
    ['/v1/cells/1', 404, /there is no cell 1/],
    ['/v1/sites/nowhere', 404, /there is no site nowhere/],
    ['/v1/sites?place=', 400, /place/],
    ['/v1/sites?limit=1001', 400, /up to 1000/],
    ['/v1/sites?page_token=S99999', 400, /none that a page/],
    ['/v1/snapshots/subscriber_state/3', 404, /3 partitions/],
    ['/v1/snapshots/cdrs/0', 400, /topic/],
    ['/v1/cells/1/subscribers?limit=0', 400, /limit/],
    ['/v1/nothing', 404, /openapi\.json/],
  ])('answer %s with a problem that says what is wrong', async (path, status, reason) => {
    const answer = await store.get<{ detail: string; status: number }>(path);
    expect([answer.status, answer.body.status, answer.type]).toEqual([status, status, expect.stringMatching(/^application\/problem\+json(;|$)/)]);
    expect(answer.body.detail).toMatch(reason);
  });

  it('are described by an OpenAPI document', async () => {
    const { body } = await store.get<{ openapi: string; paths: Record<string, unknown> }>('/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining([
      '/v1/twin', '/v1/subscribers/{subscriber_id}', '/v1/subscribers/imsi/{imsi}', '/v1/subscribers/msisdn/{msisdn}', '/v1/cells/{cell_id}',
      '/v1/cells/{cell_id}/subscribers', '/v1/cells/{cell_id}/neighbours', '/v1/sites', '/v1/sites/{site_id}', '/v1/snapshots/{topic}/{partition}',
    ]));
  });
});

describe('snapshots', () => {
  it('name their state: unchanged ones need not be sent again', async () => {
    const url = `${await store.url}/v1/snapshots/subscriber_state/1`;
    const first = await fetch(url);
    const etag = first.headers.get('etag')!;
    expect(Number(first.headers.get('content-length'))).toBe((await first.arrayBuffer()).byteLength);
    const again = await fetch(url, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('etag')]).toEqual([200, etag]);
    const { header } = await store.snapshot('subscriber_state', 1);
    expect(first.headers.get('twin-offset')).toBe(String(header.offset));
  });

  it('hold the network as records too', async () => {
    const { sections } = await store.snapshot('network_state', 0);
    const ends = new Uint32Array(sections.ends.slice().buffer);
    // Sites, cells and the twin itself.
    expect(ends.length).toBe(network().sites.length + network().cells.length + 1);
    expect(ends.at(-1)).toBe(sections.values.byteLength);
  });
});

function someIndex(): number {
  const taken = new Set(victims.map((victim) => Number(victim) - SUBSCRIBER_ID_BASE));
  return Array.from({ length: twin.config.capacity }, (_, index) => index).find((index) => twin.memory.world.directory.isActive(index) && !taken.has(index))!;
}
