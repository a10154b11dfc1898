const INTERVAL_MS = 10_000;

/**
 * Tells on standard error what is going on: on one line of a terminal, else on a line of its own at most every ten seconds.
 * @returns what to call with each step; with nothing, when it is over
 */
export function progressLine(stream: NodeJS.WriteStream = process.stderr): (step?: string) => void {
  let last = -Infinity;
  return (step = '') => {
    if (stream.isTTY) {
      stream.write(`\r\u001b[K${step}`);
      return;
    }
    if (step === '' || performance.now() - last < INTERVAL_MS) return;
    last = performance.now();
    stream.write(`${step}\n`);
  };
}
