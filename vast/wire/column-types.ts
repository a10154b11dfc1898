import { DataType, DateUnit, Type, type Field } from 'apache-arrow';

/** A field whose type is a type, where Arrow's own default is `any`. */
export type ColumnField = Field<DataType>;

/** Fields inside a nested type; none for others. */
export function childrenOf(type: DataType): readonly ColumnField[] {
  return (type as { readonly children?: readonly ColumnField[] | null }).children ?? [];
}

/** Types that VAST stores; it answers 400 `TabularUnsupportedColumnType` to others, among them dictionaries. */
const STORED: ReadonlySet<Type> = new Set([
  Type.Bool, Type.Int, Type.Float, Type.Utf8, Type.Binary, Type.Decimal, Type.Date, Type.Time, Type.Timestamp,
  Type.List, Type.FixedSizeList, Type.Struct, Type.Map, Type.FixedSizeBinary,
]);

/** Why VAST would refuse a column of this field, or undefined when it takes it. */
export function unsupportedReason(field: ColumnField): string | undefined {
  const { type } = field;
  if (DataType.isDictionary(type)) {
    return `${field.name} is dictionary-encoded, which VAST does not store: build it as ${typeText(type.dictionary as DataType)}`;
  }
  if (!STORED.has(type.typeId)) return `${field.name} has type ${typeText(type)}, which VAST does not store`;
  if (DataType.isDate(type) && type.unit === DateUnit.MILLISECOND) {
    return `${field.name} has type ${typeText(type)}; the only dates that VAST stores are Date32<DAY>`;
  }
  for (const child of childrenOf(type)) {
    const reason = unsupportedReason(child);
    if (reason !== undefined) return `${field.name}: ${reason}`;
  }
  return undefined;
}

/**
 * A type as text, equal for types that VAST treats as equal: names inside a list and nullability of children do not count.
 * @param timeZones false for servers before 5.4, which drop time zones
 */
export function typeText(type: DataType, timeZones = true): string {
  const text = (type as { toString(): string }).toString();
  return timeZones ? text : text.replace(/(Timestamp<[A-Z]+), [^>]*>/g, '$1>');
}
