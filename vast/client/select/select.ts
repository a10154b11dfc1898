import { Field, Uint64, type RecordBatch } from 'apache-arrow';
import type { ColumnField } from '../../wire/column-types.ts';
import * as header from '../../wire/headers.ts';
import { QueryFailedError } from '../../wire/query/frames.ts';
import { encodeSource, type Disjunction, type Test } from '../../wire/query/source.ts';
import type { Scalar } from '../../wire/query/literal.ts';
import { listColumns } from '../catalog.ts';
import { FatalError, NotFoundError, ProtocolError, RetriableError, type ErrorPlace } from '../errors.ts';
import { ROW_ID } from '../rows.ts';
import type { CallScope, TablePath } from '../scope.ts';
import type { HttpAnswer } from '../transport/exchange.ts';
import { readPages } from './pages.ts';

/** A condition on one column. Comparisons are false for null. */
export type Condition = { readonly column: string } & (Test | { readonly anyOf: readonly Scalar[] });

export interface Query {
  /** Names in the wanted order; `$row_id` (uint64) may be among them. */
  readonly columns: readonly string[];
  /** All must hold. */
  readonly where?: readonly Condition[];
  /** Streams that the server may read in parallel for one answer. Default 4. */
  readonly subSplits?: number;
  /** Rows at most of each stream in one answer, so that this client holds at most `subSplits` times as many. Default 131,072. */
  readonly pageRows?: number;
}

/** What VAST's SDK asks for. Row groups have 65,536 rows. */
const ROW_GROUPS_PER_SUB_SPLIT = 8;
const SUB_SPLITS = 4;
const PAGE_ROWS = 131_072;
/** A query's own text. VAST's SDK goes no further. */
const MAX_REQUEST_BYTES = 4_718_592;

/** Asks again and again from where each sub-split stopped, until all have finished. */
export async function* selectRows(scope: CallScope, path: TablePath, query: Query): AsyncGenerator<RecordBatch> {
  const place = { operation: 'select', bucket: scope.bucket, ...path };
  const fields = await fieldsByName(scope, path);
  const selected = query.columns.map((name) => fieldOf(fields, name, place));
  const body = requestOf(selected, (query.where ?? []).map((condition) => disjunctionOf(fields, condition, place)), place);
  const cursors = Array.from({ length: query.subSplits ?? SUB_SPLITS }, () => 0n);
  while (cursors.some((cursor) => cursor !== header.FINISHED_CURSOR)) {
    const answer = await scope.call({
      operation: 'select',
      effect: 'read',
      method: 'GET',
      target: scope.target(path, 'data'),
      headers: {
        [header.SPLIT]: `0,1,${ROW_GROUPS_PER_SUB_SPLIT}`,
        [header.SUB_SPLITS]: String(cursors.length),
        [header.REQUEST_FORMAT]: 'string',
        [header.RESPONSE_FORMAT]: 'string',
        [header.SORTED_PROJECTIONS]: header.formatBoolean(true),
        [header.LIMIT_ROWS]: String(query.pageRows ?? PAGE_ROWS),
        ...Object.fromEntries(cursors.map((cursor, index) => [header.startRowId(index), `${index},${cursor}`])),
      },
      body: { pieces: [body], byteLength: body.byteLength },
      place: path,
    });
    yield* takePages(answer, selected, cursors, place);
  }
}

/** Yields an answer's rows and moves the cursors, all of which must have got somewhere: else the same answer would come for ever. */
function takePages(answer: HttpAnswer, selected: readonly ColumnField[], cursors: bigint[], place: ErrorPlace): RecordBatch[] {
  const before = [...cursors];
  const batches: RecordBatch[] = [];
  try {
    for (const page of readPages(answer.body, selected)) {
      if (before[page.subSplit] === undefined) throw new RangeError(`sub-split ${page.subSplit} was not asked for`);
      cursors[page.subSplit] = page.cursor;
      // A sub-split that had finished is answered with an empty page.
      batches.push(...page.batches.filter((batch) => batch.numRows > 0));
    }
  } catch (error) {
    if (error instanceof QueryFailedError) {
      throw new RetriableError(`${error.message}; roll back and ask again in a new transaction`, { ...place, cause: error });
    }
    throw new ProtocolError(`the answer of ${answer.body.byteLength} bytes cannot be read: ${String(error)}`, { ...place, cause: error });
  }
  cursors.forEach((cursor, index) => {
    if (cursor !== header.FINISHED_CURSOR && cursor === before[index]) {
      throw new ProtocolError(`the answer leaves sub-split ${index} where it was, at ${cursor}`, place);
    }
  });
  return batches;
}

async function fieldsByName(scope: CallScope, path: TablePath): Promise<Map<string, ColumnField>> {
  const { fields } = await listColumns(scope, path);
  const byName = new Map<string, ColumnField>(fields.map((field) => [field.name, field]));
  return byName.set(ROW_ID, new Field(ROW_ID, new Uint64(), true));
}

function fieldOf(fields: ReadonlyMap<string, ColumnField>, name: string, place: ErrorPlace): ColumnField {
  const field = fields.get(name);
  if (field !== undefined) return field;
  throw new NotFoundError(`there is no column ${name}; the table has ${[...fields.keys()].join(', ')}`, place);
}

function disjunctionOf(fields: ReadonlyMap<string, ColumnField>, condition: Condition, place: ErrorPlace): Disjunction {
  const column = fieldOf(fields, condition.column, place);
  if ('anyOf' in condition) return { column, anyOf: condition.anyOf.map((value) => ({ test: 'equal', value })) };
  return { column, anyOf: [condition] };
}

/** @throws FatalError when a value does not fit its column, or the values are too many for one request */
function requestOf(selected: readonly ColumnField[], where: readonly Disjunction[], place: ErrorPlace): Uint8Array {
  let body: Uint8Array;
  try {
    body = encodeSource(selected, where);
  } catch (error) {
    throw new FatalError(error instanceof Error ? error.message : String(error), { ...place, cause: error });
  }
  if (body.byteLength <= MAX_REQUEST_BYTES) return body;
  throw new FatalError(`the conditions take ${body.byteLength} bytes, more than a query may hold: ask for fewer values at a time`, place);
}
