/** The subscribers and cells of one partition. */
export interface Membership {
  /** Indices, ascending. */
  readonly subscribers: Int32Array;
  readonly cells: Int32Array;
  isMember(subscriber: number): boolean;
}
