import type { Bps, CoinE18, ContractsE18, SettlementE18, SignedUsdE8, SignedWad, Wad } from '@ballast/units';
import { WAD } from '@ballast/units';
import { known } from '@ballast/positions';
import { DEFAULT_HEDGE_RULES, type HedgeInput, type HedgeLeg, type HedgeLedger, type HedgePolicy, type SentOrder } from '@ballast/policy';
import { between, type Exposure } from '@ballast/risk';
import { WALL, aDerivativeAccount, aMarket, aPerpPosition, aPerpetual, coins, contracts, e18, ratio, settlement, usd } from './derivatives.js';

/** Everything of ETH hedged with perpetuals, up to a million dollars, a budget of 5,000 a month. */
export const aHedgePolicy = (change: Partial<HedgePolicy> = {}): HedgePolicy => ({
  ...DEFAULT_HEDGE_RULES, underlying: 'ETH', version: 1, mode: { kind: 'full', share: 10_000n as Bps }, maxNotionalUsdE8: usd(1_000_000), fundingBudgetUsdE8: usd(5_000), ...change,
});

/** So many ETH long on chain, read lately. */
export const anExposure = (long: number, change: Partial<Exposure> = {}): Exposure => ({
  underlying: 'ETH', delta: between(coins(long), coins(long)), higher: { kind: 'whole', missing: [], gammaPerUsd: 0, vegaUsdPerVolPoint: 0, thetaUsdPerDay: 0 }, isFresh: true,
  parts: [{ of: 'loan', what: 'lending', delta: between(coins(long), coins(long)), freshness: 'fresh' }], ...change,
});

/** A leg at Hyperliquid with 60,000 USDC and so many contracts, marked at `priceUsd`, entered there. */
export const aLeg = (given: { readonly held?: number; readonly equityUsd?: number; readonly priceUsd?: number; readonly at?: number; readonly levelContracts?: number; readonly change?: Partial<HedgeLeg>; readonly account?: Partial<ReturnType<typeof aDerivativeAccount>> } = {}): HedgeLeg => {
  const { held = 0, equityUsd = 60_000, priceUsd = 3_000, at = WALL, levelContracts = 1_000 } = given;
  const id = given.account?.id ?? aDerivativeAccount().id;
  const instrument = given.change?.instrument ?? aPerpetual();
  const maintenance = settlement(Math.abs(held) * priceUsd * 0.02);
  const positions = held === 0 ? [] : [aPerpPosition({ account: id, instrument: instrument.id, contracts: contracts(held), markUsdE8: known(usd(priceUsd), at) })];
  return {
    id, instrument, market: known(aMarket({ priceUsd, at, levelContracts, instrument: instrument.id }), at), hedgeRatio: WAD,
    account: known(aDerivativeAccount({ id, equity: settlement(equityUsd) as SettlementE18, free: settlement(Math.max(0, equityUsd)), maintenanceMargin: known(maintenance, at), positions, ...given.account }), at),
    funding: { predicted: e18<SignedWad>(0), ewma: e18<SignedWad>(0), stress: e18<SignedWad>(-0.2) }, maxNotionalUsdE8: usd(1_000_000), order: { kind: 'none' }, stop: 'none', key: { kind: 'valid', ends: { kind: 'never' } }, priceApart: 10_000n as Bps, leverage: { kind: 'read-back', wad: ratio(1.8) as Wad }, adding: { kind: 'possible' }, ...given.change,
  };
};

export const aLedger = (change: Partial<HedgeLedger> = {}): HedgeLedger => ({ paidUsdE8: 0n as SignedUsdE8, orders: [], lastTrade: { kind: 'never' }, danger: { kind: 'there' }, ...change });

/** A sale of 10 ETH at Hyperliquid that was filled just now. */
export const aSentOrder = (change: Partial<SentOrder> = {}): SentOrder => ({ at: WALL, account: aDerivativeAccount().id, instrument: aPerpetual().id, side: 'sell', reduceOnly: false, isRejected: false, isUnmatched: false, notionalUsdE8: usd(30_000), ...change });

/** 20 ETH long on chain, nothing hedged, everything fresh and agreed. */
export const aHedgeInput = (change: Partial<HedgeInput> = {}): HedgeInput => ({
  policy: aHedgePolicy(), now: WALL, exposure: anExposure(20), health: { kind: 'ratio', wad: ratio(1.4) }, loans: [], legs: [aLeg()], leaving: [], oracle: { kind: 'price', usdE8: usd(3_000), at: WALL }, hourlyVolatility: 0.007,
  ledger: aLedger(), stop: 'none', isReconciled: true, puts: { kind: 'not-looked-at', because: 'puts-not-looked-at' }, putAccount: { kind: 'none' }, ...change,
});

export const signedCoins = (value: ContractsE18 | CoinE18): number => Number(value) / 1e18;
