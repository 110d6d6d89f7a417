import { depositOf } from '@ballast/execution';
import { DEFAULT_HEDGE_RULES, fundingPerYear, orderUnderWay, waitAfterRefusals, type Adding, type FundingView, type HedgeLeg, type HedgePlan, type HedgeStop, type MarginMove, type OrderUnderWay, type VenueJournal } from '@ballast/policy';
import { aged, notionalDown, partsOfVenueAccount, perpetualIn, settlementInUsdFloor, unknown, type DerivativeAccount, type Instrument, type InstrumentId, type Perpetual, type PerpetualPosition, type Reading, type Underlying, type VenueMarket } from '@ballast/positions';
import { LONGEST_SAMPLED_GAP, realisedVolatility } from '@ballast/risk';
import { WAD, magnitude, mulDivCeil, mulDivDown, type ContractsE18, type SettlementE18, type SignedWad, type UsdE8, type Wad } from '@ballast/units';
import type { AccountLook } from './account-watch.js';
import type { AccountBooks, HedgeRecords } from './keeping.js';
import type { KeyWatch } from './key-watch.js';

/** Levels of each side of a book that are read; a slice looks at three. */
const DEPTH = 10;
/** How far back marks tell of the volatility. */
export const MARKS_MS = 10 * 86_400_000;
/** hedging.md section 4.4: funding of 20% a year against us. */
const STRESS_A_YEAR = WAD / 5n;

export interface LegFactsParts {
  readonly books: Pick<AccountBooks, 'leverage' | 'keepMark' | 'marks'>;
  readonly journal: Pick<VenueJournal, 'openOrders' | 'openMoves'>;
  readonly records: Pick<HedgeRecords, 'refusedMoves'>;
  readonly keys: KeyWatch;
  readonly now: () => number;
}

/** What is known of one perpetual in one account: its market, its funding, the key and what of ours is under way. */
export class LegFacts {
  constructor(private readonly parts: LegFactsParts) {}

  /** `stop`: in force for its owner at its venue. `weekOfFunding`: what was received in seven days, below zero paid. Never throws for what a venue does not answer: the leg is then unread, or without a price. */
  async of(leg: HedgePlan['legs'][number], look: AccountLook, underlying: Underlying, stop: HedgeStop, weekOfFunding: SettlementE18): Promise<HedgeLeg> {
    const listed = look.instruments.find((one): one is Perpetual => one.kind === 'perpetual' && one.id === leg.instrument);
    const instrument = listed ?? unlisted(leg.instrument, underlying);
    const [market, order, standing, leverage, moves] = await Promise.all([this.market(look, leg.instrument), this.underWay(look, underlying), this.parts.keys.standing(look.id), this.leverage(look.id, leg.instrument), this.parts.journal.openMoves(look.id)]);
    const account: Reading<DerivativeAccount> = listed === undefined ? unknown(`Its venue does not list ${leg.instrument} now.`) : look.reading;
    const most = standing.mostUsdE8 < leg.maxNotionalUsdE8 ? standing.mostUsdE8 : leg.maxNotionalUsdE8;
    return {
      id: look.id, instrument, account, market, hedgeRatio: WAD as Wad, funding: fundingOf(look, instrument, market, weekOfFunding), maxNotionalUsdE8: most as UsdE8, order, stop, leverage, adding: await this.adding(look.id, look.reading, moves), priceApart: standing.mostApart,
      key: standing.key.kind === 'valid' && standing.allowed.length > 0 && !standing.allowed.includes(leg.instrument) ? { kind: 'refused', why: `The limits of the key do not name ${leg.instrument}.` } : standing.key,
    };
  }

  /** A market as it is now; its mark is kept for the volatility. */
  async market(look: Pick<AccountLook, 'id' | 'trouble'>, instrument: InstrumentId): Promise<Reading<VenueMarket>> {
    if (look.trouble.kind !== 'none') return unknown(look.trouble.why);
    try {
      const market = await this.parts.keys.ask(look.id, ({ reader }) => reader.market(instrument, DEPTH));
      if (market.markUsdE8.kind === 'price') await this.parts.books.keepMark(instrument, market.markUsdE8.usdE8, market.observedAt);
      return aged({ kind: 'known', value: market, at: market.observedAt }, this.parts.now(), DEFAULT_HEDGE_RULES.maxPriceAgeMs);
    } catch (error) {
      return unknown((error as Error).message);
    }
  }

  /** Of an hour, by what the venue's marks did; as it is assumed where too little is known, also of hours in which nobody looked. */
  async volatility(instrument: InstrumentId): Promise<number> {
    const now = this.parts.now();
    return realisedVolatility(await this.parts.books.marks(instrument, now - MARKS_MS), BigInt(Math.floor(now / 1_000)), LONGEST_SAMPLED_GAP).hourly;
  }

  /** An order that was filled a moment ago and is not in the reading yet counts as under way: deciding on that reading would do once more what was done. */
  async underWay({ id, settling }: Pick<AccountLook, 'id' | 'settling'>, underlying: Underlying | 'any'): Promise<OrderUnderWay> {
    const open = orderUnderWay(await this.parts.journal.openOrders(id), id, underlying);
    const unseen = settling.find((intent) => underlying === 'any' || intent.underlying === underlying);
    return open.kind !== 'none' || unseen === undefined ? open : { kind: 'open', id: unseen.order.clientId };
  }

  /** A move that is still under way is not followed by another, one that the venue did not take is tried again later each time, and where nobody could tell afterwards whether it arrived none is made. */
  async adding(id: AccountLook['id'], account: Reading<DerivativeAccount>, openMoves: readonly MarginMove[]): Promise<Adding> {
    const [open] = openMoves;
    if (open !== undefined) return { kind: 'under-way', since: open.sentAt ?? this.parts.now() };
    if (account.kind === 'unknown' || account.value.positions.some((one) => one.kind === 'perpetual' && one.contracts !== 0n && one.margin.kind === 'isolated' && depositOf(account.value, one.instrument) === null)) return { kind: 'not-measurable' };
    const { times, lastAt } = await this.parts.records.refusedMoves(id);
    return times > 0 && this.parts.now() - lastAt < waitAfterRefusals(times, 'reduce') ? { kind: 'turned-down', times } : { kind: 'possible' };
  }

  private async leverage(account: AccountLook['id'], instrument: InstrumentId): Promise<HedgeLeg['leverage']> {
    if (!hasLeverage(account)) return { kind: 'not-settable' };
    const set = await this.parts.books.leverage(account, instrument);
    return set === null ? { kind: 'unknown' } : { kind: 'read-back', wad: set };
  }
}

/** Predicted: what the venue tells of the market, or of the position. Weighted: what was really paid in a week, over what is held now; the venue's figure where nothing was paid yet. */
function fundingOf(look: AccountLook, instrument: Perpetual, market: Reading<VenueMarket>, weekOfFunding: SettlementE18): FundingView {
  const position = look.reading.kind === 'unknown' ? undefined : perpetualIn(look.reading.value, instrument.id);
  const told = market.kind === 'known' && market.value.funding.kind === 'known' ? market.value.funding : position?.funding;
  const predicted = told?.kind === 'known' ? fundingPerYear(told.value.perInterval, told.value.intervalSeconds) : (0n as SignedWad);
  const ewma = position === undefined || weekOfFunding === 0n ? predicted : (ratePaid(weekOfFunding, position, instrument) ?? predicted);
  const worst = magnitude(predicted) > magnitude(ewma) ? magnitude(predicted) : magnitude(ewma);
  return { predicted, ewma, stress: (worst > STRESS_A_YEAR ? worst : STRESS_A_YEAR) as SignedWad };
}

/** Deribit has no leverage to set: it follows from the equity. */
export const hasLeverage = (account: AccountLook['id']): boolean => partsOfVenueAccount(account).venue !== 'deribit';

/** What a week's payments are a year as a share of what is held now; above zero longs pay shorts. Null where nothing tells the price. */
function ratePaid(funding: SettlementE18, { contracts, markUsdE8 }: PerpetualPosition, instrument: Instrument): SignedWad | null {
  if (contracts === 0n || markUsdE8.kind === 'unknown' || markUsdE8.value <= 0n) return null;
  const notional = notionalDown(contracts, instrument, markUsdE8.value);
  if (notional === 0n) return null;
  const received = settlementInUsdFloor(funding, instrument, markUsdE8.value);
  const perYear = mulDivCeil(received * WAD, 365n, notional * 7n);
  return (contracts < 0n ? perYear : -perYear) as SignedWad;
}

/** A perpetual that is not listed, or of a venue that has not been heard yet: its account counts as unread, and nothing is ever traded in it. */
const unlisted = (id: InstrumentId, underlying: Underlying): Perpetual => ({
  kind: 'perpetual', id, underlying, settlement: { kind: 'usd', token: 'USD' }, contract: { kind: 'linear', coinE18: WAD as never }, lot: WAD as bigint as ContractsE18, minContracts: WAD as bigint as ContractsE18, minNotionalUsdE8: 0n as UsdE8,
  minNotionalExemptsReduceOnly: true, tick: { kind: 'fixed', step: { unit: 'usd', usdE8: 1n as UsdE8 } }, takerFee: 0n as Wad, state: 'closed', tiers: { kind: 'unknown', why: 'not listed' }, maxLeverage: WAD as Wad, fundingIntervalSeconds: 3_600,
});

/** The leverage that is asked for: whole, so that the margin of an isolated position is never thinner than the policy wants it, and a shared one lets the hedge be as large as it may. */
export const leverageWanted = (maxLeverage: Wad, isIsolated: boolean): Wad => {
  const whole = isIsolated ? mulDivDown(maxLeverage, 1n, WAD) : (maxLeverage + WAD - 1n) / WAD;
  return ((whole > 0n ? whole : 1n) * WAD) as Wad;
};
