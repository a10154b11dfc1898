import { listOffsets, RetriableError as LogRetriableError, type TopicPartition } from '../../../topology/log/index.ts';
import { ConflictError, NotFoundError, RetriableError, UnknownOutcomeError } from '../../../vast/client/index.ts';
import { FencedError } from '../errors.ts';
import type { Source } from '../intake/intake.ts';
import { placeOf } from '../places.ts';
import { claimSources, freeOrphans, type ClaimEnvironment } from './claims.ts';

export interface UnclaimedEnvironment extends ClaimEnvironment {
  /** Every partition of every topic that is read. */
  readonly partitions: readonly TopicPartition[];
  /** Why claiming does not get on; null when it does. */
  readonly onTrouble: (reason: string | null) => void;
}

/** A partition that waits to be claimed. */
export interface WaitingPartition extends TopicPartition {
  /** Since when, `performance.now()`; or since when rows of it wait that were read before. */
  readonly since: number;
  /** Records of it that have not landed, as far as that is known. */
  readonly lagRecords: number;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** What the group has assigned and the ledger has not given yet, and when it is asked for next. */
export class Unclaimed {
  readonly #environment: UnclaimedEnvironment;
  readonly #partitions = new Map<string, WaitingPartition>();
  /** A table or a ledger row was not there when it was needed: somebody dropped it. */
  #isTableMissing = false;
  /** Of the claim that is under way. */
  #claiming: AbortController | null = null;
  #dueAt = 0;
  #pause = FIRST_PAUSE_MS;

  constructor(environment: UnclaimedEnvironment) {
    this.#environment = environment;
  }

  add(partitions: readonly WaitingPartition[]): void {
    for (const partition of partitions) this.#partitions.set(placeOf(partition), partition);
  }

  /** Since when the first of them waits; Infinity while there is none. */
  get since(): number {
    return Math.min(Infinity, ...[...this.#partitions.values()].map(({ since }) => since));
  }

  get lagRecords(): number {
    return [...this.#partitions.values()].reduce((sum, { lagRecords }) => sum + lagRecords, 0);
  }

  /** Forgets those at other places. */
  keep(places: ReadonlySet<string>): void {
    for (const place of [...this.#partitions.keys()]) if (!places.has(place)) this.#partitions.delete(place);
  }

  remove(places: Iterable<string>): void {
    for (const place of places) this.#partitions.delete(place);
  }

  get isDue(): boolean {
    return this.#partitions.size > 0 && performance.now() >= this.#dueAt;
  }

  /** Landing found no table: before the next claim it is created. */
  tableIsMissing(): void {
    this.#isTableMissing = true;
    this.#putOff();
  }

  /** Landing gets on, so the next trouble is a new one. */
  landed(): void {
    this.#pause = FIRST_PAUSE_MS;
  }

  /** Gives up the claim that is under way: VAST may take minutes to answer, and somebody waits for it to be over. */
  interrupt(): void {
    this.#claiming?.abort();
  }

  /**
   * Claims all that are unclaimed.
   * @returns where to read them from; nothing when it did not succeed and is due again after a pause, or was interrupted and is due now
   * @throws what no further attempt can help
   */
  async claim(): Promise<Source[]> {
    const claiming = this.#claiming = new AbortController();
    try {
      return await this.#attempt([...this.#partitions.values()], claiming.signal);
    } catch (error) {
      if (!claiming.signal.aborted) throw error;
      return [];
    } finally {
      this.#claiming = null;
    }
  }

  async #attempt(partitions: readonly TopicPartition[], signal: AbortSignal): Promise<Source[]> {
    const { warehouse, logger, onTrouble } = this.#environment;
    try {
      if (this.#isTableMissing) await warehouse.ensure(this.#environment.partitions, signal);
      const sources = await claimSources(this.#environment, partitions, signal);
      this.remove(sources.map(({ claim }) => placeOf(claim)));
      // Whether a table that was created helps is told by landing, which until then may bring this about again and again.
      if (!this.#isTableMissing) this.#pause = FIRST_PAUSE_MS;
      this.#isTableMissing = false;
      onTrouble(null);
      return sources;
    } catch (error) {
      signal.throwIfAborted();
      const reason = (error as Error).message;
      if (error instanceof NotFoundError || error instanceof FencedError) this.#isTableMissing = true;
      else if (error instanceof ConflictError) await freeOrphans(this.#environment, partitions, signal);
      else if (!isPassing(error)) throw error;
      onTrouble(reason);
      void this.#measure(partitions);
      logger.warn({ retryInMs: this.#pause }, `claiming ${partitions.length} partitions: ${reason}`);
      this.#putOff();
      return [];
    }
  }

  /** How much has come while nothing could be claimed: between the end of the log and the group's copy of what the ledger says. */
  async #measure(partitions: readonly TopicPartition[]): Promise<void> {
    const { cluster, member, logger } = this.#environment;
    try {
      const [landed, ends] = await Promise.all([member.committed(partitions), listOffsets(cluster, partitions, 'latest', 'read_uncommitted')]);
      const endOf = new Map(ends.map((end) => [placeOf(end), end.offset]));
      for (const copy of landed) {
        const place = placeOf(copy);
        const waiting = this.#partitions.get(place);
        if (waiting !== undefined) this.#partitions.set(place, { ...waiting, lagRecords: Math.max(0, endOf.get(place)! - copy.offset) });
      }
    } catch (error) {
      logger.debug({ err: error }, 'how much waits in unclaimed partitions could not be asked');
    }
  }

  #putOff(): void {
    this.#dueAt = performance.now() + this.#pause * (0.75 + Math.random() / 2);
    this.#pause = Math.min(LONGEST_PAUSE_MS, this.#pause * 2);
  }
}

/** VAST or Kafka may let it pass at the next attempt. */
function isPassing(error: unknown): boolean {
  return error instanceof RetriableError || error instanceof UnknownOutcomeError || error instanceof LogRetriableError;
}
