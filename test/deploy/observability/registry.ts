import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const OBSERVABILITY = join(import.meta.dirname, '../../../deploy/observability');

export interface Declared {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  /** Names of the processors that export it, groups resolved. */
  readonly processors: readonly string[];
  readonly unit: string;
  readonly help: string;
  /** Why a healthy process may not show it; null when it always does. */
  readonly when: string | null;
}

interface File {
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly metrics: readonly (Omit<Declared, 'when'> & { readonly when?: string })[];
  readonly runtime: readonly Pick<Declared, 'name' | 'type' | 'labels'>[];
  readonly external: readonly { readonly name: string; readonly source: string; readonly labels: readonly string[] }[];
}

const file = parse(readFileSync(join(OBSERVABILITY, 'telemetry.yaml'), 'utf8')) as File;

/** Every metric of our processes, prom-client's own included. */
export const declared: readonly Declared[] = [
  ...file.metrics.map((metric) => ({
    ...metric, when: metric.when ?? null, processors: metric.processors.flatMap((name) => file.groups[name] ?? [name]),
  })),
  ...file.runtime.map((metric) => ({ ...metric, unit: '', help: 'of the Node.js process', processors: file.groups.all, when: null })),
];

export const external = file.external;
export const groups = file.groups;
