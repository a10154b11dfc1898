/** Wakes whoever waits. A `notify` with nobody waiting is not remembered: check the condition before waiting. */
export class Signal {
  #waiting = new Set<() => void>();

  /** Resolves at the next `notify`, or after `timeoutMs`. */
  wait(timeoutMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(done, timeoutMs);
      this.#waiting.add(done);
    });
  }

  notify(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
