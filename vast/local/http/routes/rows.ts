import { free } from '../../../../host/memory.ts';
import type { RowIds } from '../../store/types.ts';
import { OK, type Answer } from '../answer.ts';
import type { Call } from '../request.ts';
import { rowIdsStream } from '../row-ids.ts';
import { propertiesOf } from '../table-properties.ts';

/** The body goes to the store as it came, which has it in its log then; the answer is one `$row_id` a row, in the order of the request. */
export function insertRows(call: Call): Promise<Answer> {
  return call.within(async (transaction) => {
    const sorted = propertiesOf(transaction.table(call.path)).sortKey.length > 0;
    const ids: RowIds = await transaction.insert(call.path, call.body);
    free(call.body);
    return { body: rowIdsStream(ids, sorted) };
  });
}

export function updateRows(call: Call): Promise<Answer> {
  return call.within(async (transaction) => {
    await transaction.update(call.path, call.body);
    return OK;
  });
}

export function deleteRows(call: Call): Promise<Answer> {
  return call.within(async (transaction) => {
    await transaction.delete(call.path, call.body);
    return OK;
  });
}
