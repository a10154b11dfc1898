import { ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import type { Names } from '../../../topology/graph/index.ts';
import type { RecordHeader } from '../../../topology/log/index.ts';
import { isTraced, traceHeaders, withScenario } from '../../../topology/telemetry/propagation.ts';
import { messaging, SpanKind, Traced } from '../../../topology/telemetry/spans.ts';
import type { ControlItem } from '../control/control-feed.ts';
import type { Turn } from '../state/scenario-table.ts';

/** Scenarios whose traces one tick carries on at most. */
const MAX_TRACED_TURNS = 8;

/** Spans of what one transaction of the leader does; they end with it. */
export class StepTraces {
  readonly #names: Names;
  #open: Traced[] = [];

  constructor(names: Names) {
    this.#names = names;
  }

  /** The span of a control event; a client that sent no trace begins one here. */
  control({ record, ...item }: ControlItem): Traced {
    const span = new Traced('process scenario_events', SpanKind.CONSUMER, record.trace ?? ROOT_CONTEXT, {
      ...messaging('process', this.#names.topic('scenario_events'), { partition: 0, offset: record.offset }),
      'messaging.consumer.group.name': this.#names.group('scenario-injector'), 'telco.processor': 'scenario-injector',
      ...('event' in item ? { 'telco.scenario_id': item.event.scenarioId, 'telco.scenario_kind': item.event.kind, 'telco.scenario_action': item.event.action } : {}),
    });
    this.#open.push(span);
    return span;
  }

  /** Headers of a tick with which scenarios begin or end. */
  tick(turns: readonly Turn[], sequence: number, from: number): RecordHeader[] {
    return turns.filter(({ phase }) => phase.trace !== undefined && isTraced(phase.trace)).slice(0, MAX_TRACED_TURNS).flatMap(({ phase, edge }) => {
      const { scenarioId, kind } = phase.scenario;
      const span = new Traced('send sim_ticks', SpanKind.PRODUCER, withScenario(phase.trace!, scenarioId), {
        ...messaging('send', this.#names.topic('sim_ticks')), 'telco.processor': 'scenario-injector',
        'telco.scenario_id': scenarioId, 'telco.scenario_kind': kind, 'telco.scenario_edge': edge,
        'telco.tick.sequence': sequence, 'telco.tick.from': new Date(from).toISOString(),
      });
      this.#open.push(span);
      return traceHeaders(span.context);
    });
  }

  /** @param error what kept the transaction from committing */
  end(error?: unknown): void {
    for (const span of this.#open.splice(0)) span.end(error);
  }

  /** Context that a phase goes on in. */
  static phaseContext(span: Traced, scenarioId: string): Context {
    return withScenario(span.context, scenarioId);
  }
}
