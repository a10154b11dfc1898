import { describe, expect, it } from 'vitest';
import { controlEventFromJson } from '../../../processors/sample/index.ts';

const outage = { scenario_id: 'a', kind: 'cell_outage', effective_at: '2026-03-02T08:05', target: { type: 'CELL', ids: ['1'] } };

describe('a control event from JSON', () => {
  it('has its times in UTC, as options have, when they name no offset', () => {
    const { TZ: zone } = process.env;
    process.env.TZ = 'America/New_York';
    try {
      expect(controlEventFromJson({ ...outage, until: '2026-03-02T08:20Z' })).toMatchObject({
        effectiveAt: Date.UTC(2026, 2, 2, 8, 5), until: Date.UTC(2026, 2, 2, 8, 20), issuedAt: Date.UTC(2026, 2, 2, 8, 5),
      });
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it('is refused with the field when a time is none', () => {
    expect(() => controlEventFromJson({ ...outage, effective_at: '2026-02-30' })).toThrow('effective_at is "2026-02-30"; expected an ISO 8601');
    expect(() => controlEventFromJson({ ...outage, until: 'noon' })).toThrow('until is "noon"');
  });
});
