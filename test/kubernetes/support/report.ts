import { Unavailable } from '../bed/unavailable.ts';

/** Counts checks and prints a line for each as it ends. */
export class Report {
  passed = 0;
  failed = 0;
  skipped = 0;
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void = (line) => process.stdout.write(`${line}\n`)) {
    this.#write = write;
  }

  /**
   * Runs a check. It passes when `body` resolves, with what it returns as the remark of its line; it is skipped when `body`
   * throws Unavailable, and fails when it throws anything else.
   */
  async check(name: string, body: () => Promise<string | void>): Promise<boolean> {
    const start = performance.now();
    try {
      const remark = await body();
      const seconds = `${((performance.now() - start) / 1000).toFixed(1)} s`;
      this.passed += 1;
      this.#write(`passed   ${name} (${remark ? `${remark}, ` : ''}${seconds})`);
      return true;
    } catch (error) {
      if (error instanceof Unavailable) this.skip(name, error.message);
      else this.fail(name, error);
      return false;
    }
  }

  skip(name: string, reason: string): void {
    this.skipped += 1;
    this.#write(`skipped  ${name}: ${reason}`);
  }

  fail(name: string, error: unknown): void {
    this.failed += 1;
    const text = error instanceof Error ? error.message : String(error);
    this.#write(`FAILED   ${name}\n${text.replace(/^/gm, '           ')}`);
  }

  /** `12 passed, 0 failed, 1 skipped` */
  get totals(): string {
    return `${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`;
  }
}
