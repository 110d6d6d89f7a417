import { liquidatable, marginOf, newAccount, profitFloor, trade, valued, type Account, type Position } from './account.js';
import { take, type Side } from './book.js';
import { absolute, E8, E12, larger, mulDivFloor, notionalUp, smaller, worthFloor, type CashE8, type PriceE8, type SizeE8 } from './instrument.js';
import { bookTrade, closeOrder } from './matching.js';
import { INSURANCE, accountOf, costOf, marketOf, signedSize, valuationOf, withAccount, withInsurance, withMarket, type VenueFill, type VenueState } from './state.js';

/**
 * Liquidates every account that is below its maintenance margin, in the order of their ids: open orders go first, then the book at any
 * price (large positions a part at a time), and below two thirds of the maintenance margin the insurance fund takes everything over.
 */
export function liquidateAll(state: VenueState): VenueState {
  let next = unwindFund(state);
  for (const id of Object.keys(next.accounts).sort()) {
    for (const { instrument, mode } of Object.values(accountOf(next, id).positions)) if (mode.kind === 'isolated') next = liquidate(next, id, instrument);
    next = liquidate(next, id, 'cross');
  }
  return next;
}

/** `scope` is `cross` or the instrument of an isolated position. */
function liquidate(state: VenueState, id: string, scope: string): VenueState {
  if (!liquidatable(margin(state, id, scope))) return state;
  let next = state;
  for (const orderId of state.openOrders) if (inScope(state, id, scope, state.orders[orderId])) next = closeOrder(next, orderId, 'cancelled');
  for (const { instrument } of positionsOf(accountOf(next, id), scope)) next = intoTheBook(next, id, instrument);
  const { equityE8, maintenanceE8 } = margin(next, id, scope);
  // Of an isolated position the account loses what backed it, and nothing more.
  const safeE8 = scope === 'cross' ? 0n : accountOf(state, id).cashE8;
  if (positionsOf(accountOf(next, id), scope).length > 0) return equityE8 * 3n < maintenanceE8 * 2n ? takeOver(next, id, scope, safeE8) : next;
  return accountOf(next, id).cashE8 < safeE8 ? moveToFund(next, id, safeE8) : next;
}

const inScope = (state: VenueState, id: string, scope: string, order: { readonly account: string; readonly instrument: string } | undefined): boolean =>
  order !== undefined && order.account === id && (scope === 'cross' ? accountOf(state, id).positions[order.instrument]?.mode.kind !== 'isolated' : order.instrument === scope);

const positionsOf = (account: Account, scope: string): readonly Position[] =>
  Object.values(account.positions).filter(({ mode, instrument }) => (scope === 'cross' ? mode.kind === 'cross' : instrument === scope));

function margin(state: VenueState, id: string, scope: string): ReturnType<typeof marginOf> {
  const account = accountOf(state, id);
  const isolated = scope === 'cross' ? undefined : account.positions[scope];
  if (scope !== 'cross' && isolated === undefined) return { equityE8: 0n, maintenanceE8: 0n, initialE8: 0n };
  return marginOf(account, valuationOf(state), isolated ?? 'cross');
}

/** Market orders of the venue for one position; a part only, and then a pause, where the notional is large. */
function intoTheBook(state: VenueState, id: string, name: string): VenueState {
  const market = marketOf(state, name);
  const held = accountOf(state, id).positions[name];
  const pause = `${id}/${name}`;
  if (held === undefined || market.halted || (state.liquidationPauses[pause] ?? 0) > state.nowMs) return state;
  const size = absolute(held.sizeE8);
  const large = notionalUp(market.instrument, size, market.markE8) >= state.rules.partialAboveE8;
  const { lotE8 } = market.instrument;
  const part = large ? smaller(larger(mulDivFloor(size, state.rules.partialShareBps, 10_000n * lotE8), 1n) * lotE8, size) : size;
  const side: Side = held.sizeE8 > 0n ? 'sell' : 'buy';
  const { fills, book } = take(market.book, side, part, 'any');
  let next = withMarket(large ? { ...state, liquidationPauses: { ...state.liquidationPauses, [pause]: state.nowMs + state.rules.partialPauseMs } } : state, { ...market, book });
  for (const fill of fills) next = bookTrade(next, accountOf(next, id), { ...fill, instrument: name, side, liquidity: 'taker', reason: 'liquidation', orderId: null, clientId: null });
  return next;
}

/** The insurance fund takes the positions and what backs them. What it cannot bear is closed against other accounts first, by rank. */
function takeOver(state: VenueState, id: string, scope: string, safeE8: CashE8): VenueState {
  let next = state;
  for (const { instrument } of positionsOf(accountOf(state, id), scope)) next = deleverage(next, id, scope, instrument);
  for (const held of positionsOf(accountOf(next, id), scope)) {
    const account = accountOf(next, id);
    const { instrument, mark } = valued(valuationOf(next), held.instrument);
    next = between(next, account, fundOf(next, account), held.instrument, -held.sizeE8, -worthFloor(instrument, held.sizeE8, mark), mark, 'takeover');
  }
  return moveToFund(next, id, safeE8);
}

const fundOf = (state: VenueState, { settlesIn }: Account): Account => state.insurance[settlesIn] ?? newAccount(INSURANCE, settlesIn);

/** What the account has above `safeE8` goes to the fund; what it lacks comes from there. */
function moveToFund(state: VenueState, id: string, safeE8: CashE8): VenueState {
  const account = accountOf(state, id);
  const fund = fundOf(state, account);
  return withInsurance(withAccount(state, { ...account, cashE8: safeE8 }), { ...fund, cashE8: fund.cashE8 + account.cashE8 - safeE8 });
}

/** Where the fund could not bear the deficit: opposite positions, the highest rank first, are closed at the price at which this account is left with nothing. */
function deleverage(state: VenueState, id: string, scope: string, name: string): VenueState {
  const { equityE8 } = margin(state, id, scope);
  const account = accountOf(state, id);
  const held = account.positions[name];
  if (held === undefined || equityE8 + marginOf(fundOf(state, account), valuationOf(state), 'cross').equityE8 >= 0n) return state;
  const priceE8 = bankruptcyPrice(state, held, equityE8);
  let next = state;
  for (const other of adlRanks(state, name, held.sizeE8 > 0n ? 'short' : 'long')) {
    const left = accountOf(next, id).positions[name]?.sizeE8 ?? 0n;
    const theirs = accountOf(next, other.account).positions[name]?.sizeE8 ?? 0n;
    const size = smaller(absolute(left), absolute(theirs));
    if (size === 0n || other.account === id) continue;
    const signed = left > 0n ? -size : size;
    const cost = costOf(marketOf(next, name).instrument, signed, priceE8);
    next = between(next, accountOf(next, id), accountOf(next, other.account), name, signed, cost, priceE8, 'adl');
  }
  return next;
}

/** The price of a position at which the equity of what backs it is zero, rounded down to 1e-8 and at least 1e-8. */
function bankruptcyPrice(state: VenueState, held: Position, equityE8: CashE8): PriceE8 {
  const { instrument, mark } = valued(valuationOf(state), held.instrument);
  const worth = worthFloor(instrument, held.sizeE8, mark) - equityE8;
  if (instrument.kind === 'linear') return larger(mulDivFloor(absolute(worth), E8, absolute(held.sizeE8)), 1n);
  return worth === 0n ? mark : larger(mulDivFloor(absolute(held.sizeE8), E8, absolute(worth)), 1n);
}

export interface AdlRank {
  readonly account: string;
  /** Profit as a share of cost times effective leverage, scaled by 1e12; who has more is closed first. */
  readonly scoreE12: bigint;
}

/** Positions of one side in profit, the first to be closed first. */
export function adlRanks(state: VenueState, name: string, side: 'long' | 'short'): readonly AdlRank[] {
  const valuation = valuationOf(state);
  const { instrument, mark } = valued(valuation, name);
  return Object.values(state.accounts)
    .flatMap((account) => {
      const held = account.positions[name];
      if (held === undefined || held.sizeE8 > 0n !== (side === 'long')) return [];
      const profit = profitFloor(instrument, held, mark);
      if (profit <= 0n) return [];
      const equity = larger(marginOf(account, valuation, held.mode.kind === 'isolated' ? held : 'cross').equityE8, 1n);
      return [{ account: account.id, scoreE12: (profit * E12 * notionalUp(instrument, held.sizeE8, mark)) / (larger(absolute(held.costE8), 1n) * equity) }];
    })
    .sort((a, b) => (a.scoreE12 === b.scoreE12 ? a.account.localeCompare(b.account) : a.scoreE12 > b.scoreE12 ? -1 : 1));
}

/** A trade between two accounts of the venue without a fee: `signed` and its cost for the one, the exact opposite for the other. */
function between(state: VenueState, one: Account, other: Account, name: string, signed: SizeE8, cost: CashE8, priceE8: PriceE8, reason: 'adl' | 'takeover'): VenueState {
  const { instrument } = marketOf(state, name);
  let next = state;
  for (const [account, size, paid] of [[one, signed, cost], [other, -signed, -cost]] as const) {
    const { account: after, realisedE8 } = trade(account, instrument, size, paid);
    if (state.insurance[account.settlesIn] === account) next = withInsurance(next, after);
    else {
      const record: VenueFill = {
        id: next.nextId, orderId: null, clientId: null, account: account.id, instrument: name, side: size > 0n ? 'buy' : 'sell', priceE8, sizeE8: absolute(size),
        feeE8: 0n, realisedE8, startSizeE8: account.positions[name]?.sizeE8 ?? 0n, liquidity: 'taker', reason, atMs: state.nowMs,
      };
      next = withAccount({ ...next, fills: [...next.fills, record], nextId: next.nextId + 1 }, after);
    }
  }
  return next;
}

/** The fund sells into the book what it has taken over. */
function unwindFund(state: VenueState): VenueState {
  let next = state;
  for (const currency of Object.keys(state.insurance)) {
    for (const held of Object.values(state.insurance[currency]?.positions ?? {})) {
      const market = marketOf(next, held.instrument);
      if (market.halted) continue;
      const side: Side = held.sizeE8 > 0n ? 'sell' : 'buy';
      const { fills, book } = take(market.book, side, absolute(held.sizeE8), 'any');
      next = withMarket(next, { ...market, book });
      for (const fill of fills) {
        const fund = next.insurance[currency];
        if (fund !== undefined) next = bookTrade(next, fund, { ...fill, instrument: held.instrument, side, liquidity: 'taker', reason: 'liquidation', orderId: null, clientId: null });
      }
    }
  }
  return next;
}

/** A scripted auto-deleveraging: `shareBps` of the account's position is closed at the price against the feed's side, no order of the account's. */
export function deleverageShare(state: VenueState, id: string, name: string, shareBps: bigint, priceE8: PriceE8): VenueState {
  const account = accountOf(state, id);
  const { instrument } = marketOf(state, name);
  const held = account.positions[name]?.sizeE8 ?? 0n;
  const sizeE8 = smaller(mulDivFloor(absolute(held), shareBps, 10_000n * instrument.lotE8) * instrument.lotE8, absolute(held));
  if (sizeE8 === 0n) return state;
  const side: Side = held > 0n ? 'sell' : 'buy';
  const signed = signedSize(side, sizeE8);
  const cost = costOf(instrument, signed, priceE8);
  const { account: after, realisedE8 } = trade(account, instrument, signed, cost);
  const record: VenueFill = {
    id: state.nextId, orderId: null, clientId: null, account: id, instrument: name, side, priceE8, sizeE8, feeE8: 0n, realisedE8, startSizeE8: held, liquidity: 'taker', reason: 'adl', atMs: state.nowMs,
  };
  const marketE8 = { ...state.marketE8, [account.settlesIn]: (state.marketE8[account.settlesIn] ?? 0n) + cost };
  return withAccount({ ...state, marketE8, fills: [...state.fills, record], nextId: state.nextId + 1 }, after);
}
