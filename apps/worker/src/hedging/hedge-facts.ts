import { dangerAfter, isOver, weakestStop, type HedgeInput, type HedgeLeg, type HedgeLedger, type HedgePlan, type HedgeStop, type SourcePrice } from '@ballast/policy';
import { partsOfVenueAccount, settlementInUsdFloor, type Instrument, type InstrumentId, type VenueAccountId } from '@ballast/positions';
import { exposureOf, realisedVolatility } from '@ballast/risk';
import type { PositionStore } from '@ballast/storage';
import type { Bps, SettlementE18, SignedUsdE8, UsdE8 } from '@ballast/units';
import type { AccountLook } from './account-watch.js';
import type { AccountCosts, HedgeKeeping, HedgeRecords, WatchedPlan } from './keeping.js';
import type { KeyWatch } from './key-watch.js';
import type { LegFacts } from './leg-facts.js';
import { loanFactsOf, type LoanFacts } from './loan-facts.js';
import type { PutAccounts } from './put-account.js';
import type { PutOffers } from './put-offers.js';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const MONTH_MS = 30 * DAY_MS;

export interface HedgeFactsParts {
  readonly positions: Pick<PositionStore, 'ofAccount'>;
  readonly legs: LegFacts;
  readonly records: Pick<HedgeRecords, 'sent' | 'lastTrade' | 'costs'>;
  readonly keeping: Pick<HedgeKeeping, 'stop' | 'keepDanger' | 'forgetLeg'>;
  readonly puts: { readonly offers: Pick<PutOffers, 'of'>; readonly accounts: Pick<PutAccounts, 'of'>; readonly keys: Pick<KeyWatch, 'standing'> };
  readonly now: () => number;
}

/** Gathers everything that a decision about a hedge rests on. */
export class HedgeFacts {
  constructor(private readonly parts: HedgeFactsParts) {}

  /** `looks`: every account of the owner in the plan's environment, as it was just looked at. @throws what the stores throw */
  async of(plan: WatchedPlan, looks: ReadonlyMap<VenueAccountId, AccountLook>): Promise<HedgeInput> {
    const { policy } = plan;
    const now = this.parts.now();
    const loans = loanFactsOf(await this.parts.positions.ofAccount(plan.owner), policy.underlying, now);
    const carried = accountsOf(plan).flatMap((account) => looks.get(account) ?? []);
    const week = await this.parts.records.costs(plan.id, now - WEEK_MS);
    // Asked once for each account, so that a leg and the whole plan are decided on by the same stops.
    const stops = new Map<VenueAccountId, Promise<HedgeStop>>();
    const stopAt = (account: VenueAccountId): Promise<HedgeStop> => {
      const stop = stops.get(account) ?? this.parts.keeping.stop(plan, account);
      stops.set(account, stop);
      return stop;
    };
    const legsOf = (of: HedgePlan['legs']): Promise<readonly HedgeLeg[]> => Promise.all(of.flatMap((leg) => {
      const look = looks.get(leg.account);
      return look === undefined ? [] : [stopAt(leg.account).then((stop) => this.parts.legs.of(leg, look, policy.underlying, stop, fundingIn(week, leg.account)))];
    }));
    const legs = await legsOf(plan.legs);
    const leaving = await this.leaving(plan, await legsOf(plan.leaving), looks);
    const others = [...looks.values()].filter(({ id }) => plan.legs.every(({ account }) => account !== id) && leaving.every((leg) => leg.id !== id));
    const exposure = exposureOf({ underlying: policy.underlying, now, loans: loans.loans, accounts: others.map(({ id, reading }) => ({ id, account: reading })), instruments: instrumentsOf(others) });
    const standing = plan.puts.kind === 'account' ? await this.parts.puts.keys.standing(plan.puts.account) : null;
    const putAccount = await this.parts.puts.accounts.of(plan, looks, standing, plan.puts.kind === 'account' ? await stopAt(plan.puts.account) : 'none');
    const puts = this.parts.puts.offers.of(plan, looks, { exposure, loans: loans.books, oracle: loans.oracle, allowed: standing?.allowed ?? [], mostApart: standing?.mostApart ?? (0n as Bps), putAccount });
    return {
      policy, now: this.parts.now(), exposure, health: loans.health, loans: loans.books, legs, leaving, oracle: loans.oracle, hourlyVolatility: await this.volatility(plan, loans), ledger: await this.ledger(plan, legs, loans, now, perpetualsIn(looks)),
      stop: weakestStop(await Promise.all(accountsOf(plan).map(stopAt))), isReconciled: carried.every(({ verdict }) => verdict !== 'no-grow'), puts, putAccount,
    };
  }

  /** What still holds something of the legs that the owner took out of the plan; the others are forgotten. */
  private async leaving(plan: WatchedPlan, legs: readonly HedgeLeg[], looks: ReadonlyMap<VenueAccountId, AccountLook>): Promise<readonly HedgeLeg[]> {
    const { keeping } = this.parts;
    const isDone = (leg: HedgeLeg): boolean => isOver(leg) && looks.get(leg.id)?.verdict !== 'no-grow';
    for (const leg of legs.filter(isDone)) await keeping.forgetLeg(plan, { account: leg.id, instrument: leg.instrument.id });
    return legs.filter((leg) => !isDone(leg));
  }

  /** A loan's report where there is one; otherwise what the venue's marks did. */
  private async volatility(plan: HedgePlan, loans: LoanFacts): Promise<number> {
    const [leg] = plan.legs;
    if (loans.hourlyVolatility !== null || leg === undefined) return loans.hourlyVolatility ?? realisedVolatility([], 0n).hourly;
    return this.parts.legs.volatility(leg.instrument);
  }

  private async ledger(plan: WatchedPlan, legs: readonly HedgeLeg[], loans: LoanFacts, now: number, perpetuals: ReadonlySet<InstrumentId>): Promise<HedgeLedger> {
    const { records, keeping } = this.parts;
    const [costs, orders, month, lastTrade] = await Promise.all([records.costs(plan.id, now - MONTH_MS), records.sent({ planId: plan.id }, DAY_MS), plan.puts.kind === 'none' ? [] : records.sent({ planId: plan.id }, MONTH_MS), records.lastTrade(plan.id)]);
    const danger = dangerAfter(plan.danger, plan.policy, loans.health, now);
    if (danger.kind !== plan.danger.kind) await keeping.keepDanger(plan.id, danger);
    return { paidUsdE8: (paidUsd(costs, legs, loans.oracle) + premiumsOf(month, plan, perpetuals)) as SignedUsdE8, orders, lastTrade, danger };
  }
}

/** Of its legs, and the one that its puts are in. */
const accountsOf = ({ legs, puts }: HedgePlan): readonly VenueAccountId[] => [...new Set([...legs.map(({ account }) => account), ...(puts.kind === 'account' ? [puts.account] : [])])];

const perpetualsIn = (looks: ReadonlyMap<VenueAccountId, AccountLook>): ReadonlySet<InstrumentId> => new Set([...looks.values()].flatMap(({ instruments }) => instruments.flatMap(({ kind, id }) => (kind === 'perpetual' ? [id] : []))));

/** Dollars that options were bought for; what they were sold for again is not taken off. An instrument that is no perpetual that is listed now was an option. */
export const premiumsOf = (orders: HedgeLedger['orders'], { puts, legs, leaving }: Pick<HedgePlan, 'puts' | 'legs' | 'leaving'>, perpetuals: ReadonlySet<InstrumentId>): bigint =>
  orders.filter(({ account, instrument, side, reduceOnly, isRejected }) => puts.kind === 'account' && account === puts.account && side === 'buy' && !reduceOnly && !isRejected && !perpetuals.has(instrument) && [...legs, ...leaving].every((leg) => leg.instrument !== instrument))
    .reduce((sum, { notionalUsdE8 }) => sum + notionalUsdE8, 0n);

const fundingIn = (costs: readonly AccountCosts[], account: VenueAccountId): SettlementE18 => costs.filter((one) => one.account === account).reduce<bigint>((sum, { funding }) => sum + funding, 0n) as SettlementE18;

/** Fees less funding of all accounts that ever traded for the plan, also of those that carry it no more; coins at the price of now. Where nothing tells a price, what was paid in coins is left out until something does. */
export function paidUsd(costs: readonly AccountCosts[], legs: readonly HedgeLeg[], oracle: SourcePrice): SignedUsdE8 {
  const mark = legs.flatMap(({ market }) => (market.kind !== 'unknown' && market.value.markUsdE8.kind === 'price' ? [market.value.markUsdE8.usdE8] : []))[0] ?? (oracle.kind === 'price' ? oracle.usdE8 : null);
  return costs.reduce<bigint>((sum, { settlement, fees, funding }) => {
    if (settlement === null || (settlement.kind === 'coin' && mark === null)) return sum;
    return sum - settlementInUsdFloor((funding - fees) as SettlementE18, { settlement }, mark ?? (1n as UsdE8));
  }, 0n) as SignedUsdE8;
}

/** Of all venues, each once. */
const instrumentsOf = (looks: readonly AccountLook[]): readonly Instrument[] => {
  const byVenue = new Map(looks.map((look) => [`${partsOfVenueAccount(look.id).environment}:${partsOfVenueAccount(look.id).venue}`, look.instruments]));
  return [...byVenue.values()].flat();
};
