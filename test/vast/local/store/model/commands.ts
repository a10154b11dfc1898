import fc from 'fast-check';
import { shapes, type Shape } from './predicate.ts';

/** One step of a random history. `slot` is one of three transactions; it begins with the first step that needs it. */
export type Command =
  | { readonly kind: 'insert'; readonly slot: number; readonly rows: readonly number[]; readonly without: number }
  | { readonly kind: 'update' | 'delete'; readonly slot: number; readonly rows: readonly number[]; readonly column: number; readonly value: number }
  | { readonly kind: 'scan'; readonly slot: number; readonly predicate: Shape | null; readonly columns: number; readonly from: number; readonly to: number; readonly limit: number }
  | { readonly kind: 'add-column' | 'drop-column' | 'rename-column' | 'rename-table'; readonly slot: number; readonly column: number }
  | { readonly kind: 'commit' | 'rollback'; readonly slot: number }
  /** `waits`: the next step comes when it is done. */
  | { readonly kind: 'seal'; readonly waits: boolean }
  | { readonly kind: 'reopen' }
  /** A kill while a seal, or the commit of a slot, has been under way for some turns of the event loop. */
  | { readonly kind: 'crash'; readonly seals: boolean; readonly commits: number; readonly turns: number; readonly keep: number; readonly rest: 'nothing' | 'zeros' | 'noise' };

const slot = fc.nat(2);
const column = fc.nat(9);
const value = fc.nat(30);
const rows = fc.array(fc.nat(60), { minLength: 1, maxLength: 12 });

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('insert' as const), slot, rows: fc.array(value, { maxLength: 40 }), without: fc.nat(5) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('update' as const, 'delete' as const), slot, rows, column, value }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('scan' as const), slot, predicate: fc.option(shapes, { freq: 5 }), columns: fc.nat(63), from: fc.nat(40), to: fc.nat(200),
      limit: fc.oneof({ weight: 3, arbitrary: fc.constant(Infinity) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 20 }) }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('add-column' as const, 'drop-column' as const, 'rename-column' as const, 'rename-table' as const), slot, column }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('commit' as const, 'commit' as const, 'commit' as const, 'rollback' as const), slot }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('seal' as const), waits: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const), seals: fc.boolean(), commits: fc.integer({ min: -1, max: 2 }), turns: fc.nat(60),
      keep: fc.double({ min: 0, max: 1, noNaN: true }), rest: fc.constantFrom('nothing' as const, 'zeros' as const, 'noise' as const),
    }),
  },
);

export const histories = fc.array(command, { minLength: 10, maxLength: 60, size: 'max' });
