import { describe, expect, it } from 'vitest';
import { sampler } from '../../../topology/telemetry/export.ts';
import { startTracing } from '../../../topology/telemetry/tracing.ts';

const silent = { warn: () => undefined };

describe('the sampler', () => {
  it.each([
    [{}, 'ParentBased{root=AlwaysOnSampler'],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, 'AlwaysOffSampler'],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' }, 'TraceIdRatioBased{0.25}'],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' }, 'ParentBased{root=TraceIdRatioBased{0.5}'],
  ])('is what %j asks for', (env, description) => {
    expect(sampler(env).toString()).toContain(description);
  });

  it.each([
    [{ OTEL_TRACES_SAMPLER: 'sometimes' }, /OTEL_TRACES_SAMPLER is 'sometimes'/],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' }, /OTEL_TRACES_SAMPLER_ARG is '2'/],
  ])('refuses %j by name', (env, message) => {
    expect(() => sampler(env)).toThrow(message);
  });
});

it('a wrong setting is told before anything starts, and only where spans are exported', async () => {
  const env = { OTEL_TRACES_SAMPLER: 'sometimes' };
  await expect(startTracing({ ...env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }, 'test', silent)).rejects.toThrow('OTEL_TRACES_SAMPLER');
  await (await startTracing(env, 'test', silent)).shutdown();
  await (await startTracing({ ...env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' }, 'test', silent)).shutdown();
});
