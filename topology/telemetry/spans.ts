import { context, SpanStatusCode, trace, type Attributes, type Context, type Span, type SpanKind } from '@opentelemetry/api';
import { VERSION } from './build.ts';

export { SpanKind } from '@opentelemetry/api';

/** A span with the context to go on in. While nothing is exported it only passes its parent on. */
export class Traced {
  readonly context: Context;
  readonly #span: Span;

  constructor(name: string, kind: SpanKind, parent: Context, attributes: Attributes) {
    this.#span = trace.getTracer('telco-twin', VERSION).startSpan(name, { kind, attributes }, parent);
    this.context = trace.setSpan(parent, this.#span);
  }

  /** Trace id, 32 hex digits. */
  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  /** The span is recorded, so that it will be exported. */
  get isRecording(): boolean {
    return this.#span.isRecording();
  }

  set(attributes: Attributes): void {
    this.#span.setAttributes(attributes);
  }

  /** Runs something whose log lines and spans belong to this one. */
  run<T>(work: () => T): T {
    return context.with(this.context, work);
  }

  /** @param error what went wrong; absent when nothing did */
  end(error?: unknown): void {
    if (error !== undefined) {
      const failure = error instanceof Error ? error : new Error(typeof error === 'string' ? error : 'it failed');
      this.#span.recordException(failure);
      this.#span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
    }
    this.#span.end();
  }
}

/** Attributes by the conventions for messaging. */
export function messaging(operation: 'send' | 'process', topic: string, place: { readonly partition?: number; readonly offset?: number } = {}): Attributes {
  return {
    'messaging.system': 'kafka',
    'messaging.operation.type': operation,
    'messaging.destination.name': topic,
    ...(place.partition === undefined ? {} : { 'messaging.destination.partition.id': String(place.partition) }),
    ...(place.offset === undefined ? {} : { 'messaging.kafka.offset': place.offset }),
  };
}
