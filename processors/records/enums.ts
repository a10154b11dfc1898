/**
 * The twin's enums are numbers from 0, Avro's are symbols with UNKNOWN in front. Maps between them by name; throws at load when
 * the twin has a member that the schema lacks.
 */
export function enumNames<Symbol extends string>(
  twin: Readonly<Record<string, number>>, schema: Readonly<Record<Symbol, number>>,
): { readonly symbol: (value: number) => Symbol; readonly value: (symbol: Symbol) => number } {
  const symbols: Symbol[] = [];
  const values = new Map<string, number>();
  for (const [name, value] of Object.entries(twin)) {
    if (!(name in schema)) throw new Error(`the schema has no symbol ${name}; it has ${Object.keys(schema).join(', ')}`);
    symbols[value] = name as Symbol;
    values.set(name, value);
  }
  return {
    symbol: (value) => {
      const symbol = symbols[value];
      if (symbol === undefined) throw new Error(`${value} is none of ${symbols.join(', ')}`);
      return symbol;
    },
    value: (symbol) => {
      const value = values.get(symbol);
      if (value === undefined) throw new Error(`the record holds ${symbol}, which this version does not know: upgrade it first`);
      return value;
    },
  };
}
