/** One answer for all who ask within a while. What failed is asked again. `now`: our own clock in milliseconds. */
export class Shared<T> {
  private last: { readonly at: number; readonly answer: Promise<T> } | null = null;

  constructor(private readonly ask: () => Promise<T>, private readonly now: () => number) {}

  /** The answer, where it was asked for less than so long ago; else a new one. */
  within(milliseconds: number): Promise<T> {
    if (this.last !== null && this.now() - this.last.at < milliseconds) return this.last.answer;
    const asked = { at: this.now(), answer: this.ask() };
    this.last = asked;
    asked.answer.catch(() => {
      if (this.last === asked) this.last = null;
    });
    return asked.answer;
  }
}
