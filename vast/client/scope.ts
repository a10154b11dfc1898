import * as header from '../wire/headers.ts';
import { isAtLeast, type ServerVersion } from '../wire/server-version.ts';
import { checkName } from './options.ts';
import type { Call, Caller } from './transport/caller.ts';
import type { HttpAnswer } from './transport/exchange.ts';

/** A table: its schema's path below the bucket, and its name. */
export interface TablePath {
  readonly schema: string;
  readonly table: string;
}

/** The transaction that calls are made in, and the server they go to. */
export class CallScope {
  readonly txid: bigint;
  readonly version: ServerVersion;
  readonly #caller: Caller;
  readonly #signal: AbortSignal | undefined;

  /** @param signal aborts the calls made here */
  constructor(caller: Caller, txid: bigint, version: ServerVersion, signal: AbortSignal | undefined) {
    this.#caller = caller;
    this.txid = txid;
    this.version = version;
    this.#signal = signal;
  }

  get bucket(): string {
    return this.#caller.bucket;
  }

  get keepsTimeZones(): boolean {
    return isAtLeast(this.version, 5, 4);
  }

  async call(call: Omit<Call, 'headers'> & { readonly headers?: Call['headers'] }): Promise<HttpAnswer> {
    return this.#caller.call({ ...call, signal: this.#signal, headers: { [header.TXID]: String(this.txid), ...call.headers } });
  }

  /** `/BUCKET/SCHEMA…[/TABLE]?COMMAND`. @throws FatalError for names that not all of VAST's clients can address */
  target(path: Partial<TablePath>, command: string): string {
    const { schema, table } = path;
    if (schema !== undefined) checkName('schema', schema);
    if (table !== undefined) checkName('table', table);
    return `/${[this.bucket, schema, table].filter((part) => part !== undefined && part !== '').join('/')}?${command}`;
  }
}
