import type { BreakerFactsReader, PairPlace, SoldPair } from '@ballast/storage';
import type { ChainId } from '@ballast/units';

/** Which pairs are sold changes when an owner signs; looking through all mandates for it at every block would be dear. */
const LOOK_AGAIN_MS = 30_000;
/** At once, but not at every block, where a loan no longer shows the prices of its pair: another one may. */
const LOOK_SOON_MS = 2_000;

/** The pairs of tokens of which sales are signed on a chain. */
export class SoldPairs {
  private last: { readonly at: number; readonly pairs: Promise<readonly PairPlace[]> } | null = null;

  constructor(private readonly chainId: ChainId, private readonly facts: Pick<BreakerFactsReader, 'soldPairs' | 'withLoans'>, private readonly now: () => number) {}

  /** As they were half a minute ago at most. */
  places(withinMs = LOOK_AGAIN_MS): Promise<readonly PairPlace[]> {
    if (this.last === null || this.now() - this.last.at >= withinMs) {
      const pairs = this.facts.soldPairs(this.chainId);
      pairs.catch(() => (this.last = null));
      this.last = { at: this.now(), pairs };
    }
    return this.last.pairs;
  }

  /** Each with the newest reading of its loan. */
  async withLoans(): Promise<readonly SoldPair[]> {
    const found = await this.loansOf(await this.places());
    return found.every(holdsBoth) ? found : this.loansOf(await this.places(LOOK_SOON_MS));
  }

  private async loansOf(places: readonly PairPlace[]): Promise<readonly SoldPair[]> {
    return places.length === 0 ? [] : this.facts.withLoans(places);
  }
}

const holdsBoth = ({ position, collateral, debt }: SoldPair): boolean => position.collaterals.some(({ asset }) => asset.address === collateral) && position.debts.some(({ asset }) => asset.address === debt);
