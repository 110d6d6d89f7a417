import { MarginDesk, OrderDesk, type VenueTalk } from '@ballast/execution';
import { isTerminalVenueState, type Outbox, type VenueJournal } from '@ballast/policy';
import { currencyOf, type Instrument, type VenueAccountId, type VenueEnvironment } from '@ballast/positions';
import type { LeaseStore, PositionStore } from '@ballast/storage';
import type { ChainId } from '@ballast/units';
import { steadyClock } from '../pipeline/shared.js';
import { AccountDesk } from './account-desk.js';
import { AccountLeases } from './account-leases.js';
import { AccountWatch } from './account-watch.js';
import { GuardFacts } from './guard-facts.js';
import { HedgeDesk } from './hedge-desk.js';
import { HedgeFacts } from './hedge-facts.js';
import type { AccountBooks, HedgeKeeping, HedgeRecords, VenueLines } from './keeping.js';
import type { KeyOpener } from './key-opener.js';
import { KeyWatch } from './key-watch.js';
import { LegFacts } from './leg-facts.js';
import { LeverageSetter } from './leverage-setter.js';
import { Listing } from './listing.js';
import { isTraded, noticesOfMove, noticesOfOrder } from './order-notices.js';
import { OwnerAlarm } from './owner-alarm.js';
import { OwnerRound } from './owner-round.js';
import { PutAccounts } from './put-account.js';
import { PutMarkets } from './put-markets.js';
import { PutOffers } from './put-offers.js';
import { RoundWatch } from './round-watch.js';
import { SendGate } from './send-gate.js';
import { TrialTeller } from './trial-teller.js';
import { VenueRound } from './venue-round.js';

export interface HedgingSource {
  readonly chainId: ChainId;
  readonly chainName: string;
  /** What this process trades for; it looks at nothing of the other. */
  readonly environment: VenueEnvironment;
  readonly journal: VenueJournal;
  readonly keeping: HedgeKeeping;
  readonly books: AccountBooks;
  readonly records: HedgeRecords;
  readonly positions: Pick<PositionStore, 'ofAccount'>;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly leases: Pick<LeaseStore, 'hold' | 'giveUp'>;
  /** Null: there is no gateway. Every plan is then an alarm. */
  readonly lines: VenueLines | null;
  /** Stores when a round ended in which nobody was left out. */
  readonly finished: (at: Date) => Promise<void>;
  /** Stores what is listed at venues, for those who show positions. */
  readonly keepListing: (instruments: readonly Instrument[]) => Promise<void>;
  /** Null where there is no gateway. */
  readonly opener: KeyOpener | null;
  /** Ours and no other process's. */
  readonly holder: string;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
}

/** What looks after hedges and guarded accounts. */
export interface Hedging {
  readonly round: VenueRound;
  readonly watch: RoundWatch;
  /** Null where there is no gateway. */
  readonly opener: KeyOpener | null;
  readonly leases: AccountLeases;
}

export function hedging({ chainId, chainName, environment, journal, keeping, books, records, positions, outbox, leases: store, lines, finished, keepListing, opener, holder, now }: HedgingSource): Hedging {
  const keys = new KeyWatch(keeping, lines, now);
  const listing = new Listing(now, keepListing);
  const legs = new LegFacts({ books, journal, keys, records, now });
  const markets = new PutMarkets({ keys, now });
  const talk = async (account: VenueAccountId): Promise<VenueTalk> => keys.line(account);
  const trials = new TrialTeller({ records, outbox, now });
  const orders = new OrderDesk({
    journal, talk, now,
    notices: async (owner, intent, alarm) => {
      if (isTerminalVenueState(intent.state)) trials.note(intent);
      return noticesOfOrder(owner, intent, alarm, { purpose: isTraded(intent, alarm) ? await records.purpose(intent.order.clientId) : null, listed: listing.listed(intent.order.account, intent.order.instrument), now: now() });
    },
  });
  const moves = new MarginDesk({ journal, talk, notices: (owner, move) => noticesOfMove(owner, move, currencyIn(listing.listed(move.account, move.instrument))), now });
  const gate = new SendGate({ legs, keys, environment, now });
  const leases = new AccountLeases(store, holder);
  const hedges = new HedgeDesk({ facts: new HedgeFacts({ positions, legs, records, keeping, puts: { offers: new PutOffers(markets, now), accounts: new PutAccounts({ records, legs, markets, now }), keys }, now }), journal, records, sending: { orders, moves, gate, leverage: new LeverageSetter(books, keys, now), keys }, now });
  const accounts = new AccountDesk({ facts: new GuardFacts({ positions, legs, records, keeping: { stop: (owner, account) => keeping.stop(owner, account), carriers: (owner) => keeping.carriers(owner), keys }, now }), journal, records, sending: { orders, moves, gate, keys }, now });
  const owners = new OwnerRound({
    keeping, leases, watching: { watch: new AccountWatch({ books, journal, keys, listing, now }), keys, journal, outbox, trials }, desks: { orders, moves, accounts, hedges }, settings: { environment, hasGateway: lines !== null, now },
  });
  const alarm = new OwnerAlarm({ outbox, environment, now });
  const watch = new RoundWatch({ alarm, outbox, finished, chainId, chainName, now, steadyMs: steadyClock });
  return { round: new VenueRound({ keeping, owners, alarm, watch, chainId }), watch, opener, leases };
}

const currencyIn = (instrument: Instrument | undefined): string => (instrument === undefined ? '' : currencyOf(instrument.settlement));
