import { InvalidInput } from '@ballast/units';
import { impactOf, type ImpactModel } from './price-impact.js';

/** Collateral that is sold when the price falls to a level. */
export interface LiquidationLevel {
  readonly liquidationPriceUsd: number;
  readonly units: number;
  /** Needed where what is sold depends on the debt. */
  readonly debtUsd?: number;
}

/** What a liquidation sells: all of it, or the close factor's part of the debt with the penalty, at the price of the moment, at most what there is. */
export type SellRule = { readonly kind: 'all' } | { readonly kind: 'close-factor'; readonly closeFactor: number; readonly penalty: number };

export interface Cascade {
  readonly shockedPriceUsd: number;
  readonly finalPriceUsd: number;
  readonly soldUnits: number;
  readonly liquidated: number;
  /** (price before - final price) / (price before - shocked price); 1 without a cascade, and where there is no shock. */
  readonly amplification: number;
  /** In the order of the levels given. */
  readonly isLiquidated: readonly boolean[];
  readonly rounds: number;
}

const CLOSE = 1e-13;
const MOST_ROUNDS = 10_000;

/** Levels sorted once, with sums of what stands above each; a cascade is then found for any shock. */
export class CascadeBook {
  /** Levels from the highest price down; `order` leads back to the caller's. */
  private readonly order: readonly number[];
  private readonly prices: Float64Array;
  private readonly unitsAbove: Float64Array;

  /** @throws InvalidInput for a level or a rule that makes no sense */
  constructor(private readonly levels: readonly LiquidationLevel[], private readonly rule: SellRule) {
    levels.forEach(({ liquidationPriceUsd, units, debtUsd }, index) => {
      if (!(liquidationPriceUsd >= 0 && Number.isFinite(liquidationPriceUsd)) || !(units >= 0 && Number.isFinite(units))) throw new InvalidInput(`level ${index}`, JSON.stringify(levels[index]), 'a price and units from 0');
      if (rule.kind === 'close-factor' && !(debtUsd !== undefined && debtUsd >= 0)) throw new InvalidInput(`level ${index}`, JSON.stringify(levels[index]), 'a debt in dollars from 0');
    });
    if (rule.kind === 'close-factor' && !(rule.closeFactor >= 0 && rule.closeFactor <= 1 && rule.penalty >= 0)) throw new InvalidInput('sell rule', JSON.stringify(rule), 'a close factor from 0 to 1 and a penalty from 0');
    this.order = levels.map((_, index) => index).sort((one, other) => this.level(other).liquidationPriceUsd - this.level(one).liquidationPriceUsd);
    this.prices = Float64Array.from(this.order, (index) => this.level(index).liquidationPriceUsd);
    this.unitsAbove = new Float64Array(this.order.length + 1);
    this.order.forEach((index, rank) => (this.unitsAbove[rank + 1] = (this.unitsAbove[rank] as number) + this.level(index).units));
  }

  private level(index: number): LiquidationLevel {
    return this.levels[index] as LiquidationLevel;
  }

  /** How many levels are at or above the price. */
  reached(priceUsd: number): number {
    let [low, high] = [0, this.prices.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.prices[middle] as number) >= priceUsd) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Units sold at the price: what every reached level gives there. */
  soldAt(priceUsd: number): number {
    const count = this.reached(priceUsd);
    if (this.rule.kind === 'all') return this.unitsAbove[count] as number;
    const seized = (this.rule.closeFactor * (1 + this.rule.penalty)) / priceUsd;
    let sold = 0;
    for (let rank = 0; rank < count; rank += 1) {
      const { units, debtUsd = 0 } = this.level(this.order[rank] as number);
      sold += Math.min(units, seized * debtUsd);
    }
    return sold;
  }

  /**
   * Where the price comes to rest: the greatest fixed point of p = impact(sold(p)), found by going down from the shocked price, which converges
   * to it from above (Tarski 1955; Eisenberg and Noe 2001). Fixed amounts end after at most one round a level; amounts that depend on the
   * price end where a round moves it by under 1e-13 of itself. Nobody buys back inside the loop, so it is an upper bound of the fall.
   * @param shock share that the price falls by itself, from 0 to under 1
   */
  fall(priceUsd: number, shock: number, market: ImpactModel): Cascade {
    if (!(priceUsd > 0 && Number.isFinite(priceUsd))) throw new InvalidInput('price', String(priceUsd), 'dollars above 0');
    if (!(shock >= 0 && shock < 1)) throw new InvalidInput('shock', String(shock), 'a share from 0 and under 1');
    const shockedPriceUsd = priceUsd * (1 - shock);
    const impact = impactOf(market, shockedPriceUsd);
    let at = shockedPriceUsd;
    let rounds = 0;
    for (; rounds < MOST_ROUNDS; rounds += 1) {
      // At a price of 0 nothing more can be sold for anything; what was sold on the way there stands.
      const next = at === 0 ? 0 : Math.min(at, impact(this.soldAt(at)));
      if (at - next <= (this.rule.kind === 'all' ? 0 : CLOSE * at)) break;
      at = next;
    }
    const count = this.reached(at);
    const isLiquidated = this.levels.map(() => false);
    for (let rank = 0; rank < count; rank += 1) isLiquidated[this.order[rank] as number] = true;
    return {
      shockedPriceUsd, finalPriceUsd: at, soldUnits: at === 0 ? (this.unitsAbove[count] as number) : this.soldAt(at), liquidated: count, isLiquidated, rounds,
      amplification: shock === 0 || priceUsd === shockedPriceUsd ? 1 : (priceUsd - at) / (priceUsd - shockedPriceUsd),
    };
  }

  /** Cascades over several shocks, and the first shock at which the amplification rises by more than `jump` over that of the shock before; null where it never does. */
  gainCurve(priceUsd: number, shocks: readonly number[], market: ImpactModel, jump = 2): { readonly points: readonly Cascade[]; readonly criticalShock: number | null } {
    const points = shocks.map((shock) => this.fall(priceUsd, shock, market));
    const critical = points.findIndex((point, index) => index > 0 && point.amplification - (points[index - 1] as Cascade).amplification > jump);
    return { points, criticalShock: critical < 0 ? null : (shocks[critical] as number) };
  }

  /**
   * The shocked price from which the cascade just reaches `levelUsd`: the effective barrier for a loan that is liquidated there. Found by
   * bisection, to 1e-12 of the price; `levelUsd` itself where selling does not help to reach it.
   */
  effectiveBarrier(priceUsd: number, levelUsd: number, market: ImpactModel): number {
    if (!(levelUsd > 0 && levelUsd <= priceUsd)) throw new InvalidInput('level', String(levelUsd), `dollars above 0 and at most ${priceUsd}`);
    const reaches = (shocked: number): boolean => this.fall(priceUsd, 1 - shocked / priceUsd, market).finalPriceUsd <= levelUsd;
    if (reaches(priceUsd)) return priceUsd;
    let [low, high] = [levelUsd, priceUsd];
    while (high - low > 1e-12 * priceUsd) {
      const middle = (low + high) / 2;
      if (middle === low || middle === high) break;
      if (reaches(middle)) low = middle;
      else high = middle;
    }
    return low;
  }
}
