import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { OBSERVABILITY } from './registry.ts';

const RULES = join(OBSERVABILITY, 'rules');
const TESTS = join(RULES, 'tests');
const yaml = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.yaml'));

const found = spawnSync('promtool', ['--version']).status === 0;
if (!found) console.warn('skipped: alerts are not tried, because promtool is not installed (Debian: apt-get install prometheus)');

function promtool(args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd, encoding: 'utf8' });
  return status === 0 ? 'passed' : `${stdout}${stderr}`;
}

describe.skipIf(!found)('promtool', () => {
  it('accepts all rules', () => {
    expect(promtool(['check', 'rules', ...yaml(RULES)], RULES)).toBe('passed');
  });

  it.each(yaml(TESTS))('sees the alerts of %s fire when they should, and only then', (name) => {
    expect(promtool(['test', 'rules', name], TESTS)).toBe('passed');
  }, 600_000);
});

it('has a test in which each alert fires', () => {
  const alerts = yaml(RULES).flatMap((name) => (parse(readFileSync(join(RULES, name), 'utf8')) as { groups: { rules: { alert?: string }[] }[] })
    .groups.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? [])));
  const fired = yaml(TESTS).flatMap((name) => (parse(readFileSync(join(TESTS, name), 'utf8')) as { tests: { alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] }[] })
    .tests.flatMap((test) => test.alert_rule_test.filter(({ exp_alerts }) => (exp_alerts?.length ?? 0) > 0).map(({ alertname }) => alertname)));
  expect([...new Set(fired)].sort()).toEqual(alerts.sort());
});
