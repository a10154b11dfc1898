import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KAFKA, REGISTRY, resolveDistribution } from '../../../deploy/local/cache.ts';
import { KafkaServer } from '../../../deploy/local/kafka.ts';
import { checkPrerequisites } from '../../../deploy/local/prerequisites.ts';
import { SchemaRegistry } from '../../../deploy/local/registry.ts';
import { TestTwin } from '../../integration/twin/twin.ts';
import type { Report } from '../support/report.ts';
import { IMAGE } from './build.ts';
import { CONFINED, withFolder } from './checks.ts';
import type { DockerEngine } from './engine.ts';

const PARTITIONS = 2;
const SUBSCRIBERS = 2_000;
const FROM = Date.parse('2026-03-02T16:30:00Z');
const TO = FROM + 30 * 60_000;

/** The image against a real broker and registry on this machine's loopback interface: from empty topics to the records of a stream. */
export async function checkAgainstBroker(engine: DockerEngine, report: Report): Promise<void> {
  await report.check('topics, schemas, seed, scenario-injector and cdr-generator, each in a container, write the computed records', async () => await withFolder(async (folder) => {
    const java = await checkPrerequisites();
    const kafka = new KafkaServer({ java, jars: await resolveDistribution(KAFKA, java.home), dataDir: join(folder, 'kafka'), heapMb: 256 });
    const registry = new SchemaRegistry({ java, app: await resolveDistribution(REGISTRY, java.home), dataDir: join(folder, 'registry') });
    try {
      await Promise.all([kafka.start(), registry.start()]);
      return await fromNothingToRecords(engine, { KAFKA_BROKERS: kafka.bootstrapServers, SCHEMA_REGISTRY_URL: registry.url });
    } finally {
      await Promise.all([kafka.stop(), registry.stop()]);
    }
  }));
}

async function fromNothingToRecords(engine: DockerEngine, env: Readonly<Record<string, string>>): Promise<string> {
  const all = { ...env, CLOCK_START: new Date(FROM).toISOString(), CLOCK_UNTIL: new Date(TO).toISOString(), API_PORT: '0', HTTP_PORT: '0' };
  const options = ['--network', 'host', ...CONFINED, ...Object.entries(all).flatMap(([name, value]) => ['--env', `${name}=${value}`])];
  const once = async (...args: string[]): Promise<string> => await engine.run(['run', '--rm', ...options, IMAGE, ...args]);
  await once('topics', 'create', '--partitions', String(PARTITIONS), '--start', all.CLOCK_START);
  await once('schemas', 'register');
  await once('seed', '--subscribers', String(SUBSCRIBERS), '--seed', '11');
  const twin = await TestTwin.attach(all, { subscribers: SUBSCRIBERS, partitions: PARTITIONS, seed: 11 });
  const containers: string[] = [];
  try {
    for (const name of ['scenario-injector', 'cdr-generator']) containers.push((await engine.run(['run', '--detach', ...options, IMAGE, 'run', name])).trim());
    await twin.awaitTicks(['cdr-generator'], TO);
    let records = 0;
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const computed = await twin.computed('cdrs', partition, FROM, TO);
      assert.deepEqual(await twin.content('cdrs', partition), computed.records);
      records += computed.records.length;
    }
    await sleep(500);
    for (const id of containers) {
      await engine.run(['stop', '--time', '40', id]);
      assert.equal((await engine.run(['inspect', '--format', '{{.State.ExitCode}}', id])).trim(), '0', (await engine.try(['logs', '--tail', '20', id])).output);
    }
    return `${records} records, both processors ended with status 0`;
  } finally {
    await engine.try(['rm', '--force', ...containers]);
    await twin.close();
  }
}
