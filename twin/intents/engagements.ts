import type { CallTable } from './call-table.ts';

const NONE = -1;

/**
 * Who is engaged when, by the proposals of one hour and of the hour before it: chains of each subscriber's calls through both. Only needed
 * while the hour is arbitrated; `free` gives its memory back.
 */
export class Engagements {
  readonly #calls: CallTable;
  readonly #before: CallTable;
  /** By subscriber, and by node: the next node of the chain. Node 2k is the caller of call k, 2k + 1 the called party; the calls before follow. */
  readonly #first: Int32Array<ArrayBuffer>;
  readonly #next: Int32Array<ArrayBuffer>;

  /** @param capacity of the twin: subscribers are below it */
  constructor(capacity: number, calls: CallTable, before: CallTable) {
    this.#calls = calls;
    this.#before = before;
    this.#first = new Int32Array(capacity).fill(NONE);
    this.#next = new Int32Array(2 * (calls.length + before.length));
    this.#link(calls, 0);
    this.#link(before, calls.length);
  }

  /** True when a proposal claims `party` when call j of the hour begins. Of equal beginnings the lower owner's is earlier. */
  isEngaged(j: number, party: number): boolean {
    return this.#find(j, party, null, null);
  }

  /** True when `party` is in a call that goes ahead, one that yields to nobody, when call j of the hour begins. */
  isInCall(j: number, party: number, yields: Uint8Array, yieldsBefore: Uint8Array): boolean {
    return this.#find(j, party, yields, yieldsBefore);
  }

  free(): void {
    this.#first.buffer.transfer(0);
    this.#next.buffer.transfer(0);
  }

  #find(j: number, party: number, yields: Uint8Array | null, yieldsBefore: Uint8Array | null): boolean {
    const calls = this.#calls;
    for (let node = this.#first[party]; node >= 0; node = this.#next[node]) {
      const k = node >> 1;
      const isBefore = k >= calls.length;
      const among = isBefore ? this.#before : calls;
      const other = isBefore ? k - calls.length : k;
      const yielding = isBefore ? yieldsBefore : yields;
      if ((yielding === null || yielding[other] === 0) && claims(calls, j, among, other)) return true;
    }
    return false;
  }

  #link({ length, caller, callee }: CallTable, from: number): void {
    for (let j = 0; j < length; j++) {
      if (caller[j] >= 0) this.#push(caller[j], 2 * (from + j));
      if (callee[j] >= 0) this.#push(callee[j], 2 * (from + j) + 1);
    }
  }

  #push(party: number, node: number): void {
    this.#next[node] = this.#first[party];
    this.#first[party] = node;
  }
}

function claims(table: CallTable, j: number, among: CallTable, other: number): boolean {
  if (among === table && other === j) return false;
  const start = table.start(j);
  const otherStart = among.start(other);
  if (otherStart > start || among.claimEnd(other) <= start) return false;
  return otherStart < start || rank(among, other) < rank(table, j);
}

function rank(table: CallTable, j: number): number {
  return table.owner(j) * 16 + table.ordinal[j];
}
