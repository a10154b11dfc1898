/** Java's `org.apache.kafka.common.utils.Utils.murmur2` (32-bit MurmurHash2, seed 0x9747b28c) of the first `length` bytes, as a signed int32. */
export function murmur2(bytes: Uint8Array, length = bytes.length): number {
  const m = 0x5bd1e995;
  let h = 0x9747b28c ^ length;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    let k = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const rest = length - i;
  if (rest > 2) h ^= bytes[i + 2] << 16;
  if (rest > 1) h ^= bytes[i + 1] << 8;
  if (rest > 0) h = Math.imul(h ^ bytes[i], m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
}

/** The partition that Java's default partitioner gives a record whose key is the first `length` bytes. */
export function partitionFor(key: Uint8Array, partitions: number, length = key.length): number {
  return (murmur2(key, length) & 0x7fff_ffff) % partitions;
}
