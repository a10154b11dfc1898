/** Hours that a byte tells apart. */
const CYCLE = 256;

/**
 * Which members of a partition may have something to plan in an hour, for plans that are made one hour after another and know of each
 * member when the next thing comes: a byte each, of a million members.
 */
export class DueHours {
  /** By position in the membership: the next hour, modulo {@link CYCLE}. Hours are visited one by one, so none is mistaken for another. */
  readonly #next: Uint8Array;
  #hour = NaN;

  constructor(members: number) {
    this.#next = new Uint8Array(members);
  }

  /** Goes on to an hour (hours since the epoch). After any but the one before it, and when `anew`, everybody is due. */
  begin(hour: number, anew = false): void {
    if (anew || hour !== this.#hour + 1) this.#next.fill(hour % CYCLE);
    this.#hour = hour;
  }

  isDue(member: number): boolean {
    return this.#next[member] === this.#hour % CYCLE;
  }

  /** @param hour a later one, before which there is nothing. Whoever has nothing for very long is due in between. */
  postpone(member: number, hour: number): void {
    this.#next[member] = Math.min(hour, this.#hour + CYCLE - 1) % CYCLE;
  }
}
