/**
 * Gives a buffer's memory back now; the buffer is empty then. Left to the garbage collector, megabytes a second of buffers, which are outside its heap,
 * make V8 mark that heap several times a second. Memory that is shared with other buffers (Node's pool of small ones) is left alone, as is what is empty already.
 */
export function free({ buffer, byteLength }: Uint8Array): void {
  if (byteLength > 0 && buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
