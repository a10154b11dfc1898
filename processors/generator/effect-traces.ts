import { decodeRecord } from '../../schemas/codec.ts';
import { WIRE_HEADER_BYTES } from '../../schemas/wire.ts';
import type { Names, TopicName } from '../../topology/graph/index.ts';
import type { RecordHeader } from '../../topology/log/index.ts';
import type { Tick } from '../../topology/task/contract.ts';
import { scenarioOf, traceHeaders } from '../../topology/telemetry/propagation.ts';
import { messaging, SpanKind, Traced } from '../../topology/telemetry/spans.ts';

type TraceContext = NonNullable<Tick['traces']>[number];

/** Scenarios that are followed at once; the oldest is forgotten. */
const MAX_FOLLOWED = 16;

interface Followed {
  readonly scenarioId: string;
  readonly context: TraceContext;
  /** The first label in `ground_truth` is on its way. */
  labelled: boolean;
}

/**
 * Follows a traced scenario to its first effects in one partition: the first record of the stream that it added or changed, and the
 * label of the first effect, carry the trace on in their headers. Labels of an interval must be offered before its records.
 */
export class EffectTraces {
  readonly #names: Names;
  readonly #stream: TopicName;
  readonly #followed = new Map<string, Followed>();
  /** Records that are on their way, by event_id. */
  readonly #awaited = new Map<string, Followed>();

  constructor(names: Names, stream: TopicName) {
    this.#names = names;
    this.#stream = stream;
  }

  /** Nothing is followed: records need not be offered. */
  get isIdle(): boolean {
    return this.#followed.size === 0;
  }

  begin({ traces }: Tick): void {
    this.#awaited.clear();
    for (const context of traces ?? []) {
      const scenarioId = scenarioOf(context);
      if (scenarioId === null) continue;
      this.#followed.delete(scenarioId);
      this.#followed.set(scenarioId, { scenarioId, context, labelled: false });
      if (this.#followed.size > MAX_FOLLOWED) this.#followed.delete(this.#followed.keys().next().value!);
    }
  }

  /** Headers of a label in `ground_truth`. */
  label(bytes: Uint8Array, start: number, end: number): readonly RecordHeader[] | undefined {
    const { scenario_id: scenarioId, event_id: eventId, effect } = decodeRecord('GroundTruth', Buffer.from(bytes.subarray(start + WIRE_HEADER_BYTES, end)));
    const followed = this.#followed.get(scenarioId);
    if (followed === undefined) return undefined;
    if (eventId !== null && ![...this.#awaited.values()].includes(followed)) this.#awaited.set(eventId, followed);
    if (followed.labelled) return undefined;
    followed.labelled = true;
    return this.#send('ground_truth', followed, { 'telco.effect': effect ?? 'UNKNOWN', ...(eventId === null ? {} : { 'telco.event_id': eventId }) });
  }

  /** Headers of a record of the stream, whose first field is its event_id. */
  record(bytes: Uint8Array, start: number): readonly RecordHeader[] | undefined {
    if (this.#awaited.size === 0) return undefined;
    // A text: its length as a zigzag varint, one byte for ids of up to 63 characters.
    const at = start + WIRE_HEADER_BYTES;
    const eventId = Buffer.from(bytes.buffer, bytes.byteOffset + at + 1, bytes[at] >> 1).toString('latin1');
    const followed = this.#awaited.get(eventId);
    if (followed === undefined) return undefined;
    this.#awaited.delete(eventId);
    this.#followed.delete(followed.scenarioId);
    return this.#send(this.#stream, followed, { 'telco.event_id': eventId });
  }

  #send(topic: TopicName, { context, scenarioId }: Followed, attributes: Record<string, string>): readonly RecordHeader[] {
    const span = new Traced(`send ${topic}`, SpanKind.PRODUCER, context, {
      ...messaging('send', this.#names.topic(topic)), 'telco.scenario_id': scenarioId, ...attributes,
    });
    span.end();
    return traceHeaders(span.context);
  }
}
