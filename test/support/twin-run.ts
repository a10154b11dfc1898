import { InMemoryTwin, type Run } from '../../processors/generator/in-memory.ts';
import { loadPlaces } from '../../processors/places/index.ts';
import { OBSERVERS, RECORD_OF, type EventStream, type SampledTopic } from '../../processors/sample/index.ts';
import { decodeRecord } from '../../schemas/codec.ts';
import type { Records } from '../../schemas/generated/records.generated.ts';
import { WIRE_HEADER_BYTES } from '../../schemas/wire.ts';
import { MODEL_VERSION } from '../../twin/config.ts';
import type { ControlEvent, ResolvedScenario } from '../../twin/scenarios/index.ts';

/** A twin of Ireland in memory. */
export function twinOf(subscribers: number, partitions = 1, seed = 7): InMemoryTwin {
  const { places, timezone } = loadPlaces('IE');
  return new InMemoryTwin(
    { seed, region: 'IE', timezone, subscribers, capacity: Math.ceil(subscribers * 1.25), partitions, modelVersion: MODEL_VERSION }, places,
  );
}

/** One record as it was handed out. */
export interface Raw {
  readonly time: number;
  readonly entity: number;
  /** Body, without the wire header. */
  readonly body: Buffer;
}

export interface Output {
  readonly records: Raw[];
  readonly groundTruth: Raw[];
}

export interface OutputOptions {
  readonly stream: EventStream;
  readonly from: number;
  readonly to: number;
  readonly partition?: number;
  readonly scenarios?: readonly ResolvedScenario[];
  /** Length of a tick, ms; the whole range at once when left out. */
  readonly tick?: number;
}

/** Everything that one partition of one stream writes in [from, to). */
export async function outputOf(twin: InMemoryTwin, { stream, from, to, partition = 0, scenarios = [], tick = to - from }: OutputOptions): Promise<Output> {
  const output: Output = { records: [], groundTruth: [] };
  const sink = (into: Raw[]) => (time: number, entity: number, bytes: Uint8Array, start: number, end: number): void => {
    into.push({ time, entity, body: Buffer.from(bytes.subarray(start + WIRE_HEADER_BYTES, end)) });
  };
  const run: Run = await twin.open({
    partition, observer: OBSERVERS[stream], from, to, scenarios, records: sink(output.records), groundTruth: sink(output.groundTruth),
  });
  while (run.position < to) await run.advance(run.position + tick);
  return output;
}

export function decoded<Topic extends SampledTopic>(topic: Topic, raws: readonly Raw[]): Records[RecordOf[Topic]][] {
  return raws.map(({ body }) => decodeRecord(RECORD_OF[topic], body) as Records[RecordOf[Topic]]);
}

interface RecordOf {
  cdrs: 'Cdr';
  network_logs: 'NetworkLog';
  customer_service: 'CustomerServiceEvent';
  location_updates: 'LocationUpdate';
  ground_truth: 'GroundTruth';
}

/** The records as text, one a line, to compare runs byte for byte. */
export function fingerprint(raws: readonly Raw[]): string[] {
  return raws.map(({ time, entity, body }) => `${time} ${entity} ${body.toString('base64')}`);
}

/** A START event as a user writes it. */
export function start(kind: string, target: ControlEvent['target'], effectiveAt: number, until: number | null, parameters: Record<string, string> = {}): ControlEvent {
  return {
    scenarioId: `${kind}-1`, kind, action: 'START', effectiveAt, until, target, intensity: 1, difficulty: 'medium', parameters,
    issuedAt: effectiveAt, issuedBy: 'test',
  };
}
