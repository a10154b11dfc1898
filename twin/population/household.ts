import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';

/** Indices come in blocks of four that share a neighbourhood; each block is split into households. */
export const HOUSEHOLD_BLOCK = 4;

/** Splits of a block, as first index and size of the household of each of the four positions, with cumulative probabilities. */
const SPLITS: readonly { readonly until: number; readonly first: readonly number[]; readonly size: readonly number[] }[] = [
  { until: 0.24, first: [0, 0, 0, 0], size: [4, 4, 4, 4] },
  { until: 0.46, first: [0, 0, 0, 3], size: [3, 3, 3, 1] },
  { until: 0.68, first: [0, 0, 2, 2], size: [2, 2, 2, 2] },
  { until: 0.87, first: [0, 0, 2, 3], size: [2, 2, 1, 1] },
  { until: 1, first: [0, 1, 2, 3], size: [1, 1, 1, 1] },
];

/** Consecutive indices that share home and account. The last household may reach past `capacity`; such members don't exist. */
export interface Household {
  readonly first: number;
  readonly size: number;
}

/** Finds households by key, without allocating: read `first` and `size` after `of`. */
export class Households {
  first = 0;
  size = 0;
  readonly #draw: Draw;

  constructor(seed: number) {
    this.#draw = new Draw(seed);
  }

  of(index: number): this {
    const position = index % HOUSEHOLD_BLOCK;
    const block = (index - position) / HOUSEHOLD_BLOCK;
    const u = this.#draw.at(Purpose.household, block).unit();
    let split = 0;
    while (u >= SPLITS[split].until) split++;
    this.first = index - position + SPLITS[split].first[position];
    this.size = SPLITS[split].size[position]!;
    return this;
  }
}

/** The household of a subscriber index. */
export function householdOf(seed: number, index: number): Household {
  const { first, size } = new Households(seed).of(index);
  return { first, size };
}
