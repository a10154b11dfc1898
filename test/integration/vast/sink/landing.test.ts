import avro from 'avsc';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { avroType, encodeRecord } from '../../../../schemas/codec.ts';
import type { Cdr } from '../../../../schemas/generated/Cdr.generated.ts';
import { cdrRowToObject, CdrRow } from '../../../../schemas/generated/Cdr.generated.ts';
import { RegistryClient, registryOptions } from '../../../../schemas/registry.ts';
import { registeredText } from '../../../../schemas/subjects.ts';
import { frame } from '../../../../schemas/wire.ts';
import type { TopicName } from '../../../../topology/graph/index.ts';
import { decodeHeaders, listOffsets, LogWriter, readRange } from '../../../../topology/log/index.ts';
import { command } from '../../twin/fleet.ts';
import { VastEndpoint } from './endpoint.ts';
import { LandingSite } from './landing-site.ts';

const SETTLE_MS = 180_000;

describe('the sink', { timeout: 600_000 }, () => {
  let endpoint: VastEndpoint;
  let site: LandingSite;

  beforeAll(async () => {
    endpoint = await VastEndpoint.start();
  });

  afterEach(async () => {
    await site.close();
  });

  afterAll(async () => {
    await endpoint.close();
  });

  const cdr = (id: string): Cdr => ({ ...cdrRowToObject(new CdrRow()), event_id: id, start_time: 1_772_438_352_560, end_time: 1_772_438_352_561 });
  const idOf = async (topic: TopicName, text: string): Promise<number> => (
    await new RegistryClient(registryOptions(site.env)).register(`${site.names.topic(topic)}-value`, text));

  /** Appends values, null for a tombstone, outside transactions: as a broker without them, or another client, would. */
  const append = async (topic: TopicName, partition: number, records: readonly { readonly key: string; readonly value: Buffer | null }[]): Promise<void> => {
    const writer = await LogWriter.open(site.cluster);
    for (const { key, value } of records) writer.append(site.names.topic(topic), partition, Date.now(), Buffer.from(key), value);
    await writer.flush();
    await writer.close();
  };

  const select = async (table: string, columns: readonly string[]): Promise<Record<string, unknown>[]> => {
    const rows: Record<string, unknown>[] = [];
    const tx = await site.client.begin();
    for await (const batch of tx.select(site.env.VAST_SCHEMA, table, { columns })) {
      for (const row of batch) rows.push(row.toJSON());
    }
    await tx.rollback();
    return rows;
  };

  /** Rows of a table once there are as many as expected. */
  const rowsOf = async (table: string, columns: readonly string[], count: number): Promise<Record<string, unknown>[]> => {
    for (const deadline = performance.now() + SETTLE_MS; ; await sleep(250)) {
      const rows = await select(table, columns).catch(() => []);
      if (rows.length >= count || performance.now() > deadline) return rows;
    }
  };

  /** Registers a newer schema of CDRs; makes values of it. */
  const newerCdrs = async (): Promise<(id: string, zone: number) => Buffer> => {
    const schema = JSON.parse(registeredText('Cdr')) as { fields: unknown[] };
    const newer = JSON.stringify({ ...schema, fields: [...schema.fields, { name: 'tariff_zone', type: ['null', 'int'], default: null }] });
    const id = await idOf('cdrs', newer);
    const type = avro.Type.forSchema(JSON.parse(newer) as avro.Schema, { wrapUnions: 'never' });
    return (event, zone) => frame(id, type.toBuffer({ ...cdr(event), tariff_zone: zone }));
  };

  it('makes a new Avro field a new column, also when it meets it while running', async () => {
    site = await LandingSite.create(endpoint);
    const ourId = await idOf('cdrs', registeredText('Cdr'));
    const zoned = await newerCdrs();
    site.startSink();
    await append('cdrs', 0, [{ key: '1', value: frame(ourId, encodeRecord('Cdr', cdr('a'))) }]);
    expect(await rowsOf('cdrs', ['event_id'], 1)).toEqual([{ event_id: 'a' }]);
    await append('cdrs', 0, [
      { key: '1', value: zoned('b', 7) },
      { key: '1', value: frame(ourId, encodeRecord('Cdr', cdr('c'))) },
    ]);
    const rows = await rowsOf('cdrs', ['event_id'], 3);
    expect(rows.length).toBe(3);
    const zones = await select('cdrs', ['event_id', 'tariff_zone']);
    expect(zones.toSorted((a, b) => String(a.event_id).localeCompare(String(b.event_id)))).toEqual([
      { event_id: 'a', tariff_zone: null }, { event_id: 'b', tariff_zone: 7 }, { event_id: 'c', tariff_zone: null },
    ]);
  });

  it('creates a table again that somebody drops, with the columns of newer writers, and lands there what comes from then on', async () => {
    site = await LandingSite.create(endpoint);
    const zoned = await newerCdrs();
    const sink = site.startSink();
    await append('cdrs', 0, [{ key: '1', value: zoned('a', 7) }]);
    expect(await rowsOf('cdrs', ['event_id', 'tariff_zone'], 1)).toEqual([{ event_id: 'a', tariff_zone: 7 }]);
    await site.client.transaction((tx) => tx.dropTable(site.env.VAST_SCHEMA, 'cdrs'));
    await append('cdrs', 0, [{ key: '1', value: zoned('b', 8) }]);
    expect(await rowsOf('cdrs', ['event_id', 'tariff_zone'], 1)).toEqual([{ event_id: 'b', tariff_zone: 8 }]);
    expect(await site.metric(sink, 'vast_sink_transactions_total{outcome="missing"}')).toBeGreaterThan(0);
    expect(await site.metric(sink, 'vast_sink_transactions_total{outcome="conflict"}')).toBe(0);
    expect(await sink.stop(), sink.errors.join('\n')).toBe(0);
  });

  it('moves what can never land to dead_letters, with its source, and lands the rest', async () => {
    site = await LandingSite.create(endpoint);
    const id = await idOf('cdrs', registeredText('Cdr'));
    const good = frame(id, encodeRecord('Cdr', cdr('good')));
    await append('cdrs', 1, [
      { key: '1', value: good }, { key: '2', value: Buffer.from('no wire format') }, { key: '3', value: good.subarray(0, good.length - 3) },
      { key: '4', value: frame(99_999_999, encodeRecord('Cdr', cdr('unknown'))) }, { key: '5', value: null },
      { key: '6', value: frame(id, encodeRecord('Cdr', cdr('also good'))) },
    ]);
    const sink = site.startSink();
    expect((await rowsOf('cdrs', ['event_id', 'kafka_offset'], 2)).map(({ event_id, kafka_offset }) => [event_id, Number(kafka_offset)]))
      .toEqual([['good', 0], ['also good', 5]]);
    const letters: [string, string, string][] = [];
    const place = { topic: site.names.topic('dead_letters'), partition: 1 };
    const [{ offset: end }] = await listOffsets(site.cluster, [place], 'latest');
    await readRange(site.cluster, place.topic, place.partition, 0, end, (_offset, _timestamp, bytes, keyStart, keyEnd, _valueStart, _valueEnd, headersStart) => {
      const headers = Object.fromEntries(decodeHeaders(bytes, headersStart).map(({ key, value }) => [key, Buffer.from(value!).toString()]));
      letters.push([bytes.toString('utf8', keyStart, keyEnd), headers.offset, headers.reason.replace(/\d{3,}/g, '#').slice(0, 24)]);
    });
    expect(letters).toEqual([
      ['2', '1', 'magic byte 0x6e instead '], ['3', '2', expect.stringContaining('Cdr: ')], ['4', '3', 'schema id # is not in th'], ['5', '4', 'the record has no value'],
    ]);
    expect(await site.metric(sink, 'twin_dead_letters_total')).toBe(4);
  });

  it('keeps dimension tables at the latest state: one row a key, changed in place, gone with a tombstone', async () => {
    site = await LandingSite.create(endpoint, endpoint.url, 2);
    await command(site.env, 'seed', '--subscribers', '300', '--seed', '5');
    const sink = site.startSink();
    expect(await site.settled(SETTLE_MS)).toEqual({});

    const schemaId = await idOf('subscriber_state', registeredText('Subscriber'));
    const place = { topic: site.names.topic('subscriber_state'), partition: 0 };
    const found = new Map<string, Record<string, unknown>>();
    const [{ offset: end }] = await listOffsets(site.cluster, [place], 'latest');
    await readRange(site.cluster, place.topic, 0, 0, end, (_offset, _timestamp, bytes, keyStart, keyEnd, valueStart, valueEnd) => {
      found.set(bytes.toString('utf8', keyStart, keyEnd), avroType('Subscriber').fromBuffer(Buffer.from(bytes.subarray(valueStart + 5, valueEnd))) as Record<string, unknown>);
    });
    const [changed, removed] = [...found.keys()];
    const version = (imei: string): Buffer => frame(schemaId, avroType('Subscriber').toBuffer({ ...found.get(changed), imei, version: 2 }));
    await append('subscriber_state', 0, [{ key: changed, value: version('000000000000000') }, { key: removed, value: null }, { key: changed, value: version('111111111111111') }]);
    expect(await site.settled(SETTLE_MS)).toEqual({});

    // Another sink finds the rows again.
    expect(await sink.stop(), sink.errors.join('\n')).toBe(0);
    site.startSink();
    await append('subscriber_state', 0, [{ key: changed, value: version('222222222222222') }]);
    expect(await site.settled(SETTLE_MS)).toEqual({});
    const rows = (await select('subscribers', ['subscriber_id', 'imei'])).filter(({ subscriber_id }) => String(subscriber_id) === changed);
    expect(rows.map(({ imei }) => imei)).toEqual(['222222222222222']);
  });

  it('drops repeats by event id where the broker has no transactions, also those from before a restart', async () => {
    site = await LandingSite.create(endpoint);
    const id = await idOf('cdrs', registeredText('Cdr'));
    const batch = (...ids: readonly string[]): { key: string; value: Buffer }[] => ids.map((event) => ({ key: '1', value: frame(id, encodeRecord('Cdr', cdr(event))) }));
    const profile = { KAFKA_PROFILE: 'vast-event-broker' };
    const first = site.startSink(profile);
    await append('cdrs', 2, [{ key: '1', value: Buffer.from('no record') }, ...batch('a', 'b', 'c', 'b', 'c')]);
    expect((await rowsOf('cdrs', ['event_id'], 3)).map(({ event_id }) => event_id)).toEqual(['a', 'b', 'c']);
    expect(await site.metric(first, 'twin_dead_letters_total')).toBe(1);
    expect(await first.stop(), first.errors.join('\n')).toBe(0);
    site.sinks.delete(first);
    const second = site.startSink(profile);
    await append('cdrs', 2, batch('a', 'd', 'c', 'd'));
    expect((await rowsOf('cdrs', ['event_id'], 4)).map(({ event_id }) => event_id)).toEqual(['a', 'b', 'c', 'd']);
    expect(await site.metric(second, 'vast_sink_repeats_total')).toBe(3);
    expect(await site.metric(second, 'twin_dead_letters_total')).toBe(0);
  });

  it('refuses to jump a gap, and says what to do', async () => {
    site = await LandingSite.create(endpoint);
    const id = await idOf('cdrs', registeredText('Cdr'));
    const first = site.startSink();
    await append('cdrs', 0, [{ key: '1', value: frame(id, encodeRecord('Cdr', cdr('a'))) }]);
    expect((await rowsOf('cdrs', ['event_id'], 1)).length).toBe(1);
    await first.stop();
    site.sinks.delete(first);
    await append('cdrs', 0, [{ key: '1', value: frame(id, encodeRecord('Cdr', cdr('b'))) }, { key: '1', value: frame(id, encodeRecord('Cdr', cdr('c'))) }]);
    await site.deleteBefore('cdrs', 0, 2);
    const second = site.startSink();
    for (const deadline = performance.now() + SETTLE_MS; second.running && performance.now() < deadline;) await sleep(100);
    expect(second.errors.join('\n')).toMatch(/cdrs\/0: offsets 1 to 1 were deleted from Kafka before they landed.*SINK_ON_GAP=skip/);
    site.sinks.delete(second);
    site.startSink({ SINK_ON_GAP: 'skip' });
    expect((await rowsOf('cdrs', ['event_id'], 2)).map(({ event_id }) => event_id)).toEqual(['a', 'c']);
  });
});
