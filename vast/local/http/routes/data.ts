import { decodeQuery } from '../../../wire/query/relation.ts';
import { parseBoolean, SORTED_PROJECTIONS } from '../../../wire/headers.ts';
import type { Transaction } from '../../store/types.ts';
import { invalidArgument, notImplemented } from '../errors.ts';
import type { FrameWriter } from '../query/frames.ts';
import { fittingProjection, sortColumns } from '../query/order.ts';
import { planOf } from '../query/plan.ts';
import { select, sendCount } from '../query/select.ts';
import { FINISHED, ROW_GROUP_ROWS, splitOf } from '../query/splits.ts';
import type { Call } from '../request.ts';
import { propertiesOf } from '../table-properties.ts';
import { projectionNamed } from './projection.ts';

export interface StreamOptions {
  readonly keepAliveMs: number;
  readonly signal: AbortSignal;
}

/** Writes an answer once everything that can be wrong with the request has been looked at. */
export type StreamedAnswer = (frames: FrameWriter, options: StreamOptions) => Promise<void>;

/** A query within a transaction. What it throws before it returns is an ordinary error answer. */
export function query(call: Call, transaction: Transaction): StreamedAnswer {
  const subTable = call.parameter('sub-table');
  if (subTable !== undefined) throw notImplemented(`sub-table ${subTable}: this endpoint does not import files`);
  const priority = call.header('tabular-schedule-id');
  if (priority !== undefined && !/^\d+$/.test(priority)) throw invalidArgument(`header tabular-schedule-id is "${priority}": a priority is 0 or more`);
  const table = transaction.table(call.path);
  const split = splitOf(call);
  if (split.estimate) {
    return async (frames) => {
      for (const { id } of split.subSplits) await sendCount(id === 0 ? Math.ceil(table.rows / ROW_GROUP_ROWS) : 0, id, FINISHED, frames);
      frames.completed();
    };
  }
  const relation = decodeQuery(call.body);
  const properties = propertiesOf(table);
  const name = call.parameter('name');
  const projection = name !== undefined ? projectionNamed(call, properties, name)
    : parseBoolean(call.header(SORTED_PROJECTIONS)) ? fittingProjection(relation, properties) : undefined;
  const sortedBy = sortColumns(projection);
  const plan = planOf(relation, table, sortedBy);
  return (frames, options) => select({ transaction, path: call.path, plan, split, sortedBy, ...options }, frames);
}
