import type { IncomingHttpHeaders } from 'node:http';
import { parseTxid, TXID } from '../../wire/headers.ts';
import type { Path, Store, Transaction } from '../store/types.ts';
import { ApiError, invalidArgument, noSuchTransaction } from './errors.ts';

/** What a request line asks for: `POST /BUCKET[/SCHEMA...[/TABLE]]?COMMAND[&name=value...]`. */
export interface Target {
  /** Bucket, schema components, table; without the last ones where the command is about a bucket or schema. Empty for `/`. */
  readonly path: Path;
  /** First key of the query: `transaction`, `schema`, `rows`, …; empty when there is no query. */
  readonly command: string;
  readonly parameters: URLSearchParams;
}

export function parseTarget(target: string): Target {
  const split = target.indexOf('?');
  const encoded = split < 0 ? target : target.slice(0, split);
  const parameters = new URLSearchParams(split < 0 ? '' : target.slice(split + 1));
  const path = encoded.split('/').filter((part) => part !== '').map(decodePart);
  const [command = ''] = parameters.keys();
  return { path, command, parameters };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalidArgument(`path component ${part} is not percent-encoded UTF-8`);
  }
}

/** One authenticated request with its whole body. */
export class Call {
  readonly store: Store;
  readonly method: string;
  readonly target: Target;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;

  constructor(store: Store, method: string, target: Target, headers: IncomingHttpHeaders, body: Buffer) {
    this.store = store;
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.body = body;
  }

  get path(): Path {
    return this.target.path;
  }

  header(name: string): string | undefined {
    const value = this.headers[name];
    return typeof value === 'object' ? value.join(',') : value;
  }

  /** A header that is a whole number from 0 to 2^53 - 1. */
  integerHeader(name: string, otherwise: number): number {
    const text = this.header(name);
    if (text === undefined || text === '') return otherwise;
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw invalidArgument(`header ${name} is "${text}": expected a whole number from 0 on`);
    return value;
  }

  parameter(name: string): string | undefined {
    return this.target.parameters.get(name) ?? undefined;
  }

  requiredParameter(name: string): string {
    const value = this.parameter(name);
    if (value === undefined || value === '') throw invalidArgument(`${this.method} ?${this.target.command} needs the parameter ${name}`);
    return value;
  }

  /** 0 where the call stands alone. */
  get transactionId(): bigint {
    const text = this.header(TXID) ?? '0';
    const id = parseTxid(text);
    if (id === undefined) throw invalidArgument(`header ${TXID} is "${text}": expected an unsigned 64-bit decimal number`);
    return id;
  }

  /** The body as a flatbuffer. */
  message<T>(decode: (body: Uint8Array) => T): T {
    try {
      return decode(this.body);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ApiError(400, 'MalformedBody', `the body of ${this.body.byteLength} bytes is no flatbuffer of ${this.method} ?${this.target.command}`, { cause: error });
    }
  }

  /** The open transaction that the call names. */
  openTransaction(): Transaction {
    const id = this.transactionId;
    const transaction = this.store.transaction(id);
    if (transaction === undefined) {
      throw noSuchTransaction(`transaction ${id} is not open here: it was committed, rolled back, left idle too long, or is from before a restart`);
    }
    transaction.touch();
    return transaction;
  }

  /** Runs statements in the call's transaction, or in one of their own that is committed after them. */
  async within<T>(statements: (transaction: Transaction) => T | Promise<T>): Promise<T> {
    if (this.transactionId !== 0n) return statements(this.openTransaction());
    const transaction = this.store.begin();
    try {
      const result = await statements(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.abandon();
      throw error;
    }
  }
}
