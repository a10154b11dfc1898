import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../twin/config.ts';
import { DayPlan, PlaceCode, travelTime } from '../../../twin/mobility/day-plan.ts';
import { Places } from '../../../twin/mobility/places.ts';
import { Timetable } from '../../../twin/mobility/timetable.ts';
import { Step, Trace, Tracer } from '../../../twin/mobility/trace.ts';
import { Whereabouts } from '../../../twin/mobility/whereabouts.ts';
import { StayCache } from '../../../twin/mobility/stay-cache.ts';
import { Draw } from '../../../twin/random/draw.ts';
import { Purpose } from '../../../twin/random/purpose.ts';
import { Causes } from '../../../twin/scenarios/causes.ts';
import type { World } from '../../../twin/world.ts';
import { twinOf } from '../../support/twin-run.ts';

const { world } = twinOf(1_000);
const { localTime, network, directory } = world;
const people = Array.from({ length: world.config.capacity }, (_, i) => i).filter((i) => directory.isActive(i)).slice(0, 250);
/** An ordinary Tuesday and Saturday, and both days when clocks change in Ireland (local days begin at 04:00). */
const DAYS = ['2026-03-03', '2026-03-07', '2026-03-28', '2026-03-29', '2026-10-24', '2026-10-25'];
const NOON = 12 * HOUR;

/** The same world without a memory. */
function forgetful(): World {
  return { ...world, stays: new StayCache(world.config.capacity) };
}

describe.each(DAYS)('days of %s', (date) => {
  const timetable = new Timetable(world);
  const places = new Places(world);
  const day = localTime.dayOf(Date.parse(date) + NOON);
  const planOf = (i: number): DayPlan => {
    const plan = new DayPlan();
    timetable.plan(plan, i, day);
    for (let k = 0; k < plan.stays; k++) places.resolve(plan, k);
    return plan;
  };

  it('begin and end at home, and are contiguous', () => {
    for (const i of people) {
      const plan = planOf(i);
      expect([plan.arrive[0], plan.place[0], plan.place[plan.stays - 1]]).toEqual([plan.start, PlaceCode.HOME, PlaceCode.HOME]);
      expect(plan.depart[plan.stays - 1]).toBe(plan.end);
      for (let k = 0; k < plan.stays; k++) {
        expect(plan.depart[k]).toBeGreaterThanOrEqual(plan.arrive[k]);
        if (k > 0) expect(plan.arrive[k]).toBeGreaterThan(plan.depart[k - 1]);
      }
    }
  });

  it('are as long as the clock says, and follow each other without a gap', () => {
    const long = date === '2026-03-28' ? 23 : date === '2026-10-24' ? 25 : 24;
    expect(localTime.dayStart(day + 1) - localTime.dayStart(day)).toBe(long * HOUR);
    const plan = new DayPlan();
    timetable.plan(plan, people[0], day);
    const { end } = plan;
    timetable.plan(plan, people[0], day + 1);
    expect(plan.start).toBe(end);
  });

  it('never need more than 250 km/h', () => {
    let trips = 0;
    for (const i of people) {
      const plan = planOf(i);
      for (let k = 0; k + 1 < plan.stays; k++) {
        const km = Math.hypot(plan.x[k + 1] - plan.x[k], plan.y[k + 1] - plan.y[k]);
        expect(km / ((plan.arrive[k + 1] - plan.depart[k]) / HOUR)).toBeLessThanOrEqual(250);
        trips++;
      }
    }
    expect(trips).toBeGreaterThan(people.length);
  });
});

it('a longer journey takes longer, at a higher speed', () => {
  const journeys = [0.2, 1, 1.3, 3, 10, 50, 200];
  const times = journeys.map((km) => travelTime(km));
  expect(times.slice(2)).toEqual(times.slice(2).toSorted((a, b) => a - b));
  const speeds = journeys.map((km, k) => km / (times[k] / HOUR));
  expect(speeds).toEqual(speeds.toSorted((a, b) => a - b));
});

describe('traces', () => {
  const FROM = Date.parse('2026-03-03T06:30Z');
  const follow = (tracer: Tracer, i: number, from: number, to: number): { time: number; cell: number; step: number }[] => {
    const trace = new Trace();
    tracer.follow(i, from, to, Causes.NONE, trace);
    return Array.from({ length: trace.length }, (_, k) => ({ time: trace.time[k], cell: trace.cell[k], step: trace.step[k] }));
  };

  it('over [a, c) are those over [a, b) and [b, c) stitched', () => {
    const fresh = forgetful();
    const tracer = new Tracer(fresh, new Whereabouts(fresh));
    const draw = new Draw(3).at(Purpose.dayPlan, 0);
    let moved = 0;
    for (const i of people) {
      const a = FROM + draw.below(12 * HOUR);
      const b = a + 1 + draw.below(HOUR);
      const c = b + 1 + draw.below(HOUR);
      const whole = follow(tracer, i, a, c);
      const [first, second] = [follow(tracer, i, a, b), follow(tracer, i, b, c)];
      const stitched = [...first, ...second.filter(({ cell }, k) => k > 0 || cell !== first[first.length - 1].cell)];
      const changes = (steps: typeof whole): [number, number][] => steps.map(({ time, cell }) => [time, cell]);
      expect(changes(stitched)).toEqual(changes(whole));
      if (whole.length > 1) moved++;
    }
    expect(moved).toBeGreaterThan(20);
  });

  it('go from a cell to a configured neighbour, or lose the link; mostly the former', () => {
    const tracer = new Tracer(world, new Whereabouts(world));
    let [handovers, others] = [0, 0];
    for (const i of people) {
      const trace = follow(tracer, i, FROM, FROM + 12 * HOUR);
      for (let k = 1; k < trace.length; k++) {
        const [before, now] = [trace[k - 1], trace[k]];
        expect(now.time).toBeGreaterThan(before.time);
        expect(now.cell).not.toBe(before.cell);
        expect(now.step === Step.HANDOVER).toBe(network.isNeighbour(before.cell, now.cell));
        if (now.step === Step.HANDOVER) handovers++;
        else others++;
      }
    }
    expect(handovers).toBeGreaterThan(500);
    expect(others).toBeLessThan(0.1 * handovers);
  });

  it('agree with where the phone is at any moment', () => {
    const where = new Whereabouts(world);
    const tracer = new Tracer(world, new Whereabouts(world));
    for (const i of people.slice(0, 100)) {
      const trace = new Trace();
      tracer.follow(i, FROM, FROM + 10 * HOUR, Causes.NONE, trace);
      for (let time = FROM; time < FROM + 10 * HOUR; time += 13 * MINUTE) {
        where.locate(i, time, Causes.NONE);
        expect(where.cell).toBe(trace.cellAt(time));
      }
    }
  });
});

describe('the memory of stays', () => {
  it('never changes an answer, whatever was asked before', () => {
    const draw = new Draw(8).at(Purpose.dayPlan, 1);
    const start = Date.parse('2026-03-02T00:00Z');
    const questions = Array.from({ length: 3_000 }, (_, n) => ({ n, i: people[draw.below(60)], time: start + draw.below(3 * DAY), hold: draw.below(3) * 30_000 }));
    const answers = (order: readonly (typeof questions)[number][], remember: boolean): unknown[] => {
      let fresh = forgetful();
      let where = new Whereabouts(fresh);
      const found: unknown[] = [];
      for (const { n, i, time, hold } of order) {
        if (!remember) {
          fresh = { ...fresh, stays: new StayCache(world.config.capacity) };
          where = new Whereabouts(fresh);
        }
        const reachable = where.isReachable(i, time, Causes.NONE, hold);
        found[n] = reachable ? [where.cell, where.x, where.y, where.place] : null;
      }
      return found;
    };
    const shuffled = questions.map((question) => ({ question, key: draw.bits() })).sort((a, b) => a.key - b.key).map(({ question }) => question);
    const sorted = questions.toSorted((a, b) => a.time - b.time);
    const expected = answers(questions.slice(0, 400), false);
    expect(answers(questions, true).slice(0, 400)).toEqual(expected);
    expect(answers(shuffled, true)).toEqual(answers(sorted, true));
    expect(expected.filter((answer) => answer === null).length).toBeLessThan(100);
  });
});
