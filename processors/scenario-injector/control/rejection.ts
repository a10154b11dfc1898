/** Why a record of `scenario_events` was refused, as the header `reason` of its dead letter spells it. */
export type RejectionReason =
  /** The record has no key, or no value. */
  | 'NULL_KEY' | 'NULL_VALUE'
  /** The value is longer than any control event. */
  | 'TOO_LARGE'
  /** The value does not begin with the Confluent wire format's 0 and a schema id. */
  | 'BAD_MAGIC_BYTE'
  /** The registry has no schema with the id in the record, or one that can't be read as a ScenarioEvent. */
  | 'UNKNOWN_SCHEMA'
  /** The bytes are not a record of the schema they name. */
  | 'MALFORMED_AVRO'
  /** The key is not the scenario_id. */
  | 'KEY_MISMATCH'
  /** The event is well-formed, but a field can't be accepted. */
  | 'INVALID_FIELD';

/** A control record that can't be applied. `field` is the path of the offending field, where it is one field. */
export class Rejection extends Error {
  readonly reason: RejectionReason;
  readonly field: string | null;

  constructor(reason: RejectionReason, message: string, field: string | null = null) {
    super(message);
    this.name = 'Rejection';
    this.reason = reason;
    this.field = field;
  }
}
