/** Batch-level Kafka I/O: the only code that touches a Kafka socket. */
export * from './errors.ts';
export type * from './types.ts';
export { clusterOptionsFromEnv, type ClusterOptions, type SaslOptions, type TlsOptions } from './net/options.ts';
export { brokerProfile, brokerProfiles, defaultProfile, type BrokerProfile } from './net/profile.ts';
export type { BrokerNode, ClusterMetadata, PartitionMetadata, TopicMetadata } from './net/metadata.ts';
export { observeRequestErrors, type RequestErrorObserver } from './net/request-errors.ts';
export { within, type RetryListener } from './net/retry.ts';
export { Cluster, connectWithRetry } from './cluster.ts';
export { BatchBuilder, type BatchBuilderOptions, type ProducerStamp, type SealedBatch } from './batch/builder.ts';
export { RecordCursor } from './batch/cursor.ts';
export { decodeHeaders } from './batch/headers.ts';
export { batchViews, RecordBatchView } from './batch/view.ts';
export { LogWriter, type LogWriterOptions, type WriterState } from './writer/log-writer.ts';
export { FetchedPartition } from './reader/fetched.ts';
export { LogReader, type LogReaderOptions } from './reader/log-reader.ts';
export { listOffsets, readRange, type OffsetQuery, type ReadRangeOptions } from './reader/offsets.ts';
export { GroupMember, type GroupMemberOptions } from './group/member.ts';
export {
  Admin, type ClusterDescription, type GroupDescription, type GroupMemberDescription, type TopicSpec,
} from './admin.ts';
export { murmur2, partitionFor } from './murmur2.ts';
