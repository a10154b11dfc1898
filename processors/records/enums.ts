export interface EnumNames<Symbol extends string> {
  /** Symbol of a member of the twin's enum. */
  readonly symbol: (value: number) => Symbol;
  /** Member of the twin's enum; throws on a symbol that this version does not know. */
  readonly value: (symbol: Symbol) => number;
  /** As `value`, by the symbol's position in the schema. */
  readonly fromIndex: (index: number) => number;
}

/**
 * The twin's enums are numbers from 0, Avro's are symbols with UNKNOWN in front. Maps between them by name; throws at load when
 * the twin has a member that the schema lacks.
 */
export function enumNames<Symbol extends string>(
  twin: Readonly<Record<string, number>>, schema: Readonly<Record<Symbol, number>>,
): EnumNames<Symbol> {
  const symbols: Symbol[] = [];
  const values = new Map<string, number>();
  for (const [name, value] of Object.entries(twin)) {
    if (!(name in schema)) throw new Error(`the schema has no symbol ${name}; it has ${Object.keys(schema).join(', ')}`);
    symbols[value] = name as Symbol;
    values.set(name, value);
  }
  const valueOf = (symbol: string): number => {
    const value = values.get(symbol);
    if (value === undefined) throw new Error(`the record holds ${symbol}, which this version does not know: upgrade it first`);
    return value;
  };
  const byIndex = Object.keys(schema);
  return {
    symbol: (value) => {
      const symbol = symbols[value];
      if (symbol === undefined) throw new Error(`${value} is none of ${symbols.join(', ')}`);
      return symbol;
    },
    value: valueOf,
    fromIndex: (index) => valueOf(byIndex[index] ?? String(index)),
  };
}
