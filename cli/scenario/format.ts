import { MAX_INTENSITY, type ScenarioKind } from '../../twin/scenarios/index.ts';
import { durationText } from './arguments.ts';
import type { ScenarioRow } from './client.ts';

/** Rows of text under a header, in columns as wide as they have to be. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [header, ...rows].map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}

export function scenarioTable(scenarios: readonly ScenarioRow[]): string {
  if (scenarios.length === 0) return 'no scenario was ever started';
  return table(
    ['SCENARIO', 'KIND', 'STATUS', 'FROM', 'UNTIL', 'CELLS', 'SUBSCRIBERS'],
    scenarios.map((row) => [
      row.scenario_id, row.kind, row.status, row.applied_from, row.applied_until ?? '-', String(row.cell_count), String(row.subscriber_count),
    ]),
  );
}

/** What a kind takes, with its defaults. */
export function kindText(kinds: readonly ScenarioKind[]): string {
  return kinds.map((kind) => {
    const parameters = kind.parameters.map(({ name, description, unit, minimum, maximum, default: value }) =>
      `    --param ${name}=${value}   ${description}, ${minimum} to ${maximum} ${unit}`.trimEnd());
    return [
      `${kind.kind}: ${kind.title}`, `    ${kind.description}`,
      `    --target ${kind.targets.map((target) => `${target.toLowerCase()}:…`).join(' or ')}`,
      kind.defaultDurationMs === null ? '    --for …   without it until it is stopped' : `    --for ${durationText(kind.defaultDurationMs)}`,
      `    --intensity ${MAX_INTENSITY}   above 0, at most ${MAX_INTENSITY}`,
      ...parameters,
    ].join('\n');
  }).join('\n\n');
}

/** What is told of a control event that was sent and not confirmed: the commands name the twin that it was sent to. */
export function sentText(scenarioId: string, { api, brokers }: { readonly api?: string; readonly brokers?: string }): string {
  const way = brokers !== undefined ? ` --brokers ${brokers}` : api !== undefined ? ` --api ${api}` : '';
  const cluster = brokers !== undefined ? `KAFKA_BROKERS=${brokers} ` : '';
  return [
    `sent ${scenarioId}; what the twin made of it:`,
    `  npx telco-twin scenario list${way}`,
    `  ${cluster}npx telco-twin peek dead_letters --from-beginning --no-follow --key ${scenarioId}   (if it was refused)`,
  ].join('\n');
}
