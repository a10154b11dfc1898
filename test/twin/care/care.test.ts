import { describe, expect, it } from 'vitest';
import { BaselineContacts, isInclined, isInclinedByOutage, LONGEST_CARE_LAG } from '../../../twin/care/inclination.ts';
import { Channel, Contact, Experience, LONGEST_CONTACT } from '../../../twin/care/contact.ts';
import { HOUR, MINUTE } from '../../../twin/config.ts';
import { Draw } from '../../../twin/random/draw.ts';

const SEED = 21;
const TIME = Date.parse('2026-03-03T10:00Z');
const MONDAY = Date.parse('2026-03-02T00:00Z') / HOUR;
const N = 8_000;
const experiences = Object.entries(Experience);

describe('who gets in touch', () => {
  const draw = new Draw(SEED);

  it('5–20 contacts per 1,000 subscribers and day have no incident behind them, few of them at night', () => {
    let [contacts, night] = [0, 0];
    for (let h = 0; h < 168; h++) {
      const baseline = new BaselineContacts(draw, MONDAY + h, h);
      for (let i = 0; i < 3_000; i++) {
        baseline.visit(i, (subscriber, start) => {
          contacts++;
          expect([subscriber, Math.floor(start / HOUR)]).toEqual([i, MONDAY + h]);
          if (h % 24 < 6) night++;
        });
      }
    }
    expect(contacts / 3 / 7).toBeGreaterThan(5);
    expect(contacts / 3 / 7).toBeLessThan(20);
    expect(night / contacts).toBeLessThan(0.08);
  });

  it('0.5–10 % of those who suffer; whoever would complain of a call would complain of an outage', () => {
    let [inclined, byOutage] = [0, 0];
    for (let i = 0; i < N; i++) {
      const any = isInclined(draw, i, 5);
      if (any) inclined++;
      if (isInclinedByOutage(draw, i, 5)) byOutage++;
      else expect(any).toBe(false);
    }
    expect(inclined / N).toBeGreaterThan(0.005);
    expect(byOutage / N).toBeGreaterThan(inclined / N);
    expect(byOutage / N).toBeLessThan(0.1);
  });
});

describe.each(experiences)('a contact about %s', (_, experience) => {
  const contact = new Contact(SEED);
  const key = (k: number): number => 500_000 + 977 * k;

  it('opens within the bounds of its lag', () => {
    const lags = Array.from({ length: N }, (_u, k) => contact.lagOf(k, key(k), experience));
    const [least, most] = experience === Experience.OUTAGE ? [10 * MINUTE, 60 * MINUTE] : [2 * MINUTE, LONGEST_CARE_LAG];
    expect(Math.min(...lags)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...lags)).toBeLessThanOrEqual(most);
    expect(lags.filter((lag) => lag <= HOUR).length / N).toBeGreaterThan(0.7);
  });

  it('goes through its states in order, and is over in bounded time', () => {
    for (let k = 0; k < N; k++) {
      contact.describe(k, key(k), experience, TIME);
      const { opened, answered, abandoned, transferred, resolved, closed } = contact;
      const times = (Number.isNaN(abandoned) ? [opened, answered, transferred, resolved, closed] : [opened, abandoned, closed]).filter((t) => !Number.isNaN(t));
      expect(Number.isNaN(answered) === Number.isNaN(abandoned)).toBe(false);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(closed - opened).toBeLessThanOrEqual(LONGEST_CONTACT);
    }
  });

  it('comes by the channels, waits and handling times of published figures', () => {
    let [phone, waits, handled, interactive, resolved] = [0, 0, 0, 0, 0];
    let calls = 0;
    for (let k = 0; k < N; k++) {
      contact.describe(k, key(k), experience, TIME);
      if (contact.channel === Channel.PHONE) phone++;
      if (contact.waitSeconds > 0) {
        interactive++;
        waits += contact.waitSeconds;
      }
      if (contact.channel === Channel.PHONE && !Number.isNaN(contact.answered)) {
        calls++;
        handled += contact.handleSeconds;
        if (contact.firstContactResolution) resolved++;
      }
    }
    expect(phone / N).toBeGreaterThan(0.67);
    expect(phone / N).toBeLessThan(0.87);
    expect(waits / interactive).toBeGreaterThan(60);
    expect(waits / interactive).toBeLessThan(180);
    expect(handled / calls).toBeGreaterThan(300);
    expect(handled / calls).toBeLessThan(480);
    const [least, most] = experience === Experience.NONE ? [0.6, 0.8] : [0.35, 0.55];
    expect(resolved / calls).toBeGreaterThan(least);
    expect(resolved / calls).toBeLessThan(most);
  });
});
