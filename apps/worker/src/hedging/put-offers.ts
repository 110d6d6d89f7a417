import { isNearMark, listedPut, missingCover, putNeedOf, putsToPrice, type HedgePlan, type ListedPut, type PutAccount, type PutNeed, type PutNeedFacts, type PutSide } from '@ballast/policy';
import type { InstrumentId, ListedOption, VenueAccountId } from '@ballast/positions';
import type { Bps } from '@ballast/units';
import type { AccountLook } from './account-watch.js';
import type { PutMarkets } from './put-markets.js';

/** What puts cost stands beside a hedge for its owner to compare: it is read once a minute and told for three. */
const COMPARED = { everyMs: 60_000, maxAgeMs: 180_000 } as const;
/** Where puts are to be bought it is read as often as that, and no older than the plan's prices may be. */
const BUYING_EVERY_MS = 5_000;

export interface PutOffersFacts extends Omit<PutNeedFacts, 'policy'> {
  /** Instruments that the key's limits name. */
  readonly allowed: readonly InstrumentId[];
  /** How far from the mark they let a price be. */
  readonly mostApart: Bps;
  readonly putAccount: PutAccount;
}

/** What puts would cost in an account of the owner, eight of them at most. */
export class PutOffers {
  constructor(private readonly markets: Pick<PutMarkets, 'ask' | 'of'>, private readonly now: () => number) {}

  /** Never throws for what a venue does. The first answer has no offers yet. */
  of(plan: Pick<HedgePlan, 'puts' | 'policy'>, looks: ReadonlyMap<VenueAccountId, AccountLook>, facts: PutOffersFacts): PutSide {
    const look = lookFor(plan, [...looks.values()]);
    if (look === null) return { kind: 'not-looked-at', because: plan.puts.kind === 'none' ? 'puts-no-account' : 'puts-unread' };
    if (look.trouble.kind !== 'none') return { kind: 'not-looked-at', because: 'puts-unread' };
    const found = putNeedOf({ ...facts, policy: plan.policy });
    if (found.kind !== 'need') return { kind: 'not-looked-at', because: found.kind === 'not-needed' ? 'puts-not-needed' : found.because };
    return plan.policy.mode.kind === 'tail' && plan.puts.kind === 'account' ? this.bought(plan, look, found.need, facts) : this.compared(plan, look, found.need);
  }

  private compared({ policy }: Pick<HedgePlan, 'policy'>, { id: account, instruments }: AccountLook, need: PutNeed): PutSide {
    const wanted = putsToPrice(instruments, need, policy, this.now());
    const puts = this.read(account, policy.underlying, wanted, COMPARED);
    if (puts.length === 0 && wanted.length > 0) return { kind: 'not-looked-at', because: 'puts-unread' };
    return { kind: 'priced-only', account, need: { ...need, indexUsdE8: indexOf(puts) ?? need.indexUsdE8 }, puts };
  }

  private bought({ policy }: Pick<HedgePlan, 'policy'>, { id: account, instruments }: AccountLook, need: PutNeed, { allowed, mostApart, putAccount }: PutOffersFacts): PutSide {
    const isCovered = putAccount.kind === 'read' && missingCover({ need, held: putAccount.held, policy, now: this.now() }) <= 0n;
    const wanted = putsToPrice(instruments.filter(({ id }) => allowed.includes(id)), need, policy, this.now());
    if (wanted.length === 0) return { kind: 'looked-at', account, need, offers: putsToPrice(instruments, need, policy, this.now()).length > 0 ? 'none-allowed' : 'read', puts: [] };
    const puts = this.read(account, policy.underlying, wanted, isCovered ? COMPARED : { everyMs: BUYING_EVERY_MS, maxAgeMs: policy.maxPriceAgeMs });
    return { kind: 'looked-at', account, need: { ...need, indexUsdE8: indexOf(puts) ?? need.indexUsdE8 }, offers: puts.length > 0 ? 'read' : 'unread', puts: puts.map((put) => ({ ...put, keyAllows: isNearMark(put, policy.slippage, mostApart) })) };
  }

  private read(account: VenueAccountId, what: string, wanted: readonly ListedOption[], { everyMs, maxAgeMs }: { readonly everyMs: number; readonly maxAgeMs: number }): readonly ListedPut[] {
    this.markets.ask(what, account, wanted.map(({ id }) => id), everyMs);
    return wanted.flatMap((option) => {
      const market = this.markets.of(option.id, maxAgeMs);
      return market.kind === 'known' ? [listedPut(option, market.value)] : [];
    });
  }
}

/** The account that the plan names; where it names none, the first of the owner's at a venue that lists puts of the coin: asking for a price binds nobody. */
function lookFor({ puts, policy }: Pick<HedgePlan, 'puts' | 'policy'>, looks: readonly AccountLook[]): AccountLook | null {
  if (puts.kind === 'account') return looks.find(({ id }) => id === puts.account) ?? null;
  const listing = looks.filter(({ instruments }) => instruments.some((one) => one.kind === 'option' && one.underlying === policy.underlying));
  return listing.sort((one, other) => (one.id < other.id ? -1 : 1))[0] ?? null;
}

/** The venue's index, which premiums in coins are worth. */
function indexOf(puts: readonly ListedPut[]): PutNeed['indexUsdE8'] | null {
  const told = puts.flatMap(({ market: { indexUsdE8 } }) => (indexUsdE8.kind === 'price' ? [indexUsdE8.usdE8] : []));
  return told[0] ?? null;
}
