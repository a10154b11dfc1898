/** The registry refused the credentials (401, 403). Waiting does not help: exit with the reason. */
export class RegistryAccessError extends Error {
  override readonly name = 'RegistryAccessError';
}

/** The registry can't be reached or is failing (5xx, 429): worth another try. */
export class RegistryUnavailableError extends Error {
  override readonly name = 'RegistryUnavailableError';
}

/** The registry answered with an error that another try won't change. */
export class RegistryRequestError extends Error {
  override readonly name = 'RegistryRequestError';
  readonly status: number;
  /** Confluent's error code, such as 40401 (subject not found), or the status. */
  readonly code: number;

  constructor(message: string, status: number, code: number) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** A subject does not hold our schema, or would not accept it. `differences` names each. */
export class SchemaMismatchError extends Error {
  override readonly name = 'SchemaMismatchError';
  readonly subject: string;
  readonly differences: readonly string[];

  constructor(subject: string, differences: readonly string[], advice: string) {
    super(`subject ${subject}: ${differences.join('; ')}. ${advice}`);
    this.subject = subject;
    this.differences = differences;
  }
}

/** A subject is not there: nobody has registered our schema yet. */
export class SubjectMissingError extends Error {
  override readonly name = 'SubjectMissingError';
  readonly subject: string;

  constructor(subject: string) {
    super(`subject ${subject}: it is not registered. Run \`telco-twin schemas register\` first, with the same TWIN_PREFIX`);
    this.subject = subject;
  }
}

/** A value names a schema id that the registry does not know: the value is not ours, or the registry lost its data. */
export class UnknownSchemaError extends Error {
  override readonly name = 'UnknownSchemaError';
  readonly schemaId: number;

  constructor(schemaId: number, registry: string) {
    super(`schema id ${schemaId} is not in the registry at ${registry}`);
    this.schemaId = schemaId;
  }
}

/** A value was written with a schema that can't be read as our record. */
export class IncompatibleSchemaError extends Error {
  override readonly name = 'IncompatibleSchemaError';
  readonly schemaId: number;

  constructor(schemaId: number, record: string, reason: string) {
    super(`schema id ${schemaId} can't be read as ${record}: ${reason}`);
    this.schemaId = schemaId;
  }
}
