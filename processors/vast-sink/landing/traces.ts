import type { Logger } from 'pino';
import { scenarioOf } from '../../../topology/telemetry/propagation.ts';
import { messaging, SpanKind, Traced } from '../../../topology/telemetry/spans.ts';
import type { Cargo } from './cargo.ts';

/** Spans of the traced records that a cargo lands: from the first attempt to the commit of their VAST transaction. */
export class LandingTraces {
  readonly #spans: readonly Traced[];
  readonly #rows: number;

  constructor(cargo: Cargo) {
    this.#rows = cargo.rows;
    this.#spans = cargo.traces.map(({ topic, partition, offset, context }) => new Traced(`land ${topic}`, SpanKind.CONSUMER, context, {
      ...messaging('process', topic, { partition, offset }), 'telco.processor': 'vast-sink', 'db.system.name': 'vastdb',
      'telco.landed.rows': cargo.rows, 'telco.landed.bytes': cargo.bytes,
      ...(scenarioOf(context) === null ? {} : { 'telco.scenario_id': scenarioOf(context)! }),
    }));
  }

  landed(logger: Logger): void {
    for (const span of this.#spans) {
      span.run(() => { logger.info({ rows: this.#rows, scenarioId: scenarioOf(span.context) }, 'the first effects of a scenario have landed'); });
      span.end();
    }
  }

  failed(error: unknown): void {
    for (const span of this.#spans) span.end(error);
  }
}
