/** Something that the checks need can't be had on this machine; its message is the reason to print beside `skipped`. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}
