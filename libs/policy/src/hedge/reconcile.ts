import { magnitude, type ContractsE18, type SettlementE18 } from '@ballast/units';
import { expiryByName, type ClientOrderId, type DerivativeAccount, type FundingPayment, type InstrumentId, type VenueFill, type VenueOrder } from '@ballast/positions';
import { settlingOf, type FilledLately } from './settling.js';
import { isTerminalVenueState, type VenueIntent } from './venue-intent.js';

/** What our own books say of one account. */
export interface VenueLedger {
  /** What every instrument should stand at after all fills that were counted; one that is absent stands at 0. */
  readonly held: ReadonlyMap<InstrumentId, ContractsE18>;
  readonly countedFills: ReadonlySet<string>;
  readonly countedPayments: ReadonlySet<string>;
  readonly intents: readonly VenueIntent[];
  readonly filledLately: readonly FilledLately[];
}

/** What the venue says: the account, and everything since the cursor. Fills are read before the account, so that what lies between shows as a difference that the next look explains. */
export interface VenueSays {
  readonly account: DerivativeAccount;
  readonly fills: readonly VenueFill[];
  readonly payments: readonly FundingPayment[];
}

/**
 * Why a position is what it is now. `own`: our order. `manual`: its owner, or another program, traded; it is taken into the exposure and left alone. `orphan`: an id of our kind that is in none of our books: it
 * was never planned here. `unexplained`: no fill tells why.
 */
export type VenueHappening = {
  readonly kind: 'own' | 'manual' | 'liquidation' | 'adl' | 'expiry' | 'orphan' | 'unexplained';
  readonly instrument: InstrumentId;
  /** How the position changed; below zero sold. */
  readonly contracts: ContractsE18;
};

export interface Reconciliation {
  /** `no-grow`: something is not explained, or an order of ours stands in the books otherwise than at the venue. `waiting`: an order that nobody knows of, or one that was filled a moment ago, may explain it. */
  readonly verdict: 'reconciled' | 'waiting' | 'no-grow';
  readonly happenings: readonly VenueHappening[];
  /** Each is told to the owner as critical. */
  readonly alerts: readonly VenueHappening[];
  /** Ids of ours whose fills are more, or, once they are over, other than the books say. */
  readonly misbooked: readonly ClientOrderId[];
  /** Orders that were filled lately and are not in the position yet: until they are nothing is decided on it. */
  readonly settling: readonly VenueIntent[];
  /** Orders at the venue that are not ours; never touched. */
  readonly foreignOrders: readonly VenueOrder[];
  /** Something in the account was not put there by Ballast: its margin is shared. */
  readonly isShared: boolean;
  /** Funding that was not counted before; above zero received. */
  readonly funding: SettlementE18;
  /** The books after it: what fills tell, and nothing else. A difference stays one until fills explain it or a person takes it over with `adoptVenue`. */
  readonly ledger: Pick<VenueLedger, 'held' | 'countedFills' | 'countedPayments'>;
}

/** Since when (milliseconds of our wall clock) the venue has another position of an instrument than our books come to, without an explanation. */
export type Differences = ReadonlyMap<InstrumentId, number>;

const ALERTED: readonly VenueHappening['kind'][] = ['liquidation', 'adl', 'orphan', 'unexplained'];

/**
 * Our books against the venue's (hedging.md section 4.6). Every fill counts once, by its id; what is then still different by a lot or more is unexplained, but for options that are gone since they expired.
 * @param lots the lot of each instrument; of one that is absent any difference counts
 */
export function reconcile(ledger: VenueLedger, says: VenueSays, lots: ReadonlyMap<InstrumentId, ContractsE18>): Reconciliation {
  const fresh = firstOfEach(says.fills.filter(({ fillId }) => !ledger.countedFills.has(fillId)), ({ fillId }) => fillId);
  const payments = firstOfEach(says.payments.filter(({ paymentId }) => !ledger.countedPayments.has(paymentId)), ({ paymentId }) => paymentId);
  const held = new Map<InstrumentId, bigint>(ledger.held);
  const known = new Set(ledger.intents.map(({ order }) => order.clientId));
  const explained = fresh.map((fill): VenueHappening => {
    const contracts = signed(fill);
    held.set(fill.instrument, (held.get(fill.instrument) ?? 0n) + contracts);
    return { kind: kindOf(fill, known), instrument: fill.instrument, contracts };
  });
  const now = new Map(says.account.positions.map(({ instrument, contracts }) => [instrument, contracts]));
  const differing = [...new Set([...held.keys(), ...now.keys()])].flatMap((instrument): VenueHappening[] => {
    const contracts = ((now.get(instrument) ?? 0n) - (held.get(instrument) ?? 0n)) as ContractsE18;
    return magnitude(contracts) >= (lots.get(instrument) ?? 1n) ? [{ kind: isOver(instrument, now, says) ? 'expiry' : 'unexplained', instrument, contracts }] : [];
  });
  for (const { kind, instrument } of differing) if (kind === 'expiry') held.set(instrument, 0n);
  const unknown = differing.filter(({ kind }) => kind === 'unexplained');
  const unexplained = unknown.filter(({ instrument }) => !mayComeFrom(ledger, instrument));
  const misbooked = misbookedOf(ledger.intents, fresh);
  const happenings = [...explained, ...differing];
  const foreignOrders = says.account.openOrders.filter(({ clientId }) => clientId.kind === 'foreign' || !known.has(clientId.id));
  const waits = unknown.length > 0 && unexplained.length === 0;
  return {
    verdict: unexplained.length > 0 || misbooked.length > 0 || explained.some(({ kind }) => kind === 'orphan') ? 'no-grow' : waits ? 'waiting' : 'reconciled',
    happenings, alerts: happenings.filter((one) => ALERTED.includes(one.kind) && !(one.kind === 'unexplained' && !unexplained.includes(one))), misbooked, foreignOrders,
    settling: settlingOf(ledger.filledLately, fresh, held, now, lots),
    isShared: foreignOrders.length > 0 || explained.some(({ kind }) => kind === 'manual'), funding: payments.reduce<bigint>((sum, { amount }) => sum + amount, 0n) as SettlementE18,
    ledger: {
      held: held as Map<InstrumentId, ContractsE18>,
      countedFills: new Set([...ledger.countedFills, ...fresh.map(({ fillId }) => fillId)]), countedPayments: new Set([...ledger.countedPayments, ...payments.map(({ paymentId }) => paymentId)]),
    },
  };
}

/** Differences after a look: one that was told goes on for as long as it is there, even where an order that nobody knows of may explain it for a moment; one that is new begins once it is an alert. */
export function differencesAfter(before: Differences, { happenings, alerts }: Pick<Reconciliation, 'happenings' | 'alerts'>, now: number): Differences {
  const unexplained = (all: readonly VenueHappening[]): readonly InstrumentId[] => all.filter(({ kind }) => kind === 'unexplained').map(({ instrument }) => instrument);
  const alerted = new Set(unexplained(alerts));
  return new Map(unexplained(happenings).flatMap((instrument) => (before.has(instrument) || alerted.has(instrument) ? [[instrument, before.get(instrument) ?? now] as const] : [])));
}

/** The books as the venue has it now: at the first connection, and where a person takes a difference over. Fills and payments up to here count as seen. */
export const adoptVenue = ({ account, fills, payments }: VenueSays, counted: Pick<VenueLedger, 'countedFills' | 'countedPayments'>): Pick<VenueLedger, 'held' | 'countedFills' | 'countedPayments'> => ({
  held: new Map(account.positions.map(({ instrument, contracts }) => [instrument, contracts])),
  countedFills: new Set([...counted.countedFills, ...fills.map(({ fillId }) => fillId)]), countedPayments: new Set([...counted.countedPayments, ...payments.map(({ paymentId }) => paymentId)]),
});

/** An option that was held past its expiry is gone, and no fill tells of it. */
function isOver(instrument: InstrumentId, now: ReadonlyMap<InstrumentId, ContractsE18>, { account }: VenueSays): boolean {
  const expiresAt = expiryByName(instrument);
  return expiresAt !== null && expiresAt <= account.provenance.observedAt && (now.get(instrument) ?? 0n) === 0n;
}

const signed = ({ side, contracts }: VenueFill): ContractsE18 => (side === 'buy' ? contracts : -contracts) as ContractsE18;

function kindOf({ cause, clientId }: VenueFill, known: ReadonlySet<ClientOrderId>): VenueHappening['kind'] {
  switch (cause) {
    case 'liquidation': return 'liquidation';
    case 'adl': return 'adl';
    case 'settlement': return 'expiry';
    case 'order': return clientId.kind === 'foreign' ? 'manual' : known.has(clientId.id) ? 'own' : 'orphan';
  }
}

const mayComeFrom = ({ intents, filledLately }: VenueLedger, instrument: InstrumentId): boolean =>
  intents.some(({ state, order }) => order.instrument === instrument && !isTerminalVenueState(state) && state !== 'PLANNED') || filledLately.some(({ intent }) => intent.order.instrument === instrument);

/** An order that is over with less than its fills; of one that is still open more than was asked for. Fills of before are counted already, so only more than the books say is certain. */
function misbookedOf(intents: readonly VenueIntent[], fills: readonly VenueFill[]): readonly ClientOrderId[] {
  return intents.flatMap(({ order, state, filled }) => {
    const seen = fills.filter(({ clientId, cause }) => cause === 'order' && clientId.kind === 'ours' && clientId.id === order.clientId).reduce<bigint>((sum, { contracts }) => sum + contracts, 0n);
    return seen > (isTerminalVenueState(state) ? filled : order.contracts) ? [order.clientId] : [];
  });
}

function firstOfEach<T>(all: readonly T[], key: (one: T) => string): readonly T[] {
  return [...new Map([...all].reverse().map((one) => [key(one), one])).values()].reverse();
}
