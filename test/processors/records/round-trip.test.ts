import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { decodeRecord, encodeRecord } from '../../../schemas/codec.ts';
import { decodeSubscriberHead, SubscriberHead } from '../../../schemas/subscriber-head.ts';
import {
  cellElement, cellKey, cellOf, controlEvent, resolvedScenario, scenarioEventRecord, scenarioProvenance, scenarioStateRecord,
  siteElement, siteKey, siteOf, subscriberProfile, subscriberRecord, twinConfig, twinElement, twinProgress,
} from '../../../processors/records/index.ts';
import { SUBSCRIBER_ID_BASE, type TwinConfig } from '../../../twin/config.ts';
import { Environment, Rat, type Cell, type Site } from '../../../twin/network/types.ts';
import { Segment, SubscriberStatus, type SubscriberProfile } from '../../../twin/population/types.ts';
import { TargetType, type ControlEvent, type ResolvedScenario, type StateChange } from '../../../twin/scenarios/types.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 24 });
const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
const real = fc.double({ noNaN: true, noDefaultInfinity: true });
const count = fc.nat({ max: 2_000_000 });
const indices = fc.array(count, { maxLength: 5 });
const texts = fc.dictionary(text.filter((key) => key !== '__proto__'), text, { maxKeys: 4, noNullPrototype: true });
const digitsOf = (width: number): fc.Arbitrary<number> => fc.maxSafeInteger().map((n) => Math.abs(n) % 10 ** width);
const oneOf = <T extends number>(values: Readonly<Record<string, T>>): fc.Arbitrary<T> => fc.constantFrom(...Object.values(values));
const place = fc.option(fc.record({ latitude: real, longitude: real }));

const profile: fc.Arbitrary<SubscriberProfile> = fc.record({
  index: count, imsi: digitsOf(15), msisdn: digitsOf(12), imei: digitsOf(15), segment: oneOf(Segment), plan: text,
  status: oneOf(SubscriberStatus), accountId: fc.string({ unit: 'binary-ascii', maxLength: 20 }), billCycleDay: fc.integer({ min: 1, max: 28 }), contractEnd: fc.option(time),
  homePlmn: text, activatedAt: time, deviceBrand: text, deviceModel: text, capabilities: fc.integer({ min: 0, max: 7 }),
  homeLatitude: real, homeLongitude: real, work: place, language: text, ageBand: text, callsPerDay: real, textsPerDay: real,
  sessionsPerDay: real, nightOff: fc.boolean(), effectiveAt: time, version: count,
}).map(({ work, ...rest }) => ({
  ...rest, subscriberId: SUBSCRIBER_ID_BASE + rest.index, workLatitude: work?.latitude ?? null, workLongitude: work?.longitude ?? null,
}));

const site: fc.Arbitrary<Site> = fc.record({
  index: count, siteId: text, name: text, place: text, latitude: real, longitude: real, environment: oneOf(Environment), lteTac: count,
  nrTac: count, expectedResidents: real, expectedWorkers: real,
});

const cell: fc.Arbitrary<Cell> = fc.record({
  index: count, cellId: fc.integer({ min: 0, max: 2 ** 36 - 1 }), site: count, sector: fc.nat({ max: 5 }), azimuth: real, rat: oneOf(Rat),
  frequencyMhz: count, bandwidthMhz: real, pci: count, capacityMbps: real, tac: count, neighbours: indices,
});

const config: fc.Arbitrary<TwinConfig> = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }), region: text, timezone: text, subscribers: count, capacity: count, partitions: count,
  modelVersion: count,
});

const change: fc.Arbitrary<StateChange> = fc.oneof(
  fc.record({ type: fc.constant('CELL_STATUS' as const), cell: count, inService: fc.boolean() }),
  fc.record({ type: fc.constant('SUBSCRIBER_IDENTITY' as const), subscriber: count, imsi: digitsOf(15), imei: digitsOf(15) }),
);

const resolved: fc.Arbitrary<ResolvedScenario> = fc.record({
  scenarioId: text, kind: text, status: fc.constantFrom('SCHEDULED' as const, 'STOPPED' as const), appliedFrom: time,
  appliedUntil: fc.option(time), intensity: real, difficulty: text, parameters: texts, cells: indices, subscribers: indices,
  onBegin: fc.array(change, { maxLength: 3 }), onEnd: fc.array(change, { maxLength: 3 }), tailMs: time,
});

const event: fc.Arbitrary<ControlEvent> = fc.record({
  scenarioId: text, kind: text, action: fc.constantFrom('START' as const, 'UPDATE' as const, 'STOP' as const), effectiveAt: time,
  until: fc.option(time),
  target: fc.record({ type: fc.constantFrom(...Object.values(TargetType)), ids: fc.array(text, { maxLength: 4 }), fraction: fc.option(real) }),
  intensity: real, difficulty: text, parameters: texts, issuedAt: time, issuedBy: text,
});

const version = fc.record({ effectiveAt: time, version: count });
const request = fc.record({ effectiveAt: time, until: fc.option(time), issuedAt: time, issuedBy: text });

describe('what is read back is what was written', () => {
  it('subscribers', () => {
    const details = fc.record({ name: text, address: text, homeSite: fc.option(text), workSite: fc.option(text) });
    fc.assert(fc.property(profile, details, (subject, extra) => {
      const bytes = encodeRecord('Subscriber', subscriberRecord(subject, extra));
      const head = new SubscriberHead();
      decodeSubscriberHead(bytes, 0, bytes.length, head);
      expect(subscriberProfile(head)).toEqual(subject);
      const record = decodeRecord('Subscriber', bytes);
      expect([record.name, record.address, record.home.site_id]).toEqual([extra.name, extra.address, extra.homeSite]);
      expect([record.imsi.length, record.msisdn.length, record.imei.length, record.device.tac]).toEqual([15, 12, 15, record.imei.slice(0, 8)]);
    }));
  });

  it('sites', () => {
    fc.assert(fc.property(site, version, (subject, at) => {
      const element = decodeRecord('NetworkElement', encodeRecord('NetworkElement', siteElement(subject, at)));
      expect(siteOf(element.site!)).toEqual(subject);
      expect([element.element_type, element.effective_at, element.version]).toEqual(['SITE', at.effectiveAt, at.version]);
      expect(siteKey(subject)).toBe(`site:${subject.siteId}`);
    }));
  });

  it('cells', () => {
    fc.assert(fc.property(cell, fc.boolean(), version, (subject, inService, at) => {
      const element = decodeRecord('NetworkElement', encodeRecord('NetworkElement', cellElement(subject, inService, at)));
      expect(cellOf(element.cell!)).toEqual(subject);
      expect(element.cell!.status).toBe(inService ? 'IN_SERVICE' : 'OUT_OF_SERVICE');
      expect(cellKey(subject)).toBe(`cell:${subject.cellId}`);
    }));
  });

  it('the twin', () => {
    const progress = fc.record({ sites: count, cells: count, seeded: fc.boolean(), startedAt: fc.option(time) });
    fc.assert(fc.property(config, progress, version, (subject, got, at) => {
      const element = decodeRecord('NetworkElement', encodeRecord('NetworkElement', twinElement(subject, got, at)));
      expect(twinConfig(element.twin!)).toEqual(subject);
      expect(twinProgress(element.twin!)).toEqual(got);
    }));
  });

  it('scenarios and control events', () => {
    fc.assert(fc.property(resolved, count, fc.boolean(), request, (subject, revision, late, asked) => {
      const provenance = { revision, late, request: asked };
      const record = decodeRecord('ScenarioState', encodeRecord('ScenarioState', scenarioStateRecord(subject, provenance)));
      expect(resolvedScenario(record)).toEqual(subject);
      expect(scenarioProvenance(record)).toEqual(provenance);
    }));
    fc.assert(fc.property(event, (subject) => {
      expect(controlEvent(decodeRecord('ScenarioEvent', encodeRecord('ScenarioEvent', scenarioEventRecord(subject))))).toEqual(subject);
    }));
  });
});

describe('what a newer version wrote', () => {
  const state = scenarioStateRecord(
    { scenarioId: 's', kind: 'k', status: 'SCHEDULED', appliedFrom: 1, appliedUntil: null, intensity: 1, difficulty: 'easy', parameters: {},
      cells: [], subscribers: [], onBegin: [], onEnd: [], tailMs: 0 },
    { revision: 1, late: false, request: { effectiveAt: 1, until: null, issuedAt: 1, issuedBy: 'test' } },
  );

  it('is refused by name, never taken for something else', () => {
    expect(() => resolvedScenario({ ...state, status: 'UNKNOWN' })).toThrow(/scenario s has a status .* upgrade/);
    const change = { type: 'UNKNOWN' as const, subscriber: null, imsi: null, imei: null, cell: 1, in_service: false };
    expect(() => resolvedScenario({ ...state, on_begin: [change] })).toThrow(/scenario s holds a change of type UNKNOWN/);
  });
});
