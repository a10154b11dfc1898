/**
 * node processors/sample/dictionary-samples.ts
 * Writes the sample records of the data dictionary, schemas/dictionary/samples/<topic>.json: real records of one small twin around an
 * outage. Part of `npm run generate`, before the dictionary; written again when the model has changed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { avroType } from '../../schemas/codec.ts';
import type { RecordName } from '../../schemas/generated/records.generated.ts';
import { HOUR, MINUTE, type TwinConfig } from '../../twin/config.ts';
import { Network } from '../../twin/network/network.ts';
import type { ControlEvent } from '../../twin/scenarios/index.ts';
import { cellElement, Personas, scenarioEventRecord, subscriberRecord, SubscriberDetailsSource } from '../records/index.ts';
import { twinMaker } from '../seeder/index.ts';
import { ControlledScenarios } from './control.ts';
import { sample } from './sample.ts';
import { RECORD_OF, SAMPLED_TOPICS, type SampledTopic } from './streams.ts';
import { twinInMemory } from './twin.ts';

const FOLDER = join(import.meta.dirname, '../../schemas/dictionary/samples');
const FROM = Date.parse('2026-03-02T17:00:00Z');
const TO = FROM + HOUR;

type Fields = Readonly<Record<string, unknown>>;

/** Which record of a topic shows it best; the first one such is taken. */
const TELLING: Readonly<Record<SampledTopic, (record: Fields) => boolean>> = {
  cdrs: (cdr) => cdr.record_type === 'VOICE_MO' && cdr.answered === true && cdr.destination === 'ON_NET',
  network_logs: (log) => log.event_type === 'HANDOVER' && log.call_reference !== null,
  customer_service: (event) => event.event_type === 'OPENED',
  location_updates: (fix) => fix.trigger === 'HANDOVER' || fix.trigger === 'TAU',
  ground_truth: (truth) => truth.role === 'EFFECT' && truth.effect === 'CHANGED' && truth.stream === 'cdrs',
};

async function main(): Promise<void> {
  const twin = twinInMemory({ subscribers: 5_000, seed: 7 }, 1);
  const { network, localTime } = twin.world;
  const hour = localTime.hourOfWeek(FROM);
  const usage = (cell: number): number => network.load(cell, hour) * network.cellCapacity[cell];
  const busiest = [...network.cells.keys()].reduce((best, cell) => (usage(cell) > usage(best) ? cell : best));
  const outage: ControlEvent = {
    scenarioId: 'outage-1', kind: 'cell_outage', action: 'START', effectiveAt: FROM + 10 * MINUTE, until: FROM + 40 * MINUTE,
    target: { type: 'CELL', ids: [String(network.cellId[busiest])], fraction: null },
    intensity: 1, difficulty: 'medium', parameters: {}, issuedAt: FROM, issuedBy: 'operations',
  };
  const wanted = new Set<SampledTopic>(SAMPLED_TOPICS);
  for await (const minute of sample({ twin, topics: SAMPLED_TOPICS, partition: null, from: FROM, to: TO, scenarios: new ControlledScenarios(twin, [outage]) })) {
    for (const { topic, body } of minute) {
      if (!wanted.has(topic)) continue;
      const record = decoded(RECORD_OF[topic], body);
      if (TELLING[topic](record) && wanted.delete(topic)) write(topic, record);
    }
    if (wanted.size === 0) break;
  }
  if (wanted.size > 0) throw new Error(`no telling record of ${[...wanted].join(', ')} in the hour: choose another one in TELLING`);
  write('scenario_events', scenarioEventRecord(outage));
  await writeState(twin.config, busiest);
}

async function writeState(config: TwinConfig, cell: number): Promise<void> {
  const maker = twinMaker();
  const { sites, cells } = maker.network(config);
  const network = new Network(sites, cells);
  write('network_state', cellElement(cells[cell], true, { effectiveAt: 0, version: 1 }));
  const details = new SubscriberDetailsSource(await Personas.of(config.seed, config.region), network);
  for (const profile of maker.subscribers(config, network)) {
    write('subscriber_state', subscriberRecord(profile, details.detailsOf(profile)));
    break;
  }
}

function decoded(record: RecordName, body: Uint8Array): Fields {
  return JSON.parse(JSON.stringify(avroType(record).fromBuffer(Buffer.from(body.buffer, body.byteOffset, body.length)))) as Fields;
}

function write(topic: string, record: object): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${topic}.json`), `${JSON.stringify(record, null, 2)}\n`);
}

await main();
