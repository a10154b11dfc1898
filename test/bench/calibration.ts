const STEPS = 5_000_000;
const table = new Uint8Array(1 << 16);

// Compiled before the first figure.
for (let run = 0; run < 3; run++) loop();

/**
 * CPU time of one step of a fixed loop, ns: arithmetic and a small table, in this process. Taken beside every figure of CPU time, because
 * neighbours on the machine make the same work take longer; figures of two runs compare as multiples of it.
 */
export function calibrate(): number {
  const before = process.cpuUsage();
  loop();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / STEPS;
}

function loop(): void {
  let x = 1;
  for (let step = 0; step < STEPS; step++) x = (Math.imul(x ^ (x >>> 13), 0x5bd1e995) + table[x & 0xffff]) | 0;
  table[0] = x & 0;
}
