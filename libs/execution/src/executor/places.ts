import { BallastError } from '@ballast/units';

/** So many work at once already, and none of them ended in time: nothing was begun. */
export class NoPlace extends BallastError {
  readonly code = 'signer-busy';
  readonly disposition = 'retryable';
  constructor(readonly places: number, readonly withinMs: number) {
    super(`place beside the signer: got none of ${places} within ${withinMs} ms, expected one`);
  }
}

/** Places for so many at once; who finds none free waits his turn, in the order of asking, for so many milliseconds at most. */
export class Places {
  private readonly waiting: (() => void)[] = [];
  private free: number;

  constructor(private readonly most: number, private readonly withinMs: number) {
    this.free = most;
  }

  /** Holds a place while the work is done. @throws NoPlace where none was free in time; what the work throws */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await this.turn();
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }

  private turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        clearTimeout(patience);
        resolve();
      };
      const patience = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(go), 1);
        reject(new NoPlace(this.most, this.withinMs));
      }, this.withinMs);
      this.waiting.push(go);
    });
  }
}
