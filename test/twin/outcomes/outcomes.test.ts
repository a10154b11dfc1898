import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../twin/config.ts';
import { CallBook } from '../../../twin/intents/call-book.ts';
import { SessionPlan } from '../../../twin/intents/session-plan.ts';
import { CallOutcome, congestion } from '../../../twin/outcomes/call.ts';
import { Inactivity, INACTIVITY, linkBreak } from '../../../twin/outcomes/inactivity.ts';
import { SessionOutcome } from '../../../twin/outcomes/session.ts';
import { Whereabouts } from '../../../twin/mobility/whereabouts.ts';
import { Causes } from '../../../twin/scenarios/causes.ts';
import { busiestCells } from '../../support/busiest.ts';
import { start, twinOf } from '../../support/twin-run.ts';

const twin = twinOf(2_000);
const { world } = twin;
const { network, directory, config } = world;
const HOURS = Array.from({ length: 14 }, (_, h) => Date.parse('2026-03-03T08:00Z') / HOUR + h);
const book = new CallBook(world);
const DEAD = busiestCells(twin, HOURS[4] * HOUR).slice(0, 12);

function outageFrom(from: number, until: number | null, cells = DEAD): Causes {
  const event = start('cell_outage', { type: 'CELL', ids: cells.map((cell) => String(network.cellId[cell])), fraction: null }, from, until);
  return Causes.of(twin.resolve([event], from - HOUR), world);
}

function call(outcome: CallOutcome, hour: number, j: number, causes: Causes) {
  if (!outcome.evaluate(book.calls(hour), j, causes)) return null;
  const { start: began, answer, end, answered, dropped, cause, caller, callee } = outcome;
  const cells = [caller, callee].map((party) => party.connected ? Array.from(party.trace.cell.subarray(0, party.trace.length)) : []);
  return { began, answer, end, answered, dropped, cause, cells };
}

describe('calls on a clean network', () => {
  const outcome = new CallOutcome(world);
  const all = HOURS.flatMap((hour) => Array.from({ length: book.calls(hour).length }, (_, j) => call(outcome, hour, j, Causes.NONE))).filter((c) => c !== null);
  const answered = all.filter((c) => c.answered);

  it('10–35 % are not answered, 0.2–1.5 % of the answered are dropped', () => {
    expect(all.length).toBeGreaterThan(3_000);
    expect(1 - answered.length / all.length).toBeGreaterThan(0.1);
    expect(1 - answered.length / all.length).toBeLessThan(0.35);
    const dropped = answered.filter((c) => c.dropped).length / answered.length;
    expect(dropped).toBeGreaterThan(0.002);
    expect(dropped).toBeLessThan(0.015);
  });

  it('have causes of ITU-T Q.850 that say what happened', () => {
    for (const { answered: talked, dropped, cause, began, answer, end } of all) {
      expect(end).toBeGreaterThan(began);
      if (talked) {
        expect(cause.code).toBe(dropped ? 41 : 16);
        expect(answer > began && answer <= end).toBe(true);
      } else expect([17, 19, 20, 34, 41]).toContain(cause.code);
    }
  });

  it('last as people talk: median 25–70 s, most under 90 s, a long tail', () => {
    const talk = answered.map((c) => (c.end - c.answer) / 1000).sort((a, b) => a - b);
    const share = (seconds: number): number => talk.filter((t) => t < seconds).length / talk.length;
    expect(talk[Math.floor(talk.length / 2)]).toBeGreaterThan(25);
    expect(talk[Math.floor(talk.length / 2)]).toBeLessThan(70);
    expect(share(90)).toBeGreaterThan(0.55);
    expect(share(90)).toBeLessThan(0.81);
    expect(share(300)).toBeGreaterThan(0.8);
    expect(share(300)).toBeLessThan(0.96);
  });
});

describe('an outage', () => {
  const FROM = HOURS[4] * HOUR + 20 * MINUTE + 7;
  const causes = outageFrom(FROM, FROM + HOUR);

  it('changes no call that was over, and cuts those on its cells when it begins', () => {
    const outcome = new CallOutcome(world);
    let [before, cut] = [0, 0];
    for (const hour of [HOURS[3], HOURS[4]]) {
      for (let j = 0; j < book.calls(hour).length; j++) {
        const baseline = call(outcome, hour, j, Causes.NONE);
        if (baseline === null || baseline.began >= FROM) continue;
        const actual = call(outcome, hour, j, causes)!;
        if (baseline.end < FROM) {
          before++;
          expect(actual).toEqual(baseline);
        } else {
          expect([actual.began, actual.answer >= FROM || actual.answered === baseline.answered]).toEqual([baseline.began, true]);
          expect(actual.end).toBeGreaterThanOrEqual(FROM);
          const onDeadCell = baseline.cells.some((cells) => cells.length === 1 && DEAD.includes(cells[0]));
          if (!onDeadCell || !baseline.answered || baseline.end === FROM) continue;
          cut++;
          expect([actual.dropped, actual.end]).toEqual([true, FROM]);
        }
      }
    }
    expect(before).toBeGreaterThan(100);
    expect(cut).toBeGreaterThan(0);
  });

  it('changes no session that was over, and cuts those on its cells when it begins', () => {
    const outcome = new SessionOutcome(world, true);
    const plan = new SessionPlan(world);
    const evaluate = (i: number, hour: number, k: number, time: number, under: Causes) => {
      if (!outcome.evaluate(i, hour, k, time, under)) return null;
      const { served, cut, end, uplinkBytes, downlinkBytes, trace } = outcome;
      return { served, cut, end, uplinkBytes, downlinkBytes, cells: Array.from(trace.cell.subarray(0, trace.length)) };
    };
    let [before, lost] = [0, 0];
    const hour = HOURS[4];
    for (let i = 0; i < config.capacity; i++) {
      if (!directory.isActive(i)) continue;
      const n = plan.begin(i, hour);
      const starts = Array.from({ length: n }, () => plan.nextStart());
      for (const [k, time] of starts.entries()) {
        if (time >= FROM) continue;
        const baseline = evaluate(i, hour, k, time, Causes.NONE);
        if (baseline === null) continue;
        const actual = evaluate(i, hour, k, time, causes)!;
        if (baseline.end < FROM) {
          before++;
          expect(actual).toEqual(baseline);
        } else if (baseline.cells.length === 1 && DEAD.includes(baseline.cells[0]) && baseline.end > FROM) {
          lost++;
          expect([actual.cut, actual.end]).toEqual([true, FROM]);
          expect(actual.downlinkBytes).toBeLessThanOrEqual(baseline.downlinkBytes);
        }
      }
    }
    expect(before).toBeGreaterThan(100);
    expect(lost).toBeGreaterThan(0);
  });

  it('breaks an idle connection when it begins, if the network has not released it by then', () => {
    const where = new Whereabouts(world);
    const idle = new Inactivity(world, where);
    const i = Array.from({ length: config.capacity }, (_, k) => k).find((k) => directory.isActive(k) && where.isReachable(k, FROM, Causes.NONE, MINUTE) && where.place >= 0 && DEAD.includes(where.cell))!;
    where.locate(i, FROM - 1, Causes.NONE);
    const { cell } = where;
    const released = (end: number, under: Causes): unknown[] => {
      idle.follow(i, cell, end, under);
      return [idle.released - end, idle.reason];
    };
    expect(released(FROM - 4_000, Causes.NONE)).toEqual([INACTIVITY, 'INACTIVE']);
    expect(released(FROM - 4_000, causes)).toEqual([4_000, 'LOST']);
    expect(released(FROM - INACTIVITY - 1, causes)).toEqual([INACTIVITY, 'INACTIVE']);
    expect(linkBreak(i, cell, FROM - 500, FROM, causes)).toBe(FROM);
    expect(linkBreak(i, cell, FROM, FROM + HOUR, causes)).toBe(Infinity);
  });
});

it('an idle connection ends when the phone is switched off', () => {
  const where = new Whereabouts(world);
  const idle = new Inactivity(world, where);
  const noon = HOURS[4] * HOUR;
  const i = Array.from({ length: config.capacity }, (_, k) => k).find((k) => directory.isActive(k) && directory.nightOff(k) && where.locate(k, noon, Causes.NONE))!;
  expect(where.power.intervalOf(i, world.localTime.dayOf(noon))).toBe(true);
  const { off } = where.power;
  idle.follow(i, 0, off - 3_000, Causes.NONE);
  expect([idle.released, idle.reason]).toEqual([off, 'DETACHED']);
  idle.follow(i, 0, off - INACTIVITY, Causes.NONE);
  expect([idle.released, idle.reason]).toEqual([off, 'INACTIVE']);
});

it('congestion refuses nobody below 90 % of capacity, more above, never all', () => {
  const loads = [0, 0.5, 0.9, 1, 1.1, 1.3, 2, 5];
  const refused = loads.map((load) => congestion(load));
  expect(refused.slice(0, 3)).toEqual([0, 0, 0]);
  expect(refused).toEqual(refused.toSorted((a, b) => a - b));
  expect(refused[3]).toBeGreaterThan(0);
  expect(refused[7]).toBeLessThan(0.5);
});

describe('a call whose caller is cut off before the callee is paged', () => {
  it('reaches nobody', () => {
    const outcome = new CallOutcome(world);
    let cut = 0;
    for (const hour of HOURS.slice(0, 3)) {
      for (let j = 0; j < book.calls(hour).length && cut < 20; j++) {
        const { caller, callee } = outcome;
        if (!outcome.evaluate(book.calls(hour), j, Causes.NONE) || !outcome.answered || !caller.connected || !callee.connected) continue;
        if (caller.trace.cell[0] === callee.trace.cell[0]) continue;
        if (!outcome.evaluate(book.calls(hour), j, outageFrom(outcome.start + 100, null, [caller.trace.cell[0]]))) continue;
        if (outcome.end > outcome.start + 200) continue;
        cut++;
        expect([outcome.dropped, callee.connected, callee.radioLost]).toEqual([true, false, false]);
      }
    }
    expect(cut).toBeGreaterThan(5);
  });
});
