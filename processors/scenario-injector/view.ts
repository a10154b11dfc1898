import type { Logger } from 'pino';
import type { ClockState } from '../../schemas/generated/ClockState.generated.ts';
import type { Names } from '../../topology/graph/index.ts';
import { listOffsets, LogReader, type Cluster, type FetchedPartition, type TopicPartitionOffset } from '../../topology/log/index.ts';
import { readWireValue, resolvedScenario, scenarioProvenance, StepFilter, stepOf } from '../records/index.ts';
import { latestTicks } from './clock/progress.ts';
import { TickLog } from './clock/tick-log.ts';
import { decoding } from './leader/restored.ts';
import { ScenarioTable } from './state/scenario-table.ts';

const POLL_MS = 1_000;

/**
 * What any replica knows of clock and scenarios: `clock_state` and `scenario_state` from the beginning, `sim_ticks` from
 * recently on, followed as they are committed. The API answers from it, on the leader and on followers alike.
 */
export class View {
  readonly scenarios = new ScenarioTable();
  readonly ticks: TickLog;
  readonly #names: Names;
  readonly #reader: LogReader;
  readonly #logger: Logger;
  readonly #steps = new StepFilter();
  #clock: ClockState | null = null;
  #changed = Promise.withResolvers<void>();
  #closed = false;
  #running: Promise<void> = Promise.resolve();

  private constructor(cluster: Cluster, names: Names, partitions: number, logger: Logger) {
    this.ticks = new TickLog(partitions);
    this.#names = names;
    this.#logger = logger;
    this.#reader = new LogReader(cluster, { isolation: 'read_committed' });
  }

  /** Follows until `close`; `onFailed` is told of what ended it before. */
  static async open(cluster: Cluster, names: Names, partitions: number, logger: Logger, onFailed: (error: Error) => void): Promise<View> {
    const view = new View(cluster, names, partitions, logger);
    const topic = names.topic('sim_ticks');
    const [ticks, whole] = await Promise.all([
      latestTicks(cluster, topic, partitions),
      listOffsets(cluster, [{ topic: names.topic('clock_state'), partition: 0 }, { topic: names.topic('scenario_state'), partition: 0 }], 'earliest'),
    ]);
    const places: TopicPartitionOffset[] = [
      ...whole,
      ...ticks.map(({ partition, from }) => ({ topic, partition, offset: from })),
    ];
    view.#reader.assign(places);
    view.#running = view.#run().catch((error: unknown) => { onFailed(error instanceof Error ? error : new Error(String(error))); });
    return view;
  }

  /** Null while no leader has ticked yet. */
  get clock(): ClockState | null {
    return this.#clock;
  }

  /** Waits until `condition` holds, at most `timeoutMs`. */
  async until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (!condition()) {
      const left = deadline - performance.now();
      if (left <= 0 || this.#closed) return false;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, left);
      await Promise.race([this.#changed.promise, promise]);
      clearTimeout(timer);
    }
    return true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#changed.resolve();
    await this.#reader.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const fetched = await this.#reader.poll(POLL_MS);
      if (this.#closed) return;
      for (const partition of fetched) this.#apply(partition);
      if (fetched.length === 0) continue;
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }

  #apply(fetched: FetchedPartition): void {
    const { topic, partition } = fetched;
    if (topic === this.#names.topic('clock_state')) {
      fetched.forEachRecord(decoding(topic, (bytes, start, end, headersStart) => {
        if (this.#steps.counts(stepOf(bytes, headersStart))) this.#clock = readWireValue('ClockState', bytes, start, end);
      }));
    } else if (topic === this.#names.topic('scenario_state')) {
      fetched.forEachRecord(decoding(topic, (bytes, start, end) => {
        const record = readWireValue('ScenarioState', bytes, start, end);
        this.scenarios.put({ ...scenarioProvenance(record), scenario: resolvedScenario(record) });
      }));
    } else {
      fetched.forEachRecord((offset, _time, bytes, _keyStart, _keyEnd, start, end) => {
        if (start >= 0) this.ticks.remember(partition, offset, readWireValue('Tick', bytes, start, end).from);
      });
    }
    this.#logger.trace({ topic, partition, next: fetched.nextOffset }, 'view moved on');
  }
}
