/** A column of numbers that owns its memory. */
type Column =
  | Uint8Array<ArrayBuffer> | Int16Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** Length that a full column of `length` numbers grows to: a quarter more, since what is never filled is paid for a million subscribers too. */
export function lengthAfter(length: number): number {
  return Math.ceil(length * 1.25);
}

/**
 * The column with room for `length` numbers; what is new is 0. The shorter one gives its memory back at once and must not be used again:
 * columns of a million subscribers would otherwise wait in tens of megabytes for the garbage collector.
 */
export function lengthened<T extends Column>(column: T, length: number): T {
  const Same = column.constructor as new (buffer: ArrayBuffer) => T;
  return new Same(column.buffer.transfer(length * column.BYTES_PER_ELEMENT));
}
