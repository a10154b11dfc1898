import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, TestTwin, type Injector } from './support.ts';

const TOKEN = 'a-token-of-the-test';
let twin: TestTwin;
let injector: Injector;
let cells: string[];

beforeAll(async () => {
  twin = await TestTwin.create(2);
  await twin.seed(200);
  cells = (await twin.read('network_state', 'NetworkElement')).flatMap(({ cell }) => (cell === null ? [] : [String(cell.cell_id)]));
  injector = await twin.startInjector({ API_TOKEN: TOKEN });
  await injector.said('leading');
  await eventually(async () => (await call('GET', '/api/v1/clock')).status === 200);
});
afterAll(async () => {
  await injector.stop();
  await twin.close();
});

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & { readonly errors?: readonly { readonly pointer: string }[] };
}

async function call(method: string, path: string, body?: unknown, token: string | null = TOKEN): Promise<Answer> {
  const response = await fetch(injector.url + path, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  return { status: response.status, type, headers: response.headers, body: (await response.json()) as Answer['body'] };
}

function expectProblem(answer: Answer, status: number, ...pointers: string[]): void {
  expect([answer.status, answer.type]).toEqual([status, 'application/problem+json']);
  expect(answer.body).toMatchObject({ type: 'about:blank', status });
  expect(answer.body['detail']).toEqual(expect.any(String));
  expect(answer.body.errors?.map(({ pointer }) => pointer) ?? []).toEqual(pointers);
}

function expectTooLate(answer: Answer, reason: RegExp): void {
  expectProblem(answer, 409);
  expect(answer.body['detail']).toMatch(reason);
}

describe('access', () => {
  it('wants the token that was configured', async () => {
    const none = await call('GET', '/api/v1/clock', undefined, null);
    expectProblem(none, 401);
    expect(none.headers.get('www-authenticate')).toBe('Bearer');
    expectProblem(await call('POST', '/api/v1/clock/pause', undefined, 'another'), 401);
  });

  it('publishes its OpenAPI document', async () => {
    const { body } = await call('GET', '/openapi.json');
    expect(body['openapi']).toBe('3.1.0');
    expect(Object.keys(body['paths'] as object).sort()).toEqual([
      '/api/v1/clock', '/api/v1/clock/pause', '/api/v1/clock/resume', '/api/v1/clock/speed', '/api/v1/kinds', '/api/v1/scenarios',
      '/api/v1/scenarios/{scenario_id}',
    ]);
  });
});

describe('scenarios', () => {
  it('says what would be right where there is a choice', async () => {
    const answer = await call('POST', '/api/v1/scenarios', { kind: 'cell_outage', target: { type: 'CELL', ids: [cells[0]] }, difficulty: 'insane' });
    expectProblem(answer, 400, '/difficulty');
    expect(answer.body['detail']).toBe('body/difficulty must be one of easy, medium, hard');
  });

  it('lists the kinds with what they take', async () => {
    const { body } = await call('GET', '/api/v1/kinds');
    const kinds = body['kinds'] as { kind: string; targets: string[] }[];
    expect(kinds.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['cell_outage', 'site_outage', 'flash_crowd', 'sim_swap_fraud']));
    expect(kinds.find(({ kind }) => kind === 'cell_outage')!.targets).toEqual(['CELL']);
  });

  it('starts, changes and stops one, as the state topics show', async () => {
    const started = await call('POST', '/api/v1/scenarios', {
      scenario_id: 'outage-1', kind: 'cell_outage', target: { type: 'CELL', ids: [cells[0]] }, duration_s: 3_600,
    });
    expect([started.status, started.headers.get('location')]).toEqual([201, '/api/v1/scenarios/outage-1']);
    expect(started.body).toMatchObject({ scenario_id: 'outage-1', kind: 'cell_outage', revision: 1, cells: [cells[0]], cell_count: 1, late: false });
    const cellStatus = async (): Promise<string | undefined> => (await twin.read('network_state', 'NetworkElement'))
      .filter(({ cell }) => String(cell?.cell_id) === cells[0]).at(-1)?.cell?.status;
    await eventually(async () => (await cellStatus()) === 'OUT_OF_SERVICE');
    await eventually(async () => (await call('GET', '/api/v1/scenarios/outage-1')).body['status'] === 'RUNNING');

    const changed = await call('PATCH', '/api/v1/scenarios/outage-1', { intensity: 0.5 });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ revision: 2, intensity: 0.5, cells: [cells[0]], phases: [{ revision: 1, status: 'STOPPED' }, { revision: 2 }] });

    const stopped = await call('DELETE', '/api/v1/scenarios/outage-1');
    expect(stopped.status).toBe(200);
    expect(stopped.body).toMatchObject({ revision: 2, status: 'STOPPED' });
    await eventually(async () => (await cellStatus()) === 'IN_SERVICE');

    expectTooLate(await call('DELETE', '/api/v1/scenarios/outage-1'), /was stopped at/);
    expectTooLate(await call('PATCH', '/api/v1/scenarios/outage-1', { intensity: 0.7 }), /was stopped at/);

    const { body } = await call('GET', '/api/v1/scenarios');
    expect(body['scenarios']).toMatchObject([{ scenario_id: 'outage-1', status: 'STOPPED' }]);
    const phases = await twin.read('scenario_state', 'ScenarioState');
    expect(phases.map(({ revision, status }) => [revision, status])).toEqual([[1, 'SCHEDULED'], [1, 'STOPPED'], [2, 'SCHEDULED'], [2, 'STOPPED']]);
    expect(phases[1].applied_until).toBe(phases[2].applied_from);
    const truth = (await Promise.all([0, 1].map((partition) => twin.read('ground_truth', 'GroundTruth', partition)))).flat();
    expect(truth.filter(({ role }) => role === 'CAUSE').map(({ entity, details, event_time }) => [entity, details['edge'], details['revision'], event_time])).toEqual([
      [`cell:${cells[0]}`, 'BEGIN', '1', phases[0].applied_from],
      [`cell:${cells[0]}`, 'END', '1', phases[1].applied_until],
      [`cell:${cells[0]}`, 'BEGIN', '2', phases[2].applied_from],
      [`cell:${cells[0]}`, 'END', '2', phases[3].applied_until],
    ]);
  });

  it('changes none that is over by itself, and says that before anything of times that the caller did not send', async () => {
    const id = 'a-second';
    await call('POST', '/api/v1/scenarios', { scenario_id: id, kind: 'cell_outage', target: { type: 'CELL', ids: [cells[0]] }, duration_s: 1 });
    await eventually(async () => (await call('GET', `/api/v1/scenarios/${id}`)).body['status'] === 'ENDED');
    expectTooLate(await call('PATCH', `/api/v1/scenarios/${id}`, { target: { type: 'CELL', ids: [cells[1]] } }), /ended at/);
    expectTooLate(await call('DELETE', `/api/v1/scenarios/${id}`), /ended at/);
  });

  it('says at once what is wrong, and where', async () => {
    const start = (body: object): Promise<Answer> => call('POST', '/api/v1/scenarios', { kind: 'cell_outage', target: { type: 'CELL', ids: [cells[0]] }, ...body });
    expectProblem(await call('POST', '/api/v1/scenarios', {}), 400, '/kind', '/target');
    expectProblem(await start({ intensity: -1 }), 400, '/intensity');
    expectProblem(await start({ kind: 'volcano' }), 400, '/kind');
    expectProblem(await start({ target: { type: 'CELL', ids: ['1'] } }), 400, '/target/ids');
    expectProblem(await start({ target: { type: 'SEGMENT', ids: ['YOUTH'] } }), 400, '/target/type');
    expectProblem(await start({ effective_at: '2026-03-02T08:00:00Z', until: '2026-03-02T07:00:00Z' }), 400, '/until');
    expectProblem(await start({ until: 'tomorrow' }), 400, '/until');
    expectProblem(await start({ effective_at: '2026-03-02T08:00Z', until: '2026-03-02T07:00Z' }), 400, '/until');
    expectProblem(await start({ parameters: { depth: '3' } }), 400, '/parameters/depth');
    expectProblem(await start({ colour: 'red' }), 400, '/colour');
    expectProblem(await start({ scenario_id: 'outage-1' }), 409, '/scenario_id');
    expectProblem(await call('GET', '/api/v1/scenarios/nobody'), 404);
    expectProblem(await call('DELETE', '/api/v1/scenarios/nobody'), 404);
    expectProblem(await call('GET', '/api/v2'), 404);
    expect(await twin.deadLetters()).toEqual([]);
  });
});

describe('clock', () => {
  const eventTime = async (): Promise<number> => Date.parse((await call('GET', '/api/v1/clock')).body['event_time'] as string);

  it('tells event time, mode, speed, leader and lag', async () => {
    const { status, body } = await call('GET', '/api/v1/clock');
    expect(status).toBe(200);
    expect(body).toMatchObject({ mode: 'LIVE', speed: 1, paused_by: null, until: null, leader: expect.any(String) as string, groups: [] });
    expect(body['lag_seconds']).toEqual(expect.any(Number));
  });

  it('pauses and resumes', async () => {
    const paused = await call('POST', '/api/v1/clock/pause');
    expect([paused.status, paused.body['mode'], paused.body['paused_by']]).toEqual([200, 'PAUSED', 'api']);
    const ticks = (await twin.read('sim_ticks', 'Tick')).length;
    const scheduled = await call('POST', '/api/v1/scenarios', { kind: 'cell_outage', target: { type: 'CELL', ids: [cells[1]] } });
    expect(scheduled.body).toMatchObject({ status: 'SCHEDULED', applied_from: paused.body['event_time'] });
    expect((await twin.read('sim_ticks', 'Tick')).length).toBe(ticks);
    const resumed = await call('POST', '/api/v1/clock/resume');
    expect(resumed.status).toBe(200);
    expect(resumed.body['mode']).not.toBe('PAUSED');
    await eventually(async () => (await eventTime()) > Date.parse(paused.body['event_time'] as string));
  });

  it('changes speed, and refuses one that makes no sense', async () => {
    const faster = await call('PUT', '/api/v1/clock/speed', { speed: 60 });
    expect([faster.status, faster.body['speed']]).toEqual([200, 60]);
    const before = await eventTime();
    await eventually(async () => (await eventTime()) >= before + 120_000);
    for (const speed of [0, 1e-7, 10_001]) expectProblem(await call('PUT', '/api/v1/clock/speed', { speed }), 400, '/speed');
    expectProblem(await call('PUT', '/api/v1/clock/speed', {}), 400, '/speed');
  });
});
