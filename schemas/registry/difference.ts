/** Avro schema as JSON, as far as comparing needs it. */
type Json = string | readonly Json[] | { readonly [key: string]: Json };

/**
 * What differs between a registered schema and ours, one line each, by field path: fields missing on one side, types,
 * defaults, symbols. Documentation and custom properties are not compared. Empty when only those differ.
 */
export function schemaDifferences(registered: string, ours: string): string[] {
  const lines: string[] = [];
  compare(JSON.parse(registered) as Json, JSON.parse(ours) as Json, '', lines);
  return lines;
}

function compare(theirs: Json, ours: Json, path: string, lines: string[]): void {
  if (isNamed(theirs, 'record') && isNamed(ours, 'record')) {
    compareRecords(theirs, ours, path, lines);
    return;
  }
  if (isNamed(theirs, 'array') && isNamed(ours, 'array')) {
    compare(theirs['items'], ours['items'], `${path}[]`, lines);
    return;
  }
  if (Array.isArray(theirs) && Array.isArray(ours) && theirs.length === ours.length) {
    theirs.forEach((branch: Json, i) => compare(branch, ours[i] as Json, path, lines));
    return;
  }
  const [registered, own] = [print(theirs), print(ours)];
  if (registered !== own) lines.push(`${path || 'the schema'} is ${registered} in the registry and ${own} here`);
}

interface Named { readonly [key: string]: Json }

function compareRecords(theirs: Named, ours: Named, path: string, lines: string[]): void {
  for (const key of ['name', 'namespace']) {
    if (theirs[key] !== ours[key]) lines.push(`${path || 'the record'} has ${key} ${print(theirs[key])} in the registry and ${print(ours[key])} here`);
  }
  const registered = fieldsOf(theirs);
  const own = fieldsOf(ours);
  for (const [name, field] of own) {
    const at = path === '' ? name : `${path}.${name}`;
    const other = registered.get(name);
    if (other === undefined) {
      lines.push(`field ${at} is not in the registry`);
      continue;
    }
    compare(other['type'], field['type'], at, lines);
    const [theirDefault, ourDefault] = [JSON.stringify(other['default']), JSON.stringify(field['default'])];
    if (theirDefault !== ourDefault) lines.push(`${at} has default ${theirDefault ?? 'none'} in the registry and ${ourDefault ?? 'none'} here`);
  }
  for (const name of registered.keys()) {
    if (!own.has(name)) lines.push(`field ${path === '' ? name : `${path}.${name}`} is only in the registry`);
  }
  if (lines.length === 0 && [...registered.keys()].join() !== [...own.keys()].join()) lines.push(`${path || 'the record'} has its fields in another order in the registry`);
}

function fieldsOf(record: Named): Map<string, Named> {
  return new Map((record['fields'] as unknown as Named[]).map((field) => [field['name'] as string, field]));
}

function isNamed(schema: Json, type: string): schema is Named {
  return typeof schema === 'object' && !Array.isArray(schema) && (schema as Named)['type'] === type;
}

/** A type in few words: `long`, `timestamp-millis`, `enum Rat [UNKNOWN, LTE, NR]`. */
function print(schema: Json | undefined): string {
  if (schema === undefined) return 'none';
  if (typeof schema === 'string') return schema;
  if (Array.isArray(schema)) return `[${schema.map((branch: Json) => print(branch)).join(', ')}]`;
  const named = schema as Named;
  if (named['logicalType'] !== undefined) return `${print(named['type'])} (${print(named['logicalType'])})`;
  if (named['type'] === 'enum') return `enum ${print(named['name'])} ${print(named['symbols'])}`;
  if (named['type'] === 'array') return `array<${print(named['items'])}>`;
  if (named['type'] === 'map') return `map<${print(named['values'])}>`;
  return named['name'] === undefined ? print(named['type']) : `${print(named['type'])} ${print(named['name'])}`;
}
