import { Schema } from 'apache-arrow';
import { schemaText } from '../../../schemas/codec.ts';
import type { RecordName } from '../../../schemas/generated/records.generated.ts';
import { CdrColumns } from '../../../schemas/generated/Cdr.generated.ts';
import { CustomerServiceEventColumns } from '../../../schemas/generated/CustomerServiceEvent.generated.ts';
import { GroundTruthColumns } from '../../../schemas/generated/GroundTruth.generated.ts';
import { LocationUpdateColumns } from '../../../schemas/generated/LocationUpdate.generated.ts';
import { NetworkLogColumns } from '../../../schemas/generated/NetworkLog.generated.ts';
import type { NumberColumn, TextColumn } from '../../../schemas/columns.ts';
import { columnsOf, columnsOfNested, fieldOf, type AvroRecord, type Column } from './columns.ts';

/** What the generated column decoders have in common. */
export interface DecodedColumns {
  readonly length: number;
  clear(): void;
  /** @throws DecodeError; no row is appended then */
  decode(bytes: Uint8Array, start: number, end: number): void;
}

export type AnyColumn = TextColumn | NumberColumn<Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>;

/** Where a row came from: unique in a table, so that nothing lost and nothing twice can be checked with one query. */
export const SOURCE_COLUMNS: readonly Column[] = [
  { name: 'kafka_partition', kind: 'int', path: [], symbols: null },
  { name: 'kafka_offset', kind: 'long', path: [], symbols: null },
];

/** Tables that every record of a topic is appended to. */
export interface StreamTable {
  readonly table: StreamTopic;
  readonly topic: StreamTopic;
  readonly record: RecordName;
  readonly columns: readonly Column[];
  /** The field that repeats of a record share; null: all of its bytes. */
  readonly identity: string | null;
  createColumns(): DecodedColumns;
}

/** Tables that follow the latest state of a compacted topic: one row for each key. */
export interface DimensionTable {
  readonly table: 'subscribers' | 'cells' | 'sites';
  readonly topic: 'subscriber_state' | 'network_state';
  readonly record: RecordName;
  readonly columns: readonly Column[];
  /** Column that identifies a row. */
  readonly key: string;
  /** Beginning of the topic's keys that this table takes; '' takes all. */
  readonly keyPrefix: string;
}

export type StreamTopic = 'cdrs' | 'network_logs' | 'customer_service' | 'location_updates' | 'ground_truth';

const avro = (record: RecordName): AvroRecord => JSON.parse(schemaText(record)) as AvroRecord;

const stream = (table: StreamTopic, record: RecordName, identity: string | null, createColumns: () => DecodedColumns): StreamTable => (
  { table, topic: table, record, columns: columnsOf(avro(record)), identity, createColumns });

export const streamTables: readonly StreamTable[] = [
  stream('cdrs', 'Cdr', 'event_id', () => new CdrColumns()),
  stream('network_logs', 'NetworkLog', 'event_id', () => new NetworkLogColumns()),
  stream('customer_service', 'CustomerServiceEvent', 'event_id', () => new CustomerServiceEventColumns()),
  stream('location_updates', 'LocationUpdate', 'event_id', () => new LocationUpdateColumns()),
  // Several scenarios may name one event, and a cause names none.
  stream('ground_truth', 'GroundTruth', null, () => new GroundTruthColumns()),
];

/** The twin's own configuration (`network_state`, key `twin`) is no dimension of the network and has no table. */
export const dimensionTables: readonly DimensionTable[] = [
  { table: 'subscribers', topic: 'subscriber_state', record: 'Subscriber', columns: columnsOf(avro('Subscriber')), key: 'subscriber_id', keyPrefix: '' },
  networkTable('cells', 'cell', 'cell_id', 'cell:'),
  networkTable('sites', 'site', 'site_id', 'site:'),
];

function networkTable(table: 'cells' | 'sites', nested: string, key: string, keyPrefix: string): DimensionTable {
  const schema = avro('NetworkElement');
  const common = columnsOf({ ...schema, fields: schema.fields.filter(({ name }) => name === 'effective_at' || name === 'version') });
  return { table, topic: 'network_state', record: 'NetworkElement', columns: [...columnsOfNested(schema, nested), ...common], key, keyPrefix };
}

/** The table as VAST has it. */
export function arrowSchema(columns: readonly Column[]): Schema {
  return new Schema([...columns, ...SOURCE_COLUMNS].map(fieldOf));
}
