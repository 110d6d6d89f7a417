import { BPS, WAD, magnitude, mulDivDown, mulDivUp, type Bps, type CoinE18, type ContractsE18, type UsdE8 } from '@ballast/units';
import { coinsFloor, contractsAwayFromZero, onTickDown, partsOfInstrument, quoteInUsdUp, quoteValue, type InstrumentId, type ListedOption, type Quote, type VenueMarket } from '@ballast/positions';
import { putCost, putPayoff, totalHedgeCost, type HedgeCosts } from './hedge-costs.js';
import type { HedgePolicy } from './hedge-policy.js';
import { putGreeks } from './put-greeks.js';
import type { PutNeed } from './put-need.js';

/** A put that is listed, with its book and the volatilities of its best bid and ask, per year, where they are told. */
export interface ListedPut {
  readonly option: ListedOption;
  readonly market: VenueMarket;
  readonly volatilities: { readonly kind: 'told'; readonly bid: number; readonly ask: number } | { readonly kind: 'unknown' };
  /** False where whoever holds the key would refuse the order: its price is further from the mark than the key's limits allow. */
  readonly keyAllows?: boolean;
}

/** The most that is paid for a put: the offer and so much on top, on the tick. */
export const putCap = (option: Pick<ListedOption, 'tick'>, ask: Quote, slippage: Bps): Quote => {
  const most = mulDivDown(quoteValue(ask), BPS + slippage, BPS);
  return onTickDown(option.tick, ask.unit === 'usd' ? { unit: 'usd', usdE8: most as UsdE8 } : { unit: 'coin', coinE18: most as CoinE18 });
};

/** Whether the cap of a purchase is as near to the mark as the key's limits ask for, by the forward that the mark was made with; what is not told is not. */
export function isNearMark({ option, market }: Pick<ListedPut, 'option' | 'market'>, slippage: Bps, mostApart: Bps): boolean {
  const [ask] = market.asks;
  const forward = market.option?.forwardUsdE8;
  if (ask === undefined || quoteValue(ask.price) <= 0n || market.markUsdE8.kind === 'no-price' || (ask.price.unit === 'coin' && (forward?.kind !== 'known' || forward.value <= 0n))) return false;
  const capUsdE8 = quoteInUsdUp(putCap(option, ask.price, slippage), forward?.kind === 'known' ? forward.value : (1n as UsdE8));
  return capUsdE8 * BPS <= market.markUsdE8.usdE8 * (BPS + mostApart);
}

/** A listed put with its market; its volatilities are those that the venue tells. */
export function listedPut(option: ListedOption, market: VenueMarket): ListedPut {
  const [bid, ask] = [market.option?.bidVolatility, market.option?.askVolatility];
  return { option, market, volatilities: bid?.kind === 'known' && ask?.kind === 'known' ? { kind: 'told', bid: bid.value, ask: ask.value } : { kind: 'unknown' } };
}

export interface PricedPut {
  readonly put: ListedPut;
  readonly contracts: ContractsE18;
  readonly coins: CoinE18;
  /** Per coin in dollars, rounded up. */
  readonly askUsdE8: UsdE8;
  readonly ask: Quote;
  readonly costs: HedgeCosts;
}

export type PutVerdict = { readonly kind: 'fits'; readonly priced: PricedPut } | { readonly kind: 'unfit'; readonly because: PutLack };

/** Why a put would not do; `putLackWords` says it. */
export type PutLack = 'not-a-put' | 'closed' | 'expires-too-soon' | 'no-offer' | 'spread-too-wide' | 'volatility-not-told' | 'open-interest-too-small' | 'pays-too-little' | 'greeks-differ' | 'beyond-key';

const MS_PER_DAY = 86_400_000;

/**
 * Whether a put would do (hedging.md section 4.4): it is offered, lives through the horizon, its spread is under so many points of volatility, its size is a small share of the open
 * interest, and n (K - S_liq) pays the repayment. Sized to the coins at risk, and where those pay too little to what does, at most twice as many.
 */
export function judgePut(put: ListedPut, need: PutNeed, policy: HedgePolicy, now: number): PutVerdict {
  const unfit = (because: PutLack): PutVerdict => ({ kind: 'unfit', because });
  const { option, market, volatilities } = put;
  if (option.type !== 'put') return unfit('not-a-put');
  if (option.state !== 'open') return unfit('closed');
  if (option.expiresAt - now < policy.horizonDays * MS_PER_DAY) return unfit('expires-too-soon');
  const ask = market.asks[0]?.price;
  const askUsdE8 = ask === undefined ? null : ask.unit === 'usd' ? ask.usdE8 : (mulDivUp(ask.coinE18, need.indexUsdE8, WAD) as UsdE8);
  if (ask === undefined || askUsdE8 === null || askUsdE8 <= 0n || (market.asks[0]?.contracts ?? 0n) <= 0n) return unfit('no-offer');
  if (volatilities.kind === 'unknown') return unfit('volatility-not-told');
  if (!((volatilities.ask - volatilities.bid) * 100 < policy.put.maxSpreadVolPoints)) return unfit('spread-too-wide');
  const greeks = putGreeks(put, now);
  if (greeks.kind === 'worked-out' && greeks.differ) return unfit('greeks-differ');
  if (put.keyAllows === false) return unfit('beyond-key');
  if (option.strikeUsdE8 <= need.liquidationPriceUsdE8) return unfit('pays-too-little');
  const forRepay = mulDivUp(need.repayUsdE8, WAD, option.strikeUsdE8 - need.liquidationPriceUsdE8);
  const wanted = forRepay > need.coins ? forRepay : need.coins;
  if (wanted > need.coins * 2n) return unfit('pays-too-little');
  const contracts = contractsAwayFromZero(wanted as CoinE18, option, need.indexUsdE8);
  const open = market.openInterest.kind === 'contracts' ? mulDivDown(market.openInterest.contracts, policy.put.openInterestShare, BPS) : 0n;
  if (contracts > open) return unfit('open-interest-too-small');
  const coins = coinsFloor(contracts, option, need.indexUsdE8);
  const costs = putCost({ coins, indexUsdE8: need.indexUsdE8, askUsdE8, takerFee: option.takerFee, feeCapOfPremium: option.feeCapOfPremium });
  return { kind: 'fits', priced: { put, contracts, coins, askUsdE8, ask, costs } };
}

/** The cheapest put that fits; `none` with what each lacks. */
export function choosePut(puts: readonly ListedPut[], need: PutNeed, policy: HedgePolicy, now: number): { readonly kind: 'put'; readonly priced: PricedPut } | { readonly kind: 'none'; readonly lacks: readonly PutLacking[] } {
  const judged = puts.map((put) => ({ put, verdict: judgePut(put, need, policy, now) }));
  const fitting = judged.flatMap(({ verdict }) => (verdict.kind === 'fits' ? [verdict.priced] : []));
  const best = fitting.reduce<PricedPut | null>((cheapest, one) => (cheapest === null || totalHedgeCost(one.costs) < totalHedgeCost(cheapest.costs) ? one : cheapest), null);
  if (best !== null) return { kind: 'put', priced: best };
  return { kind: 'none', lacks: judged.flatMap(({ put, verdict }) => (verdict.kind === 'unfit' ? [{ instrument: put.option.id, because: verdict.because }] : [])) };
}

/** A put that would not do, and why. */
export interface PutLacking {
  readonly instrument: InstrumentId;
  readonly because: PutLack;
}

const LACKS: Readonly<Record<PutLack, string>> = {
  'not-a-put': 'it is no put', closed: 'its market is closed', 'expires-too-soon': 'it expires too soon', 'no-offer': 'nobody offers it', 'spread-too-wide': 'bid and offer are too far apart', 'volatility-not-told': 'bid or offer is missing',
  'open-interest-too-small': 'too little of it is held for so many', 'pays-too-little': 'it pays too little where the loan is liquidated', 'greeks-differ': 'the venue’s figures and ours differ', 'beyond-key': 'it is offered further from its mark than the limits of the trading key allow',
};

/** What a put lacks, for people: `ETH-27MAR26-2500-P: nobody offers it.` */
export const putLackWords = ({ instrument, because }: PutLacking): string => `${partsOfInstrument(instrument).symbol}: ${LACKS[because]}.`;

/** Whether a held put must be replaced: less than so many days are left. */
export const mustRoll = ({ expiresAt }: Pick<ListedOption, 'expiresAt'>, policy: Pick<HedgePolicy, 'put'>, now: number): boolean => expiresAt - now < policy.put.rollDays * MS_PER_DAY;

/** Dollars that held puts pay where the loan is liquidated, rounded down; those that must be rolled count no more. */
export const coveredBy = (held: readonly { readonly option: ListedOption; readonly contracts: ContractsE18 }[], need: PutNeed, policy: Pick<HedgePolicy, 'put'>, now: number): bigint =>
  held.filter(({ option, contracts }) => option.type === 'put' && contracts > 0n && !mustRoll(option, policy, now))
    .reduce((sum, { option, contracts }) => sum + putPayoff(magnitude(coinsFloor(contracts, option, need.indexUsdE8)) as CoinE18, option.strikeUsdE8, need.liquidationPriceUsdE8), 0n);

