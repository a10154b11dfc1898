import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Population } from '../../../twin/population/build.ts';
import { Directory, DirectoryView, seedDirectory } from '../../../twin/population/directory.ts';
import { decodeRate } from '../../../twin/population/rates.ts';
import { SubscriberStatus, type SubscriberProfile } from '../../../twin/population/types.ts';
import { configOf, networkOf } from '../fixture.ts';

const config = configOf(2_000);
const network = networkOf(config);
const population = new Population(config, network);
const profiles = Array.from({ length: config.capacity }, (_, index) => population.build(index));
const activeIndex = profiles.findIndex((profile) => profile.status === SubscriberStatus.ACTIVE);
const spareIndex = profiles.findIndex((profile) => profile.status === SubscriberStatus.INACTIVE);

/** Any fixed partitioner will do: the directory is told the partition. */
const partitionOf = (index: number): number => index % config.partitions;

function loaded(): { directory: Directory; end: Float64Array } {
  const directory = new Directory(config, network);
  const end = new Float64Array(config.partitions);
  for (const profile of profiles) {
    const partition = partitionOf(profile.index);
    if (profile.status === SubscriberStatus.ACTIVE) directory.set(partition, end[partition]++, profile);
  }
  return { directory, end };
}

describe('Directory', () => {
  it('takes at most 32 bytes a subscriber', () => {
    const { directory } = loaded();
    expect(directory.bytesPerSubscriber).toBeLessThanOrEqual(32);
  });

  it('answers what the profiles say, and the same from the log as from the seed', () => {
    const fromLog = new DirectoryView(loaded().directory);
    const fromSeed = new DirectoryView(seedDirectory(config, network));
    for (const view of [fromLog, fromSeed]) {
      for (const profile of profiles) {
        const { index } = profile;
        if (profile.status === SubscriberStatus.INACTIVE) {
          expect(view.isActive(index)).toBe(false);
          continue;
        }
        const answers = [view.status(index), view.segment(index), view.capabilities(index), view.nightOff(index), view.hasWork(index),
          decodeRate(view.callRate(index)), decodeRate(view.textRate(index)), decodeRate(view.sessionRate(index)), view.homeSite(index)];
        expect(answers).toEqual([profile.status, profile.segment, profile.capabilities, profile.nightOff, profile.workLatitude !== null,
          profile.callsPerDay, profile.textsPerDay, profile.sessionsPerDay, population.homeSiteOf(index)]);
        expect(network.plane.latitude(view.homeY(index))).toBeCloseTo(profile.homeLatitude, 5);
        expect(network.plane.longitude(view.homeX(index))).toBeCloseTo(profile.homeLongitude, 5);
        expect(view.workSite(index)).toBe(network.nearestSite(view.workX(index), view.workY(index)));
        if (!view.hasWork(index)) expect([view.workX(index), view.workY(index)]).toEqual([view.homeX(index), view.homeY(index)]);
      }
    }
  });

  it('lets two views at different offsets disagree until the versions are folded in', () => {
    const { directory, end } = loaded();
    const partition = partitionOf(activeIndex);
    const before = new DirectoryView(directory, end);
    const churned: SubscriberProfile = { ...profiles[activeIndex], status: SubscriberStatus.CHURNED, version: 2 };
    const back: SubscriberProfile = { ...profiles[activeIndex], callsPerDay: 0, version: 3 };
    directory.set(partition, end[partition], churned);
    directory.set(partition, end[partition] + 1, back);
    const at = (offset: number): DirectoryView => new DirectoryView(directory, end.map((value, p) => (p === partition ? value + offset : value)));
    expect([before, at(0), at(1), at(2)].map((view) => view.status(activeIndex)))
      .toEqual([SubscriberStatus.ACTIVE, SubscriberStatus.ACTIVE, SubscriberStatus.CHURNED, SubscriberStatus.ACTIVE]);
    expect(at(2).callRate(activeIndex)).toBe(0);
    expect(decodeRate(at(1).callRate(activeIndex))).toBe(profiles[activeIndex].callsPerDay);

    const tick = end.map((value, p) => (p === partition ? value + 1 : value));
    directory.fold(tick);
    expect(directory.sideVersions).toBe(1);
    expect(at(1).status(activeIndex)).toBe(SubscriberStatus.CHURNED);
    expect(at(2).status(activeIndex)).toBe(SubscriberStatus.ACTIVE);
    directory.fold(tick.map((value) => value + 1));
    expect(directory.revised).toBe(false);
    expect(directory.sideVersions).toBe(0);
    expect(at(0).callRate(activeIndex)).toBe(0);
  });

  it('knows a subscriber activated later only from its offset on', () => {
    const { directory, end } = loaded();
    const partition = partitionOf(spareIndex);
    directory.set(partition, end[partition], { ...profiles[spareIndex], status: SubscriberStatus.ACTIVE });
    expect(new DirectoryView(directory, end).isActive(spareIndex)).toBe(false);
    expect(new DirectoryView(directory, end.map((value) => value + 1)).isActive(spareIndex)).toBe(true);
  });

  it('ignores records it has applied, and refuses ones outside the twin', () => {
    const { directory, end } = loaded();
    const partition = partitionOf(activeIndex);
    expect(directory.appliedOffset(partition)).toBe(end[partition]);
    expect(directory.set(partition, 0, { ...profiles[activeIndex], status: SubscriberStatus.CHURNED })).toBe(false);
    expect(new DirectoryView(directory, end).isActive(activeIndex)).toBe(true);
    expect(() => directory.set(0, 99, { ...profiles[0], index: config.capacity })).toThrow(/outside the twin's capacity 2500/);
  });

  it('bumps a view\'s revision exactly when an advance changes what it answers', () => {
    const { directory, end } = loaded();
    const view = new DirectoryView(directory, end);
    const partition = partitionOf(activeIndex);
    directory.set(partition, end[partition], { ...profiles[activeIndex], status: SubscriberStatus.SUSPENDED });
    expect(view.revision).toBe(0);
    view.advance(end);
    expect(view.revision).toBe(0);
    view.advance(end.map((value) => value + 1));
    expect(view.revision).toBe(1);
    expect(view.status(activeIndex)).toBe(SubscriberStatus.SUSPENDED);
    view.advance(end.map((value) => value + 2));
    expect(view.revision).toBe(1);
  });

  it('answers any history like a plain replay of it, with folds in between', () => {
    const change = fc.record({ pick: fc.integer({ min: 0, max: 40 }), status: fc.constantFrom(1, 2, 3), fold: fc.boolean() });
    fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 600 }), fc.nat(), (changes, cut) => {
      const { directory, end } = loaded();
      const offsets = Float64Array.from(end);
      const limit = cut % (changes.length + 1);
      const view = new DirectoryView(directory, end);
      const expected = new Map<number, SubscriberStatus>();
      changes.forEach(({ pick, status, fold }, k) => {
        const profile = { ...profiles[pick], status };
        const partition = partitionOf(pick);
        directory.set(partition, offsets[partition]++, profile);
        if (k < limit) expected.set(pick, status);
        if (k + 1 === limit) view.advance(offsets);
        if (fold && k < limit) directory.fold(offsets);
      });
      for (let index = 0; index <= 40; index++) expect(view.status(index)).toBe(expected.get(index) ?? profiles[index].status);
    }), { numRuns: 40 });
  });
});
