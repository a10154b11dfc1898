import type { Logger } from 'pino';
import { listOffsets, LogError, type Cluster, type CommittedOffset, type GroupMember, type TopicPartition } from '../../../topology/log/index.ts';
import { LedgerGapError } from '../errors.ts';
import type { Source } from '../intake/intake.ts';
import { RepeatWindow } from '../intake/repeats.ts';
import { VastError } from '../../../vast/client/index.ts';
import type { Move } from '../landing/cargo.ts';
import type { Claim } from '../ledger/ledger.ts';
import { placeOf } from '../places.ts';
import type { SinkSettings } from '../settings.ts';
import type { Warehouse } from '../warehouse.ts';

export interface ClaimEnvironment {
  readonly cluster: Cluster;
  readonly member: GroupMember;
  readonly warehouse: Warehouse;
  readonly settings: SinkSettings;
  readonly logger: Logger;
  /** Whether a topic is a stream, whose records may repeat; not a state topic. */
  readonly isStream: (topic: string) => boolean;
}

/**
 * Claims partitions in the ledger and says where to read them from. All or none.
 * @param signal gives up what VAST has to say about it
 * @throws LedgerGapError; errors of the client and of Kafka; the signal's reason
 */
export async function claimSources(environment: ClaimEnvironment, partitions: readonly TopicPartition[], signal: AbortSignal): Promise<Source[]> {
  const { cluster, warehouse, logger } = environment;
  const claims = await warehouse.ledger.claim(partitions, (txid) => announceClaim(environment, partitions, txid), signal);
  // After the claim: what had landed before it is on the log, so the end can't lie below it.
  const [starts, ends] = await Promise.all([
    listOffsets(cluster, partitions, 'earliest'),
    listOffsets(cluster, partitions, 'latest', 'read_uncommitted'),
  ]);
  await loadDimensions(warehouse, claims, signal);
  const sources = claims.map((claim, i) => sourceOf(environment, claim, starts[i].offset, ends[i].offset));
  logger.info({ partitions: sources.map(({ claim, landFrom }) => `${placeOf(claim)} @ ${landFrom}, epoch ${claim.epoch}`) }, 'partitions claimed');
  return sources;
}

const ANNOUNCEMENT = /^vast transaction (\d+)$/;

/** Leaves the transaction that is about to land a move beside the group's offset. */
export function announcement(txid: bigint, { claim: { topic, partition }, fromOffset }: Move): CommittedOffset {
  return { topic, partition, offset: fromOffset, metadata: `vast transaction ${txid}` };
}

/** Leaves the transaction of a claim beside the group's offsets, which stay what they are. Without it a claim is worth as much. */
async function announceClaim({ member, logger }: ClaimEnvironment, partitions: readonly TopicPartition[], txid: bigint): Promise<void> {
  try {
    const committed = new Map((await member.committed(partitions)).map((place) => [placeOf(place), place.offset]));
    await member.commitOffsets(partitions.map(({ topic, partition }) => (
      { topic, partition, offset: committed.get(placeOf({ topic, partition })) ?? 0, metadata: `vast transaction ${txid}` })));
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    logger.debug({ err: error }, 'the claim could not be announced');
  }
}

/**
 * Rolls back what former owners of partitions left open: a sink that was killed in the middle of a transaction holds the ledger's
 * rows until VAST lets it expire. The group says that the partitions are ours; who still works on them must not land them.
 * @param signal gives it up
 * @throws the signal's reason
 */
export async function freeOrphans({ member, warehouse, logger }: ClaimEnvironment, partitions: readonly TopicPartition[], signal: AbortSignal): Promise<void> {
  try {
    const committed = await member.committed(partitions);
    const txids = new Set(committed.flatMap(({ metadata }) => ANNOUNCEMENT.exec(metadata ?? '')?.[1] ?? []));
    for (const txid of txids) await warehouse.client.abortable(signal).rollback(BigInt(txid));
  } catch (error) {
    if (!(error instanceof VastError || error instanceof LogError)) throw error;
    logger.warn({ err: error }, `a former owner's transaction may be open still: ${error.message}`);
  }
}

/** Which rows the state topics' partitions have now. */
async function loadDimensions(warehouse: Warehouse, claims: readonly Claim[], signal: AbortSignal): Promise<void> {
  const loads = claims.flatMap(({ topic, partition }) => warehouse.dimensionsOf(topic).map((dimension) => ({ dimension, partition })));
  if (loads.length === 0) return;
  await warehouse.client.abortable(signal).transaction(async (tx) => {
    for (const { dimension, partition } of loads) await dimension.load(tx, partition);
  });
}

function sourceOf({ settings, logger, isStream }: ClaimEnvironment, claim: Claim, start: number, end: number): Source {
  const landFrom = claim.nextOffset < 0 ? start : landingOffset(claim, start, end, settings, logger);
  const window = isStream(claim.topic) ? settings.repeatWindow : 0;
  return {
    claim, landFrom,
    repeats: window === 0 ? null : new RepeatWindow(window),
    position: Math.max(start, landFrom - window),
  };
}

function landingOffset(claim: Claim, start: number, end: number, { onGap }: SinkSettings, logger: Logger): number {
  const { nextOffset } = claim;
  const where = placeOf(claim);
  if (nextOffset > end) {
    throw new LedgerGapError(`${where} ends at offset ${end}, but offset ${nextOffset - 1} has landed: the topic is not the one that the ledger speaks of. `
      + 'Use another VAST_SCHEMA for the new topic, or drop the tables of the old one');
  }
  if (nextOffset >= start) return nextOffset;
  const gap = `${where}: offsets ${nextOffset} to ${start - 1} were deleted from Kafka before they landed`;
  if (onGap === 'fail') throw new LedgerGapError(`${gap}. Keep the topics longer than the sink may be down; SINK_ON_GAP=skip accepts the loss`);
  logger.error({ topic: claim.topic, partition: claim.partition, from: nextOffset, to: start }, `${gap}; skipped as SINK_ON_GAP says`);
  return start;
}
