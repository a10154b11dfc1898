import { avroType } from '../../schemas/codec.ts';
import { CdrColumns, CdrNodeType, CdrRat, CdrRecordType, CdrRow, CdrVoiceTechnology, cdrRowToObject, encodeCdr } from '../../schemas/generated/Cdr.generated.ts';
import {
  encodeLocationUpdate, LocationUpdateColumns, LocationUpdateRow, locationUpdateRowToObject, LocationUpdateTrigger,
} from '../../schemas/generated/LocationUpdate.generated.ts';
import {
  encodeNetworkLog, NetworkLogColumns, NetworkLogEventType, NetworkLogOutcome, NetworkLogRat, NetworkLogRow, networkLogRowToObject,
} from '../../schemas/generated/NetworkLog.generated.ts';
import { encodeSubscriber, type Subscriber } from '../../schemas/generated/Subscriber.generated.ts';
import type { RecordName } from '../../schemas/generated/records.generated.ts';
import { Slab } from '../../schemas/slab.ts';
import { decodeSubscriberHead, SubscriberHead } from '../../schemas/subscriber-head.ts';

/*
 * npx node test/bench/codecs.ts
 * Nanoseconds a record, one thread, in memory: generated codecs beside avsc on the same values, and the ratio of the two.
 * The best of many short runs, so that other load on the machine counts little.
 */

const ROWS = 500;
const RUNS = 1000;
const TIME = 1_795_525_980_000;

function best(run: () => void): number {
  let nanoseconds = Infinity;
  for (let i = 0; i < RUNS; i += 1) {
    const start = process.hrtime.bigint();
    run();
    nanoseconds = Math.min(nanoseconds, Number(process.hrtime.bigint() - start) / ROWS);
  }
  return nanoseconds;
}

function report(what: string, bytes: number, ours: number, avsc: number): void {
  const figures = [`${bytes.toFixed(0)} B`, `${ours.toFixed(0)} ns`, `avsc ${avsc.toFixed(0)} ns`, `${(avsc / ours).toFixed(1)} times`];
  console.log(`${what.padEnd(28)}${figures.map((figure) => figure.padStart(14)).join('')}`);
}

interface Columns { clear(): void; decode(bytes: Uint8Array, start: number, end: number): void }

function benchRow<Row>(
  name: RecordName, row: Row, fill: (row: Row, i: number) => void, encode: (slab: Slab, row: Row) => void,
  toObject: (row: Row) => object, columns: Columns,
): void {
  const type = avroType(name);
  const slab = new Slab(1 << 20);
  const ends = new Int32Array(ROWS);
  const objects: object[] = [];
  for (let i = 0; i < ROWS; i += 1) {
    fill(row, i);
    objects.push(toObject(row));
  }
  const encoding = best(() => {
    slab.position = 0;
    for (let i = 0; i < ROWS; i += 1) {
      fill(row, i);
      encode(slab, row);
      ends[i] = slab.position;
    }
  });
  const bodies = objects.map((object) => type.toBuffer(object));
  report(`${name} fill and encode`, slab.position / ROWS, encoding, best(() => {
    for (const object of objects) type.toBuffer(object);
  }));
  const decoding = best(() => {
    columns.clear();
    for (let i = 0; i < ROWS; i += 1) columns.decode(slab.bytes, i === 0 ? 0 : ends[i - 1], ends[i]);
  });
  report(`${name} decode to columns`, slab.position / ROWS, decoding, best(() => {
    for (const body of bodies) type.fromBuffer(body);
  }));
}

function fillCdr(row: CdrRow, i: number): void {
  row.reset();
  row.event_id.text('c.').base36(100_000_000 + i).char(0x2e).base36(i * 7919).char(0x2e).decimal(i % 3);
  row.call_reference.text('v.').base36(i * 104_729);
  row.record_type = CdrRecordType.VOICE_MO;
  row.node_type = CdrNodeType.MMTEL;
  row.subscriber_id = 100_000_000 + i;
  row.imsi = 1_010_000_000_000 + i;
  row.msisdn = 999_100_000_000 + i;
  row.imei = 350_000_000_000_000 + i;
  row.other_msisdn = 999_100_000_000 + i * 3;
  row.other_subscriber_id = 100_000_000 + i * 3;
  row.start_time = TIME + i;
  row.answer_time = TIME + 5_000 + i;
  row.end_time = TIME + 15_000 + i;
  row.duration_ms = 10_000;
  row.answered = true;
  row.rat = CdrRat.LTE;
  row.voice_technology = CdrVoiceTechnology.VOLTE;
  row.first_cell_id = 25_600 + i;
  row.last_cell_id = 25_600 + i;
  row.qos_id = 1;
  row.charge_micros = i * 10;
  row.currency = 'EUR';
  row.plan = 'postpaid-l';
}

function fillNetworkLog(row: NetworkLogRow, i: number): void {
  row.reset();
  row.event_id.text('n.').base36(100_000_000 + i).char(0x2e).base36(i * 7919).char(0x2e).decimal(i % 3);
  row.event_time = TIME + i;
  row.event_type = NetworkLogEventType.RRC_SETUP;
  row.outcome = NetworkLogOutcome.SUCCESS;
  row.subscriber_id = 100_000_000 + i;
  row.imsi = 1_010_000_000_000 + i;
  row.imei = 350_000_000_000_000 + i;
  row.cell_id = 25_600 + i;
  row.tac = 1000 + (i % 50);
  row.rat = NetworkLogRat.LTE;
  row.rsrp_dbm = -95;
  row.rsrq_db = -10.5;
  row.sinr_db = 12;
  row.timing_advance = 5;
  row.procedure_ms = 50;
}

function fillLocationUpdate(row: LocationUpdateRow, i: number): void {
  row.reset();
  row.event_id.text('l.').base36(100_000_000 + i).char(0x2e).base36(i * 7919);
  row.event_time = TIME + i;
  row.subscriber_id = 100_000_000 + i;
  row.imsi = 1_010_000_000_000 + i;
  row.cell_id = 25_600 + i;
  row.tac = 1000;
  row.latitude = 53.3;
  row.longitude = -6.2;
  row.accuracy_m = 300;
  row.timing_advance = 5;
  row.trigger = LocationUpdateTrigger.PERIODIC;
}

function subscriber(i: number): Subscriber {
  const place = { latitude: 53.3, longitude: -6.2, site_id: `S${i % 300}` };
  return {
    subscriber_id: 100_000_000 + i, imsi: String(1_010_000_000_000 + i).padStart(15, '0'), msisdn: String(999_100_000_000 + i),
    imei: '350000000000000', segment: 'CONSUMER_POSTPAID', plan: `plan-${i % 7}`, status: 'ACTIVE', account_id: `a-${i}`,
    bill_cycle_day: (i % 28) + 1, contract_end: null, home_plmn: '001-01', activated_at: TIME,
    device: { tac: '35000000', brand: `Brand ${i % 9}`, model: `Model ${i % 40}`, capabilities: ['VOLTE', 'NR'] },
    home: place, work: place, language: 'en', age_band: '25-34',
    activity: { calls_per_day: 3.2, texts_per_day: 4.4, sessions_per_day: 60, night_off: false },
    effective_at: TIME, version: 1, name: 'Mary Murphy', address: '1 Main Street, Dublin',
  };
}

function benchSubscriber(): void {
  const type = avroType('Subscriber');
  const subscribers = Array.from({ length: ROWS }, (_, i) => subscriber(i));
  const bodies = subscribers.map((value) => type.toBuffer(value));
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0) / ROWS;
  const slab = new Slab(1 << 20);
  report('Subscriber encode', bytes, best(() => {
    slab.position = 0;
    for (const value of subscribers) encodeSubscriber(slab, value);
  }), best(() => {
    for (const value of subscribers) type.toBuffer(value);
  }));
  const head = new SubscriberHead();
  const joined = Buffer.concat(bodies);
  report('Subscriber decode head', bytes, best(() => {
    let start = 0;
    for (const body of bodies) {
      decodeSubscriberHead(joined, start, start + body.length, head);
      start += body.length;
    }
  }), best(() => {
    for (const body of bodies) type.fromBuffer(body);
  }));
}

benchRow('Cdr', new CdrRow(), fillCdr, encodeCdr, cdrRowToObject, new CdrColumns());
benchRow('NetworkLog', new NetworkLogRow(), fillNetworkLog, encodeNetworkLog, networkLogRowToObject, new NetworkLogColumns());
benchRow('LocationUpdate', new LocationUpdateRow(), fillLocationUpdate, encodeLocationUpdate, locationUpdateRowToObject, new LocationUpdateColumns());
benchSubscriber();
