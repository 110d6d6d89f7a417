/** Milliseconds by a clock that nobody sets, unlike `Date.now`: one that is set back an hour would make what is a moment old count as new for an hour. */
export const steadyClock = (): number => performance.now();

/** One answer for all who ask within a while. What failed is asked again. */
export class Shared<T> {
  private last: { readonly at: number; readonly answer: Promise<T> } | null = null;

  constructor(private readonly ask: () => Promise<T>, private readonly steadyMs: () => number = steadyClock) {}

  /** The answer, where it was asked for less than so long ago; else a new one. */
  within(milliseconds: number): Promise<T> {
    if (this.last !== null && this.steadyMs() - this.last.at < milliseconds) return this.last.answer;
    const asked = { at: this.steadyMs(), answer: this.ask() };
    this.last = asked;
    asked.answer.catch(() => {
      if (this.last === asked) this.last = null;
    });
    return asked.answer;
  }
}
