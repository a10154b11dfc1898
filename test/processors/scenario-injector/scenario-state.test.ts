import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { revise } from '../../../processors/scenario-injector/state/revise.ts';
import { ScenarioTable, type Phase } from '../../../processors/scenario-injector/state/scenario-table.ts';
import { TwinState } from '../../../processors/scenario-injector/state/twin-state.ts';
import { ScenarioError, type ControlEvent, type ResolvedScenario } from '../../../twin/scenarios/index.ts';

const event = (changes: Partial<ControlEvent> = {}): ControlEvent => ({
  scenarioId: 's', kind: 'cell_outage', action: 'START', effectiveAt: 1_000, until: null, target: { type: 'CELL', ids: ['1'], fraction: null },
  intensity: 1, difficulty: 'medium', parameters: {}, issuedAt: 0, issuedBy: 'test', ...changes,
});

/** An outage of the cells that the event names. */
function resolve(from: ControlEvent, appliedFrom: number): ResolvedScenario {
  const cells = from.target.ids.map(Number);
  return {
    scenarioId: from.scenarioId, kind: from.kind, status: 'SCHEDULED', appliedFrom, appliedUntil: from.until, intensity: from.intensity,
    difficulty: from.difficulty, parameters: from.parameters, cells, subscribers: [], tailMs: 0,
    onBegin: cells.map((cell) => ({ type: 'CELL_STATUS', cell, inService: false })),
    onEnd: cells.map((cell) => ({ type: 'CELL_STATUS', cell, inService: true })),
  };
}

function apply(table: ScenarioTable, control: ControlEvent, present: number): Phase[] {
  const phases = revise(table, control, present, resolve);
  for (const phase of phases) table.put(phase);
  return phases;
}

function started(changes: Partial<ControlEvent> = {}): ScenarioTable {
  const table = new ScenarioTable();
  apply(table, event(changes), 0);
  return table;
}

const span = ({ revision, scenario }: Phase): unknown[] => [revision, scenario.status, scenario.appliedFrom, scenario.appliedUntil];

describe('phases of a scenario', () => {
  it('begin when asked to, or at the present when that has passed', () => {
    expect(revise(new ScenarioTable(), event(), 500, resolve)[0]).toMatchObject({ revision: 1, late: false, scenario: { appliedFrom: 1_000 } });
    expect(revise(new ScenarioTable(), event(), 5_000, resolve)[0]).toMatchObject({
      late: true, scenario: { appliedFrom: 5_000 }, request: { effectiveAt: 1_000, issuedBy: 'test' },
    });
  });

  it('touch where an UPDATE changes one', () => {
    const phases = apply(started(), event({ action: 'UPDATE', effectiveAt: 3_000, intensity: 0.5 }), 2_000);
    expect(phases.map(span)).toEqual([[1, 'STOPPED', 1_000, 3_000], [2, 'SCHEDULED', 3_000, null]]);
  });

  it('end where a STOP ends one, not before it began', () => {
    expect(apply(started(), event({ action: 'STOP', effectiveAt: 0 }), 2_000).map(span)).toEqual([[1, 'STOPPED', 1_000, 2_000]]);
    const never = started();
    expect(apply(never, event({ action: 'STOP', effectiveAt: 0 }), 500).map(span)).toEqual([[1, 'STOPPED', 1_000, 1_000]]);
    expect([never.boundaryAfter(0), never.turns(0, 9_000)]).toEqual([null, []]);
  });

  it('that an UPDATE has announced are closed with the one in force', () => {
    const announced = (): ScenarioTable => {
      const table = started();
      apply(table, event({ action: 'UPDATE', effectiveAt: 9_000, until: 12_000 }), 0);
      return table;
    };
    const stopped = announced();
    expect(apply(stopped, event({ action: 'STOP', effectiveAt: 3_000 }), 2_000).map(span)).toEqual([[1, 'STOPPED', 1_000, 3_000], [2, 'STOPPED', 9_000, 9_000]]);
    expect(stopped.turns(0, 99_000).map(({ at, edge }) => [at, edge])).toEqual([[1_000, 'BEGIN'], [3_000, 'END']]);
    const updated = announced();
    apply(updated, event({ action: 'UPDATE', effectiveAt: 3_000 }), 2_000);
    expect(updated.phasesOf('s').map(span)).toEqual([[1, 'STOPPED', 1_000, 3_000], [2, 'STOPPED', 9_000, 9_000], [3, 'SCHEDULED', 3_000, null]]);
  });

  it('end no later once they are closed, where a record from before is repeated', () => {
    const table = started();
    const [first] = apply(table, event({ action: 'UPDATE', effectiveAt: 9_000 }), 0);
    apply(table, event({ action: 'STOP', effectiveAt: 3_000 }), 0);
    table.put(first);
    expect(table.phasesOf('s').map(span)).toEqual([[1, 'STOPPED', 1_000, 3_000], [2, 'STOPPED', 9_000, 9_000]]);
  });

  it.each<[string, () => unknown, string, RegExp]>([
    ['a second START', () => revise(started(), event(), 0, resolve), 'scenario_id', /already/],
    ['a STOP of nothing', () => revise(new ScenarioTable(), event({ action: 'STOP' }), 0, resolve), 'scenario_id', /no such scenario/],
    ['an UPDATE of nothing', () => revise(new ScenarioTable(), event({ action: 'UPDATE' }), 0, resolve), 'scenario_id', /no such scenario/],
    ['an UPDATE to another kind', () => revise(started(), event({ action: 'UPDATE', kind: 'flash_crowd' }), 0, resolve), 'kind', /is a cell_outage/],
    ['a STOP of what is over', () => revise(started({ until: 1_500 }), event({ action: 'STOP' }), 2_000, resolve), 'scenario_id', /ended at 1970-01-01T00:00:01.500Z/],
    ['a STOP of what will be over by then', () => revise(started({ until: 1_500 }), event({ action: 'STOP', effectiveAt: 1_600 }), 0, resolve), 'scenario_id', /ends at 1970-01-01T00:00:01.500Z/],
    ['an UPDATE after a STOP', () => {
      const table = started();
      apply(table, event({ action: 'STOP', effectiveAt: 1_200 }), 0);
      return revise(table, event({ action: 'UPDATE', effectiveAt: 1_300 }), 0, resolve);
    }, 'scenario_id', /was stopped at 1970-01-01T00:00:01.200Z/],
  ])('do not come from %s', (_what, act, field, message) => {
    expect(act).toThrow(ScenarioError);
    expect(act).toThrow(expect.objectContaining({ field, message: expect.stringMatching(message) as string }) as Error);
  });
});

describe('turns', () => {
  it('come in the order of time, ends before beginnings, and set boundaries', () => {
    const table = started({ until: 2_000 });
    apply(table, event({ scenarioId: 't', effectiveAt: 2_000, until: 4_000 }), 0);
    expect([0, 1_000, 2_000, 4_000].map((time) => table.boundaryAfter(time))).toEqual([1_000, 2_000, 4_000, null]);
    expect(table.turns(0, 9_000).map(({ at, edge, phase }) => [at, edge, phase.scenario.scenarioId])).toEqual([
      [1_000, 'BEGIN', 's'], [2_000, 'END', 's'], [2_000, 'BEGIN', 't'], [4_000, 'END', 't'],
    ]);
    expect(table.turns(2_000, 2_000)).toHaveLength(2);
  });
});

describe('the state that scenarios make', () => {
  it('keeps a cell out of service while at least one outage lasts', () => {
    const table = started({ effectiveAt: 1_000, until: 3_000 });
    apply(table, event({ scenarioId: 't', effectiveAt: 2_000, until: 4_000 }), 0);
    const versions = new TwinState().advance(table.turns(0, 9_000));
    expect(versions).toEqual([
      { type: 'CELL', cell: 1, inService: false, version: 2, at: 1_000 }, { type: 'CELL', cell: 1, inService: true, version: 3, at: 4_000 },
    ]);
  });

  it('numbers the identities of a subscriber', () => {
    const state = new TwinState();
    const swap = (at: number, imsi: number): void => {
      const phase = { scenario: resolve(event(), at) } as Phase;
      const [version] = state.advance([{ at, edge: 'BEGIN', phase, changes: [{ type: 'SUBSCRIBER_IDENTITY', subscriber: 7, imsi, imei: 5 }] }]);
      expect(version).toEqual({ type: 'SUBSCRIBER', subscriber: 7, imsi, imei: 5, version: at + 1, at });
    };
    swap(1, 100);
    swap(2, 200);
  });

  it('is the same for a leader that advanced with every tick and for one that reads the table later', () => {
    const control = fc.record({
      id: fc.constantFrom('a', 'b', 'c'), action: fc.constantFrom('START' as const, 'UPDATE' as const, 'STOP' as const),
      after: fc.nat(50), lasts: fc.option(fc.integer({ min: 1, max: 60 })), cell: fc.nat(3), tick: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(fc.property(fc.array(control, { maxLength: 30 }), (controls) => {
      const table = new ScenarioTable();
      const live = new TwinState();
      const lived: unknown[] = [];
      let next = 0;
      for (const { id, action, after, lasts, cell, tick } of controls) {
        const effectiveAt = next + after - 10;
        try {
          apply(table, event({
            scenarioId: id, action, effectiveAt, until: lasts === null ? null : Math.max(effectiveAt, next) + lasts, target: { type: 'CELL', ids: [String(cell)], fraction: null },
          }), next);
        } catch (error) {
          if (!(error instanceof ScenarioError)) throw error;
        }
        for (const end = next + tick; next < end;) {
          const to = Math.min(end, table.boundaryAfter(next) ?? end);
          lived.push(...live.advance(table.turns(next, next)));
          next = to;
        }
      }
      expect(new TwinState().advance(table.turns(-Infinity, next - 1))).toEqual(lived);
    }));
  });
});
