import { describe, expect, it } from 'vitest';
import { ControlDecoder, KEPT_BYTES, MAX_CONTROL_BYTES, type ControlRecord } from '../../../processors/scenario-injector/control/decode.ts';
import { Rejection } from '../../../processors/scenario-injector/control/rejection.ts';
import { clockCommand } from '../../../processors/scenario-injector/control/clock-command.ts';
import { validateControlEvent } from '../../../processors/scenario-injector/control/validate.ts';
import { scenarioEventRecord } from '../../../processors/records/index.ts';
import { encodeRecord, schemaText } from '../../../schemas/codec.ts';
import { RegistryClient, SchemaResolver } from '../../../schemas/registry.ts';
import { frame } from '../../../schemas/wire.ts';
import { ScenarioError, type ControlEvent } from '../../../twin/scenarios/index.ts';
import avro from 'avsc';

const valid: ControlEvent = {
  scenarioId: 'outage-1', kind: 'cell_outage', action: 'START', effectiveAt: 1_772_438_400_000, until: 1_772_442_000_000,
  target: { type: 'CELL', ids: ['257'], fraction: null }, intensity: 1, difficulty: 'medium', parameters: {}, issuedAt: 1_772_438_400_000, issuedBy: 'test',
};

describe('what can be said of a control event without knowing the twin', () => {
  it.each<[string, Partial<ControlEvent>, string, RegExp]>([
    ['an empty scenario id', { scenarioId: '' }, 'scenario_id', /empty/],
    ['a scenario id that is no name', { scenarioId: 'a b' }, 'scenario_id', /other characters/],
    ['a scenario id that begins with a dot', { scenarioId: '..' }, 'scenario_id', /other characters/],
    ['a scenario id without end', { scenarioId: 'x'.repeat(129) }, 'scenario_id', /129 characters; at most 128/],
    ['an unknown action', { action: 'UNKNOWN' as ControlEvent['action'] }, 'action', /UNKNOWN; expected START, UPDATE or STOP/],
    ['a time before 1970', { effectiveAt: -1 }, 'effective_at', /-1/],
    ['a time that no calendar has', { effectiveAt: 9e15 }, 'effective_at', /9000000000000000/],
    ['an end at its beginning', { until: valid.effectiveAt }, 'until', /is not after effective_at/],
    ['an end before its beginning', { until: valid.effectiveAt - 1 }, 'until', /is not after effective_at/],
    ['no intensity', { intensity: 0 }, 'intensity', /0; expected a number above 0/],
    ['a negative intensity', { intensity: -0.5 }, 'intensity', /-0.5/],
    ['an intensity that is no number', { intensity: Number.NaN }, 'intensity', /NaN/],
    ['an endless intensity', { intensity: Infinity }, 'intensity', /Infinity/],
    ['an unknown difficulty', { difficulty: 'brutal' }, 'difficulty', /brutal.*easy, medium, hard/],
    ['a fraction of nothing', { target: { type: 'FRACTION', ids: [], fraction: null } }, 'target.fraction', /null/],
    ['a fraction above one', { target: { type: 'FRACTION', ids: [], fraction: 1.5 } }, 'target.fraction', /1.5/],
    ['a fraction that is no number', { target: { type: 'FRACTION', ids: [], fraction: Number.NaN } }, 'target.fraction', /NaN/],
    ['a fraction of a cell', { target: { type: 'CELL', ids: ['257'], fraction: 0.5 } }, 'target.fraction', /only used with a target of type FRACTION/],
  ])('refuses %s', (_what, changes, field, message) => {
    const check = (): void => { validateControlEvent({ ...valid, ...changes }); };
    expect(check).toThrow(ScenarioError);
    expect(check).toThrow(expect.objectContaining({ field, message: expect.stringMatching(message) as string }) as Error);
  });

  it('asks nothing of a STOP but who, what and when', () => {
    validateControlEvent({ ...valid, action: 'STOP', until: 0, intensity: Number.NaN, difficulty: '' });
    validateControlEvent(valid);
  });
});

describe('commands to the clock', () => {
  const command = (parameters: Record<string, string>, scenarioId = 'clock'): ControlEvent => ({ ...valid, kind: 'clock', scenarioId, parameters });

  it('are pause, resume and speed', () => {
    expect(clockCommand(command({ command: 'pause' }))).toEqual({ command: 'pause' });
    expect(clockCommand(command({ command: 'resume' }))).toEqual({ command: 'resume' });
    expect(clockCommand(command({ command: 'speed', speed: '2.5' }))).toEqual({ command: 'speed', speed: 2.5 });
  });

  it.each([{}, { command: 'stop' }, { command: 'speed' }, { command: 'speed', speed: '' }, { command: 'speed', speed: '-1' }, { command: 'speed', speed: 'fast' }, { command: 'speed', speed: '1e9' }, { command: 'speed', speed: '1e-7' }])(
    'are not %j', (parameters) => { expect(() => clockCommand(command(parameters))).toThrow(ScenarioError); },
  );

  it('are about the clock', () => { expect(() => clockCommand(command({ command: 'pause' }, 'other'))).toThrow(/scenario_id "clock"/); });
});

describe('reading what any client wrote', () => {
  const OURS = 11;
  const OLDER = 12;
  const FOREIGN = 13;
  const ours = JSON.parse(schemaText('ScenarioEvent')) as { fields: { name: string }[] };
  /** As a client with an older release would have it: no difficulty, and a field that was dropped since. */
  const older = { ...ours, fields: [...ours.fields.filter(({ name }) => name !== 'difficulty'), { name: 'comment', type: 'string' }] };
  const texts = new Map<number, unknown>([[OURS, ours], [OLDER, older], [FOREIGN, { type: 'record', name: 'Order', fields: [{ name: 'sku', type: 'string' }] }]]);

  class Registry extends RegistryClient {
    override async schema(id: number): Promise<string | null> {
      return texts.has(id) ? JSON.stringify(texts.get(id)) : null;
    }
  }
  const decoder = new ControlDecoder(new SchemaResolver(new Registry({ url: 'http://127.0.0.1:1' }), 'ScenarioEvent'));
  const body = encodeRecord('ScenarioEvent', scenarioEventRecord(valid));
  const record = (value: Buffer | null, key: string | null = valid.scenarioId): ControlRecord => ({
    offset: 5, key: key === null ? null : Buffer.from(key), value: value === null ? null : value.subarray(0, KEPT_BYTES), size: value?.length ?? 0,
  });

  it('takes an event of our own schema', async () => {
    expect(await decoder.decode(record(frame(OURS, body)))).toEqual(valid);
  });

  it('takes one of another schema that resolves to ours', async () => {
    const type = avro.Type.forSchema(older as avro.Schema, { wrapUnions: 'never' });
    const written = type.toBuffer({ ...scenarioEventRecord(valid), comment: 'hello' });
    expect(await decoder.decode(record(frame(OLDER, written)))).toEqual({ ...valid, difficulty: 'medium' });
  });

  it.each<[string, ControlRecord, string, RegExp]>([
    ['a tombstone', record(null), 'NULL_VALUE', /STOP event/],
    ['a record without a key', record(frame(OURS, body), null), 'NULL_KEY', /must be the scenario_id, "outage-1"/],
    ['another key than the scenario id', record(frame(OURS, body), 'outage-2'), 'KEY_MISMATCH', /"outage-2".*"outage-1"/],
    ['JSON', record(Buffer.from('{"scenario_id": "outage-1"}')), 'BAD_MAGIC_BYTE', /0x7b/],
    ['an empty value', record(Buffer.alloc(0)), 'BAD_MAGIC_BYTE', /0 bytes/],
    ['a schema that nobody registered', record(frame(99, body)), 'UNKNOWN_SCHEMA', /schema id 99 is not in the registry/],
    ['a schema of something else', record(frame(FOREIGN, Buffer.from([2, 65]))), 'UNKNOWN_SCHEMA', /can't be read as ScenarioEvent/],
    ['a truncated record', record(frame(OURS, body.subarray(0, body.length - 3))), 'MALFORMED_AVRO', /are no value of schema id 11/],
    ['bytes behind the record', record(frame(OURS, Buffer.concat([body, Buffer.from([1])]))), 'MALFORMED_AVRO', /are no value/],
    ['noise', record(frame(OURS, Buffer.from('noise'))), 'MALFORMED_AVRO', /are no value/],
    ['a value of 5 MB', record(frame(OURS, Buffer.alloc(5 << 20))), 'TOO_LARGE', new RegExp(`at most ${MAX_CONTROL_BYTES}`)],
  ])('refuses %s', async (_what, bad, reason, message) => {
    const refusal: unknown = await decoder.decode(bad).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Rejection);
    expect(refusal).toMatchObject({ reason, message: expect.stringMatching(message) as string });
  });
});
