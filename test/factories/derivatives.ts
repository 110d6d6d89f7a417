import type { CoinE18, ContractsE18, SettlementE18, SignedWad, UsdE8, Wad } from '@ballast/units';
import { BS_USD, instrumentId, known, unknown, usdQuote, venueAccountId, venuePositionId, type DerivativeAccount, type ListedOption, type OptionPosition, type Perpetual, type PerpetualPosition, type Quote, type VenueMarket, type VenuePlace } from '@ballast/positions';

/** Wall clock of everything that is made here unless told otherwise, in milliseconds. */
export const WALL = 1_800_000_000_000;
export const HYPERLIQUID: VenuePlace = { environment: 'paper', venue: 'hyperliquid' };
export const DERIBIT: VenuePlace = { environment: 'paper', venue: 'deribit' };

export const usd = (dollars: number): UsdE8 => BigInt(Math.round(dollars * 1e8)) as UsdE8;
/** Any quantity with 18 decimals, exact to 9 of them. */
export const e18 = <T extends bigint>(value: number): T => (BigInt(Math.round(value * 1e9)) * 1_000_000_000n) as T;
export const coins = (value: number): CoinE18 => e18(value);
export const contracts = (value: number): ContractsE18 => e18(value);
export const settlement = (value: number): SettlementE18 => e18(value);
export const ratio = (value: number): Wad => e18(value);
export const coinQuote = (value: number): Quote => ({ unit: 'coin', coinE18: coins(value) });

/** A perpetual of ETH as Hyperliquid has it: a contract is a coin, lots of 0.01, 10 dollars at least, margin 2% up to any size, paid every hour. */
export const aPerpetual = (change: Partial<Perpetual> = {}): Perpetual => ({
  kind: 'perpetual', id: instrumentId(HYPERLIQUID, 'ETH'), underlying: 'ETH', settlement: { kind: 'usd', token: 'USDC' }, contract: { kind: 'linear', coinE18: coins(1) },
  lot: contracts(0.01), minContracts: contracts(0.01), minNotionalUsdE8: usd(10), minNotionalExemptsReduceOnly: true, tick: { kind: 'significant', figures: 5, maxDecimals: 4 }, takerFee: ratio(0.00045), state: 'open',
  tiers: { kind: 'tiers', unit: 'usd', rows: [{ from: 0n, maintenanceRate: ratio(0.02), initialRate: ratio(0.04), deduction: 0n }] }, maxLeverage: ratio(25), fundingIntervalSeconds: 3_600, ...change,
});

/** Deribit's ETH-PERPETUAL: a contract is a dollar, margin and profit in ETH. */
export const anInversePerpetual = (change: Partial<Perpetual> = {}): Perpetual => aPerpetual({
  id: instrumentId(DERIBIT, 'ETH-PERPETUAL'), settlement: { kind: 'coin', underlying: 'ETH' }, contract: { kind: 'inverse', usdE8: usd(1) }, lot: contracts(1), minContracts: contracts(1), minNotionalUsdE8: usd(0),
  tick: { kind: 'fixed', step: usdQuote(usd(0.05)) }, takerFee: ratio(0.0005), fundingIntervalSeconds: 28_800,
  tiers: { kind: 'tiers', unit: 'coin', rows: [{ from: 0n, maintenanceRate: ratio(0.01), initialRate: ratio(0.02), deduction: 0n }] }, ...change,
});

/** A put of ETH in dollars, struck at 2,500, 30 days from `WALL`. */
export const anOption = (change: Partial<ListedOption> = {}): ListedOption => ({
  kind: 'option', id: instrumentId(DERIBIT, 'ETH_USDC-26FEB27-2500-P'), underlying: 'ETH', settlement: { kind: 'usd', token: 'USDC' }, contract: { kind: 'linear', coinE18: coins(1) }, lot: contracts(1), minContracts: contracts(1),
  minNotionalUsdE8: usd(0), minNotionalExemptsReduceOnly: true, tick: { kind: 'fixed', step: usdQuote(usd(0.5)) }, takerFee: ratio(0.0003), state: 'open', type: 'put', strikeUsdE8: usd(2_500), expiresAt: WALL + 30 * 86_400_000,
  settlementWindowSeconds: 1_800, feeCapOfPremium: ratio(0.125), ...change,
});

/** A short of 10 ETH at 3,000, marked there. */
export const aPerpPosition = (change: Partial<PerpetualPosition> & { readonly account?: DerivativeAccount['id'] } = {}): PerpetualPosition => {
  const { account = venueAccountId(HYPERLIQUID, 'main'), ...rest } = change;
  const instrument = rest.instrument ?? aPerpetual().id;
  return {
    kind: 'perpetual', id: venuePositionId(account, instrument), instrument, contracts: contracts(-10), entryUsdE8: known(usd(3_000), WALL), markUsdE8: known(usd(3_000), WALL), indexUsdE8: known(usd(3_000), WALL),
    liquidation: { kind: 'unknown', why: 'not told' }, margin: { kind: 'cross' }, leverage: known(ratio(1), WALL), unrealised: known(settlement(0), WALL),
    funding: known({ perInterval: e18(0.0000125), intervalSeconds: 3_600, basis: 'predicted' }, WALL), adl: { kind: 'unknown', why: 'not told' }, ...rest,
  };
};

export const anOptionPosition = (change: Partial<OptionPosition> & { readonly account?: DerivativeAccount['id'] } = {}): OptionPosition => {
  const { account = venueAccountId(DERIBIT, 'main'), ...rest } = change;
  const instrument = rest.instrument ?? anOption().id;
  return {
    kind: 'option', id: venuePositionId(account, instrument), instrument, contracts: contracts(1), entry: unknown('not told'), mark: unknown('not told'), forwardUsdE8: known(usd(3_000), WALL), markVolatility: known(0.62, WALL),
    ownGreeks: unknown('not worked out'), venueGreeks: known({ convention: BS_USD, delta: -0.1, gamma: 0, vega: 1, theta: -1 }, WALL), ...rest,
  };
};

/** 60,000 USDC at Hyperliquid, nothing held. */
export const aDerivativeAccount = (change: Partial<DerivativeAccount> = {}): DerivativeAccount => ({
  ...HYPERLIQUID, id: venueAccountId(HYPERLIQUID, 'main'), provenance: { observedAt: WALL, venueTime: known(WALL, WALL), source: 'test' }, settlement: { kind: 'usd', token: 'USDC' }, marginMode: 'cross', positionMode: known('one-way', WALL),
  equity: settlement(60_000), free: settlement(60_000), maintenanceMargin: known(settlement(0), WALL), initialMargin: known(settlement(0), WALL), positions: [], openOrders: [], ...change,
});

/** A deep book around 3,000: three levels of 100 contracts to each side, a dollar apart. */
export const aMarket = (change: Partial<VenueMarket> & { readonly priceUsd?: number; readonly levelContracts?: number; readonly at?: number } = {}): VenueMarket => {
  const { priceUsd = 3_000, levelContracts = 100, at = WALL, ...rest } = change;
  const side = (sign: 1 | -1) => [0.5, 1.5, 2.5].map((away) => ({ price: usdQuote(usd(priceUsd + sign * away)), contracts: contracts(levelContracts) }));
  return {
    instrument: aPerpetual().id, observedAt: at, markUsdE8: { kind: 'price', usdE8: usd(priceUsd), at }, indexUsdE8: { kind: 'price', usdE8: usd(priceUsd), at }, bids: side(-1), asks: side(1),
    openInterest: { kind: 'contracts', contracts: contracts(1_000_000) }, funding: known({ perInterval: 0n as SignedWad, intervalSeconds: 3_600, basis: 'predicted' }, at), ...rest,
  };
};
