import { setTimeout as sleep } from 'node:timers/promises';
import { defineProcessor } from '../../../topology/graph/index.ts';
import type { ProcessorContext, ProcessorLogic, TableHandler, TaskLogic, TaskOutput, Tick } from '../../../topology/task/contract.ts';

/**
 * The smallest processor that can go wrong in every way the runtime must prevent: each line depends on a running number that
 * can't be recomputed (snapshot), on its own partition's table as of the tick (join), on whole tables as of the tick (look-up),
 * and on the tick.
 */
export const counterGraph = defineProcessor({
  name: 'counter',
  kind: 'tasks',
  description: 'numbers its lines',
  input: 'sim_ticks',
  join: ['subscriber_state'],
  lookup: ['subscriber_state', 'network_state'],
  output: ['cdrs', 'ground_truth'],
  persist: 'task_state',
  deadLetters: 'dead_letters',
});

export const MODEL_VERSION = 1;
export const LINES_PER_TICK = 3;

/** One version of one key. `value` null is a deletion. */
export interface Version {
  readonly offset: number;
  readonly key: string;
  readonly value: string | null;
}

/** The line of a tick; what the test expects is computed with the same function from what it wrote itself. */
export function line(number: number, tick: Tick, own: string, network: string, everywhere: string): string {
  return `${number} tick ${tick.sequence} [${tick.from},${tick.to}) own ${own} network ${network} all ${everywhere}`;
}

/** A table as of an end offset, as text. */
export function asOf(versions: readonly Version[], end: number): string {
  const state = new Map<string, string>();
  for (const { offset, key, value } of versions) {
    if (offset >= end) break;
    if (value === null) state.delete(key);
    else state.set(key, value);
  }
  return [...state].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${value}`).join(',');
}

class Versions implements TableHandler {
  readonly partitions = new Map<number, Version[]>();

  apply(partition: number, offset: number, bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    const versions = this.partitions.get(partition) ?? [];
    this.partitions.set(partition, versions);
    const last = versions.at(-1);
    if (last !== undefined && last.offset >= offset) throw new Error(`offset ${offset} was applied after ${last.offset}`);
    versions.push({
      offset,
      key: bytes.toString('utf8', keyStart, keyEnd),
      value: valueStart < 0 ? null : bytes.toString('utf8', valueStart, valueEnd),
    });
  }

  asOf(partition: number, end: number): string {
    return asOf(this.partitions.get(partition) ?? [], end);
  }
}

class CounterTask implements TaskLogic {
  readonly #partition: number;
  readonly #tickMs: number;
  readonly #looksBack: boolean;
  readonly #network: Versions;
  readonly #everywhere: Versions;
  readonly #own = new Versions();
  readonly joins = { subscriber_state: this.#own };
  #number = 0;
  #expectedFrom = -1;

  constructor(partition: number, network: Versions, everywhere: Versions, tickMs: number, looksBack: boolean) {
    this.#partition = partition;
    this.#tickMs = tickMs;
    this.#looksBack = looksBack;
    this.#network = network;
    this.#everywhere = everywhere;
  }

  restore(cursorTo: number, _firstTick: Tick, state: Uint8Array | null): void {
    this.#expectedFrom = cursorTo;
    if (state !== null) this.#number = Number(Buffer.from(state).toString());
  }

  async handle(tick: Tick, out: TaskOutput): Promise<void> {
    for (; this.#looksBack; await sleep(20)) out.checkpoint();
    if (tick.from !== this.#expectedFrom) throw new Error(`tick from ${tick.from} after ${this.#expectedFrom}`);
    this.#expectedFrom = tick.to;
    // The join stands exactly at the tick: reading it without an offset must give what reading it as of the tick gives.
    const own = this.#own.asOf(this.#partition, Number.MAX_SAFE_INTEGER);
    const network = this.#network.asOf(0, tick.networkStateEnd);
    const everywhere = tick.subscriberStateEnds.map((end, partition) => this.#everywhere.asOf(partition, end)).join('/');
    for (let i = 0; i < LINES_PER_TICK; i += 1) {
      const value = Buffer.from(line(this.#number, tick, own, network, everywhere));
      out.append('cdrs', tick.from + i, Buffer.from(String(this.#partition)), value);
      if (i === 0) out.append('ground_truth', tick.from, null, value);
      this.#number += 1;
      await out.backpressure();
      if (this.#tickMs > 0) await sleep(this.#tickMs / LINES_PER_TICK);
    }
  }

  snapshot(): Uint8Array {
    return Buffer.from(String(this.#number));
  }

  close(): void {
    this.#number = Number.NaN;
  }
}

/**
 * COUNTER_TICK_MS makes ticks slow, so that whatever happens to the process happens in the middle of a transaction; COUNTER_LOOKS_BACK makes the
 * first one never end.
 */
export function createProcessor(context: ProcessorContext): ProcessorLogic {
  const tickMs = Number(context.env['COUNTER_TICK_MS'] ?? 0);
  const network = new Versions();
  const everywhere = new Versions();
  return {
    modelVersion: MODEL_VERSION,
    tables: { lookup: { network_state: network, subscriber_state: everywhere } },
    createTask: (partition) => new CounterTask(partition, network, everywhere, tickMs, context.env['COUNTER_LOOKS_BACK'] !== undefined),
  };
}
