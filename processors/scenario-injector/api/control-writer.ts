import { context } from '@opentelemetry/api';
import { processorGraph, processorRights, type Names } from '../../../topology/graph/index.ts';
import { LogWriter, type Cluster, type RecordHeader } from '../../../topology/log/index.ts';
import { traceHeaders, withScenario } from '../../../topology/telemetry/propagation.ts';
import { messaging, SpanKind, Traced } from '../../../topology/telemetry/spans.ts';
import { explainRefusal } from '../../../topology/refusal.ts';
import type { ControlEvent } from '../../../twin/scenarios/index.ts';
import { scenarioEventRecord, wireValue } from '../../records/index.ts';

/** The API waits for its caller; a broker that is away for longer is an error to tell. */
const DELIVERY_TIMEOUT_MS = 10_000;

/** Appends control events to `scenario_events`, as any client could: idempotent, in the order of the calls. */
export class ControlWriter {
  readonly #cluster: Cluster;
  readonly #names: Names;
  readonly #topic: string;
  readonly #schemaId: number;
  #writer: LogWriter | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(cluster: Cluster, names: Names, schemaId: number) {
    this.#cluster = cluster;
    this.#names = names;
    this.#topic = names.topic('scenario_events');
    this.#schemaId = schemaId;
  }

  /** Resolves when the brokers have it. */
  async append(event: ControlEvent): Promise<void> {
    const span = new Traced('send scenario_events', SpanKind.PRODUCER, context.active(), {
      ...messaging('send', this.#topic), 'telco.scenario_id': event.scenarioId, 'telco.scenario_kind': event.kind,
    });
    const appended = this.#last.then(() => this.#append(event, traceHeaders(withScenario(span.context, event.scenarioId))));
    this.#last = appended.catch(() => undefined);
    await appended.then(() => { span.end(); }, (error: unknown) => {
      span.end(error);
      throw error;
    });
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#writer?.close();
  }

  async #append(event: ControlEvent, headers: readonly RecordHeader[]): Promise<void> {
    let writer: LogWriter | null = null;
    try {
      writer = this.#writer ??= await LogWriter.open(this.#cluster, { compression: 'none', deliveryTimeoutMs: DELIVERY_TIMEOUT_MS });
      writer.append(this.#topic, 0, Date.now(), Buffer.from(event.scenarioId), wireValue(this.#schemaId, 'ScenarioEvent', scenarioEventRecord(event)), undefined, undefined, headers);
      await writer.flush();
    } catch (error) {
      this.#writer = null;
      await writer?.close();
      throw error instanceof Error ? explainRefusal(error, processorRights(processorGraph('scenario-injector'), this.#names)) : error;
    }
  }
}
