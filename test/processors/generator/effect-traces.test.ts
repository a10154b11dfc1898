import { ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { beforeAll, describe, expect, it } from 'vitest';
import { EffectTraces } from '../../../processors/generator/effect-traces.ts';
import { encodeRecord } from '../../../schemas/codec.ts';
import { frame } from '../../../schemas/wire.ts';
import { names } from '../../../topology/graph/index.ts';
import type { Tick } from '../../../topology/task/contract.ts';
import { headerContexts, scenarioOf, withScenario } from '../../../topology/telemetry/propagation.ts';
import { startTracing } from '../../../topology/telemetry/tracing.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const traced = (scenarioId: string) => withScenario(
  trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE, spanId: '00f067aa0ba902b7', traceFlags: TraceFlags.SAMPLED }), scenarioId);

const tick = (...scenarios: string[]): Tick => ({
  partition: 0, sequence: 0, from: 0, to: 1_000, mode: 'LIVE', modelVersion: 1, scenarioStateEnd: 0, networkStateEnd: 0, subscriberStateEnds: [],
  ...(scenarios.length === 0 ? {} : { traces: scenarios.map(traced) }),
});

const label = (scenarioId: string, eventId: string | null, effect: 'ADDED' | 'CHANGED' | 'REMOVED' = 'CHANGED'): Uint8Array => frame(7, encodeRecord('GroundTruth', {
  scenario_id: scenarioId, kind: 'cell_outage', role: 'EFFECT', effect, changed_fields: null, magnitude: 1, stream: 'cdrs', event_id: eventId,
  counterfactual_event_id: eventId === null ? 'gone' : null, event_time: 0, entity: 'subscriber:1', difficulty: 'medium', details: {},
}));

/** A record of which only the beginning is looked at: wire header, then event_id as an Avro string. */
const record = (eventId: string): Uint8Array => Buffer.concat([Buffer.alloc(5), Buffer.from([eventId.length * 2]), Buffer.from(eventId), Buffer.from('the rest')]);

beforeAll(async () => {
  await startTracing({}, 'test', { warn: () => undefined });
});

describe('the first effects of a traced scenario', () => {
  const follow = (...ticks: Tick[]): EffectTraces => {
    const traces = new EffectTraces(names(''), 'cdrs');
    for (const each of ticks) traces.begin(each);
    return traces;
  };
  const offerLabel = (traces: EffectTraces, value: Uint8Array) => traces.label(value, 0, value.length);

  it('are idle while no tick brings a trace', () => {
    expect(follow(tick()).isIdle).toBe(true);
    expect(follow(tick('a')).isIdle).toBe(false);
  });

  it('mark the first label and the record that it is about, once each', () => {
    const traces = follow(tick('a'));
    const headers = offerLabel(traces, label('a', 'c1-1'))!;
    expect(headerContexts(headers).map((context) => [trace.getSpanContext(context)?.traceId, scenarioOf(context)])).toEqual([[TRACE, 'a']]);
    expect(traces.record(record('c1-0'), 0)).toBeUndefined();
    expect(headerContexts(traces.record(record('c1-1'), 0)!).length).toBe(1);
    expect(offerLabel(traces, label('a', 'c1-2'))).toBeUndefined();
    expect(traces.record(record('c1-2'), 0)).toBeUndefined();
    expect(traces.isIdle).toBe(true);
  });

  it('come from later ticks too, and leave other scenarios alone', () => {
    const traces = follow(tick('a'), tick());
    expect(offerLabel(traces, label('b', 'c1-1'))).toBeUndefined();
    expect(traces.record(record('c1-1'), 0)).toBeUndefined();
    expect(offerLabel(traces, label('a', 'c2-1'))).toBeDefined();
    expect(traces.record(record('c2-1'), 0)).toBeDefined();
  });

  it('go on looking for a record when the first effect took one away', () => {
    const traces = follow(tick('a'));
    expect(offerLabel(traces, label('a', null, 'REMOVED'))).toBeDefined();
    traces.begin(tick());
    expect(offerLabel(traces, label('a', 'c3-1', 'ADDED'))).toBeUndefined();
    expect(traces.record(record('c3-1'), 0)).toBeDefined();
  });

  it('follow a bounded number of scenarios, the newest', () => {
    const traces = follow(...Array.from({ length: 20 }, (_, n) => tick(`s${n}`)));
    expect(offerLabel(traces, label('s3', 'c1-1'))).toBeUndefined();
    expect(offerLabel(traces, label('s4', 'c1-1'))).toBeDefined();
  });
});
