import type { StoreOptions } from '../types.ts';
import type { Backlog } from './backlog.ts';

/** Pause after a seal that failed, doubled with each further failure up to the second figure. */
const PAUSE_MS = [1_000, 60_000] as const;

/** When what lies in the log alone is sealed: one seal at a time, by age and size, again after a failure, and while commits wait for room. */
export class SealSchedule {
  readonly #work: () => Promise<void>;
  readonly #backlog: Backlog;
  readonly #options: StoreOptions;
  readonly #log: (message: string) => void;
  #sealing: Promise<void> | undefined;
  #failures = 0;
  #notBefore = 0;
  #ended = false;

  /** @param work seals everything that is committed by then */
  constructor(work: () => Promise<void>, backlog: Backlog, options: StoreOptions, log: (message: string) => void) {
    this.#work = work;
    this.#backlog = backlog;
    this.#options = options;
    this.#log = log;
  }

  /** True when no seal begins any more. */
  get ended(): boolean {
    return this.#ended;
  }

  end(): void {
    this.#ended = true;
  }

  /** Seals what is committed now, after a seal that is under way. */
  async seal(): Promise<void> {
    // One at a time, whoever else waits.
    while (this.#sealing !== undefined) await this.#sealing.catch(() => undefined);
    if (this.#ended) return;
    this.#sealing = this.#work().finally(() => { this.#sealing = undefined; });
    await this.#sealing;
  }

  /** Begins a seal if one is due. */
  tick(now: number): void {
    if (this.#sealing !== undefined || now < this.#notBefore) return;
    if (this.#backlog.isDue(this.#options.sealAfterMs ?? 30_000, this.#options.sealBytes ?? 256 << 20)) void this.#inBackground();
  }

  /**
   * Resolves when the log has room for a commit. Who inserts faster than Parquet files are written is slowed down to that, else the log
   * would grow without end. Where sealing fails commits go on: they are safe in the log.
   */
  async room(): Promise<void> {
    const limit = this.#options.unsealedLimitBytes ?? 1 << 30;
    while (this.#backlog.bytes >= limit && this.#failures === 0 && !this.#ended) {
      await (this.#sealing?.catch(() => undefined) ?? this.#inBackground());
    }
  }

  /** Never rejects. */
  async #inBackground(): Promise<void> {
    try {
      await this.seal();
      this.#failures = 0;
    } catch (error) {
      const pause = Math.min(PAUSE_MS[0] * 2 ** this.#failures++, PAUSE_MS[1]);
      this.#notBefore = Date.now() + pause;
      this.#log(`sealing failed, tried again in ${pause / 1000} s: ${(error as Error).message}`);
    }
  }
}
