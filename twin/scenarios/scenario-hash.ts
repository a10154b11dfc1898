/** A scenario's id in 32 bits, for keys of draws and of events: FNV-1a (Fowler, Noll, Vo). A signed integer. */
export function scenarioHash(scenarioId: string): number {
  let h = 0x811c9dc5;
  for (let k = 0; k < scenarioId.length; k++) h = Math.imul(h ^ scenarioId.charCodeAt(k), 0x01000193);
  return h | 0;
}
