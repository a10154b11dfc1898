import type { WriteStream } from 'node:tty';

/** Steps of start and stop, on stderr: one line that changes on a terminal, a line per step elsewhere. */
export class Progress {
  readonly #out: NodeJS.WriteStream | WriteStream;
  #current: string | undefined;

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out;
  }

  /** A step is under way; `detail` is how far it has got. */
  step(name: string, detail = ''): void {
    if (this.#out.isTTY) {
      const text = `  … ${name} ${detail}`.trimEnd();
      this.#out.write(`\r\x1b[2K${text.slice(0, Math.max(20, this.#out.columns - 1))}`);
    } else if (name !== this.#current) {
      this.#out.write(`… ${name}\n`);
    }
    this.#current = name;
  }

  /** The step under way has ended well. */
  done(text: string): void {
    this.#out.write(this.#out.isTTY ? `\r\x1b[2K  ✓ ${text}\n` : `✓ ${text}\n`);
    this.#current = undefined;
  }

  /** Something to know that is no step. */
  note(text: string): void {
    this.#out.write(this.#out.isTTY ? `\r\x1b[2K  ${text}\n` : `${text}\n`);
    this.#current = undefined;
  }
}
