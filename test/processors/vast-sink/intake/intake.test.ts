import avro from 'avsc';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { Intake } from '../../../../processors/vast-sink/intake/intake.ts';
import { BufferPool, Stage } from '../../../../processors/vast-sink/landing/cargo.ts';
import { SinkMetrics } from '../../../../processors/vast-sink/metrics.ts';
import { schemaText } from '../../../../schemas/codec.ts';
import { CdrRow, cdrRowToObject } from '../../../../schemas/generated/Cdr.generated.ts';
import { writerSchema, type LookedUpTopic } from '../../../../schemas/registry.ts';
import { frame } from '../../../../schemas/wire.ts';
import { names } from '../../../../topology/graph/index.ts';
import { BatchBuilder, batchViews, RecordCursor, type FetchedPartition } from '../../../../topology/log/index.ts';

const NEWER_ID = 7;
const PLACE = { topic: names('').topic('cdrs'), partition: 0 };
const node = { type: 'record', name: 'Node', fields: [{ name: 'label', type: 'string' }, { name: 'next', type: ['null', 'Node'] }] };

/** Fields that a newer writer adds, with a value of each. */
const added = [
  [{ name: 'tariff_zone', type: ['null', 'int'] }, 7],
  [{ name: 'legs', type: { type: 'array', items: { type: 'record', name: 'Leg', fields: [{ name: 'ms', type: 'int' }] } } }, [{ ms: 1 }]],
  [{ name: 'blob', type: 'bytes' }, Buffer.from([1])],
  [{ name: 'either', type: ['int', 'string'] }, 'text'],
  [{ name: 'counts', type: { type: 'array', items: 'long' } }, [1, 2]],
  [{ name: 'first', type: node }, { label: 'head', next: { label: 'tail', next: null } }],
] as const;

/** One fetch of values from offset 0 on. */
function fetchOf(values: readonly Buffer[]): FetchedPartition {
  const builder = new BatchBuilder({ compression: 'none', transactional: false, maxBytes: 1 << 20 });
  for (const value of values) builder.append(0, null, value, 0, value.length);
  const sealed = builder.seal();
  sealed.stamp({ producerId: -1n, producerEpoch: -1 }, -1);
  const bytes = Buffer.concat(sealed.parts);
  return { ...PLACE, nextOffset: values.length, cursor: () => new RecordCursor(batchViews(bytes, PLACE), 0) } as Partial<FetchedPartition> as FetchedPartition;
}

test('fields of a newer schema that no column can hold are left out, named once; the rest of the record lands', async () => {
  const ours = JSON.parse(schemaText('Cdr')) as { fields: unknown[] };
  const newer = { ...ours, fields: [...ours.fields, ...added.map(([field]) => field)] };
  const type = avro.Type.forSchema(newer as unknown as avro.Schema, { wrapUnions: 'never' });
  const extra = Object.fromEntries(added.map(([{ name }, value]) => [name, value]));
  const cdr = (id: string): Buffer => frame(NEWER_ID, type.toBuffer({ ...cdrRowToObject(new CdrRow()), event_id: id, ...extra }));

  const schema = writerSchema(NEWER_ID, JSON.stringify(newer), 'Cdr');
  const topic = { resolver: { load: async () => schema } } as unknown as LookedUpTopic;
  const warnings: { msg: string }[] = [];
  const logger = pino({ level: 'warn' }, { write: (line) => { warnings.push(JSON.parse(line) as { msg: string }); } });
  const intake = new Intake(names(''), new Map([['cdrs', topic]]), new SinkMetrics(new Registry(), () => ({ lagSeconds: 0, lagRecords: 0 })), logger);
  const stage = new Stage(new BufferPool(), 1 << 20);
  const source = { claim: { ...PLACE, rowId: 0n, epoch: 1, nextOffset: 0 }, repeats: null, landFrom: 0, position: 0 };
  await intake.take(fetchOf([cdr('a'), cdr('b')]), source, stage);

  const { parcels, poison } = stage.toCargo();
  expect(poison).toEqual([]);
  const [{ batch, extraColumns }] = parcels;
  expect(extraColumns.map(({ name }) => name)).toEqual(['tariff_zone', 'first_label']);
  const columns = ['event_id', 'tariff_zone', 'first_label'].map((name) => [...batch.getChild(name)!] as unknown[]);
  expect(columns).toEqual([['a', 'b'], [7, 7], ['head', 'head']]);
  expect(warnings.map(({ msg }) => msg)).toEqual([
    'fields of schema id 7 do not land in cdrs, their types have no column: legs, blob, either, counts, first_next',
  ]);
});
