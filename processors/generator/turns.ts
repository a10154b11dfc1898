/** Lets one piece of work at a time run, in the order of asking: a task that is ready to go on does not wait for those behind it. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  async run(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    await turn;
  }
}
