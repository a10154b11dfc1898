import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { avroType, DecodeError } from '../../schemas/codec.ts';
import { encodeSubscriber, SubscriberSegment, SubscriberStatus, type Subscriber } from '../../schemas/generated/Subscriber.generated.ts';
import { Interner } from '../../schemas/interner.ts';
import { Slab } from '../../schemas/slab.ts';
import { CapabilityBit, decodeSubscriberHead, SubscriberHead, SubscriberHeadDecoder } from '../../schemas/subscriber-head.ts';
import { models, objects } from './arbitraries.ts';

const subscribers = objects('Subscriber', { digits: ['imsi', 'msisdn', 'imei', 'tac'], ascii: ['account_id'] }) as unknown as fc.Arbitrary<Subscriber>;
const type = avroType('Subscriber');

test('the encoder writes the bytes that avsc writes', () => {
  const slab = new Slab(1);
  fc.assert(fc.property(objects('Subscriber') as unknown as fc.Arbitrary<Subscriber>, (subscriber) => {
    slab.position = 0;
    encodeSubscriber(slab, subscriber);
    expect(Buffer.from(slab.bytes.subarray(0, slab.position)).equals(type.toBuffer(subscriber))).toBe(true);
  }), { numRuns: 400 });
});

/** What the head of a subscriber must be, spelled out from the schema. */
function expectedHead(subscriber: Subscriber): object {
  const { device, home, work, activity } = subscriber;
  return {
    subscriber_id: subscriber.subscriber_id,
    imsi: Number(subscriber.imsi), msisdn: Number(subscriber.msisdn), imei: Number(subscriber.imei),
    segment: SubscriberSegment[subscriber.segment], plan: subscriber.plan, status: SubscriberStatus[subscriber.status],
    bill_cycle_day: subscriber.bill_cycle_day, contract_end: subscriber.contract_end, home_plmn: subscriber.home_plmn,
    activated_at: subscriber.activated_at, device_tac: Number(device.tac), device_brand: device.brand, device_model: device.model,
    capabilities: device.capabilities.reduce((mask, name) => mask | (name === 'UNKNOWN' ? 0 : CapabilityBit[name]), 0),
    home_latitude: home.latitude, home_longitude: home.longitude, home_site_id: home.site_id,
    work_latitude: work?.latitude ?? null, work_longitude: work?.longitude ?? null, work_site_id: work?.site_id ?? null,
    language: subscriber.language, age_band: subscriber.age_band,
    calls_per_day: activity.calls_per_day, texts_per_day: activity.texts_per_day, sessions_per_day: activity.sessions_per_day,
    night_off: activity.night_off, effective_at: subscriber.effective_at, version: subscriber.version,
  };
}

describe('the head decoder', () => {
  test('gives every field before name, for any subscriber', () => {
    const head = new SubscriberHead();
    fc.assert(fc.property(subscribers, (subscriber) => {
      const bytes = type.toBuffer(subscriber);
      decodeSubscriberHead(bytes, 0, bytes.length, head);
      expect({ ...head, account_id: head.account_id.toString() }).toEqual({ ...expectedHead(subscriber), account_id: subscriber.account_id });
    }), { numRuns: 400 });
  });

  test('gives the same of what behaviour depends on when it leaves out the rest', () => {
    const decoder = new SubscriberHeadDecoder();
    const whole = new SubscriberHead();
    const part = new SubscriberHead();
    fc.assert(fc.property(subscribers, (subscriber) => {
      const bytes = type.toBuffer(subscriber);
      decoder.decode(bytes, 0, bytes.length, whole);
      decoder.decodeBehaviour(bytes, 0, bytes.length, part);
      for (const field of [
        'subscriber_id', 'imsi', 'imei', 'segment', 'plan', 'status', 'capabilities', 'home_latitude', 'home_longitude', 'work_latitude',
        'work_longitude', 'calls_per_day', 'texts_per_day', 'sessions_per_day', 'night_off',
      ] as const) expect(part[field], field).toEqual(whole[field]);
    }), { numRuns: 400 });
  });

  test('stops before the last two fields, name and address', () => {
    expect(models.get('Subscriber')!.fields.slice(-3).map((field) => field.name)).toEqual(['version', 'name', 'address']);
  });

  test('refuses a record that ends before name, and bytes that are no record, without crashing', () => {
    const head = new SubscriberHead();
    fc.assert(fc.property(subscribers, fc.uint8Array({ maxLength: 200 }), (subscriber, noise) => {
      const bytes = type.toBuffer({ ...subscriber, name: '', address: '' });
      expect(() => decodeSubscriberHead(bytes, 0, bytes.length - 2, head)).toThrow(DecodeError);
      try {
        decodeSubscriberHead(noise, 0, noise.length, head);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }), { numRuns: 200 });
  });
});

test('an interner gives the text of the bytes, the same one each time, also beyond its limit', () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 6 }), { maxLength: 400 }), (texts) => {
    const interner = new Interner(100);
    for (const text of [...texts, ...texts]) {
      const bytes = Buffer.from(`<${text}>`);
      expect(interner.intern(bytes, 1, bytes.length - 2)).toBe(text);
    }
  }), { numRuns: 50 });
});
