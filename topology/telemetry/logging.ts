import { isSpanContextValid, trace } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger } from 'pino';

/**
 * The logger of a process: JSON lines on stdout. Within a span every line carries `trace_id`, `span_id` and `trace_flags`, as
 * OpenTelemetry names them. All fields are in docs/observability.md.
 * @param level LOG_LEVEL
 */
export function processLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: { pid: process.pid }, mixin: traceFields };
  return destination === undefined ? pino(options) : pino(options, destination);
}

function traceFields(): Record<string, string> {
  const span = trace.getActiveSpan()?.spanContext();
  if (span === undefined || !isSpanContextValid(span)) return {};
  return { trace_id: span.traceId, span_id: span.spanId, trace_flags: span.traceFlags.toString(16).padStart(2, '0') };
}
