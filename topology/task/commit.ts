import type { Session, TaskEnvironment } from './environment.ts';
import { Interrupted } from './errors.ts';
import { taskKey } from './cursor.ts';

/**
 * Makes what a task has rendered permanent, with its cursor. After a throw the session is unusable.
 *
 * With transactions all at once. Without them in an order that repeats records after a crash, and loses none: outputs, and when the brokers have
 * them all the cursor, and then the group's offset, which the coordinator refuses a member that was replaced. Until that refusal such a member can
 * only have written what its successor writes too: the records of a tick are a function of the tick and the state that it names.
 */
export async function commitUnit(environment: TaskEnvironment, session: Session, state: Uint8Array | null): Promise<void> {
  const { writer } = session;
  if (environment.cluster.profile.transactions) {
    appendCursor(environment, session, state);
  } else {
    await writer.flush();
    stillOwned(session);
    appendCursor(environment, session, state);
    await writer.flush();
  }
  await commitOffset(environment, session);
}

/**
 * Makes the cursor's place the group's offset, and with it, in one transaction, what the writer has. Alone, it puts right an offset that does not
 * agree with the cursor: the clock waits for the offsets of this group, and a task that is at the end of the ticks has nothing to commit them with.
 */
export async function commitOffset({ cluster, names, input, member }: TaskEnvironment, session: Session): Promise<void> {
  const { partition, writer, progress } = session;
  const offsets = [{ topic: names.topic(input), partition, offset: progress.inputOffset }];
  stillOwned(session);
  if (!cluster.profile.transactions) return member.commitOffsets(offsets);
  await writer.sendOffsets(member.identity, offsets);
  stillOwned(session);
  await writer.commit();
}

function appendCursor({ graph, persist, codec, logic }: TaskEnvironment, { partition, output, progress }: Session, state: Uint8Array | null): void {
  const value = codec.encode({
    processor: graph.name, partition, cursorSequence: progress.sequence, cursorTo: Math.max(progress.to, 0),
    inputOffset: progress.inputOffset, modelVersion: logic.modelVersion, state,
  });
  output.append(persist, Date.now(), Buffer.from(taskKey(graph.name, partition)), value);
}

function stillOwned({ lost }: Session): void {
  if (lost()) throw new Interrupted();
}
