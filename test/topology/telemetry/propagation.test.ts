import { context, propagation, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { beforeAll, describe, expect, it } from 'vitest';
import { BatchBuilder, batchViews, RecordCursor, type RecordHeader } from '../../../topology/log/index.ts';
import { headerContexts, httpHeaders, isTraced, recordContexts, scenarioOf, traceHeaders, withScenario } from '../../../topology/telemetry/propagation.ts';
import { SpanKind, Traced } from '../../../topology/telemetry/spans.ts';
import { startTracing } from '../../../topology/telemetry/tracing.ts';

const IDS = ['0af7651916cd43dd8448eb211c80319c', '4bf92f3577b34da6a3ce929d0e0e4736'];
const remote = (traceId: string, spanId = 'b7ad6b7169203331') => trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
const idOf = (from: ReturnType<typeof remote>): string | undefined => trace.getSpanContext(from)?.traceId;

/** As a reader sees a record with these headers. */
function written(headers?: readonly RecordHeader[]): readonly ReturnType<typeof remote>[] {
  const builder = new BatchBuilder({ compression: 'none', transactional: false, maxBytes: 10_000 });
  builder.append(0, Buffer.from('key'), Buffer.from('value'), 0, 5, headers);
  const batch = builder.seal();
  batch.stamp({ producerId: -1n, producerEpoch: -1 }, 0);
  const cursor = new RecordCursor(batchViews(Buffer.concat(batch.parts), { topic: 't', partition: 0 }), 0);
  cursor.next();
  return recordContexts(cursor.bytes, cursor.headersStart);
}

beforeAll(async () => {
  // Without an endpoint: contexts are passed on, nothing is recorded.
  await startTracing({}, 'test', { warn: () => undefined });
});

describe('trace context in record headers', () => {
  it('comes back with its scenario', () => {
    const [found] = written(traceHeaders(withScenario(remote(IDS[0]), 'match-day:1.a_b')));
    expect(idOf(found)).toBe(IDS[0]);
    expect(scenarioOf(found)).toBe('match-day:1.a_b');
  });

  it('carries several traces, each with its own baggage', () => {
    const headers = [...traceHeaders(withScenario(remote(IDS[0]), 'one')), ...traceHeaders(withScenario(remote(IDS[1]), 'two'))];
    expect(written(headers).map((found) => [idOf(found), scenarioOf(found)])).toEqual([[IDS[0], 'one'], [IDS[1], 'two']]);
  });

  it('is none without headers, with other headers, and with what is no traceparent', () => {
    const header = (key: string, value: string | null): RecordHeader => ({ key, value: value === null ? null : Buffer.from(value) });
    expect(written()).toEqual([]);
    expect(written([header('reason', 'x'), header('traceparent', null)])).toEqual([]);
    for (const bad of ['', 'x', '00-0-0-01', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `ff-${IDS[0]}-b7ad6b7169203331-01`, 'a'.repeat(100_000)]) {
      expect(written([header('traceparent', bad)]), bad.slice(0, 40)).toEqual([]);
    }
  });

  it('takes a bounded number of what a client sends', () => {
    const many = Array.from({ length: 1_000 }, () => ({ key: 'traceparent', value: Buffer.from(`00-${IDS[0]}-b7ad6b7169203331-01`) }));
    expect(headerContexts(many).length).toBe(8);
  });
});

describe('while nothing is exported', () => {
  it('a span passes its parent on, and is not recorded', () => {
    const span = new Traced('work', SpanKind.CONSUMER, remote(IDS[0]), {});
    expect(span.isRecording).toBe(false);
    expect(idOf(span.context)).toBe(IDS[0]);
    expect(httpHeaders(span.context)).toEqual({ traceparent: `00-${IDS[0]}-b7ad6b7169203331-01` });
    expect(span.run(() => idOf(context.active()))).toBe(IDS[0]);
  });

  it('a span without a parent leaves no header', () => {
    const span = new Traced('work', SpanKind.CONSUMER, ROOT_CONTEXT, {});
    expect(isTraced(span.context)).toBe(false);
    expect(traceHeaders(withScenario(span.context, 'x'))).toEqual([]);
    expect(propagation.fields()).toContain('traceparent');
  });
});
