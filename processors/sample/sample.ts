import { setImmediate as breathe } from 'node:timers/promises';
import { encodeRecord } from '../../schemas/codec.ts';
import { WIRE_HEADER_BYTES } from '../../schemas/wire.ts';
import { MINUTE } from '../../twin/config.ts';
import { partitionFor } from '../../topology/log/murmur2.ts';
import type { InMemoryTwin, Run } from '../generator/in-memory.ts';
import type { ControlledScenarios } from './control.ts';
import { EVENT_STREAMS, OBSERVERS, type EventStream, type SampledTopic } from './streams.ts';

/** Longest stretch of computing between two chances for timers and signals, ms. */
const SLICE = 50;

export interface SampleOptions {
  readonly twin: InMemoryTwin;
  readonly topics: readonly SampledTopic[];
  /** One partition, or null for the union of all, in the order in which one partition would hold them. */
  readonly partition: number | null;
  /** Event time, ms: [from, to). */
  readonly from: number;
  readonly to: number;
  readonly scenarios: ControlledScenarios;
}

/** One record: the Avro body of its value, without the registry's header. */
export interface Sampled {
  readonly topic: SampledTopic;
  /** Event time, ms: the record's time stamp. */
  readonly time: number;
  readonly body: Uint8Array;
}

/**
 * The records that the topology writes for a twin and its control events, computed without a broker, a minute of event time at
 * a time, ordered by time (then topic, then as in the topic). Computes no further than it is read.
 */
export async function* sample(options: SampleOptions): AsyncGenerator<Sampled[]> {
  const { from, to } = options;
  const minute: Sampled[] = [];
  const runs = await openRuns(options, minute);
  const causes = causeFeed(options);
  for (let time = from; time < to; ) {
    const end = Math.min(to, (Math.floor(time / MINUTE) + 1) * MINUTE);
    minute.push(...causes(time, end));
    for (const run of runs) await run.advance(end);
    // The sort is stable: at one time causes come first, then the topics in their order.
    yield minute.splice(0).sort((a, b) => a.time - b.time);
    time = end;
  }
}

async function openRuns({ twin, topics, partition, from, to, scenarios }: SampleOptions, out: Sampled[]): Promise<Run[]> {
  let sliceEnd = performance.now() + SLICE;
  const pause = async (): Promise<void> => {
    if (performance.now() < sliceEnd) return;
    await breathe();
    sliceEnd = performance.now() + SLICE;
  };
  const sinkOf = (topic: SampledTopic) => (time: number, _entity: number, bytes: Uint8Array, start: number, end: number): void => {
    if (topics.includes(topic)) out.push({ topic, time, body: bytes.slice(start + WIRE_HEADER_BYTES, end) });
  };
  const streams: readonly EventStream[] = topics.includes('ground_truth') ? EVENT_STREAMS : EVENT_STREAMS.filter((stream) => topics.includes(stream));
  const runs: Run[] = [];
  for (const stream of streams) {
    runs.push(await twin.open({
      partition: partition ?? 0, observer: OBSERVERS[stream], from, to, scenarios: scenarios.phases, pause,
      records: sinkOf(stream), groundTruth: sinkOf('ground_truth'),
    }));
  }
  return runs;
}

/** The leader's part of ground truth. */
function causeFeed({ twin, topics, partition, scenarios }: SampleOptions): (from: number, to: number) => Sampled[] {
  if (!topics.includes('ground_truth')) return () => [];
  const { partitions } = twin.config;
  const here = (key: string): boolean => partition === null || partitionFor(Buffer.from(key), partitions) === partition;
  return (from, to) => scenarios.causes(from, to).filter(({ key }) => here(key)).map(({ record }) => ({
    topic: 'ground_truth', time: record.event_time, body: encodeRecord('GroundTruth', record),
  }));
}
