/** How the checks of a run ended. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Runs checks one after another and prints a line for each: `ok`, `FAIL` with the reason, or `skipped` with the reason. */
export class Checks {
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  get totals(): Totals {
    return { passed: this.#passed, failed: this.#failed, skipped: this.#skipped };
  }

  /** @param body throws when the check fails; a string that it returns is printed beside the name */
  async check(name: string, body: () => Promise<string | void>): Promise<boolean> {
    const started = performance.now();
    try {
      const detail = await body();
      this.#passed += 1;
      this.#print('ok', name, [detail, seconds(started)]);
      return true;
    } catch (error) {
      this.#failed += 1;
      this.#print('FAIL', name, [seconds(started), error instanceof Error ? error.message : String(error)]);
      return false;
    }
  }

  /** A check that can't run here, and why. */
  skip(name: string, reason: string): void {
    this.#skipped += 1;
    this.#print('skipped', name, [reason]);
  }

  /** The closing line. */
  summary(): string {
    return `${this.#passed} passed, ${this.#failed} failed, ${this.#skipped} skipped`;
  }

  #print(verdict: string, name: string, details: readonly (string | void)[]): void {
    console.log(`${verdict.padEnd(8)} ${name}: ${details.filter((detail) => detail !== undefined && detail !== '').join(', ')}`);
  }
}

function seconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
