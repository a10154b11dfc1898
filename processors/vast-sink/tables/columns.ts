import { Bool, Field, Float32, Float64, Int32, Int64, List, Map_, Struct, TimestampMillisecond, Utf8, type DataType } from 'apache-arrow';

/** What a column holds, which decides its Arrow type and how its values are made. */
export type ColumnKind = 'text' | 'int' | 'long' | 'timestamp' | 'float' | 'double' | 'boolean' | 'enum' | 'texts' | 'ints' | 'map';

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Where the value is in a decoded record: names of the fields from the outside in. */
  readonly path: readonly string[];
  /** Symbols of an enum by index. */
  readonly symbols: readonly string[] | null;
}

interface AvroField {
  readonly name: string;
  readonly type: AvroType;
}
interface AvroNamed {
  readonly type: string;
  readonly name?: string;
  readonly logicalType?: string;
  readonly symbols?: readonly string[];
  readonly fields?: readonly AvroField[];
  readonly items?: AvroType;
  readonly values?: AvroType;
}
type AvroType = string | AvroNamed | readonly AvroType[];

export interface AvroRecord extends AvroNamed {
  readonly fields: readonly AvroField[];
}

const PRIMITIVES: Readonly<Record<string, ColumnKind>> = {
  string: 'text', int: 'int', long: 'long', float: 'float', double: 'double', boolean: 'boolean',
};

/**
 * The columns of an Avro record: one for each field; fields of nested records become columns of their own, `home.site_id` as
 * `home_site_id`.
 * @throws Error naming the field whose type has no column
 */
export function columnsOf(record: AvroRecord): Column[] {
  return flatten(record.fields, refuse);
}

/** What of a record that somebody else defined has columns, and the names that the columns of the rest would have. */
export function columnsAsFarAsPossible(record: AvroRecord): { readonly columns: Column[]; readonly leftOut: string[] } {
  const leftOut: string[] = [];
  return { columns: flatten(record.fields, (path) => leftOut.push(path.join('_'))), leftOut };
}

/** A nested record's fields as the columns of a table of their own. @throws Error when the record has no such nested record */
export function columnsOfNested(record: AvroRecord, name: string): Column[] {
  const field = record.fields.find((candidate) => candidate.name === name);
  const nested = field === undefined ? undefined : nonNull(field.type);
  if (typeof nested !== 'object' || !('fields' in nested)) throw new Error(`${record.name ?? ''} has no nested record ${name}`);
  return flatten((nested as AvroRecord).fields, refuse).map((column) => ({ ...column, path: [name, ...column.path] }));
}

/** Named types that were defined earlier in the schema, by name. */
type Names = Map<string, AvroNamed>;

/** Takes a field whose type has no column. @param path names of the fields from the outside in */
type Unsupported = (path: readonly string[], type: string | AvroNamed) => void;

const refuse: Unsupported = (path, type) => {
  throw new Error(`field ${path.join('.')} is ${JSON.stringify(type)}, for which the sink has no column`);
};

/** @param within records that the fields belong to: a record within itself would have columns without end */
function flatten(
  fields: readonly AvroField[], unsupported: Unsupported, outer: readonly string[] = [], names: Names = new Map(), within: readonly AvroNamed[] = [],
): Column[] {
  return fields.flatMap((field) => {
    const path = [...outer, field.name];
    const type = resolve(nonNull(field.type), names);
    if (typeof type === 'object' && type.type === 'record' && !within.includes(type)) {
      return flatten(type.fields ?? [], unsupported, path, names, [...within, type]);
    }
    const kind = kindOf(type, names);
    if (kind === null) {
      unsupported(path, type);
      return [];
    }
    const symbols = kind === 'enum' && typeof type === 'object' ? type.symbols ?? [] : null;
    return [{ name: path.join('_'), kind, path, symbols }];
  });
}

function nonNull(type: AvroType): string | AvroNamed {
  if (typeof type === 'string' || !Array.isArray(type)) return type as string | AvroNamed;
  const branches = (type as readonly AvroType[]).filter((branch) => branch !== 'null');
  return (branches.length === 1 ? branches[0] : 'union') as string | AvroNamed;
}

/** A reference by name becomes what it names; a definition is noted. */
function resolve(type: string | AvroNamed, names: Names): string | AvroNamed {
  if (typeof type === 'string') return names.get(type) ?? type;
  if (type.name !== undefined) names.set(type.name, type);
  return type;
}

function kindOf(type: string | AvroNamed, names: Names): ColumnKind | null {
  if (typeof type === 'string') return PRIMITIVES[type] ?? null;
  switch (type.type) {
    case 'enum': return 'enum';
    case 'array': return isText(type.items, names) ? 'texts' : type.items === 'int' ? 'ints' : null;
    case 'map': return isText(type.values, names) ? 'map' : null;
    case 'long': return type.logicalType === 'timestamp-millis' ? 'timestamp' : 'long';
    default: return PRIMITIVES[type.type] ?? null;
  }
}

function isText(type: AvroType | undefined, names: Names): boolean {
  if (type === undefined) return false;
  const resolved = resolve(nonNull(type), names);
  return resolved === 'string' || (typeof resolved === 'object' && (resolved.type === 'string' || resolved.type === 'enum'));
}

type MapEntry = { key: Utf8; value: Utf8 };

/** Every column may be null: a column that was added later is, in rows that were there before. */
export function fieldOf({ name, kind }: Pick<Column, 'name' | 'kind'>): Field {
  return new Field(name, arrowType(kind), true);
}

export function arrowType(kind: ColumnKind): DataType {
  switch (kind) {
    case 'text': case 'enum': return new Utf8();
    case 'int': return new Int32();
    case 'long': return new Int64();
    case 'timestamp': return new TimestampMillisecond();
    case 'float': return new Float32();
    case 'double': return new Float64();
    case 'boolean': return new Bool();
    case 'texts': return new List(new Field('item', new Utf8(), true));
    case 'ints': return new List(new Field('item', new Int32(), true));
    case 'map': return new Map_(new Field('entries', new Struct<MapEntry>([new Field('key', new Utf8(), false), new Field('value', new Utf8(), true)]), false));
  }
}
