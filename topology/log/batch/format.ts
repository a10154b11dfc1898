/** Layout of a record batch, magic 2 (KIP-98). Byte positions from the start of the batch; big-endian. */
export const layout = {
  baseOffset: 0,
  /** Bytes after this field. */
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  /** CRC-32C of everything from `attributes` to the end. */
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  count: 57,
  /** Size of the header; records follow. */
  records: 61,
} as const;

/** Bytes before the part that `length` counts. */
export const lengthOverhead = 12;

export const attributeBits = { codec: 0x07, logAppendTime: 0x08, transactional: 0x10, control: 0x20 } as const;
