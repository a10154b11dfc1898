// Generated from schemas/TaskState.avsc by schemas/codegen/generate.ts. Do not edit.

/** Cursor of a task, and the part of its state that can't be recomputed. Key: <processor>.<partition>. */
export interface TaskState {
  /** Processor of the task. */
  processor: string;
  /** Partition of the task. */
  partition: number;
  /** sequence of the last tick that was committed. */
  cursor_sequence: number;
  /** End of the last tick that was committed. [ms since epoch, UTC] */
  cursor_to: number;
  /** Offset of the next tick to read. [Kafka offset] */
  input_offset: number;
  /** Version of the model that wrote it. */
  model_version: number;
  /** State of the processor, in its own encoding. */
  state: Buffer | null;
}
