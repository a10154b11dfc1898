import { Counter, Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { healthServer } from '../../../topology/task/http.ts';

describe('/metrics', () => {
  let registry: Registry;

  beforeEach(() => {
    registry = new Registry();
    for (const name of ['a_total', 'b_total', 'c_total']) new Counter({ name, help: name, labelNames: ['x'], registers: [registry] }).inc({ x: '1' });
  });

  async function scrape(query = ''): Promise<string[]> {
    const response = await healthServer({ metrics: registry, unready: () => [] }).inject(`/metrics${query}`);
    expect(response.headers['content-type']).toBe(registry.contentType);
    return response.body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  }

  it('has them all', async () => {
    expect(await scrape()).toEqual(['a_total{x="1"} 1', 'b_total{x="1"} 1', 'c_total{x="1"} 1']);
  });

  it('has those that are named, and nothing for a name that there is not', async () => {
    expect(await scrape('?name[]=b_total')).toEqual(['b_total{x="1"} 1']);
    expect(await scrape('?name[]=c_total&name[]=nothing&name[]=a_total')).toEqual(['c_total{x="1"} 1', 'a_total{x="1"} 1']);
    expect(await scrape('?name[]=nothing')).toEqual([]);
  });
});
