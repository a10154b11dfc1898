import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dashboards } from '../../../deploy/observability/dashboards/index.ts';
import { freePort } from '../../../deploy/local/ports.ts';
import { MINUTE } from '../../../twin/config.ts';
import { busiestCells } from '../../support/busiest.ts';
import { selectedMetrics } from '../../deploy/observability/promql.ts';
import { declared, external, groups, OBSERVABILITY, type Declared } from '../../deploy/observability/registry.ts';
import { command, RunningProcessor, type Environment } from '../twin/fleet.ts';
import { GENERATORS, TestTwin } from '../twin/twin.ts';
import { KEYS, VastEndpoint } from '../vast/sink/endpoint.ts';
import { hasPrometheus, Prometheus } from './prometheus.ts';

const START = Date.parse('2026-03-02T18:00:00Z');
/** Long enough for rates over a minute, and for groups to be a little behind and catch up. */
const WATCHED_MS = 75_000;
const PATIENCE_MS = 120_000;
/** Where a picture of the dashboards is to be made from what was scraped: a JSON file of every panel's series. */
const RECORDING = process.env.DASHBOARD_RECORDING;

let endpoint: VastEndpoint;
let twin: TestTwin;
let prometheus: Prometheus | null = null;
const running: RunningProcessor[] = [];

beforeAll(async () => {
  endpoint = await VastEndpoint.start();
  twin = await TestTwin.create({ subscribers: 1_000, partitions: 2, start: new Date(START).toISOString() });
  const [api, store] = [await freePort(), await freePort()];
  const env: Environment = {
    ...twin.env, ...KEYS, VAST_ENDPOINT: endpoint.url, VAST_SCHEMA: 'telco', SINK_MAX_DELAY_MS: '300', API_PORT: String(api), CLOCK_SPEED: '20',
    SUBSCRIBER_DB_DIR: join(endpoint.dataDir, 'subscriber-db'), SUBSCRIBER_DB_PORT: String(store), SUBSCRIBER_DB_URL: `http://127.0.0.1:${store}`,
  };
  for (const name of groups.all) running.push(new RunningProcessor(env, name));
  await twin.awaitTicks(Object.values(GENERATORS), START + MINUTE);
  if (hasPrometheus) {
    prometheus = await Prometheus.start(
      Object.fromEntries(running.map(({ name, httpPort }) => [name, `127.0.0.1:${httpPort}`])),
      readdirSync(join(OBSERVABILITY, 'rules')).filter((name) => name.endsWith('.yaml')).map((name) => join(OBSERVABILITY, 'rules', name)),
    );
    // An increase is what Prometheus has seen both sides of.
    while ((await prometheus.query('twin_dead_letters_total{processor="scenario-injector"}')).length === 0) await sleep(500);
  }
  const cell = twin.memory.world.network.cellId[busiestCells(twin.memory, START + 4 * MINUTE)[0]];
  await command(env, 'scenario', 'start', 'cell_outage', '--target', `cell:${cell}`, '--id', 'watched', '--for', '24h', '--api', `http://127.0.0.1:${api}`);
  // The leader refuses it: a dead letter.
  await command(env, 'scenario', 'start', 'cell_outage', '--target', 'cell:1', '--id', 'refused', '--brokers', twin.env.KAFKA_BROKERS);
  const sink = running.find(({ name }) => name === 'vast-sink')!;
  await vi.waitFor(async () => {
    expect(await (await fetch(`http://127.0.0.1:${sink.httpPort}/metrics`)).text()).toMatch(/^vast_sink_rows_total\{.*\} [1-9]/m);
  }, { timeout: PATIENCE_MS, interval: 500 });
}, 1_200_000);

afterAll(async () => {
  await prometheus?.close();
  await Promise.all(running.map((processor) => processor.kill()));
  await twin.close();
  await endpoint.close();
});

interface Exported { readonly type: string; readonly help: string; readonly labels: readonly string[] }

/** What a process exports, by metric, from Prometheus' text format. */
async function scrape({ httpPort }: RunningProcessor): Promise<Map<string, Exported>> {
  const text = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
  const found = new Map<string, { type: string; help: string; labels: Set<string> }>();
  for (const line of text.split('\n')) {
    const [, keyword, about, rest] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    const [, name, labels] = /^([a-z_:][\w:]*)(?:\{(.*)\})? /i.exec(line) ?? [];
    if (keyword === 'HELP') found.set(about, { type: '', help: rest, labels: new Set() });
    else if (keyword === 'TYPE') found.get(about)!.type = rest;
    else if (name !== undefined) {
      const metric = found.get(name) ?? found.get(name.replace(/_(bucket|sum|count)$/, ''))!;
      for (const [, label] of (labels ?? '').matchAll(/(\w+)="/g)) if (label !== 'le') metric.labels.add(label);
    }
  }
  return new Map([...found].map(([name, { labels, ...metric }]) => [name, { ...metric, labels: [...labels].sort() }]));
}

describe('what processors export', () => {
  it.each(groups.all)('%s: exactly what the registry says', async (processor) => {
    const exported = await scrape(running.find(({ name }) => name === processor)!);
    const wanted = new Map(declared.filter(({ processors }) => processors.includes(processor)).map((metric) => [metric.name, metric]));
    expect([...exported].filter(([name, { labels }]) => !wanted.has(name) && !isIdle(name, labels)).map(([name]) => name), 'not in telemetry.yaml').toEqual([]);
    const faults: string[] = [];
    for (const [name, metric] of wanted) {
      const found = exported.get(name);
      if (found === undefined || (found.labels.length === 0 && metric.labels.length > 0)) {
        if (metric.when === null && !optional(metric)) faults.push(`${name} is not exported`);
        continue;
      }
      if (found.type !== metric.type) faults.push(`${name} is a ${found.type}, not a ${metric.type}`);
      if (found.labels.join() !== [...metric.labels].sort().join()) faults.push(`${name} has the labels ${found.labels.join()}, not ${metric.labels.join()}`);
      if (metric.help !== 'of the Node.js process' && found.help !== metric.help) faults.push(`${name}: help is "${found.help}"`);
    }
    expect(faults).toEqual([]);
  });

  /** Declared once for a process, whatever runs in it: a metric of tasks that has no series where there are none. */
  function isIdle(name: string, labels: readonly string[]): boolean {
    return labels.length === 0 && (declared.find((metric) => metric.name === name)?.labels.length ?? 0) > 0;
  }

  /** Kinds of libuv handles come and go. */
  function optional({ name }: Declared): boolean {
    return /^nodejs_active_/.test(name);
  }
});

if (!hasPrometheus) console.warn('skipped: panels are not evaluated, because prometheus is not installed (Debian: apt-get install prometheus)');

describe.skipIf(!hasPrometheus)('a Prometheus that scrapes the twin', () => {
  const foreign = new Set(external.filter(({ source }) => source.startsWith('Kafka')).map(({ name }) => name));
  const panels = Object.entries(dashboards).flatMap(([board, { panels: all }]) => (all ?? []).flatMap((panel) => {
    const queries = ('targets' in panel ? panel.targets ?? [] : []).map((target) => (target.expr as string).replaceAll('$namespace', '.*'));
    return queries.length === 0 ? [] : [{ board, title: panel.title!, queries }];
  }));
  const ours = panels.filter(({ queries }) => !queries.some((query) => selectedMetrics(query).some(({ metric }) => foreign.has(metric))));

  beforeAll(async () => { await sleep(WATCHED_MS); }, WATCHED_MS * 2);

  it('evaluates every rule', async () => {
    expect(await prometheus!.ruleFailures()).toEqual([]);
  });

  it('finds data for every panel about our own processes', async () => {
    const empty = async (): Promise<string[]> => {
      const found = await Promise.all(ours.flatMap(({ board, title, queries }) => queries.map(async (query) => ({ name: `${board} / ${title}`, series: await prometheus!.query(query) }))));
      return found.filter(({ series }) => series.length === 0).map(({ name }) => name);
    };
    const mayBeEmpty = ['overview / Age of the newest records'];
    let missing = await empty();
    for (const deadline = performance.now() + PATIENCE_MS; missing.some((name) => !mayBeEmpty.includes(name)) && performance.now() < deadline;) {
      await sleep(3_000);
      missing = await empty();
    }
    if (RECORDING !== undefined) await record(RECORDING);
    // A clock at speed 20 does not follow the wall clock.
    expect(missing).toEqual(mayBeEmpty);
    expect(panels.filter((panel) => !ours.includes(panel) && panel.board !== 'kafka')).toEqual([]);
  }, PATIENCE_MS + 60_000);

  it('raises the alert that was provoked, and no critical one', async () => {
    const firing = (await prometheus!.query('ALERTS{alertstate="firing"}')).map(({ metric }) => metric);
    expect(firing).toContainEqual(expect.objectContaining({ alertname: 'TwinDeadLetters', processor: 'scenario-injector', reason: 'INVALID_FIELD' }));
    expect(firing.filter(({ severity }) => severity === 'critical')).toEqual([]);
  });

  async function record(file: string): Promise<void> {
    const to = Date.now() / 1_000;
    const series = await Promise.all(panels.map(async ({ board, title, queries }) => ({
      board, title, queries: await Promise.all(queries.map(async (query) => ({ range: await prometheus!.range(query, to - 240, to, 4), instant: await prometheus!.query(query) }))),
    })));
    await writeFile(file, JSON.stringify(series));
  }
});
