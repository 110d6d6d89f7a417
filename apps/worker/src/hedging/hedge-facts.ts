import { dangerAfter, type HedgeInput, type HedgeLeg, type HedgeLedger, type HedgePlan, type HedgeStop } from '@ballast/policy';
import { partsOfVenueAccount, settlementInUsdFloor, type Instrument, type VenueAccountId } from '@ballast/positions';
import { exposureOf, realisedVolatility } from '@ballast/risk';
import type { PositionStore } from '@ballast/storage';
import type { SettlementE18, SignedUsdE8, UsdE8 } from '@ballast/units';
import type { AccountLook } from './account-watch.js';
import type { AccountBooks, HedgeKeeping, HedgeRecords } from './keeping.js';
import type { LegFacts } from './leg-facts.js';
import { loanFactsOf, type LoanFacts } from './loan-facts.js';

const DAY_MS = 86_400_000;
const MONTH_MS = 30 * DAY_MS;
const MARKS_MS = 10 * DAY_MS;

export interface HedgeFactsParts {
  readonly positions: Pick<PositionStore, 'ofAccount'>;
  readonly legs: LegFacts;
  readonly books: Pick<AccountBooks, 'costs' | 'marks'>;
  readonly records: Pick<HedgeRecords, 'sentSince' | 'lastTrade' | 'danger' | 'keepDanger'>;
  readonly keeping: Pick<HedgeKeeping, 'stop'>;
  readonly now: () => number;
}

/** By how little may still be sent. */
const WEAKEST_FIRST: readonly HedgeStop[] = ['none', 'no-grow', 'flatten', 'cancel-all'];
export const strongest = (stops: readonly HedgeStop[]): HedgeStop => stops.reduce<HedgeStop>((most, one) => (WEAKEST_FIRST.indexOf(one) > WEAKEST_FIRST.indexOf(most) ? one : most), 'none');

/** Gathers everything that a decision about a hedge rests on. */
export class HedgeFacts {
  constructor(private readonly parts: HedgeFactsParts) {}

  /** `looks`: every account of the owner in the plan's environment, as it was just looked at. @throws what the stores throw */
  async of(plan: HedgePlan, looks: ReadonlyMap<VenueAccountId, AccountLook>): Promise<HedgeInput> {
    const { policy } = plan;
    const now = this.parts.now();
    const loans = loanFactsOf(await this.parts.positions.ofAccount(plan.owner), policy.underlying, now);
    const carried = plan.legs.flatMap((leg) => looks.get(leg.account) ?? []);
    const legs = await Promise.all(plan.legs.flatMap((leg) => {
      const look = looks.get(leg.account);
      return look === undefined ? [] : [this.parts.legs.of(leg, look, policy.underlying)];
    }));
    const others = [...looks.values()].filter(({ id }) => plan.legs.every(({ account }) => account !== id));
    const exposure = exposureOf({ underlying: policy.underlying, now, loans: loans.loans, accounts: others.map(({ id, reading }) => ({ id, account: reading })), instruments: instrumentsOf(others) });
    return {
      policy, now: this.parts.now(), exposure, health: loans.health, loans: loans.books, legs, oracle: loans.oracle, hourlyVolatility: await this.volatility(plan, loans), ledger: await this.ledger(plan, legs, loans, now),
      stop: strongest(await Promise.all(plan.legs.map(({ account }) => this.parts.keeping.stop(plan, account)))), isReconciled: carried.every(({ verdict }) => verdict !== 'no-grow'), puts: { kind: 'not-looked-at' },
    };
  }

  /** A loan's report where there is one; otherwise what the venue's marks did. */
  private async volatility(plan: HedgePlan, loans: LoanFacts): Promise<number> {
    const [leg] = plan.legs;
    if (loans.hourlyVolatility !== null || leg === undefined) return loans.hourlyVolatility ?? realisedVolatility([], 0n).hourly;
    return this.marksVolatility(leg.instrument);
  }

  async marksVolatility(instrument: HedgePlan['legs'][number]['instrument']): Promise<number> {
    const now = this.parts.now();
    return realisedVolatility(await this.parts.books.marks(instrument, now - MARKS_MS), BigInt(Math.floor(now / 1_000))).hourly;
  }

  private async ledger(plan: HedgePlan, legs: readonly HedgeLeg[], loans: LoanFacts, now: number): Promise<HedgeLedger> {
    const { records } = this.parts;
    const [paid, orders, lastTrade, was] = await Promise.all([this.paid(legs, now), records.sentSince(plan, plan.environment, now - DAY_MS), records.lastTrade(plan.id), records.danger(plan.id)]);
    const danger = dangerAfter(was, plan.policy, loans.health, now);
    if (danger.kind !== was.kind) await records.keepDanger(plan.id, danger);
    return { paidUsdE8: paid, orders, lastTrade, danger };
  }

  /** Fees and funding of 30 days; coins at the price of now. Where nothing tells a price, what was paid in coins is left out: it is told again with the next. */
  private async paid(legs: readonly HedgeLeg[], now: number): Promise<SignedUsdE8> {
    let sum = 0n;
    for (const { id, instrument, market } of legs) {
      const { fees, funding } = await this.parts.books.costs(id, instrument.id, now - MONTH_MS);
      const mark = market.kind !== 'unknown' && market.value.markUsdE8.kind === 'price' ? market.value.markUsdE8.usdE8 : null;
      if (instrument.settlement.kind === 'usd' || mark !== null) sum -= settlementInUsdFloor((funding - fees) as SettlementE18, instrument, mark ?? (1n as UsdE8));
    }
    return sum as SignedUsdE8;
  }
}

/** Of all venues, each once. */
const instrumentsOf = (looks: readonly AccountLook[]): readonly Instrument[] => {
  const byVenue = new Map(looks.map((look) => [`${partsOfVenueAccount(look.id).environment}:${partsOfVenueAccount(look.id).venue}`, look.instruments]));
  return [...byVenue.values()].flat();
};
