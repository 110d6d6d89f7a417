import { ethCorrelated, listings, morphoPlans, venusPlans, type TokenSymbol } from '../deploy/market.js';
import { seeded } from '../path.js';

/** Amounts are in the token's own units. */
export interface Holding {
  readonly symbol: TokenSymbol;
  readonly amount: bigint;
}

/** What one borrower does: at Aave with any assets, perhaps in the e-mode or isolated; at Morpho in one market; at Venus with its two. */
export type BorrowerPlan =
  | { readonly protocol: 'aave-v3'; readonly collaterals: readonly Holding[]; readonly debts: readonly Holding[]; readonly eMode: number }
  | { readonly protocol: 'morpho-blue'; readonly market: number; readonly collateral: Holding; readonly debt: Holding }
  | { readonly protocol: 'venus'; readonly collateral: Holding; readonly debt: Holding };

const PROTOCOLS: readonly BorrowerPlan['protocol'][] = ['aave-v3', 'morpho-blue', 'venus'];
/** Smallest and largest borrower by what is supplied, in dollars; any order of size is as likely as any other. The largest is what the market can lend. */
const LEAST_USD = 0.05;
const MOST_USD = { 'aave-v3': 5_000_000, 'morpho-blue': 300_000, venus: 200_000 } as const;
const MOST_ISOLATED_USD = 20_000;
/** From here on a debt that grows by interest, or a price that falls a little, decides. */
const NEAR = 0.985;

/** The plans of `count` borrowers in turn at each of the protocols: the same for the same seed. Borrows are shares of what the protocol lends against the collateral at the start prices. */
export function planBorrowers(count: number, seed: number, protocols: readonly BorrowerPlan['protocol'][] = PROTOCOLS): BorrowerPlan[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, index) => {
    const share = random() < 0.35 ? NEAR + (0.999 - NEAR) * random() : 0.05 + 0.85 * random();
    const protocol = protocols[index % protocols.length] as BorrowerPlan['protocol'];
    const usd = LEAST_USD * (MOST_USD[protocol] / LEAST_USD) ** random();
    if (protocol === 'aave-v3') return atAave(random, usd, share);
    return protocol === 'morpho-blue' ? atMorpho(random, usd, share) : atVenus(random, usd, share);
  });
}

const priceOf = (symbol: TokenSymbol): number => Number(listings.find((one) => one.symbol === symbol)?.startPrice) / 1e8;
const ltvOf = (symbol: TokenSymbol): number => (listings.find((one) => one.symbol === symbol)?.ltv ?? 0) / 10_000;

/** At least one unit. */
function worth(symbol: TokenSymbol, usd: number): Holding {
  const decimals = listings.find((one) => one.symbol === symbol)?.decimals ?? 18;
  const tokens = usd / priceOf(symbol);
  return { symbol, amount: BigInt(Math.max(1, Math.floor(tokens * 1e9))) * 10n ** BigInt(decimals) / 1_000_000_000n || 1n };
}

function atAave(random: () => number, usd: number, share: number): BorrowerPlan {
  if (random() < 0.1) {
    // Under the ceiling of all isolated debt together, however many borrow.
    const alone = Math.min(usd, MOST_ISOLATED_USD);
    return { protocol: 'aave-v3', eMode: 0, collaterals: [worth('CRV', alone)], debts: [worth(random() < 0.5 ? 'USDC' : 'DAI', alone * share * ltvOf('CRV'))] };
  }
  if (random() < 0.25) {
    const [one, other] = random() < 0.5 ? (['wstETH', 'WETH'] as const) : (['WETH', 'wstETH'] as const);
    return { protocol: 'aave-v3', collaterals: [worth(one, usd)], debts: [worth(other, usd * share * (ethCorrelated.ltv / 10_000))], eMode: ethCorrelated.id };
  }
  const symbols = listings.map(({ symbol }) => symbol).filter((symbol) => symbol !== 'CRV').sort(() => random() - 0.5);
  const collaterals = symbols.slice(0, 1 + Math.floor(random() * 3));
  const debts = symbols.filter((symbol) => !collaterals.includes(symbol)).slice(0, 1 + Math.floor(random() * 2));
  const [ofCollateral, ofDebt] = [collaterals.map(() => 0.1 + random()), debts.map(() => 0.1 + random())];
  const part = (weights: readonly number[], index: number): number => (weights[index] as number) / weights.reduce((sum, weight) => sum + weight, 0);
  const capacity = collaterals.reduce((sum, symbol, index) => sum + usd * part(ofCollateral, index) * ltvOf(symbol), 0);
  return {
    protocol: 'aave-v3', eMode: 0,
    collaterals: collaterals.map((symbol, index) => worth(symbol, usd * part(ofCollateral, index))),
    debts: debts.map((symbol, index) => worth(symbol, capacity * share * part(ofDebt, index))),
  };
}

function atMorpho(random: () => number, usd: number, share: number): BorrowerPlan {
  const market = Math.floor(random() * morphoPlans.length);
  const { collateral, loan, lltv } = morphoPlans[market] as (typeof morphoPlans)[number];
  return { protocol: 'morpho-blue', market, collateral: worth(collateral, usd), debt: worth(loan, usd * share * (Number(lltv) / 1e18)) };
}

function atVenus(random: () => number, usd: number, share: number): BorrowerPlan {
  const [one, other] = random() < 0.5 ? ([0, 1] as const) : ([1, 0] as const);
  const [collateral, debt] = [venusPlans[one], venusPlans[other]];
  return { protocol: 'venus', collateral: worth(collateral.symbol, usd), debt: worth(debt.symbol, usd * share * (Number(collateral.collateralFactor) / 1e18)) };
}
