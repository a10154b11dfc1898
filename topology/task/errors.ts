import type { ErrorPlace } from '../log/index.ts';
import { FatalError, LogError } from '../log/index.ts';

/** No cursor, yet there is output. Going on from the beginning would write everything twice. Next: exit; an operator decides. */
export class CursorMissingError extends FatalError {}

/** Ticks between the cursor and the log are gone. Next: exit; an operator decides what happens to the gap. */
export class TicksExpiredError extends FatalError {}

/** A record of a table, or a saved state, can't be understood. Next: exit; the state as of a tick is unknown without it. */
export class CorruptStateError extends FatalError {}

/** What the processor, its graph and the cluster say do not fit together. Next: exit. */
export class ContractError extends FatalError {}

/** The processor's own code threw on a tick. Next: exit; the tick is neither skipped nor half written. */
export class ProcessorError extends FatalError {}

/** What is wrong with a record of the input, as metrics tell it. */
export type PoisonCode = 'NULL_VALUE' | 'UNREADABLE' | 'UNKNOWN_MODE' | 'WRONG_PARTITION' | 'EMPTY_INTERVAL' | 'REPEATED';

/** A record that can't be processed, for a reason that will not go away. Next: `dead_letters`, and on to the next record. */
export class PoisonRecordError extends Error {
  readonly code: PoisonCode;
  readonly reason: string;
  constructor(code: PoisonCode, reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.name = 'PoisonRecordError';
    this.code = code;
    this.reason = reason;
  }
}

/** Work was interrupted by a revocation or a shutdown. Never leaves the runtime. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}

export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Wraps what a callback of a processor threw. Errors of the log pass (back-pressure was awaited inside): they say what to do. */
export function asProcessorError(what: string, error: unknown, place: ErrorPlace): Error {
  if (error instanceof LogError || error instanceof Interrupted) return error;
  return new ProcessorError(`${what} failed: ${describe(error)}`, { ...place, cause: error });
}
