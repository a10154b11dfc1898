import type { TableEntry } from '../catalog/catalog.ts';
import { FILE_ROWS } from '../parquet/rewrite.ts';
import { lowerBound } from '../rows/row-ids.ts';
import type { Delta, FileSegment, Segment, TableVersion } from '../rows/version.ts';

/** What of a table is to be written anew. */
export interface Choice {
  readonly segments: readonly Segment[];
  readonly deltas: readonly Delta[];
}

/**
 * Everything that still lies in the log, files that deltas changed or whose columns are not the table's any more, and small files while
 * they are no larger than what is written anyway: so a row is rewritten a logarithmic number of times. Undefined when all is well.
 */
export function choose(table: TableEntry, version: TableVersion): Choice | undefined {
  const files = version.segments.filter((segment) => segment.kind === 'file');
  const inserts = version.segments.filter((segment) => segment.kind === 'insert');
  const chosen = new Set<Segment>(inserts);
  for (const file of files) if (isStale(table, file) || version.deltas.some((delta) => touches(delta, file))) chosen.add(file);
  if (chosen.size === 0 && version.deltas.length === 0) return undefined;
  let rows = [...chosen].reduce((sum, segment) => sum + segment.rows, 0);
  for (const file of files.toReversed()) {
    if (chosen.has(file)) continue;
    if (file.rows >= FILE_ROWS || file.rows > rows) break;
    chosen.add(file);
    rows += file.rows;
  }
  // Every delta's rows lie in chosen segments, so none is left over.
  return { segments: version.segments.filter((segment) => chosen.has(segment)), deltas: version.deltas };
}

function isStale(table: TableEntry, file: FileSegment): boolean {
  return file.columns.length !== table.columns.length
    || table.columns.some(({ id, field }, i) => file.columns[i].id !== id || file.columns[i].name !== field.name);
}

function touches(delta: Delta, file: FileSegment): boolean {
  const at = lowerBound(delta.ids, file.from);
  return at < delta.ids.length && delta.ids[at] < file.to;
}
