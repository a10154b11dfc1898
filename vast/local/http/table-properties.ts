import type { ProjectionColumn } from '../../wire/messages.ts';
import type { Properties, TableInfo, Transaction, Path } from '../store/types.ts';

/** What VAST keeps of a table beside its columns. The store keeps it as it is, in the same transactions. */
export interface TableProperties {
  /** Names of the columns of the sort key in their order; empty for an unsorted table. */
  readonly sortKey: readonly string[];
  readonly projections: readonly Projection[];
}

export interface Projection {
  readonly name: string;
  /** Unique among all that the table ever had. */
  readonly id: number;
  readonly columns: readonly ProjectionColumn[];
}

export function propertiesOf({ properties }: TableInfo): TableProperties {
  const { sortKey = [], projections = [] } = properties as Partial<TableProperties>;
  return { sortKey, projections };
}

export function storedProperties({ sortKey, projections }: TableProperties): Properties {
  return { sortKey, projections };
}

/** Changes the properties of a table within a transaction. */
export function changeProperties(transaction: Transaction, path: Path, change: (properties: TableProperties) => TableProperties): void {
  transaction.setProperties(path, storedProperties(change(propertiesOf(transaction.table(path)))));
}

/** A renamed column keeps its place in sort key and projections. */
export function withColumnRenamed({ sortKey, projections }: TableProperties, from: string, to: string): TableProperties {
  const renamed = (name: string): string => (name === from ? to : name);
  return {
    sortKey: sortKey.map(renamed),
    projections: projections.map((projection) => ({
      ...projection,
      columns: projection.columns.map((column) => ({ ...column, name: renamed(column.name) })),
    })),
  };
}

/** What needs a column, in words; nothing when it can be dropped. */
export function userOfColumn({ sortKey, projections }: TableProperties, name: string): string | undefined {
  if (sortKey.includes(name)) return "the table's sort key";
  const projection = projections.find(({ columns }) => columns.some((column) => column.name === name));
  return projection === undefined ? undefined : `projection ${projection.name}`;
}
