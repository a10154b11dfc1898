import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlWriter } from '../../../processors/scenario-injector/api/control-writer.ts';
import { accessRights, processors, type Right } from '../../../topology/graph/index.ts';
import { MINUTE } from '../../../twin/config.ts';
import type { ControlEvent } from '../../../twin/scenarios/index.ts';
import { busiestCells, someSubscribers } from '../../support/busiest.ts';
import { uniquePrefix } from '../support/stack.ts';
import { GENERATORS, STREAMS } from '../twin/twin.ts';
import { expectMissing, expectRefusal, rightName } from './refusals.ts';
import { START, SecureTwin, TICK_MS } from './secure-twin.ts';

const PREFIX = uniquePrefix();
const RIGHTS = accessRights({ prefix: PREFIX });
const generators: readonly string[] = Object.values(GENERATORS);
/** Only asked for by a task that has no cursor: at its first start. */
const isEvidence = ({ purpose }: Right): boolean => purpose.startsWith('finds out');

const casesOf = (principal: string, among: (right: Right) => boolean = () => true) => RIGHTS
  .filter((right) => right.principal === principal && among(right))
  .map((right) => ({ name: `${principal}: ${rightName(right, PREFIX)}`, right }));

let twin: SecureTwin;

/** Records that make a processor need a right at once. */
const provocations: Readonly<Record<string, () => Promise<void>>> = {
  'scenario-injector: Write topic scenario_state': () => control(),
  'scenario-injector: Write topic dead_letters': () => twin.append('scenario_events', 0, Buffer.from('no control event')),
  'vast-sink: Write topic dead_letters': () => twin.append('customer_service', 0, Buffer.from('no record')),
  ...Object.fromEntries(generators.map((name) => [`${name}: Write topic dead_letters`, () => twin.repeatTick()])),
};

/** An outage of busy cells and a fraud: together they change everything that a scenario can change. */
async function control(): Promise<void> {
  const { world } = twin.content.memory;
  const cells = busiestCells(twin.content.memory, START + 30 * MINUTE).slice(0, 40).map((cell) => String(world.network.cellId[cell]));
  const event = (scenarioId: string, kind: string, type: ControlEvent['target']['type'], ids: readonly string[]): ControlEvent => ({
    scenarioId, kind, action: 'START', effectiveAt: START, until: START + 48 * 60 * MINUTE, target: { type, ids, fraction: null },
    intensity: 1, difficulty: 'medium', parameters: {}, issuedAt: Date.now(), issuedBy: 'test',
  });
  const writer = new ControlWriter(twin.kafka.admin, twin.content.names, twin.schemaIds.get('scenario_events')!);
  await writer.append(event('outage', 'cell_outage', 'CELL', cells));
  await writer.append(event('fraud', 'sim_swap_fraud', 'SUBSCRIBER', someSubscribers(twin.content.memory, 5)));
  await writer.close();
}

/** Starts the right's processor without it: it ends, naming what is missing, and nobody else does. */
async function endsWithout(name: string, right: Right): Promise<void> {
  const others = twin.others(right.principal);
  await twin.stop(right.principal);
  await twin.kafka.revoke([right]);
  await provocations[name]?.();
  const before = await twin.progress(others);
  const processor = await twin.start(right.principal);
  expectRefusal(await processor.failed(), right);
  if (right.principal === 'scenario-injector') expect(twin.ended()).toEqual([]);
  // The clock waits for nobody here, so all the others go on.
  else await twin.progressed(others, before);
  await twin.kafka.grant([right]);
}

beforeAll(async () => {
  twin = await SecureTwin.create(PREFIX);
  // What a task leaves behind that died in its first transaction: offsets without records.
  for (const stream of STREAMS) await twin.appendAborted(stream);
}, 600_000);
afterAll(async () => twin.close());

describe('a task without a cursor', () => {
  for (const generator of generators) {
    it.each(casesOf(generator, isEvidence))('must see its output: $name', async ({ right }) => {
      await twin.kafka.revoke([right]);
      const processor = await twin.start(right.principal);
      expectRefusal(await processor.failed(), right);
      await twin.kafka.grant([right]);
      await twin.start(right.principal);
    });
  }
});

it('the whole topology runs with exactly the generated rights', async () => {
  for (const { name, kind } of processors) if (kind !== 'job' && !twin.runs(name)) await twin.start(name);
  await twin.allReady();
  const before = await twin.progress(twin.others(''));
  await twin.progressed(twin.others(''), before);
  expect(await twin.kafka.acls()).toHaveLength(RIGHTS.length);
}, 300_000);

describe('without one right of the scenario-injector it ends, naming the right', () => {
  const isApi = ({ operation, resource }: Right): boolean => operation === 'Write' && resource.name === `${PREFIX}scenario_events`;

  it.each(casesOf('scenario-injector', (right) => !isApi(right)))('$name', async ({ name, right }) => endsWithout(name, right));

  it.each(casesOf('scenario-injector', isApi))('$name: only the API refuses control events', async ({ right }) => {
    await twin.kafka.revoke([right]);
    const injector = await (await twin.start('scenario-injector')).ready();
    const post = async (): Promise<{ status: number; detail?: string }> => {
      const response = await fetch(`${injector.apiUrl}/api/v1/scenarios`, {
        method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ scenario_id: 'by-api', kind: 'cell_outage', target: { type: 'CELL', ids: [twin.someCell()] }, duration_s: 60 }),
      });
      return { ...(await response.json() as { detail?: string }), status: response.status };
    };
    let refused = await post();
    // A ready injector need not have heard of the leader's clock yet: the API asks to try again, before it writes anything.
    while (refused.detail?.includes('try again in a moment') === true) {
      await sleep(100);
      refused = await post();
    }
    expect(refused.status).toBe(503);
    expectMissing(refused.detail ?? '', right);
    expect(injector.failure).toBeNull();
    await twin.kafka.grant([right]);
    expect((await post()).status).toBeLessThan(300);
  });
});

describe('without one right of another processor it ends, naming the right, and the others go on', () => {
  beforeAll(async () => {
    // One processor after another stands still now: the clock must not wait for it.
    await twin.stop('scenario-injector');
    await twin.start('scenario-injector', { CLOCK_GROUPS: '' });
    await twin.allReady();
  }, 300_000);

  for (const { name: principal, kind } of processors) {
    if (kind === 'job' || principal === 'scenario-injector') continue;
    it.each(casesOf(principal, (right) => !isEvidence(right)))('$name', async ({ name, right }) => endsWithout(name, right), 180_000);

    it(`${principal} goes on once it has them all`, async () => {
      await (await twin.start(principal)).ready();
    }, 180_000);
  }
});

it('after all of that nothing was lost or repeated', async () => {
  await twin.allReady();
  await twin.stop('scenario-injector');
  const until = await twin.caughtUp(generators);
  const scenarios = await twin.content.scenarios();
  expect(until - START).toBeGreaterThan(10 * TICK_MS);
  for (const stream of STREAMS) {
    const { records, groundTruth } = await twin.content.computed(stream, 0, START, until, scenarios);
    const committed = (await twin.committed(stream, 0));
    expect(committed.length, stream).toBe(records.length);
    expect(committed, stream).toEqual(records);
    expect(groundTruth.length, stream).toBeGreaterThan(0);
  }
}, 600_000);
