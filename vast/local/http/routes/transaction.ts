import { TXID, GET_VERSION } from '../../../wire/headers.ts';
import { OK, type Answer } from '../answer.ts';
import { invalidArgument } from '../errors.ts';
import type { Call } from '../request.ts';

/** The version probe, whose answer is in the headers that every answer has; otherwise a keep-alive of the transaction that it names. */
export function probeOrKeepAlive(call: Call): Answer {
  if (call.header(GET_VERSION) === undefined && call.transactionId !== 0n) call.openTransaction();
  return OK;
}

export function begin(call: Call): Answer {
  return { headers: { [TXID]: String(call.store.begin().id) } };
}

export async function commit(call: Call): Promise<Answer> {
  requireTransaction(call);
  await call.openTransaction().commit();
  return OK;
}

export async function rollback(call: Call): Promise<Answer> {
  requireTransaction(call);
  await call.openTransaction().rollback();
  return OK;
}

function requireTransaction(call: Call): void {
  if (call.transactionId === 0n) throw invalidArgument(`${call.method} /?transaction needs the transaction's id in the header ${TXID}`);
}
