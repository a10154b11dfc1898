import type { Names, ProcessorGraph, TopicName } from '../graph/index.ts';
import { topics } from '../graph/index.ts';
import { listOffsets, LogReader, readRange, type Cluster } from '../log/index.ts';
import { CorruptStateError, CursorMissingError, describe } from './errors.ts';
import type { TaskState, TaskStateCodec } from './records.ts';

/** Where a task goes on. */
export interface Cursor {
  /** Offset of the next tick to read. */
  readonly inputOffset: number;
  /** Sequence and end of the last committed tick; null when none was ever committed. */
  readonly last: { readonly sequence: number; readonly to: number } | null;
  /** The last committed snapshot. */
  readonly state: Uint8Array | null;
  /** Why this cursor: `task_state` is in the outputs' transaction and never expires, so it wins. */
  readonly origin: 'task_state' | 'task_state, committed offset missing' | 'task_state, committed offset differs' | 'beginning';
}

/** What is known about a task's place before it is decided. */
export interface CursorEvidence {
  readonly saved: TaskState | null;
  /** Committed offset of the group; null when none. */
  readonly committed: number | null;
  /** First offset of the input's partition. */
  readonly inputStart: number;
  /** An output that has committed records in the task's partition; null when all are empty. */
  readonly nonEmptyOutput: string | null;
}

/** @throws CursorMissingError when output exists that no cursor accounts for. */
export function resolveCursor(task: { processor: string; partition: number }, evidence: CursorEvidence): Cursor {
  const { saved, committed, inputStart, nonEmptyOutput } = evidence;
  if (saved !== null) {
    const origin = committed === null ? 'task_state, committed offset missing'
      : committed === saved.inputOffset ? 'task_state' : 'task_state, committed offset differs';
    const last = saved.cursorSequence < 0 ? null : { sequence: saved.cursorSequence, to: saved.cursorTo };
    // The first record after the cursor may be a control record that retention has removed; sequences tell whether a tick is missing.
    return { inputOffset: Math.max(saved.inputOffset, inputStart), last, state: saved.state, origin };
  }
  if (committed !== null) {
    throw new CursorMissingError(
      `${task.processor}, partition ${task.partition}: the group has committed offset ${committed}, but task_state holds no cursor. `
      + 'Restore task_state, or delete the group\'s offsets and the outputs together to start again',
      { partition: task.partition, offset: committed },
    );
  }
  if (nonEmptyOutput !== null) {
    throw new CursorMissingError(
      `${task.processor}, partition ${task.partition}: ${nonEmptyOutput} has records, but there is neither a cursor in task_state nor a committed offset. `
      + 'Starting at the beginning would write them twice. Restore task_state, or delete the output to start again',
      { topic: nonEmptyOutput, partition: task.partition },
    );
  }
  return { inputOffset: inputStart, last: null, state: null, origin: 'beginning' };
}

export interface CursorSource {
  readonly cluster: Cluster;
  readonly names: Names;
  readonly graph: ProcessorGraph;
  readonly input: TopicName;
  readonly persist: TopicName;
  readonly codec: TaskStateCodec;
}

/** Reads the evidence. `committed` comes from the group, after InitProducerId, so that nothing of the last owner is pending. */
export async function readEvidence(source: CursorSource, partition: number, committed: number | null): Promise<CursorEvidence> {
  const { cluster, names, input } = source;
  const saved = await readTaskState(source, partition);
  const [start] = await listOffsets(cluster, [{ topic: names.topic(input), partition }], 'earliest');
  return {
    saved,
    committed,
    inputStart: start?.offset ?? 0,
    // Without transactions a task may have written before its first cursor: then it writes the same again from the first tick on.
    nonEmptyOutput: saved === null && committed === null && cluster.profile.transactions ? await findOutput(source, partition) : null,
  };
}

/**
 * The newest committed state of the task. Reads to the high watermark, not to the last stable offset: another processor's
 * open transaction may hold that below our own last commit, and then the read waits for it to end. Where nobody is fenced the furthest counts: an owner
 * that was replaced may have saved an earlier one last.
 */
async function readTaskState(source: CursorSource, partition: number): Promise<TaskState | null> {
  const { cluster, names, graph, persist } = source;
  const topic = names.topic(persist);
  const [from] = await listOffsets(cluster, [{ topic, partition }], 'earliest');
  const [to] = await listOffsets(cluster, [{ topic, partition }], 'latest', 'read_uncommitted');
  if (from === undefined || to === undefined || from.offset >= to.offset) return null;
  const ownKey = Buffer.from(taskKey(graph.name, partition));
  let found: { offset: number; value: Buffer }[] = [];
  await readRange(cluster, topic, partition, from.offset, to.offset,
    (offset, _timestamp, bytes, keyStart, keyEnd, valueStart, valueEnd) => {
      if (keyStart < 0 || ownKey.compare(bytes, keyStart, keyEnd) !== 0) return;
      if (valueStart < 0 || cluster.profile.transactions) found = [];
      if (valueStart >= 0) found.push({ offset, value: Buffer.from(bytes.subarray(valueStart, valueEnd)) });
    }, { isolation: 'read_committed' });
  const states = await Promise.all(found.map((saved) => decodeState(source, partition, saved)));
  return states.reduce<TaskState | null>((furthest, state) => (furthest !== null && furthest.cursorSequence > state.cursorSequence ? furthest : state), null);
}

async function decodeState(source: CursorSource, partition: number, newest: { offset: number; value: Buffer }): Promise<TaskState> {
  try {
    return await source.codec.decode(newest.value);
  } catch (error) {
    throw new CorruptStateError(`the state of task ${taskKey(source.graph.name, partition)} can't be decoded: ${describe(error)}`,
      { topic: source.names.topic(source.persist), partition, offset: newest.offset, cause: error });
  }
}

/** The first output of which this processor is the only writer and that holds a committed record in this partition. */
async function findOutput(source: CursorSource, partition: number): Promise<string | null> {
  for (const output of source.graph.output) {
    if (topics[output].writers !== 'one') continue;
    const topic = source.names.topic(output);
    if (await hasRecords(source.cluster, topic, partition)) return topic;
  }
  return null;
}

/** Aborted transactions leave offsets behind but no records, so offsets alone do not tell. */
async function hasRecords(cluster: Cluster, topic: string, partition: number): Promise<boolean> {
  const [from] = await listOffsets(cluster, [{ topic, partition }], 'earliest');
  const [to] = await listOffsets(cluster, [{ topic, partition }], 'latest', 'read_uncommitted');
  if (from === undefined || to === undefined || from.offset >= to.offset) return false;
  const reader = new LogReader(cluster, { isolation: 'read_committed' });
  try {
    reader.assign([{ topic, partition, offset: from.offset }]);
    while (reader.position(topic, partition) < to.offset) {
      for (const fetched of await reader.poll(500)) {
        if (fetched.cursor().next()) return true;
      }
    }
    return false;
  } finally {
    await reader.close();
  }
}

export function taskKey(processor: string, partition: number): string {
  return `${processor}.${partition}`;
}
