import { hostname } from 'node:os';
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler, AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider, type Sampler,
} from '@opentelemetry/sdk-trace';
import { VERSION } from './build.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const PROTOCOL = 'http/json';

/** Records spans from now on and exports them; the exporter reads OTEL_EXPORTER_OTLP_* itself. */
export function exportSpans(env: Environment, service: string, warn: (message: string) => void): TracerProvider {
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL || PROTOCOL;
  if (protocol !== PROTOCOL) warn(`OTEL_EXPORTER_OTLP_PROTOCOL is ${protocol}; spans are sent as ${PROTOCOL}, which every collector takes on its HTTP port (4318)`);
  const delay = wholeNumber(env, 'OTEL_BSP_SCHEDULE_DELAY');
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({
        'service.name': service, 'service.namespace': 'telco-twin', 'service.version': VERSION,
        'service.instance.id': `${hostname()}-${process.pid}`,
      }))
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: sampler(env),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), ...(delay === null ? {} : { scheduledDelayMillis: delay }) })],
  });
  trace.setGlobalTracerProvider(provider);
  return provider;
}

/** OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG, as OpenTelemetry's specification has them. */
export function sampler(env: Environment): Sampler {
  const name = env.OTEL_TRACES_SAMPLER || 'parentbased_always_on';
  const root = rootSampler(name.replace(/^parentbased_/, ''), env);
  if (root === null) {
    throw new Error(`OTEL_TRACES_SAMPLER is '${name}'; use always_on, always_off or traceidratio, or one of these after parentbased_`);
  }
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

function rootSampler(name: string, env: Environment): Sampler | null {
  switch (name) {
    case 'always_on': return new AlwaysOnSampler();
    case 'always_off': return new AlwaysOffSampler();
    case 'traceidratio': {
      const text = env.OTEL_TRACES_SAMPLER_ARG || '1';
      const ratio = Number(text);
      if (!(ratio >= 0 && ratio <= 1)) throw new Error(`OTEL_TRACES_SAMPLER_ARG is '${text}'; use a number from 0 to 1`);
      return new TraceIdRatioBasedSampler(ratio);
    }
    default: return null;
  }
}

function wholeNumber(env: Environment, name: string): number | null {
  const text = env[name];
  if (text === undefined || text === '') return null;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} is '${text}'; use a whole number of milliseconds`);
  return value;
}
