/** What a table of the store is, as simply as it can be said. */
export type Value = bigint | string | null;

export interface ModelColumn {
  /** Stays over renames. */
  readonly id: number;
  readonly name: string;
  readonly type: 'integer' | 'text';
}

/** Values by column id; a column that a row does not have is null. */
export type ModelRow = ReadonlyMap<number, Value>;

export interface ModelState {
  readonly name: string;
  readonly columns: readonly ModelColumn[];
  readonly rows: ReadonlyMap<number, ModelRow>;
}

type Write =
  | { readonly kind: 'put'; readonly id: number; readonly values: ModelRow }
  | { readonly kind: 'change'; readonly id: number; readonly values: ModelRow }
  | { readonly kind: 'remove'; readonly id: number };

export class ModelTransaction {
  readonly #begun: number;
  readonly #base: ModelState;
  readonly writes: Write[] = [];
  /** Rows that it updated or deleted. */
  readonly touched = new Set<number>();
  /** Name and columns, when it changed them. */
  shape: Pick<ModelState, 'name' | 'columns'> | undefined;

  constructor(base: ModelState, begun: number) {
    this.#base = base;
    this.#begun = begun;
  }

  /** Number of the last commit that it sees. */
  get begun(): number {
    return this.#begun;
  }

  get state(): ModelState {
    const { name, columns } = this.shape ?? this.#base;
    return { name, columns, rows: applied(this.#base.rows, this.writes) };
  }
}

/** One table, snapshots of it, and which rows and shapes conflict. */
export class Model {
  committed: ModelState;
  readonly open = new Set<ModelTransaction>();
  #commits = 0;
  #lastShape = 0;
  readonly #lastTouch = new Map<number, number>();

  constructor(state: ModelState) {
    this.committed = state;
  }

  begin(): ModelTransaction {
    const transaction = new ModelTransaction(this.committed, this.#commits);
    this.open.add(transaction);
    return transaction;
  }

  /** Whether another transaction has one of the rows, or changed it since `transaction` began. */
  rowsConflict(transaction: ModelTransaction, ids: readonly number[]): boolean {
    return ids.some((id) => (this.#lastTouch.get(id) ?? 0) > transaction.begun
      || [...this.open].some((other) => other !== transaction && other.touched.has(id)));
  }

  shapeConflicts(transaction: ModelTransaction): boolean {
    return this.#lastShape > transaction.begun || [...this.open].some((other) => other !== transaction && other.shape !== undefined);
  }

  commit(transaction: ModelTransaction): void {
    this.committed = this.after(transaction);
    this.#commits += 1;
    if (transaction.shape !== undefined) this.#lastShape = this.#commits;
    for (const id of transaction.touched) this.#lastTouch.set(id, this.#commits);
    this.open.delete(transaction);
  }

  /** What a commit would make of the committed state. */
  after(transaction: ModelTransaction): ModelState {
    const { name, columns } = transaction.shape ?? this.committed;
    return { name, columns, rows: applied(this.committed.rows, transaction.writes) };
  }

  rollback(transaction: ModelTransaction): void {
    this.open.delete(transaction);
  }
}

function applied(base: ReadonlyMap<number, ModelRow>, writes: readonly Write[]): ReadonlyMap<number, ModelRow> {
  const rows = new Map(base);
  for (const write of writes) {
    if (write.kind === 'remove') rows.delete(write.id);
    else if (write.kind === 'put') rows.set(write.id, write.values);
    else rows.set(write.id, new Map([...rows.get(write.id)!, ...write.values]));
  }
  return rows;
}

/** Rows by id, values by column name: what a reader sees. */
export function visible({ columns, rows }: ModelState): Map<number, Record<string, Value>> {
  return new Map([...rows].sort(([a], [b]) => a - b).map(([id, values]) =>
    [id, Object.fromEntries(columns.map((column) => [column.name, values.get(column.id) ?? null]))]));
}
