import { afterEach, describe, expect, it } from 'vitest';
import { startRegistry, type Owned } from '../support/stack.ts';
import type { SchemaRegistry } from '../../../deploy/local/registry.ts';

const SCHEMA = JSON.stringify({ type: 'record', name: 'Greeting', fields: [{ name: 'text', type: 'string' }] });

describe('SchemaRegistry', { timeout: 240_000 }, () => {
  let registry: Owned<SchemaRegistry> | undefined;

  afterEach(async () => {
    await registry?.close();
    registry = undefined;
  });

  it('keeps schemas and their ids over a clean restart and over SIGKILL right after registration', async () => {
    registry = await startRegistry();
    const { url } = registry;
    const id = await register(url, 'greetings-value');

    await registry.restart();
    expect(registry.url).toBe(url);
    expect(await schemaOf(url, id)).toEqual(JSON.parse(SCHEMA));

    const other = await register(url, 'others-value', SCHEMA.replace('Greeting', 'Other'));
    await registry.kill();
    await registry.start();
    expect(await schemaOf(url, id)).toEqual(JSON.parse(SCHEMA));
    expect(await schemaOf(url, other)).toMatchObject({ name: 'Other' });
    expect(await register(url, 'greetings-value')).toBe(id);
  });

  it('refuses a schema that breaks the compatibility set for its subject', async () => {
    registry = await startRegistry();
    await register(registry.url, 'strict-value');
    await call(`${registry.url}/config/strict-value`, 'PUT', { compatibility: 'FULL_TRANSITIVE' });
    const breaking = { type: 'record', name: 'Greeting', fields: [{ name: 'text', type: 'string' }, { name: 'n', type: 'int' }] };

    await expect(register(registry.url, 'strict-value', JSON.stringify(breaking))).rejects.toThrow(/409/);
  });
});

async function register(url: string, subject: string, schema = SCHEMA): Promise<number> {
  return ((await call(`${url}/subjects/${subject}/versions`, 'POST', { schema })) as { id: number }).id;
}

async function schemaOf(url: string, id: number): Promise<unknown> {
  return JSON.parse(((await call(`${url}/schemas/ids/${id}`, 'GET')) as { schema: string }).schema);
}

async function call(url: string, method: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return await response.json();
}
