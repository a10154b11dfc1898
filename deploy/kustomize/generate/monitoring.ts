import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const OBSERVABILITY = join(import.meta.dirname, '..', '..', 'observability');
const part = { 'app.kubernetes.io/part-of': 'telco-twin' } as const;

/** The rule files of deploy/observability as `PrometheusRule`s: file name → object. */
export function prometheusRules(): (readonly [string, object])[] {
  return sorted('rules', '.yaml').map((file) => {
    const name = `telco-twin-${file.slice(0, -'.yaml'.length)}`;
    return [name, {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name, labels: part },
      spec: parse(readFileSync(join(OBSERVABILITY, 'rules', file), 'utf8')) as object,
    }] as const;
  });
}

/** A dashboard each in a ConfigMap with the label that Grafana's sidecar looks for: file name → object. */
export function dashboardConfigMaps(): (readonly [string, object])[] {
  return sorted('dashboards', '.json').map((file) => {
    const name = `telco-twin-dashboard-${file.slice(0, -'.json'.length)}`;
    return [name, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, labels: { ...part, grafana_dashboard: '1' } },
      // Without white space: a ConfigMap and what kubectl notes of it have limits.
      data: { [file]: JSON.stringify(JSON.parse(readFileSync(join(OBSERVABILITY, 'dashboards', file), 'utf8'))) },
    }] as const;
  });
}

function sorted(folder: string, extension: string): string[] {
  return readdirSync(join(OBSERVABILITY, folder)).filter((file) => file.endsWith(extension)).sort();
}
