import { decodeHeaders, type RecordHeader } from '../../topology/log/index.ts';

/**
 * What a leader decided to do next, on brokers without transactions: a header of the `clock_state` record that says how the clock stands afterwards.
 * It is written before anything that it decides, and the first record with a number counts: so all leaders, also one that was replaced
 * and does not know it, write the same for a step, and whoever finds a step as the last one does it again before going on.
 */
export interface Step {
  /** Rises by one. */
  readonly number: number;
  /** Event time of the clock before the step, ms. */
  readonly eventTimeBefore: number;
  /** Start of its tick, ms; null when it has none. The tick ends at the record's event time. */
  readonly tickFrom: number | null;
  /** Offset of `scenario_events` from which control events belong to it; those up to the record's `scenario_events_end`. */
  readonly controlFrom: number;
  /** End offset of `scenario_state` before it. */
  readonly scenarioStateEnd: number;
}

const HEADER = 'step';

export function stepHeader(step: Step): RecordHeader {
  return { key: HEADER, value: Buffer.from(JSON.stringify(step)) };
}

/** The step of a record's headers; null where its writer had transactions. */
export function stepOf(bytes: Buffer, headersStart: number): Step | null {
  const value = decodeHeaders(bytes, headersStart).find(({ key }) => key === HEADER)?.value;
  return value === undefined || value === null ? null : JSON.parse(Buffer.from(value).toString('utf8')) as Step;
}

/** Follows `clock_state`: tells which of its records count. */
export class StepFilter {
  #number = -1;

  /** @returns whether a record with these headers, read in the order of the log, counts */
  counts(step: Step | null): boolean {
    if (step === null) return true;
    if (step.number <= this.#number) return false;
    this.#number = step.number;
    return true;
  }
}
