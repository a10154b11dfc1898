import type { LogWriter } from '../../../topology/log/index.ts';

type Append = Parameters<LogWriter['append']>;

/** Where a step's records go. */
export interface Appender {
  append(...record: Append): void;
}

/** Keeps a step's records back until the step is decided; after that they go straight to the writer. */
export class HeldAppends implements Appender {
  readonly #writer: LogWriter;
  #held: Append[] | null = [];

  constructor(writer: LogWriter) {
    this.#writer = writer;
  }

  append(...record: Append): void {
    if (this.#held === null) this.#writer.append(...record);
    else this.#held.push(record);
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const record of held) this.#writer.append(...record);
  }

  /** Begins the next step. */
  hold(): void {
    this.#held = [];
  }
}
