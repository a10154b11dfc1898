import { decodeCreateSchemaRequest, encodeListSchemasResponse } from '../../../wire/messages.ts';
import { OK, type Answer } from '../answer.ts';
import { invalidArgument } from '../errors.ts';
import { pageOf } from '../listing.ts';
import type { Properties } from '../../store/types.ts';
import type { Call } from '../request.ts';

/** Direct children of a bucket or schema. */
export function listSchemas(call: Call): Promise<Answer> {
  return call.within((transaction) => {
    const { items, headers } = pageOf(call, transaction.schemas(call.path), ({ path }) => path.at(-1) ?? '');
    const schemas = items.map(({ path, properties }) => ({
      name: path.at(-1) ?? '', properties: textOf(properties), handle: '', rows: 0n, bytes: 0n, sorted: false,
    }));
    return { headers, body: encodeListSchemasResponse(call.path[0] ?? '', schemas) };
  });
}

export function createSchema(call: Call): Promise<Answer> {
  return call.within((transaction) => {
    transaction.createSchema(call.path, { text: call.message(decodeCreateSchemaRequest) });
    return OK;
  });
}

/** The new name is a path below the bucket. */
export function alterSchema(call: Call): Promise<Answer> {
  const to = call.parameter('tabular-new-schema-name');
  if (to === undefined) throw invalidArgument('PUT ?schema needs the parameter tabular-new-schema-name: nothing else of a schema can be changed here');
  return call.within((transaction) => {
    transaction.renameSchema(call.path, [...call.path.slice(0, 1), ...to.split('/')]);
    return OK;
  });
}

export function dropSchema(call: Call): Promise<Answer> {
  return call.within((transaction) => {
    transaction.dropSchema(call.path);
    return OK;
  });
}

function textOf({ text }: Properties): string {
  return typeof text === 'string' ? text : '';
}
