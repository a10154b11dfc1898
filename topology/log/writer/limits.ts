import type { BatchBuilderOptions } from '../batch/builder.ts';
import { FatalError } from '../errors.ts';
import type { BrokerProfile } from '../net/profile.ts';
import type { Compression } from '../types.ts';

/** Large enough to compress well, small enough to stay in a core's cache until it is sealed. */
const defaultBatchBytes = 500_000;

/** How batches are built for brokers of a profile: as asked for, within what they take. */
export function batchOptions(
  profile: BrokerProfile, asked: { readonly compression?: Compression; readonly maxBatchBytes?: number; readonly transactionalId?: string },
): BatchBuilderOptions {
  return {
    compression: profile.compression ? asked.compression ?? 'lz4' : 'none',
    transactional: asked.transactionalId !== undefined,
    maxBytes: Math.min(asked.maxBatchBytes ?? defaultBatchBytes, profile.maxBatchBytes),
  };
}

/** FatalError for a record that the brokers would refuse: told here, it has a name. */
export function checkSize(profile: BrokerProfile, topic: string, partition: number, keyBytes: number, valueBytes: number): void {
  if (keyBytes > profile.maxKeyBytes) throw tooLarge(profile, { topic, partition }, 'key', keyBytes, profile.maxKeyBytes);
  if (valueBytes > profile.maxValueBytes) throw tooLarge(profile, { topic, partition }, 'value', valueBytes, profile.maxValueBytes);
}

function tooLarge(profile: BrokerProfile, place: { topic: string; partition: number }, part: string, bytes: number, most: number): FatalError {
  return new FatalError(`The ${part} of a record has ${bytes} bytes, brokers of the profile ${profile.name} take ${most}; ` +
    'a scenario with fewer or narrower targets has smaller records', place);
}
