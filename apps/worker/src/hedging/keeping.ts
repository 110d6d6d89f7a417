import type { AccountDecision, BooksChange, GuardedAccount, HedgeDecision, HedgeLedger, HedgePlan, HedgeStop, KeyScopes, Notice, OrderTrials, VenueBooks, VenueKeyRecord, VenueLease, VenueOwner, VenueSubject } from '@ballast/policy';
import type { ClientOrderId, DerivativeAccount, InstrumentId, PriceTick, Reading, Settlement, VenueAccountId, VenueReader, VenueTrader } from '@ballast/positions';
import type { ChainId, ContractsE18, SettlementE18, UsdE8, Wad } from '@ballast/units';

/** A plan with since when its mode would hedge nothing. */
export interface WatchedPlan extends HedgePlan {
  readonly danger: HedgeLedger['danger'];
}

/** What is hedged and guarded, by what keys, and what stops it. */
export interface HedgeKeeping {
  /** Active ones of the chain. */
  plans(chain: ChainId): Promise<readonly WatchedPlan[]>;
  guarded(chain: ChainId): Promise<readonly GuardedAccount[]>;
  /** Whoever has connected an account on the chain, whether or not anything is hedged or guarded there: it is watched all the same. */
  owners(chain: ChainId): Promise<readonly VenueOwner[]>;
  /** Every account of the owner whose key has not ended. */
  accounts(owner: VenueOwner): Promise<readonly VenueAccountId[]>;
  /** Those of the owner's accounts that are for his hedges alone. */
  carriers(owner: VenueOwner): Promise<ReadonlySet<VenueAccountId>>;
  key(account: VenueAccountId): Promise<VenueKeyRecord | null>;
  /** What the venue said of the key. */
  keyIs(key: VenueKeyRecord, state: Exclude<VenueKeyRecord['state'], { kind: 'ended' }>): Promise<void>;
  stop(owner: VenueOwner, account: VenueAccountId): Promise<HedgeStop>;
  keepDanger(planId: string, danger: HedgeLedger['danger']): Promise<void>;
  /** Nothing more is held in a leg that the owner took out of the plan. */
  forgetLeg(plan: WatchedPlan, leg: Pick<HedgePlan['leaving'][number], 'account' | 'instrument'>): Promise<void>;
  /** A plan after which nothing is hedged and nothing is held any more. Nothing happens where its owner changed it since. */
  endPlan(plan: WatchedPlan): Promise<void>;
}

/** What is told of a spell in which an account could not be read, given since when; written with it. */
export type ToldOfSpell = (since: number) => readonly Notice[];

/** What our own books say of accounts, and how they were read last. */
export interface AccountBooks {
  books(account: VenueAccountId): Promise<VenueBooks>;
  /** As it was read last, `known` at that time however long ago, and since when it cannot be read; unknown before the first. */
  last(account: VenueAccountId): Promise<{ readonly reading: Reading<DerivativeAccount>; readonly unreadSince: number | null }>;
  /** Everything that one look found. `back` where it could not be read before. @throws LeaseLost, BooksMoved */
  keep(account: DerivativeAccount, change: BooksChange, notices: readonly Notice[], back: ToldOfSpell, lease: VenueLease): Promise<void>;
  /** Since when it cannot be read; the first to say so begins the spell. `gone` is told each time. */
  unread(account: VenueAccountId, at: number, why: string, gone: ToldOfSpell): Promise<number>;
  /** As it was read back last; null where it never was. */
  leverage(account: VenueAccountId, instrument: InstrumentId): Promise<Wad | null>;
  keepLeverage(account: VenueAccountId, instrument: InstrumentId, leverage: Wad, at: number): Promise<void>;
  /** One mark a minute is kept. */
  keepMark(instrument: InstrumentId, usdE8: UsdE8, at: number): Promise<void>;
  /** Marks since then (milliseconds), oldest first; the asset of each tick says nothing. */
  marks(instrument: InstrumentId, since: number): Promise<readonly PriceTick[]>;
}

/** Decisions one after the other that could not act, whatever their reasons. */
export interface CannotRun {
  /** Of the first of them. */
  readonly id: string;
  readonly since: number;
  /** From when on no reason lasted for as long as it takes to be told; the newest may. */
  readonly unsettledSince: number;
  /** Whether its owner was told of any of them. */
  readonly isTold: boolean;
}

/** The last run of equal decisions. `decision` is of its last look. */
export interface DecisionRun<D = HedgeDecision | AccountDecision> {
  readonly id: string;
  readonly since: number;
  readonly decision: D;
  /** Null where it could act. */
  readonly spell: CannotRun | null;
}

/** What an order was for: the decision that it carries out. */
export interface OrderPurpose {
  readonly decisionId: string;
  readonly decision: HedgeDecision | AccountDecision;
  /** The guarded account that it protects; null where it is a hedge's. */
  readonly guarded: VenueAccountId | null;
}

/** Of one account that ever traded for a plan: fees above zero paid, funding above zero received, in what it settles in. */
export interface AccountCosts {
  readonly account: VenueAccountId;
  /** Null where it was never read. */
  readonly settlement: Settlement | null;
  readonly fees: SettlementE18;
  readonly funding: SettlementE18;
}

/** What was decided and sent before. */
export interface HedgeRecords {
  latest(subject: VenueSubject): Promise<DecisionRun | null>;
  /** What was sent for the plan, or to protect the guarded account, in the last so many milliseconds; oldest first. */
  sent(of: { readonly planId: string } | { readonly account: VenueAccountId }, withinMs: number): Promise<HedgeLedger['orders']>;
  /** How many of the account's last moves of margin the venue did not take, in a row, and when the last was. */
  refusedMoves(account: VenueAccountId): Promise<{ readonly times: number; readonly lastAt: number }>;
  /** The plan's last order of which something was filled. */
  lastTrade(planId: string): Promise<HedgeLedger['lastTrade']>;
  costs(planId: string, since: number): Promise<readonly AccountCosts[]>;
  /** Contracts of each instrument that orders of the plan bought in the account, less what they sold. */
  bought(planId: string, account: VenueAccountId): Promise<ReadonlyMap<InstrumentId, ContractsE18>>;
  /** Null where there is no such order. */
  purpose(order: ClientOrderId): Promise<OrderPurpose | null>;
  trials(account: VenueAccountId, instrument: InstrumentId): Promise<OrderTrials>;
  /** Instruments of which anything was ever ordered in the account. */
  ordered(account: VenueAccountId): Promise<readonly InstrumentId[]>;
  /** The first number that no order of this subject and version was named with. */
  nextSlice(subject: VenueSubject, version: number): Promise<number>;
}

/** What the venue says of a key that it takes. */
export interface KeyFound {
  readonly scopes: KeyScopes;
  readonly ends: Extract<VenueKeyRecord['state'], { kind: 'connected' }>['ends'];
}

/** How one key's accounts are spoken with. */
export interface VenueLine {
  readonly reader: VenueReader;
  readonly trader: VenueTrader;
  /** Asks the venue. @throws VenueKeyRefused, VenueUnavailable, VenueAnswerInvalid */
  checkKey(): Promise<KeyFound>;
}

/** The way to the process that holds trading keys. Nothing is asked before a line is used. */
export interface VenueLines {
  line(key: VenueKeyRecord): VenueLine;
}
