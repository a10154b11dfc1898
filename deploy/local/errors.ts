/** A failure of the local stack, worded for the person at the terminal: what happened, then what to do about it. */
export class LocalStackError extends Error {
  override readonly name = 'LocalStackError';
  /** What to do, one or more lines; printed below the message. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(`${message}\n${remedy}`, options);
    this.remedy = remedy;
  }
}
