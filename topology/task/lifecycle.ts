/**
 * Where a task is in its life. One task is one partition of one processor, from assignment to revocation.
 *
 * - `ASSIGNED`: the partition is ours; nothing is open.
 * - `OPENING`: a heartbeat confirms ownership, InitProducerId fences the last owner, the cursor is read.
 * - `WAITING`: there is no tick to restore from yet.
 * - `RESTORING`: tables are read to the first tick's offsets, the logic rebuilds its state.
 * - `RUNNING`: renders ticks and commits.
 * - `RECOVERING`: a transaction failed or its outcome is unknown. State is dropped; backing off before ownership is confirmed.
 * - `REFUSING`: the next tick is of a model version this build does not implement. Commits nothing, waits to be revoked.
 * - `STOPPING`: revoked or shutting down; the transaction in hand is finished or aborted.
 * - `CLOSED`: nothing is left of it.
 * - `FAILED`: no retry can help; the process ends with the reason.
 */
export type TaskPhase =
  | 'ASSIGNED' | 'OPENING' | 'WAITING' | 'RESTORING' | 'RUNNING' | 'RECOVERING' | 'REFUSING' | 'STOPPING' | 'CLOSED' | 'FAILED';

const transitions: Readonly<Record<TaskPhase, readonly TaskPhase[]>> = {
  ASSIGNED: ['OPENING', 'STOPPING', 'FAILED'],
  OPENING: ['WAITING', 'RECOVERING', 'STOPPING', 'FAILED'],
  WAITING: ['RESTORING', 'REFUSING', 'RECOVERING', 'STOPPING', 'FAILED'],
  RESTORING: ['RUNNING', 'RECOVERING', 'STOPPING', 'FAILED'],
  RUNNING: ['REFUSING', 'RECOVERING', 'STOPPING', 'FAILED'],
  RECOVERING: ['OPENING', 'STOPPING', 'FAILED'],
  REFUSING: ['STOPPING', 'FAILED'],
  STOPPING: ['CLOSED', 'FAILED'],
  CLOSED: [],
  FAILED: [],
};

export const taskPhases = Object.keys(transitions) as TaskPhase[];

export class IllegalTransitionError extends Error {
  readonly from: TaskPhase;
  readonly to: TaskPhase;
  constructor(task: string, from: TaskPhase, to: TaskPhase) {
    super(`task ${task} can't go from ${from} to ${to}: this is a bug in the task runtime`);
    this.name = 'IllegalTransitionError';
    this.from = from;
    this.to = to;
  }
}

export class Lifecycle {
  readonly #task: string;
  readonly #entered: (phase: TaskPhase, from: TaskPhase) => void;
  #phase: TaskPhase = 'ASSIGNED';

  constructor(task: string, entered: (phase: TaskPhase, from: TaskPhase) => void) {
    this.#task = task;
    this.#entered = entered;
  }

  get phase(): TaskPhase {
    return this.#phase;
  }

  /** Has the task done its part for readiness? A task without ticks has; one that is restoring or refusing has not. */
  get ready(): boolean {
    return this.#phase === 'RUNNING' || this.#phase === 'WAITING';
  }

  get ended(): boolean {
    return transitions[this.#phase].length === 0;
  }

  /** Throws `IllegalTransitionError`. */
  enter(next: TaskPhase): void {
    const from = this.#phase;
    if (!transitions[from].includes(next)) throw new IllegalTransitionError(this.#task, from, next);
    this.#phase = next;
    this.#entered(next, from);
  }
}
