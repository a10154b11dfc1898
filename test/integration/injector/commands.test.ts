import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, PROGRAM, TestTwin, type Injector } from './support.ts';

let twin: TestTwin;
let injector: Injector;
let cell: string;

beforeAll(async () => {
  twin = await TestTwin.create(2);
  const seeded = await command('seed', '--subscribers', '200', '--json');
  expect(seeded.code).toBe(0);
  expect(JSON.parse(seeded.stdout)).toMatchObject({ wrote: true, region: 'IE', subscribers: 200, partitions: 2 });
  cell = String((await twin.read('network_state', 'NetworkElement')).find((element) => element.cell !== null)!.cell!.cell_id);
  injector = await twin.startInjector();
  await injector.said('leading: the clock goes on');
  await eventually(async () => (await twin.read('sim_ticks', 'Tick')).length > 0);
});
afterAll(async () => {
  await injector.stop();
  await twin.close();
});

interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `telco-twin` to its end. */
function command(...args: readonly string[]): Promise<Ending> {
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...args], {
      env: { ...process.env, KAFKA_BROKERS: twin.broker, SCHEMA_REGISTRY_URL: twin.registry, TWIN_PREFIX: twin.names.prefix },
    }, (error, stdout, stderr) => { resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr }); });
  });
}

describe('telco-twin seed', () => {
  it('leaves the twin alone the second time, and refuses another one', async () => {
    expect(await command('seed')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^already seeded: 200 subscribers/) as string });
    expect(await command('seed', '--subscribers', '300')).toMatchObject({ code: 1, stderr: expect.stringContaining('subscribers is 200, asked for 300') as string });
    expect((await command('seed', '--subscribers', 'many')).code).toBe(2);
  });
});

describe('telco-twin scenario', () => {
  const api = (): string[] => ['--api', injector.url];

  it('starts, lists and stops through the API', async () => {
    const started = await command('scenario', 'start', 'cell_outage', '--target', `cell:${cell}`, '--for', '30m', '--id', 'one', ...api());
    expect(started).toMatchObject({ code: 0, stdout: expect.stringMatching(/^started one \(acts from \d{4}-/) as string });
    const listed = JSON.parse((await command('scenario', 'list', '--json', ...api())).stdout) as unknown;
    expect(listed).toMatchObject([{ scenario_id: 'one', kind: 'cell_outage', cell_count: 1 }]);
    expect(await command('scenario', 'stop', 'one', ...api())).toMatchObject({ code: 0, stdout: expect.stringMatching(/^stopped one/) as string });
    expect((await command('scenario', 'list', ...api())).stdout).toMatch(/SCENARIO +KIND[^]*one +cell_outage +STOPPED/);
  });

  it('starts, lists and stops through the control topic', async () => {
    const brokers = ['--brokers', twin.broker];
    expect(await command('scenario', 'start', 'cell_outage', '--target', `cell:${cell}`, '--id', 'two', ...brokers)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^sent two/) as string });
    await eventually(async () => (await twin.read('scenario_state', 'ScenarioState')).some(({ scenario_id }) => scenario_id === 'two'));
    expect((await command('scenario', 'stop', 'two', ...brokers)).code).toBe(0);
    await eventually(async () => (await twin.read('scenario_state', 'ScenarioState')).some(({ scenario_id, status }) => scenario_id === 'two' && status === 'STOPPED'));
    const listed = JSON.parse((await command('scenario', 'list', '--json', ...brokers)).stdout) as unknown;
    expect(listed).toMatchObject([{ scenario_id: 'one', status: 'STOPPED' }, { scenario_id: 'two', status: 'STOPPED' }]);
  });

  it('does not send what every twin would refuse', async () => {
    const start = (...args: string[]): Promise<Ending> => command('scenario', 'start', ...args, '--id', 'refused', '--brokers', twin.broker);
    const sent = await twin.read('scenario_events', 'ScenarioEvent');
    expect(await start('nosuch', '--target', `cell:${cell}`)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('unknown kind "nosuch"; known: cell_outage') as string });
    expect(await start('cell_outage', '--target', 'site:S00001')).toMatchObject({ code: 1, stderr: expect.stringContaining('takes a target of type CELL') as string });
    expect(await start('flash_crowd', '--target', 'site:S00001', '--param', 'load=9')).toMatchObject({ code: 1, stderr: expect.stringContaining('load is "9"; expected a number from 0 to 3') as string });
    expect(await twin.read('scenario_events', 'ScenarioEvent')).toEqual(sent);
  });

  it('says what is wrong', async () => {
    expect(await command('scenario', 'start', 'cell_outage', '--target', 'cell:1', ...api())).toMatchObject({ code: 1, stderr: expect.stringContaining('the twin has no') as string });
    expect(await command('scenario', 'start', 'cell_outage', '--target', 'moon')).toMatchObject({ code: 2, stderr: expect.stringContaining('cell:123') as string });
    expect(await command('scenario', 'list', '--api', 'http://127.0.0.1:1')).toMatchObject({ code: 1, stderr: expect.stringContaining('does not answer') as string });
    expect((await command('scenario', 'kinds')).stdout).toContain('sim_swap_fraud');
  });
});

describe('telco-twin peek', () => {
  it('shows what is committed, decoded, and ends where it is told to', async () => {
    const { code, stdout } = await command('peek', 'scenario_state', '--from-beginning', '--no-follow', '--json');
    const records = stdout.trim().split('\n').map((line) => JSON.parse(line) as { key: string; offset: number; value: unknown });
    expect(code).toBe(0);
    expect(records[0]).toMatchObject({ key: 'one', offset: 0, value: { scenario_id: 'one', kind: 'cell_outage', revision: 1 } });
    const ticks = await command('peek', 'sim_ticks', '--partition', '1', '--max', '2');
    expect(ticks.code).toBe(0);
    expect(ticks.stdout.trim().split('\n')).toEqual([expect.stringMatching(/^1:\d+ .* 1 {2}\{"partition":1,/), expect.stringMatching(/^1:\d+ /)]);
    const site = await command('peek', 'network_state', '--from-beginning', '--no-follow', '--key', `cell:${cell}`);
    expect(site.stdout).toMatch(new RegExp(`cell:${cell} .*"element_type":"CELL"`));
  });

  it('shows dead letters with their reason', async () => {
    await twin.control([{ key: 'bad', value: Buffer.from('not Avro') }]);
    await eventually(async () => (await twin.deadLetters()).length > 0);
    const { stdout } = await command('peek', 'dead_letters', '--from-beginning', '--no-follow', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ key: 'bad', value: 'not Avro', headers: { reason: 'BAD_MAGIC_BYTE', offset: expect.any(String) as string } });
  });

  it('decodes a refused event', async () => {
    const brokers = ['--brokers', twin.broker];
    expect((await command('scenario', 'start', 'cell_outage', '--target', 'cell:1', '--id', 'nowhere', ...brokers)).code).toBe(0);
    await eventually(async () => (await twin.deadLetters()).some(({ key }) => key === 'nowhere'));
    const { stdout } = await command('peek', 'dead_letters', '--from-beginning', '--no-follow', '--json', '--key', 'nowhere');
    expect(JSON.parse(stdout)).toMatchObject({ value: { scenario_id: 'nowhere', kind: 'cell_outage', target: { ids: ['1'] } }, headers: { field: 'target.ids' } });
  });

  it('knows the topics and their partitions', async () => {
    expect((await command('peek', 'cdr')).code).toBe(2);
    expect(await command('peek', 'cdrs', '--partition', '2')).toMatchObject({ code: 2, stderr: expect.stringContaining('0 to 1') as string });
  });
});
