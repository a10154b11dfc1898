import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dashboards } from '../../../deploy/observability/dashboards/index.ts';
import { processors } from '../../../topology/graph/index.ts';
import { selectedMetrics } from './promql.ts';
import { declared, external, groups, OBSERVABILITY } from './registry.ts';

const ROOT = join(OBSERVABILITY, '../..');
/** Labels that scraping adds. */
const SCRAPED = ['namespace', 'pod', 'instance', 'job'];
const UNITS = ['seconds', 'bytes', 'ratio'];
const SEVERITIES = ['critical', 'warning'];

interface Rule { readonly record?: string; readonly alert?: string; readonly expr: string; readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> }

const rules = readdirSync(join(OBSERVABILITY, 'rules')).filter((name) => name.endsWith('.yaml')).flatMap((name) =>
  (parse(readFileSync(join(OBSERVABILITY, 'rules', name), 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules));
const recorded = new Map(rules.flatMap(({ record }) => (record === undefined ? [] : [[record, record.split(':')[0]] as const])));
const alerts = rules.filter(({ alert }) => alert !== undefined);

/** Labels of a metric, as a query may name them; null when nothing exports it. */
function labelsOf(metric: string): readonly string[] | null {
  const series = new Map(declared.flatMap(({ name, type, labels }): [string, readonly string[]][] => (type === 'histogram'
    ? [[`${name}_bucket`, [...labels, 'le']], [`${name}_sum`, labels], [`${name}_count`, labels]] : [[name, labels]])));
  const level = recorded.get(metric);
  if (level !== undefined) return [level];
  const foreign = external.find(({ name }) => name === metric);
  return series.get(metric) ?? foreign?.labels ?? null;
}

/** What is wrong with a query. */
function faults(query: string): string[] {
  return selectedMetrics(query).flatMap(({ metric, labels }) => {
    const known = labelsOf(metric);
    if (known === null) return [`${metric} is not in telemetry.yaml`];
    return labels.filter((label) => !known.includes(label) && !SCRAPED.includes(label)).map((label) => `${metric} has no label ${label}`);
  });
}

describe('the telemetry registry', () => {
  it('names metrics by Prometheus\' conventions', () => {
    for (const { name, type, unit, help } of declared.filter(({ help }) => help !== 'of the Node.js process')) {
      expect(name, name).toMatch(/^(twin|vast_sink)_[a-z0-9_]+$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      if (UNITS.includes(unit)) expect(name.replace(/_total$/, '').endsWith(`_${unit}`), name).toBe(true);
      expect(name, name).not.toMatch(/_(ms|millis|milliseconds|minutes|kb|mb|percent)(_|$)/);
      expect(help, name).not.toMatch(/\.$/);
    }
    expect(new Set(declared.map(({ name }) => name)).size).toBe(declared.length);
  });

  it('has every metric that the code declares, and no other', () => {
    const sources = ['topology', 'processors', 'cli', 'vast'].flatMap((room) => globSync(join(ROOT, room, '**/*.ts')));
    const inCode = new Set(sources.map((file) => readFileSync(file, 'utf8')).filter((text) => text.includes("from 'prom-client'"))
      .flatMap((text) => [...text.matchAll(/'((?:twin|vast_sink)_[a-z0-9_]+)'/g)].map(([, name]) => name)));
    expect([...inCode].sort()).toEqual(declared.filter(({ help }) => help !== 'of the Node.js process').map(({ name }) => name).sort());
  });

  it('has no label that grows with partitions, subscribers or cells, but for the lag that autoscalers need', () => {
    const growing = declared.filter(({ labels }) => labels.some((label) => ['partition', 'subscriber', 'cell', 'scenario_id', 'path'].includes(label)));
    expect(growing.map(({ name }) => name)).toEqual(['twin_lag_seconds']);
  });

  it('knows every long-running processor of the topology', () => {
    expect(groups.all).toEqual(expect.arrayContaining(processors.filter(({ kind }) => kind !== 'job').map(({ name }) => name as string)));
    expect([...groups.generators].sort()).toEqual(processors.filter(({ kind }) => kind === 'tasks').map(({ name }) => name as string).sort());
  });
});

describe('rules', () => {
  it('read only metrics and labels that exist', () => {
    expect(rules.length).toBeGreaterThan(20);
    expect(rules.flatMap(({ alert, record, expr }) => faults(expr).map((fault) => `${alert ?? record}: ${fault}`))).toEqual([]);
  });

  it('would tell of a metric or label that does not', () => {
    expect(faults('sum by (stream) (rate(twin_event_total[1m]))')).toEqual(['twin_event_total is not in telemetry.yaml']);
    expect(faults('sum by (topic) (rate(twin_events_total{processor="x"}[1m]))')).toEqual(['twin_events_total has no label processor', 'twin_events_total has no label topic']);
    expect(() => faults('sum(rate(twin_events_total[1m])')).toThrow('not PromQL');
  });

  it('give every alert a severity, a summary, a description and a runbook that exists', () => {
    for (const { alert, labels, annotations } of alerts) {
      expect(SEVERITIES, alert).toContain(labels?.severity);
      expect(annotations?.summary, alert).toMatch(/\S/);
      expect(annotations?.description, alert).toMatch(/\S/);
      const [file, anchor] = annotations!.runbook.split('#');
      const headings = [...readFileSync(join(OBSERVABILITY, '../..', file), 'utf8').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading.toLowerCase());
      expect(headings, alert).toContain(anchor);
      expect(anchor, alert).toBe(alert!.toLowerCase());
    }
  });

  it('have no runbook without its alert', () => {
    const folder = join(OBSERVABILITY, '../../docs/runbooks');
    const headings = readdirSync(folder).flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading));
    expect(headings.sort()).toEqual(alerts.map(({ alert }) => alert!).sort());
  });
});

describe.each(Object.entries(dashboards))('dashboard %s', (_name, board) => {
  const panels = (board.panels ?? []).filter(({ type }) => type !== 'row');

  it('reads only metrics and labels that exist', () => {
    const found = panels.flatMap((panel) => ('targets' in panel ? panel.targets ?? [] : []).flatMap(({ expr }) =>
      faults((expr as string).replaceAll('$namespace', '.*')).map((fault) => `${panel.title}: ${fault}`)));
    expect(panels.length).toBeGreaterThan(5);
    expect(found).toEqual([]);
  });

  it('explains every panel, and lays them out without gaps or overlaps', () => {
    const taken = new Set<string>();
    for (const panel of board.panels ?? []) {
      if (panel.type !== 'row') expect((panel as { description?: string }).description, panel.title).toMatch(/\S\.$/);
      const { x, y, w, h } = panel.gridPos!;
      expect(x + w, panel.title).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column++) {
        for (let row = y; row < y + h; row++) {
          expect(taken.has(`${column} ${row}`), panel.title).toBe(false);
          taken.add(`${column} ${row}`);
        }
      }
    }
    const ids = (board.panels ?? []).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
