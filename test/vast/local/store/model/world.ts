import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Schema } from 'apache-arrow';
import { expect } from 'vitest';
import { ConflictError } from '../../../../../vast/local/store/errors.ts';
import { openStore } from '../../../../../vast/local/store/open.ts';
import type { Store, Transaction } from '../../../../../vast/local/store/types.ts';
import { body, fieldOf, records } from './arrow.ts';
import type { Command } from './commands.ts';
import { snapshot, tear } from './crash.ts';
import { Model, visible, type ModelColumn, type ModelRow, type ModelState, type ModelTransaction, type Value } from './model.ts';
import { bind, integer, text, truth } from './predicate.ts';

const SCHEMA = ['b', 's'];
const FIRST: readonly ModelColumn[] = [{ id: 1, name: 'c1', type: 'integer' }, { id: 2, name: 'c2', type: 'text' }];

interface Slot {
  readonly real: Transaction;
  readonly model: ModelTransaction;
}

type Of<Kind extends Command['kind']> = Extract<Command, { readonly kind: Kind }>;

/** A store and the model of it, taking the same steps. Every step compares what it can. */
export class World {
  readonly #root = mkdtempSync(join(tmpdir(), 'telco-twin-history-'));
  readonly #slots = new Map<number, Slot>();
  readonly #background: Promise<unknown>[] = [];
  #folder = join(this.#root, '0');
  #folders = 1;
  #nextColumn = FIRST.length + 1;
  #nextRow = 0;
  #model = new Model({ name: 't', columns: FIRST, rows: new Map() });
  #store!: Store;

  static async create(): Promise<World> {
    const world = new World();
    world.#store = await world.#open();
    const tx = world.#store.begin();
    tx.createSchema(SCHEMA);
    tx.createTable([...SCHEMA, 't'], new Schema(FIRST.map(fieldOf)));
    await tx.commit();
    return world;
  }

  async step(command: Command): Promise<void> {
    switch (command.kind) {
      case 'insert': return this.#insert(command);
      case 'update':
      case 'delete': return this.#write(command);
      case 'scan': return this.#scan(command);
      case 'add-column':
      case 'drop-column':
      case 'rename-column':
      case 'rename-table': return this.#alter(command);
      case 'commit':
      case 'rollback': return this.#end(command);
      case 'seal': return this.#seal(command.waits);
      case 'reopen': return this.#reopen();
      case 'crash': return this.#crash(command);
    }
  }

  /** What is committed, read by a new transaction, is what the model says. */
  async check(state: ModelState = this.#model.committed): Promise<void> {
    expect(await this.#committed(state.name)).toEqual({ rows: visible(state), count: state.rows.size });
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#background);
    await this.#store.close();
    rmSync(this.#root, { recursive: true, force: true });
  }

  /** Closes the store, so that everything is sealed, and returns the table's folder and what is in it. */
  async sealed(): Promise<{ folder: string; state: ModelState }> {
    await this.#reopen();
    await this.#store.seal();
    return { folder: join(this.#folder, ...SCHEMA, this.#model.committed.name), state: this.#model.committed };
  }

  #open(): Promise<Store> {
    return openStore(this.#folder, { buckets: ['b'], cacheBytes: 200_000, log: () => undefined });
  }

  #slot(number: number): Slot {
    let slot = this.#slots.get(number);
    if (slot === undefined) this.#slots.set(number, (slot = { real: this.#store.begin(), model: this.#model.begin() }));
    return slot;
  }

  #path(slot: Slot): string[] {
    return [...SCHEMA, slot.model.state.name];
  }

  async #insert({ slot: number, rows, without }: Of<'insert'>): Promise<void> {
    const slot = this.#slot(number);
    const columns = slot.model.state.columns.filter((_, i, all) => all.length === 1 || i !== without);
    const values = rows.map((seed, i): ModelRow => new Map(columns.map((column) => [column.id, valueOf(column, (seed + i * 7 + column.id) % 31)])));
    expect(await slot.real.insert(this.#path(slot), body(columns, values))).toEqual({ first: this.#nextRow, count: rows.length });
    for (const row of values) slot.model.writes.push({ kind: 'put', id: this.#nextRow++, values: row });
  }

  async #write({ kind, slot: number, rows, column: at, value }: Of<'update' | 'delete'>): Promise<void> {
    const slot = this.#slot(number);
    const { state } = slot.model;
    // Some of the rows do not exist.
    const ids = [...new Set(rows.map((row) => (row * 7) % (this.#nextRow + 3)))];
    const existing = ids.filter((id) => state.rows.has(id));
    const column = state.columns[at % state.columns.length];
    const values = ids.map((id): ModelRow => new Map([[column.id, valueOf(column, (value + id) % 31)]]));
    const statement = kind === 'delete' ? slot.real.delete(this.#path(slot), body([], [], ids)) : slot.real.update(this.#path(slot), body([column], values, ids));
    if (this.#model.rowsConflict(slot.model, existing)) {
      await expect(statement).rejects.toBeInstanceOf(ConflictError);
      return;
    }
    expect(await statement).toBe(existing.length);
    ids.forEach((id, i) => {
      if (!state.rows.has(id)) return;
      slot.model.touched.add(id);
      slot.model.writes.push(kind === 'delete' ? { kind: 'remove', id } : { kind: 'change', id, values: values[i] });
    });
  }

  async #scan({ slot: number, predicate: shape, columns: mask, from, to, limit }: Of<'scan'>): Promise<void> {
    const slot = this.#slot(number);
    const { columns } = slot.model.state;
    const wanted = columns.filter((_, i) => ((mask >> i) & 1) === 1).map(({ name }) => name);
    const predicate = shape === null ? undefined : bind(shape, columns);
    const expected = [...visible(slot.model.state)]
      .filter(([id, row]) => id >= from && id < to && (predicate === undefined || truth(predicate, (name) => (name === '$row_id' ? BigInt(id) : row[name])) === 2))
      .slice(0, limit)
      .map(([id, row]) => [id, Object.fromEntries(wanted.map((name) => [name, row[name]]))]);
    const found: [number, Record<string, Value>][] = [];
    for await (const { rowIds, batch } of slot.real.scan(this.#path(slot), {
      columns: wanted, limit, ...(predicate === undefined ? {} : { predicate }), ranges: from < to ? [{ from, to }] : [],
    })) {
      expect(batch.numRows).toBe(rowIds.length);
      records(batch).forEach((record, i) => found.push([rowIds[i], record]));
    }
    expect(found).toEqual(expected);
  }

  async #alter({ kind, slot: number, column: at }: Of<'add-column' | 'drop-column' | 'rename-column' | 'rename-table'>): Promise<void> {
    const slot = this.#slot(number);
    const path = this.#path(slot);
    const { name, columns } = slot.model.state;
    const chosen = columns[at % columns.length];
    const id = this.#nextColumn++;
    let shape: Pick<ModelState, 'name' | 'columns'>;
    let statement: () => void;
    if (kind === 'add-column') {
      const added: ModelColumn = { id, name: `c${id}`, type: at % 2 === 0 ? 'integer' : 'text' };
      shape = { name, columns: [...columns, added] };
      statement = () => slot.real.addColumns(path, new Schema([fieldOf(added)]));
    } else if (kind === 'drop-column') {
      if (columns.length === 1) return;
      shape = { name, columns: columns.filter((column) => column !== chosen) };
      statement = () => slot.real.dropColumns(path, [chosen.name]);
    } else if (kind === 'rename-column') {
      shape = { name, columns: columns.map((column) => (column === chosen ? { ...column, name: `r${id}` } : column)) };
      statement = () => slot.real.renameColumn(path, chosen.name, `r${id}`);
    } else {
      shape = { name: `t${id}`, columns };
      statement = () => slot.real.renameTable(path, [...SCHEMA, `t${id}`]);
    }
    if (this.#model.shapeConflicts(slot.model)) expect(statement).toThrow(ConflictError);
    else {
      statement();
      slot.model.shape = shape;
    }
  }

  async #end({ kind, slot: number }: Of<'commit' | 'rollback'>): Promise<void> {
    const slot = this.#slots.get(number);
    if (slot === undefined) return;
    this.#slots.delete(number);
    if (kind === 'commit') {
      await slot.real.commit();
      this.#model.commit(slot.model);
      await this.check();
    } else {
      await slot.real.rollback();
      this.#model.rollback(slot.model);
    }
  }

  async #seal(waits: boolean): Promise<void> {
    const sealing = this.#store.seal();
    this.#background.push(sealing);
    if (waits) await sealing;
  }

  async #reopen(): Promise<void> {
    await Promise.all(this.#background.splice(0));
    await this.#store.close();
    this.#forget();
    this.#store = await this.#open();
    await this.check();
  }

  async #crash({ seals, commits, turns, keep, rest }: Of<'crash'>): Promise<void> {
    const slot = this.#slots.get(commits);
    const after = slot === undefined ? undefined : this.#model.after(slot.model);
    if (seals) this.#background.push(this.#store.seal());
    if (slot !== undefined) this.#background.push(slot.real.commit());
    for (let turn = 0; turn < turns; turn += 1) await nextTurn();
    const crashed = this.#folder;
    this.#folder = join(this.#root, String(this.#folders++));
    snapshot(crashed, this.#folder);
    rmSync(join(this.#folder, '.store', 'lock'), { force: true });
    tear(this.#folder, keep, rest);
    // The old one goes on only until it can be closed; nobody looks at it again.
    await Promise.all(this.#background.splice(0));
    await this.#store.close();
    rmSync(crashed, { recursive: true });
    this.#store = await this.#open();
    const before = this.#model.committed;
    this.#forget();
    if (after !== undefined && await this.#matches(after, before)) this.#model = new Model(after);
    await this.check();
    // Ids of rows that were lost before anyone could see them may come again.
    const tx = this.#store.begin();
    const path = [...SCHEMA, this.#model.committed.name];
    const { first } = await tx.insert(path, body(this.#model.committed.columns, [])) as { first: number };
    await tx.rollback();
    expect(first).toBeGreaterThan(Math.max(-1, ...this.#model.committed.rows.keys()));
    expect(first).toBeLessThanOrEqual(this.#nextRow);
    this.#nextRow = first;
  }

  /** Of a commit that nobody answered: whether it got through. */
  async #matches(after: ModelState, before: ModelState): Promise<boolean> {
    const tx = this.#store.begin();
    const [table] = tx.tables(SCHEMA);
    await tx.rollback();
    if (after.name !== before.name) return table.path.at(-1) === after.name;
    // Where there are no rows, only the columns tell.
    const names = ({ columns }: ModelState): string => columns.map(({ name }) => name).join();
    if (names(after) !== names(before)) return table.schema.names.join() === names(after);
    const { rows } = await this.#committed(before.name);
    const same = (state: ModelState): boolean => {
      try {
        expect(rows).toEqual(visible(state));
        return true;
      } catch {
        return false;
      }
    };
    return same(after) && !same(before);
  }

  #forget(): void {
    this.#slots.clear();
    this.#model = new Model(this.#model.committed);
  }

  async #committed(name: string): Promise<{ rows: Map<number, Record<string, Value>>; count: number }> {
    const tx = this.#store.begin();
    try {
      const info = tx.table([...SCHEMA, name]);
      const rows = new Map<number, Record<string, Value>>();
      for await (const { rowIds, batch } of tx.scan(info.path, { columns: info.schema.names as string[] })) {
        records(batch).forEach((record, i) => rows.set(rowIds[i], record));
      }
      return { rows, count: info.rows };
    } finally {
      await tx.rollback();
    }
  }
}

/** One in six is null. */
function valueOf({ type }: ModelColumn, seed: number): Value {
  if (seed % 6 === 5) return null;
  return type === 'integer' ? integer(seed) : text(seed);
}
