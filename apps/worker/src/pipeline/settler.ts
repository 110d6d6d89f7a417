import { setTimeout as sleep } from 'node:timers/promises';
import type { Settlement } from '@ballast/policy';

const MOST_TOGETHER = 200;
/** For so long what was sent is kept while it cannot be stored. By then the claims are nearly over, and it is sent again under the same id. */
const PATIENCE_MS = 12_000;
const PAUSE_MS = 500;
const SURELY_THE_DATABASE = 3;

export interface SettlerParts {
  readonly settleAll: (settlements: readonly Settlement[]) => Promise<void>;
  /** Milliseconds that never run backwards. */
  readonly now: () => number;
  readonly warn: (message: string) => void;
}

interface Waiting {
  readonly settlement: Settlement;
  readonly since: number;
  readonly done: () => void;
}

/** Stores what came of deliveries: those that end while others are being stored are stored together, in one transaction. */
export class Settler {
  private waiting: Waiting[] = [];
  private isStoring = false;

  constructor(private readonly parts: SettlerParts) {}

  /** Resolves once it is stored; also where it could not be stored for long, which is told. */
  settle(settlement: Settlement): Promise<void> {
    return new Promise((done) => {
      this.waiting.push({ settlement, since: this.parts.now(), done });
      if (!this.isStoring) void this.store();
    });
  }

  private async store(): Promise<void> {
    this.isStoring = true;
    while (this.waiting.length > 0) {
      const together = this.waiting.splice(0, MOST_TOGETHER);
      if (await this.stored(together)) continue;
      // One of them may be what the database does not take: the others are not lost with it.
      const left = together.length === 1 ? together : await this.storedSingly(together);
      if (left.length === 0) continue;
      this.waiting.unshift(...left.filter((one) => !this.isGivenUp(one)));
      await sleep(PAUSE_MS);
    }
    this.isStoring = false;
  }

  /** Those that could not be stored. Where several in a row could not, it is the database, and the others are not tried. */
  private async storedSingly(some: readonly Waiting[]): Promise<readonly Waiting[]> {
    const left: Waiting[] = [];
    let inARow = 0;
    for (const one of some) {
      if (inARow < SURELY_THE_DATABASE && (await this.stored([one]))) {
        inARow = 0;
        continue;
      }
      inARow += 1;
      left.push(one);
    }
    return left;
  }

  private async stored(some: readonly Waiting[]): Promise<boolean> {
    try {
      await this.parts.settleAll(some.map(({ settlement }) => settlement));
    } catch (error) {
      this.parts.warn(`what came of ${some.length} deliveries is not stored: ${(error as Error).message}`);
      return false;
    }
    for (const { done } of some) done();
    return true;
  }

  private isGivenUp({ settlement, since, done }: Waiting): boolean {
    if (this.parts.now() - since < PATIENCE_MS) return false;
    this.parts.warn(`delivery ${settlement.claim.id}: what came of it was never stored; it is sent again`);
    done();
    return true;
  }
}
