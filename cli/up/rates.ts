import type { Sample } from './prometheus.ts';

export interface StreamRate {
  readonly stream: string;
  /** Events per second, mean over the last ten seconds. */
  readonly perSecond: number;
  /** Events since this meter was made. */
  readonly total: number;
}

/** Long enough for a rate of a few events a second to stand still, short enough to show what just happened. */
const WINDOW_MS = 10_000;

interface Counter {
  /** Value at the last look; it falls to 0 with the process that counts. */
  last: number;
  total: number;
  /** Looks of the last `WINDOW_MS` and the one before, oldest first. */
  looks: { readonly atMs: number; readonly total: number }[];
}

/** Turns the event counters of several processes into totals and rates per stream; a counter that fell was restarted. */
export class RateMeter {
  readonly #counters = new Map<string, Map<string, Counter>>();

  /**
   * Takes in one look at a processor's metrics.
   * @param atMs monotonic time of the look
   */
  observe(processor: string, samples: readonly Sample[], atMs: number): void {
    for (const { name, labels, value } of samples) {
      if (name !== 'twin_events_total' || labels.stream === undefined) continue;
      const counter = this.#counter(labels.stream, processor);
      counter.total += value >= counter.last ? value - counter.last : value;
      counter.last = value;
      counter.looks.push({ atMs, total: counter.total });
      while (counter.looks.length > 2 && counter.looks[1].atMs <= atMs - WINDOW_MS) counter.looks.shift();
    }
  }

  /** Nothing comes from this processor now. */
  silence(processor: string): void {
    for (const counters of this.#counters.values()) {
      const counter = counters.get(processor);
      if (counter !== undefined) counter.looks = [];
    }
  }

  rates(streams: readonly string[]): StreamRate[] {
    return streams.map((stream) => {
      const counters = [...(this.#counters.get(stream)?.values() ?? [])];
      return {
        stream,
        perSecond: counters.reduce((sum, { looks }) => sum + rate(looks), 0),
        total: counters.reduce((sum, { total }) => sum + total, 0),
      };
    });
  }

  #counter(stream: string, processor: string): Counter {
    let counters = this.#counters.get(stream);
    if (counters === undefined) this.#counters.set(stream, (counters = new Map<string, Counter>()));
    let counter = counters.get(processor);
    if (counter === undefined) counters.set(processor, (counter = { last: 0, total: 0, looks: [] }));
    return counter;
  }
}

function rate(looks: Counter['looks']): number {
  const [first] = looks;
  const last = looks.at(-1);
  if (last === undefined || last.atMs === first.atMs) return 0;
  return ((last.total - first.total) / (last.atMs - first.atMs)) * 1_000;
}
