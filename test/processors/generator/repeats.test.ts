import { describe, expect, it } from 'vitest';
import { ScenarioTable } from '../../../processors/generator/scenario-table.ts';
import { ScenarioTable as LeaderTable } from '../../../processors/scenario-injector/state/scenario-table.ts';
import { scenarioStateRecord, wireValue } from '../../../processors/records/index.ts';
import type { ResolvedScenario } from '../../../twin/scenarios/index.ts';
import { apply, emptyTables, endsOf, historyOf } from './snapshot/tables.ts';

/** A record that a leader without transactions wrote again, late: after the newer ones of the same key. */
describe('a late repeat', () => {
  const PHASE = { revision: 1, late: false, request: { effectiveAt: 10, until: null, issuedAt: 1, issuedBy: 'test' } };
  const open: ResolvedScenario = {
    scenarioId: 's', kind: 'cell_outage', status: 'SCHEDULED', appliedFrom: 10, appliedUntil: null, intensity: 1, difficulty: 'easy', parameters: {},
    cells: [1], subscribers: [], tailMs: 0, onBegin: [], onEnd: [],
  };
  const stopped: ResolvedScenario = { ...open, status: 'STOPPED', appliedUntil: 20 };

  it('of a phase does not open it again, for generators as for leaders', () => {
    const table = new ScenarioTable();
    const leader = new LeaderTable();
    for (const [offset, scenario] of [open, stopped, open].entries()) {
      const value = wireValue(1, 'ScenarioState', scenarioStateRecord(scenario, PHASE));
      table.apply(0, offset, value, 0, 0, 0, value.length);
      leader.put({ ...PHASE, scenario });
    }
    expect(table.asOf(1, 0)).toMatchObject([{ status: 'SCHEDULED' }]);
    for (const end of [2, 3]) expect(table.asOf(end, 0)).toMatchObject([{ status: 'STOPPED', appliedUntil: 20 }]);
    expect(leader.newest('s')).toMatchObject({ scenario: { status: 'STOPPED', appliedUntil: 20 } });
  });

  it('of a subscriber changes nothing, and is told', () => {
    const tables = emptyTables();
    const history = historyOf(tables, [{ index: 7, change: { imei: 1_000_001 } }, { index: 7, change: { imei: 1_000_002 } }]);
    for (const version of history) apply(tables, version);
    const ends = endsOf(history);
    const [first, second, third] = history.filter(({ profile }) => profile.index === 7);
    const state = tables.stateAt(ends);
    const late = [first, second, third].map((version, k) => ({ ...version, offset: ends[version.partition] + k }));
    expect(late.map((version) => apply(tables, version))).toEqual([false, false, false]);
    const later = ends.map((end, partition) => (partition === first.partition ? end + late.length : end));
    expect(tables.stateAt(later)).toBe(state);
    expect(tables.identities.imei(7, later[first.partition])).toBe(1_000_002);
  });
});
