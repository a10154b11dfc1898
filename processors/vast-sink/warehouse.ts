import { Schema } from 'apache-arrow';
import type { Names } from '../../topology/graph/index.ts';
import type { TopicPartition } from '../../topology/log/index.ts';
import { VastClient } from '../../vast/client/index.ts';
import { Dimension } from './dimensions/dimension.ts';
import { Ledger } from './ledger/ledger.ts';
import type { SinkSettings } from './settings.ts';
import { fieldOf, type Column } from './tables/columns.ts';
import { arrowSchema, dimensionTables, streamTables, type DimensionTable, type StreamTable } from './tables/tables.ts';

/** The sink's tables in VAST. */
export class Warehouse {
  readonly client: VastClient;
  readonly schema: string;
  readonly ledger: Ledger;
  readonly #names: Names;
  readonly #dimensions: ReadonlyMap<DimensionTable, Dimension>;
  /** Columns that tables have beside those of this build, as far as nobody drops a table: `cdrs.tariff_zone`. */
  readonly #added = new Set<string>();

  private constructor(client: VastClient, schema: string, names: Names, owner: string) {
    this.client = client;
    this.schema = schema;
    this.#names = names;
    this.ledger = new Ledger(client, schema, owner);
    this.#dimensions = new Map(dimensionTables.map((table) => [table, new Dimension(table, schema)]));
  }

  /**
   * @param owner names this sink in the ledger
   * @param signal gives it up
   * @throws RetriableError while VAST can't be reached; FatalError; the signal's reason
   */
  static async connect(settings: SinkSettings, names: Names, owner: string, signal: AbortSignal): Promise<Warehouse> {
    return new Warehouse(await VastClient.connect(settings, signal), settings.schema, names, owner);
  }

  /**
   * Creates what is missing: schema, tables, columns of fields that are new in this build, ledger rows.
   * @param signal gives it up, at any point
   * @throws errors of the client; the signal's reason
   */
  async ensure(partitions: readonly TopicPartition[], signal: AbortSignal): Promise<void> {
    // A table that is created again has only the columns of this build.
    this.#added.clear();
    const client = this.client.abortable(signal);
    await client.ensureSchema(this.schema);
    for (const { table, columns } of [...streamTables, ...dimensionTables]) await client.ensureTable(this.schema, table, arrowSchema(columns));
    await this.ledger.ensure(partitions, signal);
  }

  /** Columns of fields that a newer writer has. */
  async addColumns({ table, columns: ours }: StreamTable, columns: readonly Column[]): Promise<void> {
    const missing = columns.filter(({ name }) => !this.#added.has(`${table}.${name}`));
    if (missing.length === 0) return;
    // With ours, because a table that was dropped is created here.
    await this.client.ensureTable(this.schema, table, new Schema([...arrowSchema(ours).fields, ...missing.map(fieldOf)]));
    for (const { name } of missing) this.#added.add(`${table}.${name}`);
  }

  dimension(table: DimensionTable): Dimension {
    return this.#dimensions.get(table)!;
  }

  /** The dimensions that a topic feeds. @param topic full name */
  dimensionsOf(topic: string): Dimension[] {
    return [...this.#dimensions.values()].filter(({ table }) => this.#names.topic(table.topic) === topic);
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}
