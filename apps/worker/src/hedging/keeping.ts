import type { AccountDecision, BooksChange, GuardedAccount, HedgeDecision, HedgeLedger, HedgePlan, HedgeStop, Notice, VenueBooks, VenueKeyRecord, VenueOwner, VenueSubject } from '@ballast/policy';
import type { DerivativeAccount, InstrumentId, PriceTick, Reading, VenueAccountId, VenueEnvironment, VenueReader, VenueTrader } from '@ballast/positions';
import type { KeyScopes } from '@ballast/policy';
import type { ChainId, SettlementE18, UsdE8, Wad } from '@ballast/units';

/** What is hedged and guarded, by what keys, and what stops it. */
export interface HedgeKeeping {
  /** Active ones of the chain. */
  plans(chain: ChainId): Promise<readonly HedgePlan[]>;
  guarded(chain: ChainId): Promise<readonly GuardedAccount[]>;
  /** Every connected account of the owner, of one environment or the other. */
  accounts(owner: VenueOwner): Promise<readonly VenueAccountId[]>;
  key(account: VenueAccountId): Promise<VenueKeyRecord | null>;
  stop(owner: VenueOwner, account: VenueAccountId): Promise<HedgeStop>;
}

/** What our own books say of accounts, and how they were read last. */
export interface AccountBooks {
  books(account: VenueAccountId): Promise<VenueBooks>;
  /** As it was read last, `known` at that time however long ago; unknown before the first. */
  reading(account: VenueAccountId): Promise<Reading<DerivativeAccount>>;
  /** Everything that one look found, in one transaction; ends the spell in which the account could not be read. */
  keep(account: DerivativeAccount, change: BooksChange, notices: readonly Notice[]): Promise<void>;
  /** Since when it cannot be read; the first to say so begins the spell. */
  unread(account: VenueAccountId, at: number, why: string): Promise<number>;
  /** Null while it is read. */
  unreadSince(account: VenueAccountId): Promise<number | null>;
  /** Of the instrument since then: fees above zero paid, funding above zero received. */
  costs(account: VenueAccountId, instrument: InstrumentId, since: number): Promise<{ readonly fees: SettlementE18; readonly funding: SettlementE18 }>;
  /** As it was read back last; null where it never was. */
  leverage(account: VenueAccountId, instrument: InstrumentId): Promise<Wad | null>;
  keepLeverage(account: VenueAccountId, instrument: InstrumentId, leverage: Wad, at: number): Promise<void>;
  /** One mark a minute is kept. */
  keepMark(instrument: InstrumentId, usdE8: UsdE8, at: number): Promise<void>;
  /** Marks since then (milliseconds), oldest first; the asset of each tick says nothing. */
  marks(instrument: InstrumentId, since: number): Promise<readonly PriceTick[]>;
}

/** The last run of equal decisions. `decision` is of its last look. */
export interface DecisionRun<D = HedgeDecision | AccountDecision> {
  readonly id: string;
  readonly since: number;
  readonly decision: D;
}

/** What was decided and sent before. */
export interface HedgeRecords {
  latest(subject: VenueSubject): Promise<DecisionRun | null>;
  /** What was sent for the owner in the environment since then. */
  sentSince(owner: VenueOwner, environment: VenueEnvironment, at: number): Promise<HedgeLedger['orders']>;
  /** The plan's last order of which something was filled. */
  lastTrade(planId: string): Promise<HedgeLedger['lastTrade']>;
  danger(planId: string): Promise<HedgeLedger['danger']>;
  keepDanger(planId: string, danger: HedgeLedger['danger']): Promise<void>;
  /** The first number that no order of this subject and version was named with. */
  nextSlice(subject: VenueSubject, version: number): Promise<number>;
}

/** What the venue says of a key that it takes. */
export interface KeyFound {
  readonly scopes: KeyScopes;
  readonly ends: { readonly kind: 'at'; readonly at: number } | { readonly kind: 'never' };
}

/** How one key's accounts are spoken with. */
export interface VenueLine {
  readonly reader: VenueReader;
  readonly trader: VenueTrader;
  /** Asks the venue. @throws VenueKeyRefused, VenueUnavailable, VenueAnswerInvalid */
  checkKey(): Promise<KeyFound>;
}

/** The way to the process that holds trading keys. */
export interface VenueLines {
  /** @throws VenueUnavailable where that process does not answer; VenueKeyRefused where the key cannot be opened or is not taken */
  line(key: VenueKeyRecord): Promise<VenueLine>;
}
