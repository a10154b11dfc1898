import { context, diag, DiagLogLevel, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import type { Logger } from 'pino';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Tracing {
  /** Exports what has ended, then no more. Never rejects. */
  shutdown(): Promise<void>;
}

/**
 * Passes trace context on, and exports spans by OTLP over HTTP (JSON) when OTEL_EXPORTER_OTLP_ENDPOINT or
 * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is set. Without one, the SDK is not even loaded, and no span is ever recorded.
 * @param service name of the service where OTEL_SERVICE_NAME gives none
 * @throws Error that names the variable with a value that is not understood
 */
export async function startTracing(env: Environment, service: string, logger: Pick<Logger, 'warn'>): Promise<Tracing> {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }));
  if (!isExporting(env)) return { shutdown: async () => undefined };
  const warn = (message: string, ...rest: unknown[]): void => { logger.warn({ detail: rest.length === 0 ? undefined : rest }, `traces: ${message}`); };
  diag.setLogger({ error: warn, warn, info: () => undefined, debug: () => undefined, verbose: () => undefined }, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const { exportSpans } = await import('./export.ts');
  const provider = exportSpans(env, service, warn);
  return { shutdown: async () => { await provider.shutdown().catch((error: unknown) => { warn(String(error)); }); } };
}

function isExporting(env: Environment): boolean {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return Boolean(endpoint) && env.OTEL_SDK_DISABLED?.toLowerCase() !== 'true' && env.OTEL_TRACES_EXPORTER !== 'none';
}
