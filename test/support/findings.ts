/** Examples kept of each rule. */
const KEPT = 5;

/** Breaches of rules: how many, and the first few of each. */
export class Findings {
  readonly #counts = new Map<string, number>();
  readonly #examples: string[] = [];

  add(rule: string, what: string): void {
    const count = (this.#counts.get(rule) ?? 0) + 1;
    this.#counts.set(rule, count);
    if (count <= KEPT) this.#examples.push(`${rule}: ${what}`);
  }

  check(holds: boolean, rule: string, what: () => string): void {
    if (!holds) this.add(rule, what());
  }

  /** Empty when every rule held. */
  get summary(): string[] {
    return [...[...this.#counts].map(([rule, count]) => `${count} × ${rule}`), ...this.#examples];
  }
}
