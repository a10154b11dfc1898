import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a field's value is, apart from being nullable. */
export type Shape =
  | { readonly kind: 'int' | 'long' | 'float' | 'double' | 'boolean' | 'bytes' }
  | { readonly kind: 'string'; readonly values: readonly string[] | null }
  | { readonly kind: 'ascii' }
  | { readonly kind: 'digits'; readonly width: number }
  | { readonly kind: 'enum'; readonly name: string }
  | { readonly kind: 'record'; readonly name: string }
  | { readonly kind: 'array'; readonly items: Shape }
  | { readonly kind: 'map' };

export interface Field {
  readonly name: string;
  readonly doc: string;
  readonly nullable: boolean;
  readonly shape: Shape;
  /** The Avro type without `null`, for people: `string`, `timestamp-millis`, `array<int>`, an enum's or record's name. */
  readonly avroType: string;
  readonly pii: string;
  readonly unit: string | null;
  readonly clause: string | null;
  readonly joins: readonly string[];
}

export interface RecordModel {
  readonly name: string;
  readonly doc: string;
  readonly fields: readonly Field[];
}

/** One `.avsc` file: its record, and the enums and nested records that it defines, in order of definition. */
export interface SchemaModel extends RecordModel {
  readonly enums: ReadonlyMap<string, readonly string[]>;
  readonly nested: readonly RecordModel[];
}

interface AvscField {
  readonly name: string;
  readonly type: AvscType;
  readonly doc?: string;
  readonly default?: unknown;
  readonly pii?: string;
  readonly unit?: string;
  readonly clause?: string;
  readonly joins?: readonly string[];
  readonly row?: string;
  readonly digits?: number;
  readonly values?: readonly string[];
}
interface AvscNamed {
  readonly type: string;
  readonly name: string;
  readonly doc?: string;
  readonly logicalType?: string;
  readonly symbols?: readonly string[];
  readonly default?: string;
  readonly fields?: readonly AvscField[];
  readonly items?: AvscType;
}
type AvscType = string | AvscNamed | readonly AvscType[];

const PII = ['none', 'identifier', 'location', 'contact'];

/** Records whose values flow by the million: they get rows, encoders from rows, and column decoders. */
export const ROW_RECORDS: readonly string[] = ['Cdr', 'NetworkLog', 'CustomerServiceEvent', 'LocationUpdate', 'GroundTruth'];

/** Records with nested parts that are written by the million: they get an encoder from the plain object. */
export const OBJECT_RECORDS: readonly string[] = ['Subscriber'];

/**
 * Fields per generated function. V8 stops inlining into a function once about 920 bytes of bytecode have gone in, so one
 * function for a record of 37 fields runs at a third of the speed of several.
 */
const FIELDS_PER_FUNCTION = 6;

export function inParts(fields: readonly Field[]): Field[][] {
  const count = Math.ceil(fields.length / FIELDS_PER_FUNCTION);
  return Array.from({ length: count }, (_, part) => fields.slice(part * FIELDS_PER_FUNCTION, (part + 1) * FIELDS_PER_FUNCTION));
}

/** Reads every `.avsc` of a folder, by name. @throws Error naming file and field when a rule of the project is broken. */
export function readSchemas(folder: string): SchemaModel[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.avsc'))
    .sort()
    .map((file) => new SchemaReader(file).read(JSON.parse(readFileSync(join(folder, file), 'utf8')) as AvscNamed));
}

class SchemaReader {
  readonly #file: string;
  readonly #enums = new Map<string, readonly string[]>();
  readonly #nested: RecordModel[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  read(schema: AvscNamed): SchemaModel {
    if (`${schema.name}.avsc` !== this.#file) throw new Error(`${this.#file}: the record is named ${schema.name}`);
    return { ...this.#record(schema), enums: this.#enums, nested: this.#nested };
  }

  #record(schema: AvscNamed): RecordModel {
    const fields = schema.fields!.map((field) => this.#field(field));
    return { name: schema.name, doc: schema.doc ?? '', fields };
  }

  #field(field: AvscField): Field {
    const where = `${this.#file}: ${field.name}`;
    if (!field.doc) throw new Error(`${where}: doc is missing`);
    if (!PII.includes(field.pii ?? '')) throw new Error(`${where}: pii must be one of ${PII.join(', ')}`);
    const union = Array.isArray(field.type) ? (field.type as readonly AvscType[]) : null;
    if (union !== null && (union.length !== 2 || union[0] !== 'null' || field.default !== null)) {
      throw new Error(`${where}: a union must be ["null", T] with default null`);
    }
    const type = union === null ? field.type : union[1];
    return {
      name: field.name,
      doc: field.doc,
      nullable: union !== null,
      shape: this.#shape(type, field, where),
      avroType: avroType(type),
      pii: field.pii!,
      unit: field.unit ?? null,
      clause: field.clause ?? null,
      joins: field.joins ?? [],
    };
  }

  #shape(type: AvscType, field: AvscField, where: string): Shape {
    if (Array.isArray(type)) throw new Error(`${where}: a union inside ${field.name} is not supported`);
    const named = typeof type === 'string' ? null : (type as AvscNamed);
    const base = named === null ? (type as string) : named.type;
    switch (base) {
      case 'int': case 'long': case 'float': case 'double': case 'boolean': case 'bytes':
        return { kind: base };
      case 'string':
        if (field.row === 'ascii') return { kind: 'ascii' };
        if (field.row === 'digits') return { kind: 'digits', width: field.digits ?? 0 };
        return { kind: 'string', values: field.values ?? null };
      case 'enum':
        return this.#enum(named!, where);
      case 'array':
        return { kind: 'array', items: this.#shape(named!.items!, { name: field.name, type: 'null' }, where) };
      case 'map':
        return { kind: 'map' };
      case 'record':
        this.#nested.push(this.#record(named!));
        return { kind: 'record', name: named!.name };
      default:
        if (this.#nested.some((nested) => nested.name === base)) return { kind: 'record', name: base };
        throw new Error(`${where}: type ${base} is not supported`);
    }
  }

  #enum(schema: AvscNamed, where: string): Shape {
    const symbols = schema.symbols!;
    if (symbols[0] !== 'UNKNOWN' || schema.default !== 'UNKNOWN') {
      throw new Error(`${where}: an enum begins with UNKNOWN and has it as default`);
    }
    if (symbols.length > 64) throw new Error(`${where}: an enum has at most 64 symbols (one byte each)`);
    this.#enums.set(schema.name, symbols);
    return { kind: 'enum', name: schema.name };
  }
}

function avroType(type: AvscType): string {
  if (typeof type === 'string') return type;
  const named = type as AvscNamed;
  if (named.logicalType !== undefined) return named.logicalType;
  if (named.type === 'array') return `array<${avroType(named.items!)}>`;
  if (named.type === 'map') return 'map<string>';
  return named.name ?? named.type;
}
