import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { COMPATIBILITY, SchemaRegistry as KafkajsRegistry } from '@kafkajs/confluent-schema-registry';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../../deploy/local/ports.ts';
import { encodeRecord, decodeRecord } from '../../../schemas/codec.ts';
import type { Tick } from '../../../schemas/generated/Tick.generated.ts';
import type { RecordName } from '../../../schemas/generated/records.generated.ts';
import {
  checkAll, IncompatibleSchemaError, lookupIds, registerAll, RegistryAccessError, RegistryClient, SchemaMismatchError,
  SchemaResolver, UnknownSchemaError,
} from '../../../schemas/registry.ts';
import { registeredText, schemaTopics, topicSchemas } from '../../../schemas/subjects.ts';
import { frame, readWireHeader, WIRE_HEADER_BYTES } from '../../../schemas/wire.ts';
import { sharedRegistry, startRegistry, uniquePrefix } from '../support/stack.ts';

let url: string;
beforeAll(async () => {
  url = await sharedRegistry();
});

const tick: Tick = {
  partition: 3, sequence: 7, from: 1_795_525_980_000, to: 1_795_525_981_000, mode: 'LIVE', model_version: 1, scenario_state_end: 0,
  network_state_end: 12, subscriber_state_ends: [1, 2, 3],
};

interface Editable { fields: { name: string; type: unknown; default?: unknown; doc?: string }[] }

/** The schema of a record, edited. */
function edited(record: RecordName, edit: (schema: Editable) => void): string {
  const schema = JSON.parse(registeredText(record)) as Editable;
  edit(schema);
  return JSON.stringify(schema);
}

const drop = (name: string) => (schema: Editable) => {
  schema.fields = schema.fields.filter((field) => field.name !== name);
};

describe('registerAll', () => {
  test('registers every subject with its compatibility; a second time changes nothing', async () => {
    const prefix = uniquePrefix();
    const first = await registerAll({ url }, prefix);
    expect(first.map(({ topic, status }) => [topic, status])).toEqual(schemaTopics.map((topic) => [topic, 'new']));
    expect(first.find(({ topic }) => topic === 'cdrs')?.subject).toBe(`${prefix}cdrs-value`);

    const second = await registerAll({ url }, prefix);
    expect(second).toEqual(first.map((subject) => ({ ...subject, status: 'unchanged' })));

    const client = new RegistryClient({ url });
    for (const { subject, topic } of first) {
      expect(await client.compatibility(subject)).toBe(topicSchemas[topic].compatibility);
      expect((await client.latest(subject))?.version).toBe(1);
    }
  });

  test('adds a version to a subject that holds an older, compatible one, and restores its compatibility', async () => {
    const prefix = uniquePrefix();
    const client = new RegistryClient({ url });
    const subject = `${prefix}scenario_events-value`;
    await client.register(subject, edited('ScenarioEvent', drop('until')));
    await client.setCompatibility(subject, 'NONE');
    const [registered] = await registerAll({ url }, prefix, ['scenario_events']);
    expect(registered?.status).toBe('changed');
    expect((await client.latest(subject))?.version).toBe(2);
    expect(await client.compatibility(subject)).toBe('BACKWARD_TRANSITIVE');
  });

  test('refuses an incompatible subject by name and difference, and leaves it as it was', async () => {
    const prefix = uniquePrefix();
    const client = new RegistryClient({ url });
    const subject = `${prefix}sim_ticks-value`;
    await client.register(subject, edited('Tick', (schema) => { schema.fields[1].type = 'string'; }));
    await expect(registerAll({ url }, prefix, ['sim_ticks'])).rejects.toThrow(SchemaMismatchError);
    await expect(registerAll({ url }, prefix, ['sim_ticks'])).rejects.toThrow(
      `subject ${subject}: sequence is string in the registry and long here`,
    );
    expect((await client.latest(subject))?.version).toBe(1);
  });
});

describe('lookupIds', () => {
  test('gives the ids that registering gave, and resolvers that know them', async () => {
    const prefix = uniquePrefix();
    const registered = await registerAll({ url }, prefix);
    const found = await lookupIds({ url }, prefix, schemaTopics);
    for (const { topic, id, record } of registered) {
      expect(found.get(topic)).toMatchObject({ id, record });
      expect(found.get(topic)?.resolver.get(id)?.identical).toBe(true);
    }
  });

  test('registers nothing: a subject that is missing is refused by name, and still missing', async () => {
    const prefix = uniquePrefix();
    await expect(lookupIds({ url }, prefix, ['cdrs'])).rejects.toThrow(`subject ${prefix}cdrs-value: it is not registered`);
    expect(await new RegistryClient({ url }).latest(`${prefix}cdrs-value`)).toBeNull();
  });

  test('refuses a subject with another schema, naming each difference', async () => {
    const prefix = uniquePrefix();
    await new RegistryClient({ url }).register(`${prefix}sim_ticks-value`, edited('Tick', (schema) => {
      drop('mode')(schema);
      schema.fields.push({ name: 'colour', type: 'string', default: '' });
    }));
    const refusal = await lookupIds({ url }, prefix, ['sim_ticks']).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SchemaMismatchError);
    expect((refusal as SchemaMismatchError).differences).toEqual(['field mode is not in the registry', 'field colour is only in the registry']);
  });
});

describe('SchemaResolver', () => {
  test('reads a value of an older version: missing fields have their defaults, unknown symbols are UNKNOWN', async () => {
    const client = new RegistryClient({ url });
    const subject = `${uniquePrefix()}scenario_events-value`;
    const older = JSON.parse(registeredText('ScenarioEvent')) as Editable;
    older.fields = older.fields.filter((field) => !['until', 'parameters', 'intensity'].includes(field.name));
    (older.fields[2].type as { symbols: string[] }).symbols.push('PAUSE');
    const id = await client.register(subject, JSON.stringify(older));

    const { Type } = (await import('avsc')).default;
    const body = Type.forSchema(older as never).toBuffer({
      scenario_id: 's1', kind: 'cell_outage', action: 'PAUSE', effective_at: 5, target: { type: 'CELL', ids: ['256'], fraction: null },
      difficulty: 'easy', issued_at: 6, issued_by: 'test',
    });
    const resolver = new SchemaResolver(client, 'ScenarioEvent');
    const writer = await resolver.load(id);
    expect(writer.identical).toBe(false);
    expect({ ...writer.decode(body) }).toMatchObject({ scenario_id: 's1', action: 'UNKNOWN', until: null, intensity: 1, parameters: {}, issued_at: 6 });
    expect({ ...decodeRecord('ScenarioEvent', writer.translate(body)) }).toEqual({ ...writer.decode(body) });
  });

  test('an id that the registry does not have, and a schema that is something else, are named errors', async () => {
    const client = new RegistryClient({ url });
    const resolver = new SchemaResolver(client, 'Tick');
    await expect(resolver.load(2_000_000_000)).rejects.toThrow(UnknownSchemaError);
    await expect(resolver.load(2_000_000_000)).rejects.toThrow(`schema id 2000000000 is not in the registry at ${url}`);
    const id = await client.register(`${uniquePrefix()}x-value`, '"string"');
    await expect(resolver.load(id)).rejects.toThrow(IncompatibleSchemaError);
  });
});

test("kafkajs' client reads our values by their id, and we read what it writes", async () => {
  const prefix = uniquePrefix();
  const [subject] = await registerAll({ url }, prefix, ['sim_ticks']);
  const kafkajs = new KafkajsRegistry({ host: url });
  expect(await kafkajs.decode(frame(subject.id, encodeRecord('Tick', tick)))).toEqual(tick);

  const { id } = await kafkajs.register(JSON.parse(registeredText('Tick')) as never, { subject: subject.subject, compatibility: COMPATIBILITY.BACKWARD_TRANSITIVE });
  const value = await kafkajs.encode(id, tick);
  expect(readWireHeader(value)).toBe(id);
  const resolver = new SchemaResolver(new RegistryClient({ url }), 'Tick');
  expect({ ...(await resolver.load(id)).decode(value.subarray(WIRE_HEADER_BYTES)) }).toEqual(tick);
});

describe('a registry that behaves otherwise', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map(async (server) => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }));
  });

  async function serve(answer: (attempt: number, request: string) => { status: number; body: object }): Promise<string> {
    let attempts = 0;
    const server = createServer((request, response) => {
      const { status, body } = answer((attempts += 1), `${request.method} ${request.url}`);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test('is waited for, and said so; the call succeeds once it is up', async () => {
    const port = await freePort();
    const messages: string[] = [];
    let starting: ReturnType<typeof startRegistry> | undefined;
    const client = new RegistryClient({
      url: `http://127.0.0.1:${port}/apis/ccompat/v7`,
      onWait: (message) => {
        messages.push(message);
        starting ??= startRegistry({ port });
      },
    });
    try {
      expect(await client.register('s', '"string"')).toBeGreaterThan(0);
      expect(messages[0]).toMatch(/^no answer from the schema registry at .*ECONNREFUSED.*; next try in 250 ms$/);
    } finally {
      await (await starting)?.close();
    }
  }, 180_000);

  test('is waited for while it answers 503', async () => {
    const messages: string[] = [];
    const address = await serve((attempt) => (attempt < 3 ? { status: 503, body: { message: 'starting' } } : { status: 200, body: { id: 9 } }));
    const client = new RegistryClient({ url: address, onWait: (message) => messages.push(message) });
    expect(await client.find('s', '"string"')).toBe(9);
    expect(messages).toHaveLength(2);
    expect(messages[0]).toContain('answered 503 to POST /subjects/s (starting)');
  });

  test('may count documentation as part of a schema: the newest version that differs in it only is ours', async () => {
    const schema = edited('Tick', (tick) => { tick.fields[0].doc = 'older words'; });
    const address = await serve((_, request) => {
      if (request === 'POST /subjects/sim_ticks-value') return { status: 404, body: { error_code: 40403, message: 'Schema not found' } };
      return { status: 200, body: request.startsWith('GET /schemas/ids/') ? { schema } : { id: 5, version: 2, schema } };
    });
    expect((await lookupIds({ url: address }, '', ['sim_ticks'])).get('sim_ticks')?.id).toBe(5);
  });

  test('that answers with a page instead of JSON is said to be no registry', async () => {
    const server = createServer((_, response) => response.end('<html>'));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = new RegistryClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
    await expect(client.latest('s')).rejects.toThrow('is this a Confluent-compatible registry API?');
  });

  test('ends the waiting when the signal aborts', async () => {
    const stop = new AbortController();
    const client = new RegistryClient({ url: 'http://127.0.0.1:9', signal: stop.signal, onWait: () => stop.abort(new Error('stopped')) });
    await expect(client.latest('s')).rejects.toThrow('stopped');
  });

  test.each([[401, 'did not accept the credentials'], [403, 'does not allow']])('%i is final and says what to check', async (status, words) => {
    const address = await serve(() => ({ status, body: { error_code: status, message: 'no' } }));
    const waits: string[] = [];
    const refusal = await lookupIds({ url: address, username: 'u', password: 'secret', onWait: (message) => waits.push(message) }, '', ['cdrs'])
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RegistryAccessError);
    expect((refusal as Error).message).toContain(words);
    expect((refusal as Error).message).toContain('SCHEMA_REGISTRY_PASSWORD');
    expect((refusal as Error).message).not.toContain('secret');
    expect(waits).toEqual([]);
  });
});

test('checkAll tells registered, missing, compatible and incompatible apart and changes nothing', async () => {
  const prefix = uniquePrefix();
  const client = new RegistryClient({ url });
  await registerAll({ url }, prefix, ['cdrs']);
  await client.register(`${prefix}scenario_events-value`, edited('ScenarioEvent', drop('until')));
  await client.register(`${prefix}clock_state-value`, edited('ClockState', (schema) => { schema.fields[1].type = 'string'; }));
  await client.setCompatibility(`${prefix}clock_state-value`, 'FULL_TRANSITIVE');
  const checked = await checkAll({ url }, prefix, ['cdrs', 'scenario_events', 'clock_state', 'task_state']);
  expect(checked.map(({ topic, status }) => [topic, status])).toEqual([
    ['cdrs', 'registered'], ['scenario_events', 'compatible'], ['clock_state', 'incompatible'], ['task_state', 'missing'],
  ]);
  expect(checked[2]?.differences[0]).toBe('event_time is string in the registry and long (timestamp-millis) here');
  expect((await client.latest(`${prefix}clock_state-value`))?.version).toBe(1);
});
