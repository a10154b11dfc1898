/** LZ4 both ways beside the prebuilt binary, on a batch of real CDRs: `node test/bench/lz4.ts`. */
import lz4 from 'lz4-napi';
import { CdrObserver } from '../../processors/cdr-generator/cdr-observer.ts';
import { InMemoryTwin } from '../../processors/generator/in-memory.ts';
import { loadPlaces } from '../../processors/places/index.ts';
import { compressFrame, decompressFrame } from '../../topology/log/batch/lz4/frame.ts';
import { MODEL_VERSION } from '../../twin/config.ts';
import { median } from './stack.ts';

const ROUNDS = 15;
const BATCH = 1_000_000;

const { places, timezone } = loadPlaces('IE');
const twin = new InMemoryTwin({ seed: 1, region: 'IE', timezone, subscribers: 50_000, capacity: 62_500, partitions: 1, modelVersion: MODEL_VERSION }, places);
const from = Date.parse('2026-03-02T12:00:00Z');
const batch = Buffer.alloc(BATCH);
let size = 0;
const run = await twin.open({
  partition: 0, from, to: from + 3_600_000, scenarios: [],
  observer: (world, books, members, identities) => new CdrObserver(world, books, members, identities),
  records: (_time, _entity, bytes, start, end) => {
    // 12 bytes of framing a record, as in a batch.
    if (size + 12 + end - start <= BATCH) size += 12 + Buffer.from(bytes).copy(batch, size + 12, start, end);
  },
  groundTruth: () => undefined,
});
await run.advance(from + 3_600_000);
const input = batch.subarray(0, size);

function megabytesPerSecond(work: () => Buffer): number {
  const started = performance.now();
  for (let k = 0; k < 10; k++) work();
  return (10 * size) / 1e3 / (performance.now() - started);
}

const theirs = lz4.compressFrameSync(input);
const ours = compressFrame(input);
const figures = { compress: [] as number[], compressNapi: [] as number[], decompress: [] as number[], decompressNapi: [] as number[] };
for (let round = 0; round < ROUNDS; round++) {
  figures.compress.push(megabytesPerSecond(() => compressFrame(input)));
  figures.compressNapi.push(megabytesPerSecond(() => lz4.compressFrameSync(input)));
  figures.decompress.push(megabytesPerSecond(() => decompressFrame(ours)));
  figures.decompressNapi.push(megabytesPerSecond(() => lz4.decompressFrameSync(theirs)));
}
console.log(JSON.stringify({
  benchmark: 'lz4', bytes: size, sizeRatio: ours.length / size, sizeRatioNapi: theirs.length / size,
  ...Object.fromEntries(Object.entries(figures).map(([name, rates]) => [`${name}MBps`, Math.round(median(rates))])),
  compressRatio: median(figures.compress.map((rate, k) => rate / figures.compressNapi[k])),
  decompressRatio: median(figures.decompress.map((rate, k) => rate / figures.decompressNapi[k])),
}));
