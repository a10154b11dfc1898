import { encodeErrorBody } from '../../wire/error-body.ts';
import { RelationError } from '../../wire/query/relation.ts';
import { InvalidError, StoreError, type InvalidReason } from '../store/errors.ts';

/** The statuses that the SDK knows; any other makes it raise a ValueError that names nothing. */
type Status = 400 | 403 | 404 | 405 | 409 | 500 | 501 | 503;

/** An answer other than 200. `code` is an S3 or tabular error code. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: Status;
  readonly code: string;

  constructor(status: Status, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

const INVALID_CODES: Readonly<Record<InvalidReason, string>> = {
  'unsupported-type': 'TabularUnsupportedColumnType',
  'type-parameter': 'TabularInvalidColumnTypeParam',
  'type-mismatch': 'TabularMismatchColumnType',
  'not-null': 'InvalidArgument',
  malformed: 'MalformedBody',
  name: 'InvalidArgument',
  'row-id': 'InvalidArgument',
};

/** What to answer when a statement fails. A failure that is nobody's request becomes a 500, whose cause the server logs. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof RelationError) return new ApiError(400, 'MalformedBody', error.message, { cause: error });
  if (error instanceof InvalidError) return new ApiError(400, INVALID_CODES[error.reason], error.message, { cause: error });
  if (error instanceof StoreError) {
    switch (error.kind) {
      case 'not-found':
        return new ApiError(404, 'NoSuchKey', error.message, { cause: error });
      case 'conflict':
        return new ApiError(409, 'OperationAborted', error.message, { cause: error });
      case 'finished':
        return noSuchTransaction(error.message);
      case 'invalid':
        return new ApiError(400, 'InvalidArgument', error.message, { cause: error });
    }
  }
  const message = `We encountered an internal error: ${error instanceof Error ? error.message : String(error)}`;
  return new ApiError(500, 'InternalError', message, { cause: error });
}

export function noSuchTransaction(message: string): ApiError {
  return new ApiError(404, 'TabularTransactionNotFound', message);
}

export function invalidArgument(message: string): ApiError {
  return new ApiError(400, 'InvalidArgument', message);
}

export function notImplemented(message: string): ApiError {
  return new ApiError(501, 'NotImplemented', message);
}

/** The XML document of an error. */
export function errorBody(error: ApiError, resource: string, requestId: string): string {
  return encodeErrorBody({ code: error.code, message: error.message, resource, requestId });
}
