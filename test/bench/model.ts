/**
 * A generator without Kafka: plan, render, encode, order and compress one stream of a twin in memory, eight partitions in turns as in
 * backfill. `node test/bench/model.ts <stream> <subscribers> <hours>`, one stream a process as in production; also
 * `telco-twin bench model`. One JSON object.
 */
import { InMemoryTwin, type Run } from '../../processors/generator/in-memory.ts';
import { loadPlaces } from '../../processors/places/index.ts';
import { OBSERVERS, type EventStream } from '../../processors/sample/index.ts';
import { Ascii } from '../../schemas/ascii.ts';
import { BatchBuilder } from '../../topology/log/batch/builder.ts';
import { HOUR, MINUTE, MODEL_VERSION, SUBSCRIBER_ID_BASE } from '../../twin/config.ts';
import { calibrate } from './calibration.ts';
import { median } from './stack.ts';

const PARTITIONS = 8;
const TICK = 5 * MINUTE;
/** Ticks that a task which is behind has at hand. */
const TURN = 8 * TICK;
const NOBODY = { producerId: 1n, producerEpoch: 0 };

const [stream, subscribers, hours] = [process.argv[2] as EventStream, Number(process.argv[3]), Number(process.argv[4])];
const { places, timezone } = loadPlaces('IE');
const twin = new InMemoryTwin({
  seed: 1, region: 'IE', timezone, subscribers, capacity: Math.ceil(subscribers * 1.25), partitions: PARTITIONS, modelVersion: MODEL_VERSION,
}, places);
const from = Date.parse('2026-03-02T08:00:00Z');
const warm = from + HOUR;
const end = warm + hours * HOUR;

let records = 0;
let bytes = 0;

/** A partition's run, whose records are built into batches and dropped. */
async function open(partition: number): Promise<{ readonly run: Run; readonly commit: () => void }> {
  const builder = new BatchBuilder({ compression: 'lz4', transactional: true, maxBytes: 500_000 });
  const key = new Ascii();
  let view = key.bytes.subarray(0, 0);
  const { cellId } = twin.world.network;
  const commit = (): void => {
    if (builder.count === 0) return;
    const batch = builder.seal();
    batch.stamp(NOBODY, 0);
    batch.free();
  };
  const take = (time: number, entity: number, value: Uint8Array, start: number, stop: number, valueView: DataView): void => {
    key.clear().decimal(entity >= 0 ? SUBSCRIBER_ID_BASE + entity : cellId[~entity]);
    if (view.length !== key.length) view = key.bytes.subarray(0, key.length);
    if (!builder.append(time, view, value, start, stop, undefined, valueView)) {
      commit();
      builder.append(time, view, value, start, stop, undefined, valueView);
    }
    records++;
    bytes += stop - start;
  };
  return { run: await twin.open({ partition, observer: OBSERVERS[stream], from, to: end, scenarios: [], records: take, groundTruth: take }), commit };
}

const partitions = await Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => open(partition)));
const calibrations: number[] = [];
let cpu = 0;
for (let time = from; time < end; time += TURN) {
  if (time >= warm && calibrations.length === 0) records = bytes = cpu = 0;
  const before = process.cpuUsage();
  for (const { run, commit } of partitions) {
    while (run.position < Math.min(time + TURN, end)) await run.advance(run.position + TICK);
    commit();
  }
  const { user, system } = process.cpuUsage(before);
  cpu += user + system;
  if (time >= warm) calibrations.push(calibrate());
}
const calibrationNs = median(calibrations);
console.log(JSON.stringify({
  benchmark: 'model', stream, subscribers, records, recordBytes: Math.round(bytes / records),
  cpuMicrosPerRecord: cpu / records, calibrationNs, calibrated: (cpu * 1000) / records / calibrationNs,
}));
