/** Bytes that are no value of their schema. `record` names it; the message tells what is wrong and where. */
export class DecodeError extends Error {
  readonly record: string;

  constructor(record: string, message: string, options?: ErrorOptions) {
    super(`${record}: ${message}`, options);
    this.name = 'DecodeError';
    this.record = record;
  }
}
