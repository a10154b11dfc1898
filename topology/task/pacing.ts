/** Golden ratio: consecutive partitions land as far from each other as possible, whatever their number. */
const GOLDEN = 0.6180339887498949;

/** Where in the commit interval a task commits, ms. Spreads the tasks of all processors, so that the broker never sees them at once. */
export function phaseOf(processor: string, partition: number, intervalMs: number): number {
  let hash = 0;
  for (let i = 0; i < processor.length; i += 1) hash = (Math.imul(hash, 31) + processor.charCodeAt(i)) | 0;
  const position = (hash >>> 0) / 2 ** 32 + (partition + 1) * GOLDEN;
  return (position - Math.floor(position)) * intervalMs;
}

/** Time from `now` to the task's next slot, ms: the next moment at which (time − phase) is a multiple of the interval. */
export function untilSlot(now: number, phase: number, intervalMs: number): number {
  if (intervalMs <= 0) return 0;
  const since = (now - phase) % intervalMs;
  return since === 0 ? 0 : intervalMs - since;
}
