import { IllegalGenerationError } from '../errors.ts';

/** Since when the coordinator has last been known to count a member in. */
export class Standing {
  readonly #groupId: string;
  readonly #sessionTimeoutMs: number;
  /** When the newest request was sent that was answered as a member's; performance.now. */
  #confirmedAt = -Infinity;

  constructor(groupId: string, sessionTimeoutMs: number) {
    this.#groupId = groupId;
    this.#sessionTimeoutMs = sessionTimeoutMs;
  }

  /** @param sentAt when the request was sent: the coordinator's clock of the session began no earlier */
  confirm(sentAt: number): void {
    this.#confirmedAt = Math.max(this.#confirmedAt, sentAt);
  }

  lose(): void {
    this.#confirmedAt = -Infinity;
  }

  get doubt(): IllegalGenerationError | null {
    if (performance.now() - this.#confirmedAt < this.#sessionTimeoutMs) return null;
    return new IllegalGenerationError(`Group ${this.#groupId} has not confirmed this member for ${this.#sessionTimeoutMs} ms, so its partitions may have another owner`);
  }
}
