import type { Gateway } from '@ballast/connectors/gateway';
import { isKeyOf, type BooksChange, type GuardedAccount, HedgeLedger, HedgeStop, Notice, OrderTrials, PlannedOrder, VenueBooks, VenueKeyRecord, VenueLease, VenueOwner, VenueSubject } from '@ballast/policy';
import { partsOfVenueAccount, type ClientOrderId, type DerivativeAccount, type InstrumentId, type PriceTick, type Reading, type VenueAccountId } from '@ballast/positions';
import type { HedgePlanStore, PrismaVenueJournal, SentFor, VenueAccountStore, VenueAlarmReader, VenueBooksStore, VenueJournalReader, VenueKeyStore, VenueMarkStore, VenueStopStore } from '@ballast/storage';
import { address, type Address, type ChainId, type ContractsE18, type UsdE8, type Wad } from '@ballast/units';
import type { KeyRights } from '@ballast/venue-wire';
import type { AccountBooks, AccountCosts, DecisionRun, HedgeKeeping, HedgeRecords, KeyFound, OrderPurpose, ToldOfSpell, VenueLines, WatchedPlan } from './keeping.js';
import { CANNOT_PATIENCE_MS, cannotNoticeId } from './patience.js';

/** A key is looked up many times in a turn; that it has ended is asked again in every transaction that sends. */
const KEY_AGE_MS = 1_000;

export interface KeepingStores {
  readonly plans: HedgePlanStore;
  readonly accounts: VenueAccountStore;
  readonly keys: VenueKeyStore;
  readonly stops: VenueStopStore;
}

export class StoredKeeping implements HedgeKeeping {
  private readonly known = new Map<VenueAccountId, { readonly key: VenueKeyRecord | null; readonly at: number }>();

  constructor(private readonly stores: KeepingStores, private readonly now: () => number) {}

  plans(chain: ChainId): Promise<readonly WatchedPlan[]> {
    return this.stores.plans.active(chain);
  }

  guarded(chain: ChainId): Promise<readonly GuardedAccount[]> {
    return this.stores.accounts.guarded(chain);
  }

  owners(chain: ChainId): Promise<readonly VenueOwner[]> {
    return this.stores.accounts.owners(chain);
  }

  async accounts({ chainId, owner }: VenueOwner): Promise<readonly VenueAccountId[]> {
    const [accounts, keys] = await Promise.all([this.stores.accounts.ofOwner(chainId, owner), this.stores.keys.ofOwner(chainId, owner)]);
    return accounts.filter((account) => keys.some((key) => key.state.kind !== 'ended' && isKeyOf(key, account))).map(({ id }) => id);
  }

  async carriers({ chainId, owner }: VenueOwner): Promise<ReadonlySet<VenueAccountId>> {
    return new Set((await this.stores.accounts.ofOwner(chainId, owner)).flatMap(({ id, carriesHedges }) => (carriesHedges ? [id] : [])));
  }

  async key(account: VenueAccountId): Promise<VenueKeyRecord | null> {
    const last = this.known.get(account);
    if (last !== undefined && this.now() - last.at < KEY_AGE_MS) return last.key;
    const stored = await this.stores.accounts.get(account);
    const key = stored === null ? null : await this.stores.keys.get({ ...partsOfVenueAccount(account), name: stored.keyName });
    this.known.set(account, { key, at: this.now() });
    return key;
  }

  async keyIs(key: VenueKeyRecord, state: Exclude<VenueKeyRecord['state'], { kind: 'ended' }>): Promise<void> {
    await this.stores.keys.setState(key, state, []);
    this.known.clear();
  }

  stop(owner: VenueOwner, account: VenueAccountId): Promise<HedgeStop> {
    return this.stores.stops.strongest(partsOfVenueAccount(account), owner);
  }

  async endPlan(plan: WatchedPlan): Promise<void> {
    await this.stores.plans.endLookedAt(plan, 'Nothing is hedged any more, and everything was closed.');
  }

  forgetLeg(plan: WatchedPlan, leg: Parameters<HedgeKeeping['forgetLeg']>[1]): Promise<void> {
    return this.stores.plans.forgetLeg(plan, leg);
  }

  keepDanger(planId: string, danger: HedgeLedger['danger']): Promise<void> {
    return this.stores.plans.setDanger(planId, danger);
  }
}

/** Ticks are of an instrument; nobody looks at their asset. */
const NO_ASSET: Address = address(`0x${'0'.repeat(40)}`);

export class StoredBooks implements AccountBooks {
  constructor(private readonly stores: { readonly accounts: VenueAccountStore; readonly books: VenueBooksStore; readonly marks: VenueMarkStore }) {}

  books(account: VenueAccountId): Promise<VenueBooks> {
    return this.stores.books.read(account);
  }

  async last(account: VenueAccountId): Promise<{ readonly reading: Reading<DerivativeAccount>; readonly unreadSince: number | null }> {
    const stored = await this.stores.accounts.get(account);
    return { reading: stored?.reading ?? { kind: 'unknown', why: 'The account is not connected.' }, unreadSince: stored?.unread?.since ?? null };
  }

  /** Books first: where this ends in between, the next look reads the account once more. */
  async keep(account: DerivativeAccount, change: BooksChange, notices: readonly Notice[], back: ToldOfSpell, lease: VenueLease): Promise<void> {
    await this.stores.books.write(account.id, change, notices, lease);
    await this.stores.accounts.storeReading(account, back);
  }

  unread(account: VenueAccountId, at: number, why: string, gone: ToldOfSpell): Promise<number> {
    return this.stores.accounts.markUnread(account, at, why, gone);
  }

  async leverage(account: VenueAccountId, instrument: InstrumentId): Promise<Wad | null> {
    return (await this.stores.accounts.leverages(account)).get(instrument)?.wad ?? null;
  }

  keepLeverage(account: VenueAccountId, instrument: InstrumentId, leverage: Wad, at: number): Promise<void> {
    return this.stores.accounts.setLeverage(account, instrument, { wad: leverage, at });
  }

  keepMark(instrument: InstrumentId, usdE8: UsdE8, at: number): Promise<void> {
    return this.stores.marks.sample([{ instrument, usdE8, at }]);
  }

  async marks(instrument: InstrumentId, since: number): Promise<readonly PriceTick[]> {
    return (await this.stores.marks.since(instrument, since)).map(({ at, usdE8 }) => ({ asset: NO_ASSET, usdE8, at: BigInt(Math.floor(at / 1_000)) }));
  }
}

export class StoredRecords implements HedgeRecords {
  constructor(private readonly reader: VenueJournalReader, private readonly alarms: VenueAlarmReader, private readonly journal: Pick<PrismaVenueJournal, 'nextSlice'>) {}

  async latest(subject: VenueSubject): Promise<DecisionRun | null> {
    const of = subject.kind === 'hedge' ? { planId: subject.planId } : { account: subject.account };
    const [last] = await this.reader.decisions(of, 1);
    if (last === undefined) return null;
    const { decision } = last.about;
    const spell = decision.kind === 'cannot' ? await this.alarms.cannotSpell(of, CANNOT_PATIENCE_MS) : null;
    const told = spell === null ? [] : await this.alarms.told(spell.reasons.map((reason) => cannotNoticeId(subject.kind, spell.id, reason)));
    return { id: last.id, since: last.at.getTime(), decision, spell: spell === null ? null : { ...spell, isTold: told.length > 0 } };
  }

  async purpose(order: ClientOrderId): Promise<OrderPurpose | null> {
    const stored = await this.reader.order(order);
    const decided = stored === null ? null : await this.reader.decision(stored.decisionId);
    return decided === null ? null : { decisionId: decided.id, decision: decided.about.decision, guarded: decided.about.kind === 'account' ? decided.about.account : null };
  }

  trials(account: VenueAccountId, instrument: InstrumentId): Promise<OrderTrials> {
    return this.alarms.trials(account, instrument);
  }

  ordered(account: VenueAccountId): Promise<readonly InstrumentId[]> {
    return this.alarms.ordered(account);
  }

  sent(of: SentFor, withinMs: number): Promise<HedgeLedger['orders']> {
    return this.reader.sentLately(of, withinMs);
  }

  async lastTrade(planId: string): Promise<HedgeLedger['lastTrade']> {
    const last = await this.reader.lastTraded(planId);
    if (last === null || last.intent.sent.kind === 'never') return { kind: 'never' };
    const { order, filled } = last.intent;
    const decided = (await this.reader.decision(last.decisionId))?.about.decision;
    const planned = decided !== undefined && 'orders' in decided ? decided.orders.find((one: PlannedOrder) => one.account === order.account && one.instrument === order.instrument) : undefined;
    return { kind: 'at', at: last.intent.sent.lastAt, wasWhole: filled >= order.contracts && (planned === undefined || planned.restCoins === 0n) };
  }

  costs(planId: string, since: number): Promise<readonly AccountCosts[]> {
    return this.reader.costs({ planId }, new Date(since));
  }

  bought(planId: string, account: VenueAccountId): Promise<ReadonlyMap<InstrumentId, ContractsE18>> {
    return this.reader.bought(planId, account);
  }

  refusedMoves(account: VenueAccountId): Promise<{ readonly times: number; readonly lastAt: number }> {
    return this.reader.refusedMoves(account);
  }

  nextSlice(subject: VenueSubject, version: number): Promise<number> {
    return this.journal.nextSlice(subject, version);
  }
}

/** When a key ends by itself, as it is stored. */
export const endsOf = ({ expiresAt }: KeyRights): KeyFound['ends'] => (expiresAt.kind === 'unknown' ? { kind: 'unknown' } : expiresAt.value === 'never' ? { kind: 'never' } : { kind: 'at', at: expiresAt.value });

/** Through the process that holds the keys. A key that it takes can trade and cannot withdraw: it refuses every other. */
export const linesOf = (gateway: Pick<Gateway, 'venue' | 'checkKey'>): VenueLines => ({
  line: (key) => ({
    ...gateway.venue(key),
    checkKey: async (): Promise<KeyFound> => {
      return { scopes: { trade: true, withdraw: false }, ends: endsOf(await gateway.checkKey(key)) };
    },
  }),
});
