import type { z } from 'zod';
import { formatHealth, type Address, type Wad } from '@ballast/units';
import { aged, known, portfolioPart, type InstrumentId, type LendingPosition, type Underlying, type VenueAccountId, type VenueEnvironment } from '@ballast/positions';
import { isKeyOf, type VenueOwner } from '@ballast/policy';
import type { StoredHedgePlan, StoredVenueAccount, StoredVenueKey } from '@ballast/storage';
import type * as contract from '../contract/hedging-schemas.js';
import { NotFound } from '../problems/api-errors.js';
import { SEEN_WITHIN_MS } from '../views/freshness.js';
import { shownAddress } from '../views/text.js';
import { headlineOf, isExposed, priceOf, underlyingExposureView } from '../views/hedging/exposure-view.js';
import { hedgeView, type HedgeView } from '../views/hedging/hedge-view.js';
import { venueAccountView, type VenueAccountView } from '../views/hedging/venue-account-view.js';
import { venueKeyView, type VenueKeyView } from '../views/hedging/venue-key-view.js';
import type { HedgingStores } from './hedging-stores.js';

export type DerivativesView = z.infer<typeof contract.derivatives>;

/** Costs are counted over the time that a budget is for. */
const COST_DAYS_MS = 30 * 86_400_000;
const HEDGED: readonly Underlying[] = ['ETH', 'BTC'];

/** Everything stored of one owner that the pages about hedging show. */
interface Stored {
  readonly keys: readonly StoredVenueKey[];
  readonly accounts: readonly StoredVenueAccount[];
  readonly plans: readonly StoredHedgePlan[];
  readonly loans: readonly LendingPosition[];
  readonly instruments: Awaited<ReturnType<HedgingStores['instruments']['of']>>;
  readonly now: number;
}

/** Puts together what an owner is shown of his derivative accounts and hedges. */
export class DerivativesReader {
  constructor(private readonly stores: HedgingStores, private readonly now: () => number = Date.now) {}

  async derivatives(owner: VenueOwner): Promise<DerivativesView> {
    const stored = await this.stored(owner);
    const plans = stored.plans.filter(({ active }) => active);
    const [hedges, accounts] = await Promise.all([Promise.all(plans.map((plan) => this.hedge(plan, stored))), this.accountViews(stored)]);
    const environments = [...new Set<VenueEnvironment>([...stored.accounts.map(({ environment }) => environment), ...plans.map(({ environment }) => environment)])];
    const exposures = (environments.length === 0 ? (['live'] as const) : environments).flatMap((environment) => HEDGED.map((underlying) => this.exposure(environment, underlying, stored)).filter(isExposed));
    return { account: shownAddress(owner.owner), headline: headlineOf(exposures), underlyings: exposures, hedges, accounts, keys: stored.keys.map((key) => venueKeyView(key, readingsOf(key, stored.accounts))) };
  }

  /** @throws NotFound */
  async hedgeOf(owner: VenueOwner, id: string): Promise<HedgeView> {
    const stored = await this.stored(owner);
    const plan = stored.plans.find((one) => one.id === id);
    if (plan === undefined) throw new NotFound('hedge', id);
    return this.hedge(plan, stored);
  }

  /** @throws NotFound */
  async accountOf(owner: VenueOwner, id: VenueAccountId): Promise<VenueAccountView> {
    const stored = await this.stored(owner);
    const found = (await this.accountViews({ ...stored, accounts: stored.accounts.filter((one) => one.id === id) }))[0];
    if (found === undefined) throw new NotFound('venue account', id);
    return found;
  }

  /** @throws NotFound */
  async keyOf(owner: VenueOwner, name: string): Promise<{ readonly key: StoredVenueKey; readonly view: VenueKeyView }> {
    const [keys, accounts] = await Promise.all([this.stores.keys.ofOwner(owner.chainId, owner.owner), this.stores.accounts.ofOwner(owner.chainId, owner.owner)]);
    const key = keys.find((one) => one.name === name);
    if (key === undefined) throw new NotFound('venue key', name);
    return { key, view: venueKeyView(key, readingsOf(key, accounts)) };
  }

  /** The owner's keys, and those of his accounts whose key has not ended. */
  async connected({ chainId, owner }: VenueOwner): Promise<Pick<Stored, 'keys' | 'accounts'>> {
    const [keys, accounts] = await Promise.all([this.stores.keys.ofOwner(chainId, owner), this.stores.accounts.ofOwner(chainId, owner)]);
    return { keys, accounts: accounts.filter((account) => keys.some((key) => key.state.kind !== 'ended' && isKeyOf(key, account))) };
  }

  private async stored(of: VenueOwner): Promise<Stored> {
    const { chainId, owner } = of;
    const [{ keys, accounts }, plans, positions] = await Promise.all([this.connected(of), this.stores.plans.ofOwner(chainId, owner), this.stores.positions.ofAccount(owner as Address)]);
    const ids = new Set<InstrumentId>([...plans.flatMap(({ legs }) => legs.map(({ instrument }) => instrument)), ...accounts.flatMap(({ reading }) => (reading.kind === 'unknown' ? [] : reading.value.positions.map(({ instrument }) => instrument)))]);
    return { keys, accounts, plans, loans: positions.map(({ position }) => position).filter(({ collaterals, debts }) => collaterals.length + debts.length > 0), instruments: await this.stores.instruments.of([...ids]), now: this.now() };
  }

  private async hedge(plan: StoredHedgePlan, stored: Stored): Promise<HedgeView> {
    const costsSince = new Date(stored.now - COST_DAYS_MS);
    const [decisions, costs] = await Promise.all([this.stores.records.decisions({ planId: plan.id }, 1), this.stores.records.costs({ planId: plan.id }, costsSince)]);
    const underlying = plan.policy.underlying;
    return hedgeView({
      plan, decided: decisions[0], accounts: new Map(stored.accounts.map((account) => [account.id, account])), instruments: stored.instruments, costs, costsSince, health: healthWords(underlying, stored.loans),
      priceUsdE8: priceOf({ underlying, loans: loansOf(stored), accounts: stored.accounts, instruments: stored.instruments }), now: stored.now, freshForMs: SEEN_WITHIN_MS,
    });
  }

  private async accountViews({ accounts, keys, instruments, now }: Stored): Promise<VenueAccountView[]> {
    return Promise.all(accounts.map(async (account) => {
      const [decided] = await this.stores.records.decisions({ account: account.id }, 1);
      return venueAccountView({ account, key: keys.find((one) => isKeyOf(one, account)), instruments, decided, now, freshForMs: SEEN_WITHIN_MS });
    }));
  }

  private exposure(environment: VenueEnvironment, underlying: Underlying, stored: Stored) {
    const legs = new Set(stored.plans.filter((plan) => plan.active && plan.environment === environment && plan.policy.underlying === underlying).flatMap((plan) => [...plan.legs, ...plan.leaving].map(({ account }) => account)));
    return underlyingExposureView({ underlying, environment, loans: loansOf(stored), accounts: stored.accounts.filter((account) => account.environment === environment), instruments: stored.instruments, legs, now: stored.now, freshForMs: SEEN_WITHIN_MS });
  }
}

const readingsOf = (key: StoredVenueKey, accounts: readonly StoredVenueAccount[]) => accounts.filter((account) => isKeyOf(key, account)).map(({ reading }) => reading);

const loansOf = ({ loans, now }: Stored) => loans.map((position) => ({ position, reading: aged(known(position, Number(position.provenance.observedAt)), now, SEEN_WITHIN_MS) }));

/** Of the weakest loan that the underlying is part of. */
function healthWords(underlying: Underlying, loans: readonly LendingPosition[]): string | null {
  const healths = loans.flatMap((loan) => {
    const touches = portfolioPart(loan).rates.some(([, rate]) => rate.kind === 'rate' && rate.underlying === underlying);
    return touches && loan.reported.health.kind === 'ratio' ? [loan.reported.health.wad] : [];
  });
  if (healths.length === 0) return null;
  const weakest = healths.reduce((least, one) => (one < least ? one : least));
  return `Your weakest loan in ${underlying} stands at ${formatHealth(weakest as Wad)}. A hedge does not raise it: repaying does.`;
}
