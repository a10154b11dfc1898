/** Client of VAST DB: transactions of Arrow batches over HTTP. Knows nothing of Kafka. */
export { VastClient, type EnsuredTable } from './client.ts';
export {
  ConflictError,
  FatalError,
  NotFoundError,
  ProtocolError,
  RetriableError,
  SchemaMismatchError,
  UnknownOutcomeError,
  VastError,
  type ErrorPlace,
} from './errors.ts';
export type { VastClientOptions } from './options.ts';
export { ROW_ID, withRowIds } from './rows.ts';
export type { Condition, Query } from './select/select.ts';
export { Transaction, type TransactionState } from './transaction.ts';
