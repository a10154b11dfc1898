/** Wakes one waiter; a `notify` with nobody waiting is remembered. */
export class Wake {
  #isNotified = false;
  #waiting: (() => void) | null = null;

  notify(): void {
    this.#isNotified = true;
    this.#waiting?.();
  }

  /** Resolves at the next `notify`, at once if there was one since the last wait, or after `ms`. */
  async wait(ms: number): Promise<void> {
    if (!this.#isNotified) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#waiting = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#waiting = null;
    }
    this.#isNotified = false;
  }
}
