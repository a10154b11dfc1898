import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KAFKA, cacheFolder, resolveDistribution } from '../../../deploy/local/cache.ts';
import { checkPrerequisites } from '../../../deploy/local/prerequisites.ts';

const LOCAL = join(import.meta.dirname, '../../../deploy/local');

describe('the cache of distributions', () => {
  let cache: string;

  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'telco-twin-cache-'));
  });

  afterEach(async () => {
    await rm(cache, { recursive: true, force: true });
  });

  it('is filled once by two processes that start at the same time, and holds complete folders only', async () => {
    const [first, second] = await Promise.all([resolveInProcess(cache), resolveInProcess(cache)]);

    expect(first).toBe(second);
    expect(await readdir(cache)).toEqual([first.slice(cache.length + 1)]);
    const jars = await readdir(first);
    expect(jars).toContain('kafka_2.13-4.3.1.jar');
    expect(jars).toContain('kafka-tools-4.3.1.jar');

    // A second resolution needs neither Maven nor Java.
    expect(await resolveDistribution(KAFKA, '/nowhere', undefined, cache)).toBe(first);
  });

  it('reports what Maven says when it cannot resolve, and leaves nothing behind', async () => {
    const { home } = await checkPrerequisites();
    const broken = { ...KAFKA, name: 'broken', pom: join(import.meta.dirname, 'broken.pom.xml') };
    await expect(resolveDistribution(broken, home, undefined, cache)).rejects.toThrow(/Maven could not resolve[^]*telco-twin\.test:absent/);
    expect(await readdir(cache)).toEqual([]);
  });

  it('is where the environment says', () => {
    expect(cacheFolder({ TELCO_TWIN_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
    expect(cacheFolder({ XDG_CACHE_HOME: '/b' })).toBe('/b/telco-twin');
    expect(cacheFolder({})).toMatch(/\.cache\/telco-twin$/);
  });
});

async function resolveInProcess(cache: string): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', `
    const { KAFKA, resolveDistribution } = await import(${JSON.stringify(join(LOCAL, 'cache.ts'))});
    const { checkPrerequisites } = await import(${JSON.stringify(join(LOCAL, 'prerequisites.ts'))});
    console.log(await resolveDistribution(KAFKA, (await checkPrerequisites()).home, undefined, ${JSON.stringify(cache)}));
  `], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const output = await text(child.stdout);
  expect(await exited).toEqual([0, null]);
  return output.trim();
}
