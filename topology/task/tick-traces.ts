import { messaging, SpanKind, Traced } from '../telemetry/spans.ts';
import { scenarioOf } from '../telemetry/propagation.ts';
import type { Tick } from './contract.ts';
import type { Session, TaskEnvironment } from './environment.ts';

/** Spans of the ticks in one transaction that begin or end a scenario; none for almost all. They end with the transaction. */
export class TickTraces {
  readonly #environment: TaskEnvironment;
  readonly #session: Session;
  readonly #spans: Traced[] = [];

  constructor(environment: TaskEnvironment, session: Session) {
    this.#environment = environment;
    this.#session = session;
  }

  /** The tick with the contexts that work on it goes on in. */
  follow(tick: Tick, offset: number): Tick {
    const { traces } = tick;
    if (traces === undefined) return tick;
    const { names, input, graph, logger } = this.#environment;
    const { partition } = this.#session;
    const spans = traces.map((parent) => new Traced(`process ${input}`, SpanKind.CONSUMER, parent, {
      ...messaging('process', names.topic(input), { partition, offset }),
      'messaging.consumer.group.name': names.group(graph.name),
      'telco.processor': graph.name, 'telco.tick.sequence': tick.sequence, 'telco.tick.from': new Date(tick.from).toISOString(),
      ...(scenarioOf(parent) === null ? {} : { 'telco.scenario_id': scenarioOf(parent)! }),
    }));
    this.#spans.push(...spans);
    for (const span of spans) {
      span.run(() => { logger.info({ partition, sequence: tick.sequence, scenarioId: scenarioOf(span.context) }, 'a scenario begins or ends with this tick'); });
    }
    return { ...tick, traces: spans.map(({ context }) => context) };
  }

  /** @param error what kept the transaction from committing */
  end(error?: unknown): void {
    for (const span of this.#spans.splice(0)) span.end(error);
  }
}
