import { Counter, Gauge, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { parseMetrics } from '../../../cli/up/prometheus.ts';
import { RateMeter } from '../../../cli/up/rates.ts';

const events = (stream: string, value: number) => ({ name: 'twin_events_total', labels: { stream }, value });

describe('parseMetrics', () => {
  it('reads what prom-client writes', async () => {
    const registers = [new Registry()];
    new Counter({ name: 'twin_events_total', help: 'x', labelNames: ['stream'], registers }).inc({ stream: 'cdrs' }, 3);
    new Gauge({ name: 'odd', help: 'a\nb', labelNames: ['text', 'n'], registers }).set({ text: 'say "a, b}" \\ c\nd', n: '1' }, -0.5);
    new Gauge({ name: 'bare', help: 'x', registers }).set(1e21);
    expect(parseMetrics(await registers[0].metrics())).toEqual([
      events('cdrs', 3),
      { name: 'odd', labels: { text: 'say "a, b}" \\ c\nd', n: '1' }, value: -0.5 },
      { name: 'bare', labels: {}, value: 1e21 },
    ]);
  });
});

describe('RateMeter', () => {
  it('gives events per second between two looks, and totals', () => {
    const meter = new RateMeter();
    meter.observe('cdr-generator', [events('cdrs', 100)], 1_000);
    expect(meter.rates(['cdrs'])).toEqual([{ stream: 'cdrs', perSecond: 0, total: 100 }]);
    meter.observe('cdr-generator', [events('cdrs', 180)], 3_000);
    expect(meter.rates(['cdrs'])).toEqual([{ stream: 'cdrs', perSecond: 40, total: 180 }]);
  });

  it('averages over the last ten seconds', () => {
    const meter = new RateMeter();
    for (let second = 0; second <= 30; second++) meter.observe('a', [events('cdrs', second < 20 ? 0 : 7 * (second - 20))], second * 1_000);
    expect(meter.rates(['cdrs'])[0].perSecond).toBe(7);
  });

  it('adds up what several processors write to one stream', () => {
    const meter = new RateMeter();
    for (const at of [0, 1_000]) {
      meter.observe('a', [events('ground_truth', at / 100)], at);
      meter.observe('b', [events('ground_truth', at / 50)], at);
    }
    expect(meter.rates(['ground_truth'])).toEqual([{ stream: 'ground_truth', perSecond: 30, total: 30 }]);
  });

  it('goes on counting when a processor was restarted and counts from 0 again', () => {
    const meter = new RateMeter();
    meter.observe('a', [events('cdrs', 500)], 0);
    meter.silence('a');
    expect(meter.rates(['cdrs'])[0]).toMatchObject({ perSecond: 0, total: 500 });
    meter.observe('a', [events('cdrs', 20)], 5_000);
    expect(meter.rates(['cdrs'])[0]).toMatchObject({ total: 520 });
  });

  it('shows streams that nothing was written to', () => {
    expect(new RateMeter().rates(['cdrs'])).toEqual([{ stream: 'cdrs', perSecond: 0, total: 0 }]);
  });
});
