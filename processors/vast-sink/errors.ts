/**
 * Another sink has claimed a partition that this one still works on, or this one has claimed it anew.
 * Next: roll back, drop what is in memory, ask the group what is still owned, claim that again.
 */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

/** Records were deleted from Kafka before they landed, or the topic is not the one the ledger speaks of. Next: exit; an operator decides. */
export class LedgerGapError extends Error {
  override readonly name = 'LedgerGapError';
}
