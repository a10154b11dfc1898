import { describe, expect, it } from 'vitest';
import { Population, buildSubscriber } from '../../../twin/population/build.ts';
import { DEVICES, chooseDevice } from '../../../twin/population/devices.ts';
import { householdOf } from '../../../twin/population/household.ts';
import { PLANS, planNamed } from '../../../twin/population/plans.ts';
import { decodeRate, encodeRate, quantiseRate } from '../../../twin/population/rates.ts';
import { Segment, SubscriberStatus, type SubscriberProfile } from '../../../twin/population/types.ts';
import { distance } from '../../../twin/geography/plane.ts';
import { configOf, networkOf } from '../fixture.ts';

const config = configOf(40_000);
const network = networkOf(config);
const population = new Population(config, network);
const everyone = Array.from({ length: config.capacity }, (_, index) => population.build(index));
const active = everyone.filter((profile) => profile.status === SubscriberStatus.ACTIVE);

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const quantile = (values: readonly number[], q: number): number => [...values].sort((a, b) => a - b)[Math.floor(q * values.length)];
const share = (test: (profile: SubscriberProfile) => boolean): number => active.filter(test).length / active.length;

function home(profile: SubscriberProfile): { x: number; y: number } {
  return network.plane.toPlane(profile.homeLatitude, profile.homeLongitude);
}

describe('subscribers', () => {
  it('are a pure function of (config, network, index), in any order', () => {
    for (const index of [49_999, 0, 17, 31_234, 17]) expect(buildSubscriber(config, network, index)).toEqual(everyone[index]);
  });

  it('are another population with another seed', () => {
    const other = new Population({ ...config, seed: 43 }, network);
    const same = everyone.filter((profile) => other.build(profile.index).imei === profile.imei).length;
    expect(same / everyone.length).toBeLessThan(0.3);
  });

  it('are as many as configured, the rest inactive', () => {
    expect(active).toHaveLength(config.subscribers);
    expect(everyone.every(({ status }) => status === SubscriberStatus.ACTIVE || status === SubscriberStatus.INACTIVE)).toBe(true);
    expect(() => population.build(config.capacity)).toThrow(RangeError);
  });

  it('have unique identities', () => {
    for (const field of ['subscriberId', 'imsi', 'msisdn', 'imei'] as const) expect(new Set(everyone.map((profile) => profile[field])).size).toBe(everyone.length);
  });

  it('live in the cell of the site that their index belongs to, in proportion to expected residents', () => {
    const counts = new Float64Array(network.sites.length);
    for (const profile of everyone) {
      const { x, y } = home(profile);
      const site = network.nearestSite(x, y);
      if (site !== population.homeSiteOf(profile.index)) expect.fail(`subscriber ${profile.index} lives at site ${site}`);
      counts[site]++;
    }
    const scale = config.capacity / config.subscribers;
    counts.forEach((count, site) => {
      expect(Math.abs(count - scale * network.siteResidents[site])).toBeLessThan(5);
    });
  });

  it('have neighbours of near index nearby', () => {
    const gap = (step: number): number => quantile(everyone.slice(0, -step).map((profile, i) => {
      const [a, b] = [home(profile), home(everyone[i + step])];
      return distance(a.x, a.y, b.x, b.y);
    }), 0.5);
    expect(gap(40)).toBeLessThan(gap(2_000) / 3);
  });

  it('share home, account and language with their household', () => {
    for (const profile of everyone) {
      const head = everyone[householdOf(config.seed, profile.index).first];
      const shared = ({ homeLatitude, homeLongitude, accountId, language, billCycleDay }: SubscriberProfile): unknown[] =>
        [homeLatitude, homeLongitude, accountId, language, billCycleDay];
      if (shared(profile).join() !== shared(head).join()) expect.fail(`subscriber ${profile.index} and the head of its household`);
    }
  });

  it('work at gravity distance: half within 2–8 km, a tail to 80 km, more where jobs are', () => {
    const commutes: number[] = [];
    const workers = new Float64Array(network.sites.length);
    for (const profile of active) {
      if (profile.workLatitude === null || profile.workLongitude === null) continue;
      const work = network.plane.toPlane(profile.workLatitude, profile.workLongitude);
      const { x, y } = home(profile);
      commutes.push(distance(x, y, work.x, work.y));
      workers[network.nearestSite(work.x, work.y)]++;
    }
    expect(commutes.length / active.length).toBeGreaterThan(0.6);
    expect(commutes.length / active.length).toBeLessThan(0.72);
    expect(quantile(commutes, 0.5)).toBeGreaterThan(2);
    expect(quantile(commutes, 0.5)).toBeLessThan(8);
    expect(quantile(commutes, 0.95)).toBeGreaterThan(25);
    expect(Math.max(...commutes)).toBeLessThan(110);
    const busy = network.sites.filter((site) => site.expectedWorkers > 60).map((site) => workers[site.index]);
    const quiet = network.sites.filter((site) => site.expectedWorkers < 10).map((site) => workers[site.index]);
    expect(mean(busy)).toBeGreaterThan(6 * mean(quiet));
  });
});

describe('activity (realism targets 1b)', () => {
  const calls = active.map((profile) => profile.callsPerDay);

  it('has the reference means: 1.5 calls, 2 texts, 13 sessions a day', () => {
    expect(mean(calls)).toBeGreaterThan(1.3);
    expect(mean(calls)).toBeLessThan(1.75);
    expect(quantile(calls, 0.5)).toBeGreaterThan(0.6);
    expect(quantile(calls, 0.5)).toBeLessThan(1);
    expect(mean(active.map((profile) => profile.textsPerDay))).toBeCloseTo(2, 0);
    expect(Math.abs(mean(active.map((profile) => profile.sessionsPerDay)) - 13)).toBeLessThan(1);
  });

  it('leaves 15–35 % of users under five calls in 30 days, 3–10 % with none', () => {
    const poisson = (rate: number, below: number): number => {
      let term = Math.exp(-30 * rate);
      let sum = 0;
      for (let k = 0; k < below; k++) {
        sum += term;
        term *= (30 * rate) / (k + 1);
      }
      return sum;
    };
    expect(mean(calls.map((rate) => poisson(rate, 5)))).toBeGreaterThan(0.15);
    expect(mean(calls.map((rate) => poisson(rate, 5)))).toBeLessThan(0.35);
    expect(mean(calls.map((rate) => poisson(rate, 1)))).toBeGreaterThan(0.03);
    expect(mean(calls.map((rate) => poisson(rate, 1)))).toBeLessThan(0.1);
  });

  it('is concentrated: the top tenth makes 35–60 % of calls', () => {
    const sorted = [...calls].sort((a, b) => b - a);
    const top = mean(sorted.slice(0, sorted.length / 10)) / 10 / mean(sorted);
    expect(top).toBeGreaterThan(0.35);
    expect(top).toBeLessThan(0.6);
  });

  it('differs by segment as published: postpaid call more than prepaid, youth use more data, seniors less', () => {
    const by = (segment: Segment, field: 'callsPerDay' | 'sessionsPerDay'): number =>
      mean(active.filter((profile) => profile.segment === segment).map((profile) => profile[field]));
    expect(by(Segment.CONSUMER_POSTPAID, 'callsPerDay')).toBeGreaterThan(2 * by(Segment.CONSUMER_PREPAID, 'callsPerDay'));
    expect(by(Segment.YOUTH, 'sessionsPerDay')).toBeGreaterThan(by(Segment.CONSUMER_POSTPAID, 'sessionsPerDay'));
    expect(by(Segment.SENIOR, 'sessionsPerDay')).toBeLessThan(0.6 * by(Segment.CONSUMER_POSTPAID, 'sessionsPerDay'));
  });

  it('has 6 % of phones off at night', () => {
    expect(share((profile) => profile.nightOff)).toBeGreaterThan(0.045);
    expect(share((profile) => profile.nightOff)).toBeLessThan(0.075);
  });
});

describe('quantised rates', () => {
  it('round-trip every code and stay within 2.1 % of the rate', () => {
    for (let code = 0; code < 256; code++) expect(encodeRate(decodeRate(code))).toBe(code);
    for (const rate of [0.011, 0.1, 0.8, 1.5, 13, 100, 250]) expect(Math.abs(Math.log(quantiseRate(rate) / rate))).toBeLessThan(0.0201);
    expect([0, 1e-4, -1, NaN].map(encodeRate)).toEqual([0, 0, 0, 0]);
    expect(encodeRate(1e9)).toBe(255);
  });

  it('are what profiles carry', () => {
    for (const profile of everyone) if (quantiseRate(profile.callsPerDay) !== profile.callsPerDay) expect.fail(String(profile.index));
  });
});

describe('plans and devices', () => {
  it('price every plan, and give each segment plans that exist', () => {
    expect(new Set(PLANS.map((plan) => plan.name)).size).toBe(PLANS.length);
    for (const profile of active) expect(planNamed(profile.plan).prepaid).toBe(profile.contractEnd === null);
    for (const plan of PLANS) expect(plan.prepaid ? plan.monthlyFee : plan.perMinute).toBe(plan.prepaid ? 0 : 250_000);
    expect(() => planNamed('Nope')).toThrow(/unknown plan "Nope": known are Go Basic/);
  });

  it('use the whole catalogue, better devices for business than for prepaid', () => {
    expect(new Set(active.map((profile) => `${profile.deviceBrand} ${profile.deviceModel}`)).size).toBe(DEVICES.length);
    expect(new Set(DEVICES.map((device) => `${device.brand} ${device.model}`)).size).toBe(DEVICES.length);
    const tier = (segment: Segment): number => mean(Array.from({ length: 1_000 }, (_, i) => chooseDevice(segment, i / 1_000).tier));
    expect(tier(Segment.BUSINESS)).toBeGreaterThan(tier(Segment.CONSUMER_PREPAID) + 0.5);
  });
});
