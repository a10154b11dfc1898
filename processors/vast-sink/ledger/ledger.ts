import { setTimeout as sleep } from 'node:timers/promises';
import { Schema, type RecordBatch } from 'apache-arrow';
import type { TopicPartition } from '../../../topology/log/index.ts';
import { ConflictError, ROW_ID, UnknownOutcomeError, withRowIds, type Transaction, type VastClient } from '../../../vast/client/index.ts';
import { FencedError } from '../errors.ts';
import { placeOf } from '../places.ts';
import { boxedBatch } from '../rows/boxed.ts';
import { fieldOf, type Column } from '../tables/columns.ts';

/** A partition as this sink holds it: valid until somebody, this sink included, claims it again. */
export interface Claim extends TopicPartition {
  readonly rowId: bigint;
  /** Rises with every claim. */
  readonly epoch: number;
  /** Offset of the next record that has not landed; -1 when none has ever. */
  readonly nextOffset: number;
}

interface LedgerRow extends Claim {
  readonly owner: string;
}

const TABLE = 'kafka_offsets';
type LedgerColumn = Pick<Column, 'name' | 'kind'>;
const TOPIC: LedgerColumn = { name: 'topic', kind: 'text' };
const PARTITION: LedgerColumn = { name: 'partition', kind: 'int' };
const NEXT_OFFSET: LedgerColumn = { name: 'next_offset', kind: 'long' };
const EPOCH: LedgerColumn = { name: 'epoch', kind: 'long' };
const OWNER: LedgerColumn = { name: 'owner', kind: 'text' };
const UPDATED_AT: LedgerColumn = { name: 'updated_at', kind: 'timestamp' };
const COLUMNS = [TOPIC, PARTITION, NEXT_OFFSET, EPOCH, OWNER, UPDATED_AT];

/** A row of no partition: who adds rows updates it first, so that no two add the same. */
const GATE: TopicPartition = { topic: '', partition: -1 };
const ENSURE_ATTEMPTS = 20;
const ENSURE_PAUSE_MS = 100;

/**
 * The table `kafka_offsets`: one row for each partition, moved in the transaction that lands its records. It is the truth about
 * what has landed; the offsets of the consumer group are a copy for people.
 *
 * Two sinks never both land a record, whatever the group says and however late a commit arrives. VAST lets only one of two
 * transactions that update a row commit. So a *claim* updates the partitions' rows and raises their epoch; a *landing* updates
 * `next_offset`, which makes any later claim fail or wait, and only then reads the epoch: unless it is its own, it does not commit.
 * Updating before reading makes this hold under snapshot isolation and under read committed alike.
 */
export class Ledger {
  readonly #client: VastClient;
  readonly #schema: string;
  /** Who claims, for people. */
  readonly #owner: string;
  #rowIds: ReadonlyMap<string, bigint> = new Map();

  constructor(client: VastClient, schema: string, owner: string) {
    this.#client = client;
    this.#schema = schema;
    this.#owner = owner;
  }

  /** Creates the table and the partitions' rows where they are missing. The schema exists. @param signal gives it up */
  async ensure(partitions: readonly TopicPartition[], signal: AbortSignal): Promise<void> {
    const client = this.#client.abortable(signal);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#ensureTable(client);
        await this.#ensureRows(client, partitions);
        return;
      } catch (error) {
        // Somebody else does the same just now; or a commit's outcome is unknown, and looking again tells it.
        const again = error instanceof ConflictError || error instanceof UnknownOutcomeError;
        if (!again || attempt === ENSURE_ATTEMPTS) throw error;
        await sleep(ENSURE_PAUSE_MS * (1 + Math.random()), undefined, { signal });
      }
    }
  }

  /**
   * @param announce tells the partitions' next owner which transaction holds their rows, should this process die in it
   * @param signal gives it up; whether it was committed may not be known then
   * @throws ConflictError while a landing or another claim of one of them is under way; the signal's reason
   */
  async claim(partitions: readonly TopicPartition[], announce: (txid: bigint) => Promise<void>, signal: AbortSignal): Promise<Claim[]> {
    const rowIds = partitions.map((partition) => this.#rowId(partition));
    return await this.#client.abortable(signal).transaction(async (tx) => {
      await announce(tx.id);
      const now = Date.now();
      await this.#update(tx, [OWNER, UPDATED_AT], rowIds.map((rowId) => ({ rowId, values: [this.#owner, now] })));
      const rows = await this.#read(tx);
      const claims = partitions.map((partition) => {
        const row = rows.get(placeOf(partition));
        if (row === undefined) throw new FencedError(`the ledger has lost the row of ${placeOf(partition)}`);
        return { ...row, epoch: row.epoch + 1 };
      });
      await this.#update(tx, [EPOCH], claims.map(({ rowId, epoch }) => ({ rowId, values: [epoch] })));
      return claims;
    });
  }

  /** Moves claimed partitions within the transaction that lands their records. @throws FencedError, ConflictError: roll back */
  async advance(tx: Transaction, moves: readonly { readonly claim: Claim; readonly nextOffset: number }[]): Promise<void> {
    const now = Date.now();
    await this.#update(tx, [NEXT_OFFSET, UPDATED_AT], moves.map(({ claim, nextOffset }) => ({ rowId: claim.rowId, values: [nextOffset, now] })));
    const rows = await this.#read(tx);
    for (const { claim } of moves) {
      const row = rows.get(placeOf(claim));
      if (row?.epoch === claim.epoch) continue;
      throw new FencedError(`${placeOf(claim)} was claimed at epoch ${claim.epoch}, and now by ${row?.owner ?? 'nobody'} at epoch ${row?.epoch ?? '?'}`);
    }
  }

  async #ensureTable(client: VastClient): Promise<void> {
    await client.transaction(async (tx) => {
      if (await tx.hasTable(this.#schema, TABLE)) return;
      await tx.createTable(this.#schema, TABLE, new Schema(COLUMNS.map(fieldOf)));
      await this.#insert(tx, [GATE]);
    });
  }

  async #ensureRows(client: VastClient, partitions: readonly TopicPartition[]): Promise<void> {
    const missing = (rows: ReadonlyMap<string, LedgerRow>): TopicPartition[] => partitions.filter((partition) => !rows.has(placeOf(partition)));
    const rows = await client.transaction(async (tx) => {
      const found = await this.#read(tx);
      if (missing(found).length === 0) return found;
      const gate = found.get(placeOf(GATE));
      if (gate === undefined) throw new Error(`${this.#schema}/${TABLE} is not a ledger of this sink: use another VAST_SCHEMA`);
      await this.#update(tx, [OWNER, UPDATED_AT], [{ rowId: gate.rowId, values: [this.#owner, Date.now()] }]);
      await this.#insert(tx, missing(await this.#read(tx)));
      return await this.#read(tx);
    });
    this.#rowIds = new Map([...rows].map(([place, { rowId }]) => [place, rowId]));
  }

  #rowId(partition: TopicPartition): bigint {
    const rowId = this.#rowIds.get(placeOf(partition));
    if (rowId === undefined) throw new Error(`the ledger has no row for ${placeOf(partition)}: ensure comes first`);
    return rowId;
  }

  async #insert(tx: Transaction, partitions: readonly TopicPartition[]): Promise<void> {
    if (partitions.length === 0) return;
    const now = Date.now();
    await tx.insert(this.#schema, TABLE, boxedBatch(COLUMNS, partitions.map(({ topic, partition }) => [topic, partition, -1, 0, '', now])));
  }

  async #update(tx: Transaction, columns: readonly LedgerColumn[], rows: readonly { readonly rowId: bigint; readonly values: readonly unknown[] }[]): Promise<void> {
    const sorted = rows.toSorted((a, b) => (a.rowId < b.rowId ? -1 : 1));
    const batch = boxedBatch(columns, sorted.map(({ values }) => values));
    await tx.update(this.#schema, TABLE, withRowIds(BigUint64Array.from(sorted, ({ rowId }) => rowId), batch));
  }

  /** All rows, by place. */
  async #read(tx: Transaction): Promise<Map<string, LedgerRow>> {
    const rows = new Map<string, LedgerRow>();
    const columns = [ROW_ID, TOPIC.name, PARTITION.name, NEXT_OFFSET.name, EPOCH.name, OWNER.name];
    for await (const batch of tx.select(this.#schema, TABLE, { columns })) {
      for (let i = 0; i < batch.numRows; i += 1) {
        const row: LedgerRow = {
          rowId: cell(batch, ROW_ID, i) as bigint, topic: cell(batch, TOPIC.name, i) as string, partition: Number(cell(batch, PARTITION.name, i)),
          nextOffset: Number(cell(batch, NEXT_OFFSET.name, i)), epoch: Number(cell(batch, EPOCH.name, i)), owner: cell(batch, OWNER.name, i) as string,
        };
        rows.set(placeOf(row), row);
      }
    }
    return rows;
  }
}

function cell(batch: RecordBatch, column: string, row: number): unknown {
  return batch.getChild(column)?.get(row);
}
