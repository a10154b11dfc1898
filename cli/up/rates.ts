import type { Sample } from './prometheus.ts';

export interface StreamRate {
  readonly stream: string;
  /** Events per second since the last observation but one. */
  readonly perSecond: number;
  /** Events since this meter was made. */
  readonly total: number;
}

interface Counter {
  last: number;
  total: number;
  rate: number;
}

/** Turns the event counters of several processes into totals and rates per stream; a counter that fell was restarted. */
export class RateMeter {
  readonly #counters = new Map<string, Map<string, Counter>>();
  readonly #observedAt = new Map<string, number>();

  /**
   * Takes in one scrape.
   * @param atMs monotonic time of the scrape
   */
  observe(processor: string, samples: readonly Sample[], atMs: number): void {
    const seconds = (atMs - (this.#observedAt.get(processor) ?? atMs)) / 1000;
    this.#observedAt.set(processor, atMs);
    for (const { name, labels, value } of samples) {
      if (name !== 'twin_events_total' || labels.stream === undefined) continue;
      const counter = this.#counter(labels.stream, processor);
      const grown = value >= counter.last ? value - counter.last : value;
      counter.last = value;
      counter.total += grown;
      counter.rate = seconds > 0 ? grown / seconds : 0;
    }
  }

  /** Nothing comes from this processor now. */
  silence(processor: string): void {
    this.#observedAt.delete(processor);
    for (const counters of this.#counters.values()) {
      const counter = counters.get(processor);
      if (counter !== undefined) counter.rate = 0;
    }
  }

  rates(streams: readonly string[]): StreamRate[] {
    return streams.map((stream) => {
      const counters = [...(this.#counters.get(stream)?.values() ?? [])];
      return {
        stream,
        perSecond: counters.reduce((sum, counter) => sum + counter.rate, 0),
        total: counters.reduce((sum, counter) => sum + counter.total, 0),
      };
    });
  }

  #counter(stream: string, processor: string): Counter {
    let counters = this.#counters.get(stream);
    if (counters === undefined) this.#counters.set(stream, (counters = new Map<string, Counter>()));
    let counter = counters.get(processor);
    if (counter === undefined) counters.set(processor, (counter = { last: 0, total: 0, rate: 0 }));
    return counter;
  }
}
