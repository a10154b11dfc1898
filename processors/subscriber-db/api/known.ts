import { Problem } from '../../rest/problem.ts';
import type { Database } from '../database.ts';

/** Index of a subscriber that has a record. @throws Problem 404 */
export function knownSubscriber(database: Database, id: string): number {
  const index = database.subscribers!.byId(Number(id));
  if (index < 0) throw new Problem(404, 'No such subscriber', `there is no subscriber ${id}`);
  return index;
}

/** Index of a cell. @throws Problem 404 */
export function knownCell(database: Database, id: string): number {
  const index = database.subscribers!.tables.network.cellIndexOf(Number(id));
  if (index < 0) throw new Problem(404, 'No such cell', `there is no cell ${id}`);
  return index;
}
