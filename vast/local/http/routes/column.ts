import { Schema } from 'apache-arrow';
import { OK, schemaMessage, type Answer } from '../answer.ts';
import { readSchema } from '../arrow-body.ts';
import { invalidArgument } from '../errors.ts';
import { pageOf } from '../listing.ts';
import type { Call } from '../request.ts';
import { changeProperties, propertiesOf, userOfColumn, withColumnRenamed } from '../table-properties.ts';

/** VAST refuses a list of columns that does not fit one of its messages; readers then ask for fewer at a time. */
const MAX_COLUMN_LIST_BYTES = 2 * 1024 * 1024;

export function listColumns(call: Call): Promise<Answer> {
  return call.within((transaction) => {
    const { schema } = transaction.table(call.path);
    const { items, headers } = pageOf(call, schema.fields, ({ name }) => name);
    const body = schemaMessage(new Schema([...items], schema.metadata));
    if (body.byteLength > MAX_COLUMN_LIST_BYTES) {
      throw invalidArgument(`list column result size ${body.byteLength} of ${items.length} columns is too long: ask for fewer with tabular-max-keys`);
    }
    return { headers, body };
  });
}

export function addColumns(call: Call): Promise<Answer> {
  const columns = readSchema(call.body);
  return call.within((transaction) => {
    transaction.addColumns(call.path, columns);
    return OK;
  });
}

/** The body holds whole fields, of which the names count. */
export function dropColumns(call: Call): Promise<Answer> {
  const names = readSchema(call.body).fields.map(({ name }) => name);
  return call.within((transaction) => {
    const properties = propertiesOf(transaction.table(call.path));
    for (const name of names) {
      const user = userOfColumn(properties, name);
      if (user !== undefined) throw invalidArgument(`column ${name} of table ${call.path.join('/')} cannot be dropped: ${user} needs it`);
    }
    transaction.dropColumns(call.path, names);
    return OK;
  });
}

export function renameColumn(call: Call): Promise<Answer> {
  const from = call.requiredParameter('tabular-column-name');
  const to = call.requiredParameter('tabular-new-column-name');
  return call.within((transaction) => {
    transaction.renameColumn(call.path, from, to);
    if (userOfColumn(propertiesOf(transaction.table(call.path)), from) !== undefined) {
      changeProperties(transaction, call.path, (properties) => withColumnRenamed(properties, from, to));
    }
    return OK;
  });
}
