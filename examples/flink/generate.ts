import { runGenerator } from '../../deploy/generated.ts';
import { schemaText } from '../../schemas/codec.ts';
import { topics } from '../../topology/graph/index.ts';

/** The event streams, with the field whose time the records of a partition are in the order of. */
const STREAMS = {
  cdrs: 'end_time', network_logs: 'event_time', customer_service: 'event_time', location_updates: 'event_time', ground_truth: 'event_time',
} as const;

/** What Avro knows of our schemas; the rest is for people. */
const AVRO = ['type', 'name', 'namespace', 'fields', 'symbols', 'items', 'values', 'logicalType', 'default'];

type AvroType = string | readonly AvroType[] | { readonly type: AvroType; readonly logicalType?: string; readonly items?: AvroType; readonly values?: AvroType };
interface AvroField {
  readonly name: string;
  readonly type: AvroType;
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  string: 'STRING', enum: 'STRING', int: 'INT', long: 'BIGINT', float: 'FLOAT', double: 'DOUBLE', boolean: 'BOOLEAN',
};

/** The type that Flink's Avro format gives a value, without its nullability. @throws Error for one that no stream has yet */
function sqlType(type: AvroType): string {
  if (typeof type === 'string' && type in PRIMITIVES) return PRIMITIVES[type];
  if (typeof type === 'object' && 'type' in type) {
    if (type.logicalType === 'timestamp-millis') return 'TIMESTAMP(3)';
    if (type.type === 'array') return `ARRAY<${nullableType(type.items!)}>`;
    if (type.type === 'map') return `MAP<STRING NOT NULL, ${nullableType(type.values!)}>`;
    return sqlType(type.type);
  }
  throw new Error(`no type of Flink for ${JSON.stringify(type)}`);
}

function nullableType(type: AvroType): string {
  if (!Array.isArray(type)) return `${sqlType(type)} NOT NULL`;
  return sqlType((type as readonly AvroType[]).find((branch) => branch !== 'null')!);
}

function table(topic: keyof typeof STREAMS): string {
  const schema = JSON.parse(schemaText(topics[topic].record)) as { readonly fields: readonly AvroField[] };
  const time = STREAMS[topic];
  const columns = schema.fields.map(({ name, type }) => `  \`${name}\` ${nullableType(type)}`);
  return `CREATE TABLE ${topic} (
${[...columns, `  WATERMARK FOR ${time} AS ${time} - INTERVAL '5' SECOND`].join(',\n')}
) WITH (
  'connector' = 'kafka',
  'topic' = '${topic}',
  'properties.bootstrap.servers' = '127.0.0.1:9092',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'avro-confluent',
  'avro-confluent.url' = 'http://127.0.0.1:8081/apis/ccompat/v7',
  'avro-confluent.schema' = '${JSON.stringify(schema, AVRO).replaceAll("'", "''")}'
);
`;
}

const text = `-- Generated: npm run generate
-- The event streams as tables of Apache Flink. Times are UTC. The schema is given because Flink takes a column of text for Avro's string alone, and
-- enums are text here. For another cluster change the addresses.
--   sql-client.sh -i examples/flink/tables.sql -f examples/flink/dropped_calls.sql

${(Object.keys(STREAMS) as (keyof typeof STREAMS)[]).map(table).join('\n')}`;

runGenerator({ root: import.meta.dirname, files: new Map([['tables.sql', text]]), folders: [] }, process.argv.slice(2));
