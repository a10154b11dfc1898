import type { Observer } from '../../processors/generator/observer.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fields of two records of one event that differ beyond the observer's tolerances. */
function changedFields(a: Fields, b: Fields, tolerances: Observer['tolerances']): string[] {
  return Object.keys(a).filter((field) => {
    const [x, y] = [a[field], b[field]];
    if (Object.is(x, y)) return false;
    const tolerance = tolerances[field];
    if (tolerance === undefined || typeof x !== 'number' || typeof y !== 'number') return true;
    const limit = Math.max(tolerance.absolute ?? 0, (tolerance.relative ?? 0) * Math.max(Math.abs(x), Math.abs(y)));
    return Math.abs(x - y) > limit;
  });
}

/** What a scenario did to a stream, as lines `ADDED id`, `REMOVED id` and `CHANGED id fields`, sorted. */
export function difference(
  actual: readonly Fields[], baseline: readonly Fields[], tolerances: Observer['tolerances'],
): string[] {
  const before = new Map(baseline.map((record) => [record['event_id'], record]));
  const lines: string[] = [];
  for (const record of actual) {
    const id = String(record['event_id']);
    const other = before.get(id);
    before.delete(id);
    if (other === undefined) lines.push(`ADDED ${id}`);
    else {
      const fields = changedFields(record, other, tolerances);
      if (fields.length > 0) lines.push(`CHANGED ${id} ${fields.toSorted().join()}`);
    }
  }
  for (const id of before.keys()) lines.push(`REMOVED ${String(id)}`);
  return lines.toSorted();
}
