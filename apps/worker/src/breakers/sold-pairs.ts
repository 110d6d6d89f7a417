import type { BreakerFactsReader, PairPlace, SoldPair } from '@ballast/storage';
import type { ChainId } from '@ballast/units';
import { Shared } from '../pipeline/shared.js';

/** Which pairs are sold changes when an owner signs; looking through all mandates for it at every block would be dear. */
const LOOK_AGAIN_MS = 30_000;
/** At once, but not at every block, where a loan no longer shows the prices of its pair: another one may. */
const LOOK_SOON_MS = 2_000;

/** The pairs of tokens of which sales are signed on a chain. */
export class SoldPairs {
  private readonly pairs: Shared<readonly PairPlace[]>;

  constructor(chainId: ChainId, private readonly facts: Pick<BreakerFactsReader, 'soldPairs' | 'withLoans'>, steadyMs?: () => number) {
    this.pairs = new Shared(() => facts.soldPairs(chainId), steadyMs);
  }

  /** As they were half a minute ago at most. */
  places(withinMs = LOOK_AGAIN_MS): Promise<readonly PairPlace[]> {
    return this.pairs.within(withinMs);
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
