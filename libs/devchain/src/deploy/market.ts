/** What is listed on the local market. Ratios are in basis points, prices in USD with 8 decimals, amounts in whole tokens. */
export interface Listing {
  readonly symbol: string;
  readonly name: string;
  readonly decimals: number;
  readonly startPrice: bigint;
  readonly ltv: number;
  readonly liquidationThreshold: number;
  /** 10,500 means that a liquidator gets 5% on top. */
  readonly liquidationBonus: number;
  readonly reserveFactor: number;
  readonly liquidationProtocolFee: number;
  /** Interest rate curve: kink, rate at nothing borrowed, slopes below and above the kink. */
  readonly rates: readonly [number, number, number, number];
  readonly supplied: bigint;
  /** Makes it isolated: alone as collateral, for at most so much debt in all, in USD with 2 decimals, and only of assets that may be borrowed so. */
  readonly debtCeiling?: bigint;
  readonly borrowableInIsolation?: boolean;
}

const usd = (whole: number): bigint => BigInt(whole) * 100_000_000n;

// Thresholds, bonuses and curves follow the main Ethereum market's order of magnitude; WETH's three are fixed, because the
// demo's loan rests on them: 10 WETH at 3,000 against 20,000 USDC has health 10 x 3,000 x 0.825 / 20,000 = 1.2375.
export const listings = [
  { symbol: 'WETH', name: 'Wrapped Ether', decimals: 18, startPrice: usd(3000), ltv: 8000, liquidationThreshold: 8250, liquidationBonus: 10500,
    reserveFactor: 1500, liquidationProtocolFee: 1000, rates: [9000, 0, 270, 8000], supplied: 20_000n },
  { symbol: 'wstETH', name: 'Wrapped liquid staked Ether 2.0', decimals: 18, startPrice: usd(3600), ltv: 7850, liquidationThreshold: 8100, liquidationBonus: 10600,
    reserveFactor: 500, liquidationProtocolFee: 1000, rates: [8000, 0, 75, 8500], supplied: 10_000n },
  { symbol: 'WBTC', name: 'Wrapped BTC', decimals: 8, startPrice: usd(60000), ltv: 7300, liquidationThreshold: 7800, liquidationBonus: 10500,
    reserveFactor: 2000, liquidationProtocolFee: 1000, rates: [8000, 0, 400, 30000], supplied: 1_000n },
  { symbol: 'USDC', name: 'USD Coin', decimals: 6, startPrice: usd(1), ltv: 7500, liquidationThreshold: 7800, liquidationBonus: 10450,
    reserveFactor: 1000, liquidationProtocolFee: 1000, rates: [9000, 0, 550, 3500], supplied: 50_000_000n, borrowableInIsolation: true },
  { symbol: 'DAI', name: 'Dai Stablecoin', decimals: 18, startPrice: usd(1), ltv: 6300, liquidationThreshold: 7700, liquidationBonus: 10500,
    reserveFactor: 2500, liquidationProtocolFee: 1000, rates: [9000, 0, 550, 3500], supplied: 20_000_000n, borrowableInIsolation: true },
  { symbol: 'CRV', name: 'Curve DAO Token', decimals: 18, startPrice: 50_000_000n, ltv: 3500, liquidationThreshold: 4100, liquidationBonus: 10830,
    reserveFactor: 3500, liquidationProtocolFee: 1000, rates: [7000, 300, 1400, 15000], supplied: 5_000_000n, debtCeiling: 2_000_000_000n },
] as const satisfies readonly Listing[];

export type TokenSymbol = (typeof listings)[number]['symbol'];

/** wstETH's price is WETH's times this (18 decimals), as its exchange rate does it elsewhere. */
export const wstEthRatio = 1_200_000_000_000_000_000n;

export const ethCorrelated = { id: 1, label: 'ETH correlated', ltv: 9300, liquidationThreshold: 9500, liquidationBonus: 10100, members: ['WETH', 'wstETH'] } as const;

/** Uniswap v3 pools, full range, at the start price; amounts are those of the base's side. */
export const poolPlans = [
  { base: 'WETH', quote: 'USDC', fee: 500, baseAmount: 5_000n },
  { base: 'WETH', quote: 'DAI', fee: 3000, baseAmount: 1_000n },
  { base: 'WETH', quote: 'USDC', fee: 3000, baseAmount: 500n },
  { base: 'WBTC', quote: 'WETH', fee: 3000, baseAmount: 200n },
  { base: 'wstETH', quote: 'WETH', fee: 100, baseAmount: 3_000n },
  { base: 'USDC', quote: 'DAI', fee: 100, baseAmount: 10_000_000n },
] as const satisfies readonly { base: TokenSymbol; quote: TokenSymbol; fee: number; baseAmount: bigint }[];

export interface Token {
  readonly address: string;
  readonly symbol: TokenSymbol;
  readonly decimals: number;
}

export interface Pool {
  readonly address: string;
  readonly fee: number;
  readonly base: TokenSymbol;
  readonly quote: TokenSymbol;
}

/** Every address of a deployed market, in lower case. Written beside the saved chain state. */
export interface Deployment {
  readonly tokens: readonly Token[];
  readonly feeds: Readonly<Record<TokenSymbol, string>>;
  readonly aave: { readonly pool: string; readonly oracle: string; readonly addressesProvider: string; readonly dataProvider: string; readonly configurator: string; readonly aclManager: string; readonly aTokens: Readonly<Record<TokenSymbol, string>> };
  readonly uniswap: { readonly factory: string; readonly positionManager: string; readonly swapRouter: string; readonly quoter: string; readonly pools: readonly Pool[] };
  readonly multicall3: string;
  readonly morpho: { readonly address: string; readonly irm: string; readonly markets: readonly MorphoMarket[] };
  readonly venus: { readonly comptroller: string; readonly oracle: string; readonly vTokens: Readonly<Record<VenusSymbol, string>> };
  readonly safe: { readonly singleton: string; readonly proxyFactory: string; readonly multiSendCallOnly: string; readonly fallbackHandler: string };
  readonly ballast: { readonly aaveGuard: string; readonly aaveFiller: string; readonly morphoGuard: string; readonly morphoFiller: string; readonly venusGuard: string; readonly keepers: string };
  /** Pairs of Aave that the keepers contract prices, for FILL. */
  readonly fillPairs: readonly { readonly collateral: string; readonly debt: string; readonly deviationBps: number }[];
  /** Markets of Morpho that it prices, for FILL. */
  readonly fillMarkets: readonly { readonly marketId: string; readonly deviationBps: number }[];
}

/** A market of Morpho Blue; `lltv` is scaled by 1e18. */
export interface MorphoMarket {
  readonly id: string;
  readonly loanToken: string;
  readonly collateralToken: string;
  readonly oracle: string;
  readonly irm: string;
  readonly lltv: string;
}

/** Two markets of one pair, so that a test can tell whether one reaches into the other, and one of correlated assets. */
export const morphoPlans = [
  { collateral: 'WETH', loan: 'USDC', lltv: 860_000_000_000_000_000n, supplied: 10_000_000n },
  { collateral: 'WETH', loan: 'USDC', lltv: 915_000_000_000_000_000n, supplied: 5_000_000n },
  { collateral: 'wstETH', loan: 'WETH', lltv: 945_000_000_000_000_000n, supplied: 3_000n },
] as const satisfies readonly { collateral: TokenSymbol; loan: TokenSymbol; lltv: bigint; supplied: bigint }[];

/** Venus's markets; collateral factors are scaled by 1e18, `supplied` is what the whale lends, in whole tokens. */
export const venusPlans = [
  { symbol: 'WETH', collateralFactor: 800_000_000_000_000_000n, supplied: 2_000n },
  { symbol: 'USDC', collateralFactor: 820_000_000_000_000_000n, supplied: 5_000_000n },
] as const satisfies readonly { symbol: TokenSymbol; collateralFactor: bigint; supplied: bigint }[];

export type VenusSymbol = (typeof venusPlans)[number]['symbol'];

/** Pairs of Aave that may be filled. The local feeds answer at every move; the deviations are those of the feeds they stand for. */
export const fillPlans = [
  { collateral: 'WETH', debt: 'USDC' },
  { collateral: 'WETH', debt: 'DAI' },
  { collateral: 'WBTC', debt: 'USDC' },
  { collateral: 'WBTC', debt: 'DAI' },
] as const satisfies readonly { collateral: TokenSymbol; debt: TokenSymbol }[];

/** What the feeds promise, as Chainlink's of the same names do. */
export const feedPromises: Readonly<Partial<Record<TokenSymbol, { readonly heartbeat: number; readonly deviationBps: number }>>> = {
  WETH: { heartbeat: 3_600, deviationBps: 50 },
  WBTC: { heartbeat: 3_600, deviationBps: 50 },
  USDC: { heartbeat: 86_400, deviationBps: 25 },
  DAI: { heartbeat: 3_600, deviationBps: 25 },
};

export const multicall3Address = '0xca11bde05977b3631167028862be2a173976ca11';

export function tokenOf(deployment: Pick<Deployment, 'tokens'>, symbol: TokenSymbol): Token {
  return deployment.tokens.find((token) => token.symbol === symbol) as Token;
}

/** A Morpho market as its functions take it. */
export const morphoParams = ({ loanToken, collateralToken, oracle, irm, lltv }: MorphoMarket): readonly string[] => [loanToken, collateralToken, oracle, irm, lltv];
