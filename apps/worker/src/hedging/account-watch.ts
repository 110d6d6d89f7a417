import { Logger } from '@nestjs/common';
import { SETTLING_MS, adoptVenue, differencesAfter, reconcile, type BooksChange, type Differences, type FilledLately, type Notice, type Reconciliation, type VenueBooks, type VenueIntent, type VenueJournal, type VenueLease, type VenueLedger, type VenueOwner, type VenueSays } from '@ballast/policy';
import { VenueKeyRefused, aged, type ClientOrderId, type DerivativeAccount, type Instrument, type Reading, type VenueAccountId, type VenueCursor, type VenuePage } from '@ballast/positions';
import { withOwnGreeks } from '@ballast/risk';
import type { AccountBooks, VenueLine } from './keeping.js';
import { VenueNotAsked, type KeyWatch } from './key-watch.js';
import type { Listing } from './listing.js';
import { UNREAD_PATIENCE_MS, noticesOfLook } from './look-notices.js';

/** What one look at an account came to. */
export interface AccountLook {
  readonly id: VenueAccountId;
  /** Stale where it was not read just now. */
  readonly reading: Reading<DerivativeAccount>;
  readonly instruments: readonly Instrument[];
  /** `no-grow` also where it could not be read. */
  readonly verdict: Reconciliation['verdict'];
  /** Something happened that calls for a new plan at once, beside what the hedge itself does: a liquidation, automatic deleveraging. */
  readonly isShaken: boolean;
  readonly trouble: { readonly kind: 'none' } | { readonly kind: 'silent' | 'key-refused'; readonly why: string; readonly since: number };
  /** Orders whose books must be looked at again: their fills say more. */
  readonly misbooked: readonly ClientOrderId[];
  /** Orders of ours that were filled a moment ago and are not in the reading yet. */
  readonly settling: readonly VenueIntent[];
}

/** A reading older than this is shown and bounds what is true; nothing grows on it. */
const FRESH_MS = 15_000;
/** What happened right before the first look is taken over with it. */
const BEFORE_FIRST_MS = 60_000;
const MOST_PAGES = 200;
const MOST_UNRESTS = 5;

export interface AccountWatchParts {
  readonly books: Pick<AccountBooks, 'books' | 'last' | 'keep' | 'unread'>;
  readonly journal: Pick<VenueJournal, 'openOrders' | 'filledLately' | 'order'>;
  readonly keys: KeyWatch;
  readonly listing: Listing;
  readonly now: () => number;
}

/** Reads an account with everything that happened to it, holds it against our own books and keeps what was found, in one transaction with what its owner is told. */
export class AccountWatch {
  private readonly log = new Logger(AccountWatch.name);

  constructor(private readonly parts: AccountWatchParts) {}

  /** Never throws for what a venue does or does not: that is a finding. @throws what the stores throw; LeaseLost */
  async look(id: VenueAccountId, owner: VenueOwner, lease: VenueLease): Promise<AccountLook> {
    const before = await this.parts.books.books(id);
    const asked = await this.read(id, before).then((read) => ({ kind: 'read', ...read }) as const, (error: Error) => ({ kind: 'failed', error }) as const);
    return asked.kind === 'read' ? this.found(id, owner, before, asked, lease) : this.missed(id, owner, asked.error);
  }

  /** As it was read last, without asking the venue: for whoever may not write its books. */
  async remembered(id: VenueAccountId): Promise<AccountLook> {
    const { reading, unreadSince } = await this.parts.books.last(id);
    return {
      id, reading: aged(reading, this.parts.now(), FRESH_MS), instruments: this.parts.listing.remembered(id), verdict: unreadSince === null ? 'reconciled' : 'no-grow', isShaken: false, trouble: { kind: 'none' }, misbooked: [], settling: [],
    };
  }

  /** The same of one that could not be looked at for a reason of our own: nothing grows on it, and where not even that is known it counts as unknown and not as nothing. */
  async unseen(id: VenueAccountId, error: Error): Promise<AccountLook> {
    const last = await this.remembered(id).catch((): AccountLook => ({ id, reading: { kind: 'unknown', why: error.message }, instruments: [], verdict: 'no-grow', isShaken: false, trouble: { kind: 'none' }, misbooked: [], settling: [] }));
    return { ...last, verdict: 'no-grow' };
  }

  private async read(id: VenueAccountId, before: VenueBooks): Promise<{ readonly says: VenueSays; readonly cursors: NonNullable<VenueBooks['cursors']>; readonly instruments: readonly Instrument[]; readonly intents: readonly VenueIntent[]; readonly filledLately: readonly FilledLately[] }> {
    // Before the venue is asked: what is filled after this is under way by itself.
    // Where something is unexplained already the position tells nothing of a single order.
    const filledLately = (await this.parts.journal.filledLately(id, SETTLING_MS)).filter(({ intent }) => !before.differences.has(intent.order.instrument));
    return this.parts.keys.ask(id, async (line) => {
      const instruments = await this.parts.listing.of(id, line);
      const from = before.cursors ?? { fills: { kind: 'since', at: this.parts.now() - BEFORE_FIRST_MS }, funding: { kind: 'since', at: this.parts.now() - BEFORE_FIRST_MS } };
      if (before.cursors === null) return { ...(await this.atRest(line, id, from)), instruments, intents: [], filledLately: [] };
      const first = await this.saysFrom(line, id, from);
      const intents = await this.intentsOf(id, first.says);
      // A fill between the two reads shows as a difference: what is still there at a second look is told.
      if (reconcile({ ...before.ledger, intents, filledLately }, first.says, lotsOf(instruments)).verdict !== 'no-grow') return { ...first, instruments, intents, filledLately };
      const second = await this.saysFrom(line, id, from);
      return { ...second, instruments, intents: await this.intentsOf(id, second.says), filledLately };
    });
  }

  /** The account with all fills that it holds and none that it does not: nothing was filled while it was read. */
  private async atRest(line: VenueLine, id: VenueAccountId, from: NonNullable<VenueBooks['cursors']>): Promise<Awaited<ReturnType<AccountWatch['saysFrom']>>> {
    let read = await this.saysFrom(line, id, from);
    for (let again = 0; again < MOST_UNRESTS; again += 1) {
      const after = await this.saysFrom(line, id, from);
      if (after.says.fills.length === read.says.fills.length) return read;
      read = after;
    }
    return read;
  }

  /** Fills and funding first, then the account: what happens in between is in the account and explained by the next look. */
  private async saysFrom(line: VenueLine, id: VenueAccountId, from: NonNullable<VenueBooks['cursors']>): Promise<{ readonly says: VenueSays; readonly cursors: NonNullable<VenueBooks['cursors']> }> {
    const fills = await pages((cursor) => line.reader.fills(id, cursor), from.fills);
    const payments = await pages((cursor) => line.reader.funding(id, cursor), from.funding);
    const account = await line.reader.account(id);
    return { says: { account, fills: fills.items, payments: payments.items }, cursors: { fills: fills.next, funding: payments.next } };
  }

  /** Those under way, and every one whose fills or orders the venue tells: an id that is in no book of ours was never planned here. */
  private async intentsOf(id: VenueAccountId, { fills, account }: VenueSays): Promise<readonly VenueIntent[]> {
    const told = new Set([...fills, ...account.openOrders].flatMap(({ clientId }) => (clientId.kind === 'ours' ? [clientId.id] : [])));
    const open = await this.parts.journal.openOrders(id);
    const others = await Promise.all([...told].filter((one) => open.every(({ order }) => order.clientId !== one)).map((one) => this.parts.journal.order(one)));
    return [...open, ...others.filter((one): one is VenueIntent => one !== null)];
  }

  private async found(id: VenueAccountId, owner: VenueOwner, before: VenueBooks, { says, cursors, instruments, intents, filledLately }: Awaited<ReturnType<AccountWatch['read']>>, lease: VenueLease): Promise<AccountLook> {
    const account = withOwnGreeks(says.account, instruments, this.parts.now());
    const now = this.parts.now();
    await this.parts.listing.keepFor(account, instruments);
    const back = (since: number): readonly Notice[] => (now - since < UNREAD_PATIENCE_MS ? [] : [noticesOfLook.back(owner, id, since, now)]);
    if (before.cursors === null) {
      await this.parts.books.keep(account, changeOf(before, adoptVenue(says, before.ledger), says, cursors, new Map()), [], back, lease);
      return this.seen(account, instruments, { verdict: 'reconciled', isShaken: false, misbooked: [], settling: [] });
    }
    const result = reconcile({ ...before.ledger, intents, filledLately }, says, lotsOf(instruments));
    const differences = differencesAfter(before.differences, result, now);
    await this.parts.books.keep(account, changeOf(before, result.ledger, says, cursors, differences), noticesOfLook.happened(owner, says, before.ledger, result, differences), back, lease);
    if (result.alerts.length > 0) this.log.warn(`${id}: ${result.alerts.map(({ kind, instrument, contracts }) => `${kind} of ${contracts} at ${instrument}`).join(', ')}`);
    return this.seen(account, instruments, { verdict: result.verdict, isShaken: result.happenings.some(({ kind }) => kind === 'liquidation' || kind === 'adl'), misbooked: result.misbooked, settling: result.settling });
  }

  private seen(account: DerivativeAccount, instruments: readonly Instrument[], found: Pick<AccountLook, 'verdict' | 'isShaken' | 'misbooked' | 'settling'>): AccountLook {
    const reading = aged({ kind: 'known', value: account, at: account.provenance.observedAt }, this.parts.now(), FRESH_MS);
    return { ...found, id: account.id, reading, instruments, trouble: { kind: 'none' } };
  }

  private async missed(id: VenueAccountId, owner: VenueOwner, error: Error): Promise<AccountLook> {
    const because = error instanceof VenueNotAsked ? error.because : error;
    const now = this.parts.now();
    const isRefused = because instanceof VenueKeyRefused;
    const gone = (since: number): readonly Notice[] => (isRefused ? [noticesOfLook.keyRefused(owner, id, now, because.message)] : now - since >= UNREAD_PATIENCE_MS ? [noticesOfLook.unreachable(owner, id, since, because.message)] : []);
    const since = await this.parts.books.unread(id, now, because.message, gone);
    const last = await this.remembered(id);
    return { ...last, verdict: 'no-grow', trouble: { kind: isRefused ? 'key-refused' : 'silent', why: because.message, since } };
  }
}

const lotsOf = (instruments: readonly Instrument[]) => new Map(instruments.map(({ id, lot }) => [id, lot]));

function changeOf(before: VenueBooks, after: Pick<VenueLedger, 'held'>, { fills, payments }: VenueSays, cursors: NonNullable<VenueBooks['cursors']>, differences: Differences): BooksChange {
  return {
    held: after.held, cursors, differences, fills: unseen(fills, before.ledger.countedFills, ({ fillId }) => fillId), payments: unseen(payments, before.ledger.countedPayments, ({ paymentId }) => paymentId),
  };
}

function unseen<T>(all: readonly T[], seen: ReadonlySet<string>, key: (one: T) => string): readonly T[] {
  return [...new Map(all.filter((one) => !seen.has(key(one))).map((one) => [key(one), one])).values()];
}

async function pages<T>(read: (from: VenueCursor) => Promise<VenuePage<T>>, from: VenueCursor): Promise<{ readonly items: readonly T[]; readonly next: VenueCursor }> {
  const items: T[] = [];
  let next = from;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await read(next);
    items.push(...answer.items);
    next = answer.next;
    if (!answer.more) return { items, next };
  }
  // What is left is read by the next look; nothing was counted beyond the cursor.
  return { items, next };
}
