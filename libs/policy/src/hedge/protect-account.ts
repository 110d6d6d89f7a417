import { BPS, WAD, formatTokenAmount, formatUsdCents, magnitude, mulDivDown, mulDivUp, type Bps, type ContractsE18, type SettlementE18, type UsdE8, type Wad } from '@ballast/units';
import { coinsFloor, contractsTowardsZero, currencyOf, heldPerpetual, maintenanceMarginUp, marginUse, notionalUp, settlementInUsdFloor, usdInSettlementUp, type DerivativeAccount, type InstrumentId, type MarginUse, type Perpetual, type PerpetualPosition, type Reading, type VenueAccountId, type VenueMarket } from '@ballast/positions';
import { accountLevels, type AccountBounds, type AccountLevels } from './account-bounds.js';
import { oneWayCost } from './hedge-costs.js';
import type { PlannedOrder } from './hedge-decision.js';
import type { Adding, HedgeLeg, HedgeStop, OrderUnderWay, VenueKey } from './hedge-input.js';
import { sliceOrder } from './hedge-orders.js';
import { DEFAULT_HEDGE_RULES } from './hedge-policy.js';
import { hedgeSentence } from './hedge-sentence.js';
import { legStandingOf, type LegStanding } from './leg-standing.js';
import { ADDING_PATIENCE_MS } from './isolated-margin.js';
import { marginToAdd, shareToClose } from './margin-ladder.js';
import type { SourcePrice } from './reference-price.js';
import { isTurnedDown, sentCounts, type SentOrder } from './sent-orders.js';

/** Everything that a decision about one derivative account rests on: it is a position to protect, as a loan is. */
export interface AccountInput {
  readonly account: Reading<DerivativeAccount>;
  readonly bounds: AccountBounds;
  readonly now: number;
  /** The account's perpetuals with their markets. Options need no margin of ours to be looked after; written ones count in the venue's own figure. */
  readonly held: readonly { readonly instrument: Perpetual; readonly market: Reading<VenueMarket>; readonly oracle: SourcePrice; readonly hourlyVolatility: number; /** The limits of the key name it: whoever holds the key trades nothing else. */ readonly isNamed: boolean }[];
  readonly key: VenueKey;
  readonly priceApart: Bps;
  readonly adding: Adding;
  readonly order: OrderUnderWay;
  /** What was sent to protect it in 24 hours, oldest first. */
  readonly sent: readonly SentOrder[];
  readonly stop: HedgeStop;
  /** Other accounts of the owner in which an opposite position could be opened. */
  readonly offsets: readonly HedgeLeg[];
}

/** Refusals after which nobody counts on margin to be added. */
const ADDING_REFUSED = 3;

export type AccountReason =
  | 'healthy' | 'no-positions' | 'below-trigger' | 'order-under-way' | 'account-unread' | 'margin-unknown' | 'order-unknown' | 'key-refused' | 'stopped' | 'owner-must-deposit' | 'nothing-allowed';

export type AccountAction =
  | { readonly kind: 'add-margin'; readonly account: VenueAccountId; readonly instrument: InstrumentId; readonly amount: SettlementE18 }
  | { readonly kind: 'close'; readonly order: PlannedOrder }
  /** It does not save the position; it pays elsewhere what its liquidation would cost. */
  | { readonly kind: 'offset'; readonly order: PlannedOrder }
  | { readonly kind: 'deposit'; readonly account: VenueAccountId; readonly amount: SettlementE18; readonly currency: string };

export interface AccountCandidate {
  readonly action: AccountAction | { readonly kind: 'add-margin' | 'close' | 'offset' | 'deposit' };
  /** Rounded up. */
  readonly costUsdE8: UsdE8;
  /** Whether it brings the margin use to the target. */
  readonly restores: boolean;
  readonly verdict: 'chosen' | 'possible' | 'impossible';
  readonly why: string;
}

interface Considered {
  readonly at: number;
  readonly instrument: InstrumentId | 'none';
  readonly use: MarginUse;
  readonly levels: AccountLevels | { readonly kind: 'none' };
  readonly candidates: readonly AccountCandidate[];
}

export type AccountDecision =
  | (Considered & { readonly kind: 'act'; readonly reason: 'below-trigger'; readonly action: Extract<AccountAction, { kind: 'add-margin' | 'close' | 'offset' }> })
  | (Considered & { readonly kind: 'hold'; readonly reason: 'healthy' | 'no-positions' | 'order-under-way' })
  /** `owner`: what he must do, exactly, where only he can. */
  | (Considered & { readonly kind: 'cannot'; readonly reason: Exclude<AccountReason, 'healthy' | 'no-positions' | 'order-under-way' | 'below-trigger'>; readonly owner: Extract<AccountAction, { kind: 'deposit' }> | { readonly kind: 'nothing' } });

/** One perpetual in danger: its own margin where that is isolated, the account's where it is not. */
interface Danger {
  readonly standing: LegStanding;
  readonly position: PerpetualPosition;
  readonly levels: AccountLevels;
  readonly price: UsdE8;
  readonly isNamed: boolean;
}

/**
 * What to do about a derivative account whose margin gets thin. Of what brings the margin use to the target the cheapest is taken: free balance of the account into an isolated position, or closing a part by a reduce-only
 * order. An opposite position elsewhere restores nothing and comes after both. Where nothing can be done the owner is told exactly what to deposit.
 */
export function protectAccount(input: AccountInput): AccountDecision {
  const { account: reading, now } = input;
  const none = { at: now, instrument: 'none', use: { kind: 'none' }, levels: { kind: 'none' }, candidates: [] } as const;
  if (reading.kind === 'unknown') return { ...none, kind: 'cannot', reason: 'account-unread', owner: { kind: 'nothing' } };
  const dangers = dangersOf(input, reading);
  const [worst] = dangers;
  if (worst === undefined) {
    const open = reading.value.positions.some((one) => one.kind === 'perpetual' && one.contracts !== 0n);
    return open ? { ...none, kind: 'cannot', reason: 'margin-unknown', owner: { kind: 'nothing' } } : { ...none, kind: 'hold', reason: 'no-positions' };
  }
  const { use } = worst.standing;
  const seen = { at: now, instrument: worst.position.instrument, use, levels: worst.levels } as const;
  if (use.kind === 'unknown') return { ...seen, candidates: [], kind: 'cannot', reason: 'margin-unknown', owner: { kind: 'nothing' } };
  if (use.kind === 'none' || (use.kind === 'share' && use.wad < worst.levels.trigger)) {
    const unseen = unseenIn(reading.value, dangers);
    return unseen === null ? { ...seen, candidates: [], kind: 'hold', reason: 'healthy' } : { ...none, instrument: unseen, kind: 'cannot', reason: 'margin-unknown', owner: { kind: 'nothing' } };
  }
  return choose(input, worst, seen);
}

/** A position with a margin of its own that nobody here can judge; null where there is none. What shares the account's margin is judged with it. */
const unseenIn = ({ positions }: DerivativeAccount, dangers: readonly Danger[]): InstrumentId | null =>
  positions.find((one) => one.kind === 'perpetual' && one.contracts !== 0n && one.margin.kind === 'isolated' && dangers.every(({ position }) => position.instrument !== one.instrument))?.instrument ?? null;

/** Each perpetual with its margin, the one nearest to (or furthest beyond) its trigger first; of a shared margin the one that needs most of it. */
function dangersOf({ bounds, held, now, key, order, stop, priceApart, adding }: AccountInput, reading: Exclude<Reading<DerivativeAccount>, { kind: 'unknown' }>): readonly Danger[] {
  const found = held.flatMap(({ instrument, market, oracle, hourlyVolatility, isNamed }): Danger[] => {
    const position = heldPerpetual(reading.value, instrument.id);
    if (position === undefined) return [];
    const leg: HedgeLeg = { id: reading.value.id, account: reading, instrument, market, hedgeRatio: WAD, funding: NO_FUNDING, maxNotionalUsdE8: 0n as UsdE8, order, stop, key, priceApart, leverage: { kind: 'unknown' }, adding };
    const standing = legStandingOf(leg, oracle, { ...DEFAULT_HEDGE_RULES, ...pricesOf(bounds), ...UNUSED }, now);
    if ('kind' in standing) return [];
    const told = position.markUsdE8.kind === 'unknown' ? null : position.markUsdE8.value;
    const price = standing.price.kind === 'price' ? standing.price.usdE8 : told;
    return price === null || price <= 0n ? [] : [{ standing, position, price, levels: accountLevels(bounds, rateOf(standing, price), hourlyVolatility), isNamed }];
  });
  return found.sort((one, other) => {
    const [a, b] = [over(one), over(other)];
    return a === b ? (one.standing.margin.own > other.standing.margin.own ? -1 : 1) : a > b ? -1 : 1;
  });
}

const NO_FUNDING = { predicted: 0n, ewma: 0n, stress: 0n } as never;
/** Parts of a hedge's policy that are not read when an account is only looked at. */
const UNUSED = { underlying: 'ETH', version: 0, mode: { kind: 'none' }, maxNotionalUsdE8: 0n as UsdE8, fundingBudgetUsdE8: 0n as UsdE8 } as const;
const pricesOf = ({ maxPriceAgeMs, maxOracleAgeMs, maxPriceApart }: AccountBounds) => ({ maxPriceAgeMs, maxOracleAgeMs, maxPriceApart });

/** Margin use over its trigger, scaled by 1e18; what nobody can tell is looked at first. */
function over({ standing: { use }, levels }: Danger): bigint {
  if (use.kind === 'none') return 0n;
  return use.kind === 'share' ? mulDivUp(use.wad, WAD, levels.trigger) : use.kind === 'exhausted' ? WAD * 1_000n : WAD * 2_000n;
}

/** Maintenance margin of the position over its notional, rounded up. */
function rateOf({ leg: { instrument }, contracts, margin }: LegStanding, price: UsdE8): Wad {
  const notional = usdInSettlementUp(notionalUp(contracts, instrument, price), instrument, price);
  return (notional === 0n ? 0n : mulDivUp(margin.own, WAD, notional)) as Wad;
}

function choose(input: AccountInput, danger: Danger, seen: Omit<Considered, 'candidates'>): AccountDecision {
  const { stop, key, order } = input;
  const deposit = depositOf(danger);
  const candidates = [addMargin(input, danger), close(input, danger), offset(input, danger), deposit];
  const owner = deposit.action as Extract<AccountAction, { kind: 'deposit' }>;
  const cannot = (reason: Extract<AccountDecision, { kind: 'cannot' }>['reason']): AccountDecision => ({ ...seen, candidates, kind: 'cannot', reason, owner });
  if (stop === 'cancel-all') return cannot('stopped');
  if (key.kind === 'refused' || !danger.isNamed) return cannot('key-refused');
  if (order.kind === 'unknown') return cannot('order-unknown');
  if (order.kind === 'open') return { ...seen, candidates, kind: 'hold', reason: 'order-under-way' };
  const possible = candidates.filter((one) => one.verdict === 'possible' && one.action.kind !== 'deposit');
  const restoring = possible.filter(({ restores }) => restores);
  const cheapest = (restoring.length > 0 ? restoring : possible).reduce<AccountCandidate | null>((best, one) => (best === null || one.costUsdE8 < best.costUsdE8 ? one : best), null);
  const isUnderWay = (input.adding.kind === 'under-way' && input.now - input.adding.since < ADDING_PATIENCE_MS) || (input.bounds.mayClose && paceOf(input.sent, input.now) === 'minute');
  if (cheapest === null && isUnderWay) return { ...seen, candidates, kind: 'hold', reason: 'order-under-way' };
  if (cheapest === null) return cannot(input.bounds.mayAddMargin || input.bounds.mayClose ? 'owner-must-deposit' : 'nothing-allowed');
  const action = cheapest.action as Extract<AccountAction, { kind: 'add-margin' | 'close' | 'offset' }>;
  return { ...seen, kind: 'act', reason: 'below-trigger', action, candidates: candidates.map((one) => (one === cheapest ? { ...one, verdict: 'chosen' as const } : one)) };
}

const FREE = 0n as UsdE8;
const impossible = (kind: 'add-margin' | 'close' | 'offset', why: string): AccountCandidate => ({ action: { kind }, costUsdE8: FREE, restores: false, verdict: 'impossible', why });
const words = (amount: bigint, account: DerivativeAccount): string => formatTokenAmount(amount, 18, { symbol: currencyOf(account.settlement), rounding: 'up' });

const NOT_ADDED: Readonly<Record<Exclude<Adding['kind'], 'possible'>, string>> = {
  'under-way': 'Margin is on its way already, and nobody knows yet whether it arrived.', 'turned-down': 'The venue did not take it a moment ago.', 'not-measurable': 'The venue does not tell the position’s profit, so nobody could see whether it arrived.',
};

/** Free balance of the account into the isolated position. A shared margin counts it already. */
function addMargin({ bounds, adding }: AccountInput, { standing, position, levels, price }: Danger): AccountCandidate {
  const { account, margin, leg: { instrument } } = standing;
  if (!bounds.mayAddMargin) return impossible('add-margin', 'You do not let Ballast add margin.');
  if (position.margin.kind === 'cross') return impossible('add-margin', 'The margin is shared: what is free in the account counts already.');
  if (adding.kind !== 'possible') return impossible('add-margin', NOT_ADDED[adding.kind]);
  const amount = marginToAdd(margin.maintenance, margin.equity, levels.target);
  if (amount > account.free) return impossible('add-margin', `It would take ${words(amount, account)}, and ${words(account.free > 0n ? account.free : 0n, account)} are free in the account.`);
  const costUsdE8 = mulDivUp(settlementInUsdFloor(amount, instrument, price) * BigInt(Math.ceil(bounds.horizonDays)) + 1n, bounds.capitalRate, WAD * 365n) as UsdE8;
  return { action: { kind: 'add-margin', account: account.id, instrument: instrument.id, amount }, costUsdE8, restores: true, verdict: 'possible', why: `${words(amount, account)} of the account's free balance keep the whole position, and cost about ${formatUsdCents(costUsdE8)} for ${bounds.horizonDays} days.` };
}

/**
 * A part of the position is closed at its venue. Opening it again later costs as much once more, and counts. Of an isolated position venues set free the closed share of its margin with it, so that closing alone changes
 * nothing of the margin use: it is followed by adding that again. What was free before counts as well where it is not enough by itself. Where nothing can be added just now, a part is closed only once that cannot wait any
 * longer; where its owner does not let it, or the venue does not take it, the whole.
 */
function close({ bounds, sent, now, adding }: AccountInput, danger: Danger): AccountCandidate {
  const { standing, position, levels, price } = danger;
  const { leg: { instrument, market }, account, contracts, use } = standing;
  if (!bounds.mayClose) return impossible('close', 'You do not let Ballast close a part of the position.');
  if (market.kind === 'unknown') return impossible('close', 'The order book could not be read.');
  const pace = paceOf(sent, now);
  if (pace !== 'free') return impossible('close', `The most orders for one ${pace} were sent.`);
  const isIsolated = position.margin.kind === 'isolated';
  const canWait = use.kind === 'share' && use.wad < bounds.latest;
  if (isIsolated && canWait && (!bounds.mayAddMargin || adding.kind !== 'possible')) return impossible('close', 'Closing a part takes as large a part of its margin out of the position, and it cannot be put back now.');
  const isAlone = isIsolated && (!bounds.mayAddMargin || (adding.kind === 'turned-down' && adding.times >= ADDING_REFUSED));
  const { equity, maintenance } = standing.margin;
  const isShort = isIsolated && account.free > 0n && account.free < marginToAdd(maintenance, equity, levels.target);
  const margin = { ...standing.margin, equity: (isShort ? equity + account.free : equity) as SettlementE18 };
  const size = magnitude(contracts);
  const notional = usdInSettlementUp(notionalUp(contracts, instrument, price), instrument, price);
  const wanted = isAlone ? size : mulDivUp(size, shareToClose({ ...margin, notional, closing: bounds.closing }, levels.target), WAD);
  const allowed = mulDivDown(size, bounds.mostClosed, BPS);
  const whole = mulDivUp(wanted < allowed ? wanted : allowed, 1n, instrument.lot) * instrument.lot;
  const closed = whole < size ? whole : size;
  const sliced = sliceOrder({ standing, contracts: (contracts < 0n ? closed : -closed) as ContractsE18, reduceOnly: true, slippage: bounds.slippage, depthShare: bounds.depthShare, isEmergency: true });
  if (sliced.kind === 'not') return impossible('close', sliced.because === 'book-thin' ? 'The order book is too thin.' : sliced.because === 'below-minimum' ? 'The venue takes no order this small.' : 'There is no price, or the market is closed.');
  if (isTurnedDown(sent, sliced.order, now)) return impossible('close', hedgeSentence('order-rejected'));
  const costUsdE8 = mulDivUp(notionalUp(closed as ContractsE18, instrument, price) * 2n, oneWayCost(instrument, market.value), WAD) as UsdE8;
  return { action: { kind: 'close', order: sliced.order }, costUsdE8, restores: restores({ ...standing, margin }, closed, price, levels.target, bounds.closing), verdict: 'possible', why: `Closing ${formatTokenAmount(closed, 18, { rounding: 'up' })} of ${formatTokenAmount(size, 18, { rounding: 'up' })} contracts, and opening them again later, costs about ${formatUsdCents(costUsdE8)}.` };
}

/** What the most orders for a minute and for a day, as the gate has them, say to one more that closes. What they may close is bounded by what is held alone: they only reduce. */
function paceOf(sent: readonly SentOrder[], now: number): 'free' | 'minute' | 'day' {
  const { caps } = DEFAULT_HEDGE_RULES;
  const { ordersToday, ordersLastMinute } = sentCounts(sent, { reduceOnly: true }, now);
  return ordersToday >= caps.ordersPerDay * 2 ? 'day' : ordersLastMinute >= caps.slicesPerMinute ? 'minute' : 'free';
}

/** Whether the margin use is at the target once so many contracts are closed, by the venue's table. */
function restores({ margin, contracts, leg: { instrument } }: LegStanding, closed: bigint, price: UsdE8, target: Wad, closing: Wad): boolean {
  const left = (magnitude(contracts) - closed) as ContractsE18;
  const own = maintenanceMarginUp(left, instrument, price);
  if (own.kind === 'unknown') return closed === magnitude(contracts);
  const cost = mulDivUp(usdInSettlementUp(notionalUp(closed as ContractsE18, instrument, price), instrument, price), closing, WAD);
  const after = marginUse((margin.maintenance - margin.own + own.amount) as SettlementE18, (margin.equity - cost) as SettlementE18);
  return after.kind === 'none' || (after.kind === 'share' && after.wad <= target + 1n);
}

/** The opposite of the position at the first other account that is fresh, agreed and carries it. */
function offset({ bounds, offsets, now, held, sent }: AccountInput, { standing, price }: Danger): AccountCandidate {
  if (!bounds.mayOffset) return impossible('offset', 'You do not let Ballast open an opposite position elsewhere.');
  const oracle = held.find(({ instrument }) => instrument.id === standing.leg.instrument.id)?.oracle ?? { kind: 'no-price' as const };
  const coins = coinsFloor(magnitude(standing.contracts) as ContractsE18, standing.leg.instrument, price);
  for (const leg of offsets) {
    const there = legStandingOf(leg, oracle, { ...DEFAULT_HEDGE_RULES, ...pricesOf(bounds), ...UNUSED }, now);
    if ('kind' in there || leg.account.kind !== 'known' || there.reference.kind !== 'agreed' || leg.order.kind !== 'none' || leg.key.kind === 'refused' || leg.market.kind !== 'known' || leg.instrument.underlying !== standing.leg.instrument.underlying) continue;
    const carried = mulDivDown(settlementInUsdFloor(there.room, leg.instrument, price), DEFAULT_HEDGE_RULES.maxLeverage, WAD) - there.notionalUsdE8;
    const room = carried > 0n ? mulDivDown(carried, WAD, price) : 0n;
    const size = contractsTowardsZero((room < coins ? room : coins) as never, leg.instrument, price);
    if (size === 0n || there.rung !== 'calm') continue;
    const sliced = sliceOrder({ standing: there, contracts: (standing.contracts < 0n ? size : -size) as ContractsE18, reduceOnly: false, slippage: bounds.slippage, depthShare: bounds.depthShare, isEmergency: true });
    if (sliced.kind === 'not' || isTurnedDown(sent, sliced.order, now)) continue;
    const costUsdE8 = mulDivUp(notionalUp(size, leg.instrument, price) * 2n, oneWayCost(leg.instrument, leg.market.value), WAD) as UsdE8;
    return { action: { kind: 'offset', order: sliced.order }, costUsdE8, restores: false, verdict: 'possible', why: `An opposite position elsewhere costs about ${formatUsdCents(costUsdE8)}. It does not save this one; it pays there for what its liquidation takes.` };
  }
  return impossible('offset', 'No other account of yours can carry an opposite position now.');
}

/** What the owner must deposit so that the margin use is at the target: exact, in the account's own currency. */
function depositOf({ standing: { account, margin }, levels }: Danger): AccountCandidate {
  const amount = marginToAdd(margin.maintenance, margin.equity, levels.target);
  return { action: { kind: 'deposit', account: account.id, amount, currency: currencyOf(account.settlement) }, costUsdE8: FREE, restores: true, verdict: 'possible', why: `A deposit of ${words(amount, account)} keeps the whole position. Only you can make it.` };
}
