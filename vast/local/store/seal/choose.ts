import type { TableEntry } from '../catalog/catalog.ts';
import { FILE_ROWS } from '../parquet/rewrite.ts';
import { lowerBound } from '../rows/row-ids.ts';
import type { Delta, FileSegment, Segment, TableVersion } from '../rows/version.ts';

/** What of a table is to be written anew. */
export interface Choice {
  readonly segments: readonly Segment[];
  readonly deltas: readonly Delta[];
}

/** Files of about one size that become one; a row is rewritten once for each power of it between its first file and a full one. */
const FAN_IN = 8;
const SMALLEST = 2_048;

/**
 * Everything that still lies in the log, files that deltas changed or whose columns are not the table's any more, and the newest files
 * when there are enough of about one size. Undefined when all is well.
 */
export function choose(table: TableEntry, version: TableVersion): Choice | undefined {
  const files = version.segments.filter((segment) => segment.kind === 'file');
  const inserts = version.segments.filter((segment) => segment.kind === 'insert');
  const chosen = new Set<Segment>(inserts);
  for (const file of files) if (isStale(table, file) || version.deltas.some((delta) => touches(delta, file))) chosen.add(file);
  if (chosen.size === 0 && version.deltas.length === 0) return undefined;
  for (const file of alike(files.filter((file) => !chosen.has(file)))) chosen.add(file);
  // Every delta's rows lie in chosen segments, so none is left over.
  return { segments: version.segments.filter((segment) => chosen.has(segment)), deltas: version.deltas };
}

/** The newest files that are below some size, if they are `FAN_IN` with what is written now; for the largest such size. */
function alike(files: readonly FileSegment[]): readonly FileSegment[] {
  let found: readonly FileSegment[] = [];
  for (let limit = SMALLEST; limit < FILE_ROWS * FAN_IN; limit *= FAN_IN) {
    const newer = files.length - 1 - files.findLastIndex(({ rows }) => rows >= Math.min(limit, FILE_ROWS));
    if (newer >= FAN_IN - 1) found = files.slice(files.length - newer);
  }
  return found;
}

function isStale(table: TableEntry, file: FileSegment): boolean {
  return file.columns.length !== table.columns.length
    || table.columns.some(({ id, field }, i) => file.columns[i].id !== id || file.columns[i].name !== field.name);
}

function touches(delta: Delta, file: FileSegment): boolean {
  const at = lowerBound(delta.ids, file.from);
  return at < delta.ids.length && delta.ids[at] < file.to;
}
