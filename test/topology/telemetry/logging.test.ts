import { ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { beforeAll, expect, it } from 'vitest';
import { processLogger } from '../../../topology/telemetry/logging.ts';
import { SpanKind, Traced } from '../../../topology/telemetry/spans.ts';
import { startTracing } from '../../../topology/telemetry/tracing.ts';

beforeAll(async () => {
  await startTracing({}, 'test', { warn: () => undefined });
});

it('a line names the span it was written in, and none outside of one', () => {
  const lines: Record<string, unknown>[] = [];
  const logger = processLogger('info', { write: (line) => { lines.push(JSON.parse(line) as Record<string, unknown>); } });
  const spanContext = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', traceFlags: TraceFlags.SAMPLED };
  logger.info('before');
  new Traced('work', SpanKind.CONSUMER, trace.setSpanContext(ROOT_CONTEXT, spanContext), {}).run(() => { logger.child({ processor: 'x' }).info({ sequence: 3 }, 'within'); });
  new Traced('work', SpanKind.CONSUMER, ROOT_CONTEXT, {}).run(() => { logger.info('not recorded'); });
  expect(lines.map(({ msg, trace_id, span_id, trace_flags }) => [msg, trace_id, span_id, trace_flags])).toEqual([
    ['before', undefined, undefined, undefined],
    ['within', '4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7', '01'],
    ['not recorded', undefined, undefined, undefined],
  ]);
  expect(lines[1]).toMatchObject({ level: 30, pid: process.pid, processor: 'x', sequence: 3 });
});
