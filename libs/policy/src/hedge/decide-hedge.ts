import { BPS, WAD, magnitude, mulDivCeil, mulDivDown, mulDivFloor, mulDivUp, type CoinE18, type ContractsE18, type SettlementE18, type UsdE8 } from '@ballast/units';
import { contractsAwayFromZero, notionalUp, usdInCoinsUp, usdInSettlementUp, type Perpetual } from '@ballast/positions';
import { between, exactly, jointGrid, plus, unbounded, type DeltaInterval } from '@ballast/risk';
import { bandOf, toBand, type Band } from './band.js';
import { candidatesOf, tellsOf } from './hedge-candidates.js';
import { oneWayCost } from './hedge-costs.js';
import type { HedgeActReason, HedgeCannotReason, HedgeDecision, HedgeHoldReason, UnwindReason } from './hedge-decision.js';
import type { HedgeInput, HedgeLeg } from './hedge-input.js';
import { sliceOrder } from './hedge-orders.js';
import type { HedgeOutcome, HedgeSituation } from './hedge-outcome.js';
import { targetShare } from './hedge-policy.js';
import { capacityOf, growthObstacle, growthPause, legObstacle } from './growth.js';
import { carryingAndLeaving, isDust } from './leaving.js';
import { heldOnceClosed, legStandingOf, venueBook, type LegStanding } from './leg-standing.js';
import { addableTo, marginToMove, waitsForMargin } from './isolated-margin.js';
import { shareToClose } from './margin-ladder.js';
import { decidePuts } from './put-decision.js';
import { sellPuts } from './put-sale.js';
import { isTurnedDown, mostReducedToday, sentCounts } from './sent-orders.js';
import { unwindingOf, type Unwinding } from './unwinding.js';

const hold = (reason: HedgeHoldReason): HedgeOutcome => ({ kind: 'hold', reason });
const cannot = (reason: HedgeCannotReason): HedgeOutcome => ({ kind: 'cannot', reason });

/**
 * What to do about one owner's hedge of one underlying. In this order: what must be closed, margins that are too thin, and the band around the target. Shrinking is always allowed, growing only where everything
 * is fresh, agreed and inside the corridor; an order is one slice of one leg, and the rest is decided anew from what the venues then hold.
 */
export function decideHedge(input: HedgeInput): HedgeDecision {
  const readOf = (legs: readonly HedgeLeg[]): readonly LegStanding[] => legs.map((leg) => legStandingOf(leg, input.oracle, input.policy, input.now)).filter((one): one is LegStanding => !('kind' in one));
  const { carrying, leaving: going } = carryingAndLeaving(input);
  const [standings, leaving] = [readOf(carrying), readOf(going)];
  const all = [...standings, ...leaving];
  const unread = input.legs.length + input.leaving.length - all.length;
  const held = unread > 0 ? unbounded('A leg could not be read.') : all.reduce<DeltaInterval>((sum, one) => plus(sum, one.held), exactly(0n));
  const target = targetOf(input);
  const situation: HedgeSituation = { input, standings, leaving, unread, target, held, band: bandFor(input, standings, target) };
  const outcome = outcomeOf(situation);
  const price = all.find((one) => one.reference.kind === 'agreed')?.reference;
  return {
    underlying: input.policy.underlying, policyVersion: input.policy.version, at: input.now, exposure: input.exposure.delta, target, held, band: situation.band,
    price: price?.kind === 'agreed' ? { kind: 'price', usdE8: price.usdE8 } : { kind: 'refused' },
    nearest: jointGrid(input.loans, all.filter(({ price: at }) => at.kind === 'price').map((one) => venueBook(one, 0n as ContractsE18, 1n as UsdE8)), REPORT_GRID),
    candidates: candidatesOf(situation, outcome), tells: tellsOf(situation), ...outcome,
  };
}

/** hedging.md's grid in steps of 5%: what a record shows. */
const REPORT_GRID = { downBps: 6_000n, upBps: 15_000n, stepBps: 500n, fundingBps: [100n], basisBps: [-100n, 100n] };

function targetOf({ policy, health, exposure }: HedgeInput): DeltaInterval {
  const share = targetShare(policy.mode, health);
  if (share.kind === 'unknown') return unbounded('The health of the loans is not known.');
  if (share.bps === 0n) return exactly(0n);
  return exposure.delta.kind === 'unbounded' ? exposure.delta : between(mulDivFloor(-exposure.delta.hi, share.bps, BPS), mulDivCeil(-exposure.delta.lo, share.bps, BPS));
}

/** The widest of the legs' bands, so that a trade at any of them comes to rest. */
function bandFor({ policy, exposure, hourlyVolatility }: HedgeInput, standings: readonly LegStanding[], target: DeltaInterval): Band | { readonly kind: 'none' } {
  if (target.kind === 'unbounded') return { kind: 'none' };
  const middle = ((target.lo + target.hi) / 2n) as CoinE18;
  const bands = standings.flatMap(({ leg: { instrument, market }, price }) => (price.kind === 'none' || market.kind === 'unknown' ? [] : [bandOf({ policy, target: middle, priceUsdE8: price.usdE8, hourlyVolatility, higher: exposure.higher, instrument, tradeCost: oneWayCost(instrument, market.value) })]));
  return bands.reduce<Band | { readonly kind: 'none' }>((widest, one) => ('half' in widest && widest.half >= one.half ? widest : one), { kind: 'none' });
}

function outcomeOf(situation: HedgeSituation): HedgeOutcome {
  const { input, standings, leaving } = situation;
  const legs = [...input.legs, ...input.leaving];
  if (input.stop === 'cancel-all' || (legs.length > 0 && legs.every(({ stop }) => stop === 'cancel-all'))) return cannot('stopped');
  // No account of the hedge can be reached: what is open there is not seen, let alone closed.
  if (legs.length === 0 && input.policy.mode.kind !== 'tail') return cannot('no-venue');
  const unwinding = unwindingOf(input);
  const closing = closePuts(input, unwinding);
  const held = [...standings, ...leaving].filter(({ contracts }) => contracts !== 0n);
  const open = held.filter((standing) => !isDust(standing));
  if (unwinding.kind === 'unwind' && open.length > 0) return withDropped(closing, unwind(situation, open, unwinding.because));
  const thin = thinMargins(situation);
  if (thin?.kind === 'act') return thin;
  const rest = withDropped(closing, withDropped(closeDropped(situation), wanted(situation, unwinding, held, open)));
  // A margin that cannot be helped now keeps nothing else from being made smaller, and nothing grows beside it.
  return thin === null || (rest.kind === 'act' && rest.orders.every(({ reduceOnly }) => reduceOnly)) ? rest : thin;
}

/** Sells the plan's own puts where everything is to be closed, no hedge is wanted or nothing is there to hedge; null where none is held, or nothing asks for it. Until their account is read nobody can say that none is. */
function closePuts(input: HedgeInput, unwinding: Unwinding): HedgeOutcome | null {
  const { putAccount, policy, stop } = input;
  const because: UnwindReason | null = stop === 'flatten' || (putAccount.kind === 'read' && putAccount.stop === 'flatten') ? 'owner-flattened' : policy.mode.kind === 'none' ? 'no-policy' : unwinding.kind === 'unwind' && unwinding.because === 'position-gone' ? 'position-gone' : null;
  if (because === null || putAccount.kind === 'none') return null;
  if (putAccount.kind === 'unread') return cannot('hedge-unread');
  if (putAccount.order.kind === 'unknown') return cannot('order-unknown');
  return sellPuts(input, putAccount.held, 'unwind', because);
}

/** What the mode asks of the legs that carry the hedge. */
function wanted(situation: HedgeSituation, unwinding: Unwinding, held: readonly LegStanding[], open: readonly LegStanding[]): HedgeOutcome {
  const { input } = situation;
  if (input.policy.mode.kind === 'tail') return decidePuts(input);
  if (unwinding.kind === 'unwind' || (unwinding.kind === 'wait' && open.length === 0)) return doubtOfNothing(input) ?? hold(held.length > 0 ? 'dust-left' : 'nothing-to-hedge');
  if (unwinding.kind === 'wait') return hold('waiting-to-unwind');
  return rehedge(situation);
}

/** Closes what is held in legs that no longer carry the hedge; null where nothing is to be closed there, or it is under way. */
function closeDropped(situation: HedgeSituation): HedgeOutcome | null {
  const open = situation.leaving.filter((standing) => standing.contracts !== 0n && !isDust(standing) && standing.leg.stop !== 'cancel-all');
  if (open.length === 0) return null;
  const outcome = shrinkEach(situation, open.map((standing) => ({ standing, contracts: -standing.contracts as ContractsE18 })), { reason: 'leg-dropped', unwinding: 'no', isEmergency: open.some(({ leg }) => leg.stop === 'flatten') });
  return outcome.kind === 'hold' ? null : outcome;
}

/** Both at once where both can be done: what is closed in one account is opened in another as it goes. What cannot be closed keeps nothing else from being done, and is told where nothing else is. */
function withDropped(dropped: HedgeOutcome | null, rest: HedgeOutcome): HedgeOutcome {
  if (dropped === null) return rest;
  if (dropped.kind === 'act') return rest.kind === 'act' ? { ...dropped, orders: [...dropped.orders, ...rest.orders] } : dropped;
  return rest.kind === 'hold' ? dropped : rest;
}

/** Why nobody can say that nothing more is held: a leg that is not read now, or one where an order may still be filled. Before a plan ends our books must say so too. Null where nothing speaks against it. */
function doubtOfNothing({ legs: carrying, leaving, policy, isReconciled }: HedgeInput): HedgeOutcome | null {
  if (carrying.length === 0) return cannot('no-venue');
  const legs = [...carrying, ...leaving];
  if (legs.some(({ account }) => account.kind !== 'known')) return cannot('hedge-unread');
  if (legs.some(({ order }) => order.kind === 'unknown')) return cannot('order-unknown');
  if (legs.some(({ order }) => order.kind === 'open')) return hold('order-under-way');
  return policy.mode.kind === 'none' && !isReconciled ? cannot('not-reconciled') : null;
}

function unwind(situation: HedgeSituation, open: readonly LegStanding[], because: UnwindReason): HedgeOutcome {
  return shrinkEach(situation, open.map((standing) => ({ standing, contracts: -standing.contracts as ContractsE18 })), { reason: 'unwind', unwinding: because, isEmergency: because === 'owner-flattened' });
}

/** Legs on the upper rungs of the ladder; null where none is, or where their owner is asked for margin instead. */
function thinMargins(situation: HedgeSituation): HedgeOutcome | null {
  const { input, standings, leaving } = situation;
  const { ladder, closing } = input.policy;
  const thin = [...standings, ...leaving].filter((one) => one.contracts !== 0n && (one.rung === 'cut' || one.rung === 'reduce') && !waitsForMargin(one, input.now));
  if (thin.length === 0) return null;
  const cut = thin.filter(({ rung }) => rung === 'cut');
  if (cut.length === 0 && ladder.atReduce === 'ask') return null;
  // One that cannot be cut keeps none from being made smaller before it must be cut itself.
  const worstFirst = ladder.atReduce === 'ask' ? cut : [...cut, ...thin.filter(({ rung }) => rung === 'reduce')];
  const shrinking = worstFirst.map((standing) => {
    const { margin, leg, price, contracts } = standing;
    const notional = usdInSettlementUp(standing.notionalUsdE8, leg.instrument, price.kind === 'price' ? price.usdE8 : (1n as UsdE8));
    const equity = (margin.equity + addableTo(standing)) as SettlementE18;
    const size = mulDivUp(magnitude(contracts), shareToClose({ ...margin, equity, notional, closing }, ladder.cutTo), WAD);
    const whole = mulDivUp(size, 1n, leg.instrument.lot) * leg.instrument.lot;
    const least = whole > magnitude(contracts) ? magnitude(contracts) : whole;
    return { standing, contracts: (contracts < 0n ? least : -least) as ContractsE18 };
  }).filter(({ contracts }) => contracts !== 0n);
  if (shrinking.length === 0) return null;
  return shrinkEach(situation, shrinking, { reason: cut.length > 0 ? 'margin-cut' : 'margin-reduce', unwinding: 'no', isEmergency: true });
}

interface Shrink {
  readonly standing: LegStanding;
  readonly contracts: ContractsE18;
}

/** Reduce-only orders at each leg that can take one; the first reason in the way where none can. */
function shrinkEach({ input, standings, leaving }: HedgeSituation, shrinks: readonly Shrink[], as: { readonly reason: HedgeActReason; readonly unwinding: UnwindReason | 'no'; readonly isEmergency: boolean }): HedgeOutcome {
  const { policy: { unwindSlippage, depthShare, caps, maxNotionalUsdE8 }, ledger, now } = input;
  const sent = sentCounts(ledger.orders, { reduceOnly: true }, now);
  if (sent.ordersLastMinute >= caps.slicesPerMinute) return hold('too-soon');
  if (sent.ordersToday >= caps.ordersPerDay * 2) return cannot('day-cap');
  const held = [...standings, ...leaving].reduce<bigint>((sum, { notionalUsdE8 }) => sum + notionalUsdE8, 0n) as UsdE8;
  let room = mostReducedToday(maxNotionalUsdE8, held, sent) - sent.notionalTodayUsdE8;
  const tried = shrinks.map(({ standing, contracts }) => {
    if (standing.leg.stop === 'cancel-all') return { kind: 'not', because: 'stopped' } as const;
    if (standing.leg.order.kind === 'unknown') return { kind: 'not', because: 'order-unknown' } as const;
    if (standing.leg.order.kind === 'open') return { kind: 'not', because: 'order-under-way' } as const;
    if (standing.leg.key.kind === 'refused') return { kind: 'not', because: 'key-refused' } as const;
    const sliced = sliceOrder({ standing, contracts, reduceOnly: true, slippage: unwindSlippage, depthShare, isEmergency: as.isEmergency });
    if (sliced.kind === 'not') return sliced;
    if (isTurnedDown(ledger.orders, sliced.order, now)) return { kind: 'not', because: 'order-rejected' } as const;
    if (sliced.order.notionalUsdE8 > room) return { kind: 'not', because: 'day-cap' } as const;
    room -= sliced.order.notionalUsdE8;
    return sliced;
  });
  const orders = tried.flatMap((one) => (one.kind === 'order' ? [one.order] : []));
  if (orders.length > 0) return { kind: 'act', reason: as.reason, unwinding: as.unwinding, orders };
  const reasons = tried.flatMap((one) => (one.kind === 'not' ? [one.because] : []));
  const because = reasons.find((reason) => reason !== 'order-under-way') ?? reasons[0] ?? 'book-thin';
  return because === 'order-under-way' ? hold('order-under-way') : cannot(because);
}

function rehedge(situation: HedgeSituation): HedgeOutcome {
  const { input, standings, target, band, unread } = situation;
  const held = heldMeanwhile(situation);
  if (input.legs.length === 0) return cannot('no-venue');
  if (target.kind === 'unbounded') return cannot(targetShare(input.policy.mode, input.health).kind === 'unknown' ? 'health-unknown' : 'exposure-unknown');
  if (unread > 0 || held.kind === 'unbounded') return cannot('hedge-unread');
  if (!('half' in band)) return cannot('no-price');
  const trade = tradeOf(held, target, band, input.policy.hysteresis);
  if (trade === 0n) return resting(situation);
  const isEmergency = input.health.kind === 'ratio' && input.health.wad < input.policy.emergencyHealth;
  const { lastTrade } = input.ledger;
  if (!isEmergency && lastTrade.kind === 'at' && lastTrade.wasWhole && input.now - lastTrade.at < input.policy.minIntervalMs) return hold('too-soon');
  const against = standings.filter((one) => one.contracts !== 0n && one.contracts > 0n !== trade > 0n && !isDust(one));
  return against.length > 0 ? shrinkTowards(situation, against, trade, isEmergency) : grow(situation, trade, isEmergency);
}

/** Everything that may be held while what no longer carries the hedge is being closed, from as it stands now to all of it gone: nothing is traded that either would take back. */
function heldMeanwhile({ standings, leaving, held }: HedgeSituation): DeltaInterval {
  const after = [...standings.map((one) => one.held), ...leaving.map(heldOnceClosed)].reduce<DeltaInterval>((sum, one) => plus(sum, one), exactly(0n));
  if (held.kind === 'unbounded' || after.kind === 'unbounded') return held;
  return between(held.lo < after.lo ? held.lo : after.lo, held.hi > after.hi ? held.hi : after.hi);
}

/** Nothing is to be traded now. What would keep a trade from being made is told all the same: a hedge that could not be adjusted is not armed. */
function resting({ input, standings }: HedgeSituation): HedgeOutcome {
  if (input.legs.some(({ order }) => order.kind === 'open')) return hold('order-under-way');
  const moved = marginToMove(input);
  if (moved.length > 0 || standings.some((one) => one.leg.adding.kind === 'under-way' && waitsForMargin(one, input.now))) return hold('adding-margin');
  if (standings.some(({ rung }) => rung === 'reduce')) return hold('asked-for-margin');
  const obstacles = standings.map((standing) => legObstacle(standing, input));
  const obstacle = growthObstacle(input) ?? (obstacles.every((one) => one !== null) ? obstacles[0] : null) ?? null;
  return obstacle === null ? hold('inside-band') : cannot(obstacle);
}

/** The smaller of the trades that either end of what is held would ask for; none where one asks for none. */
function tradeOf(held: Extract<DeltaInterval, { kind: 'interval' }>, target: Extract<DeltaInterval, { kind: 'interval' }>, band: Band, hysteresis: bigint): CoinE18 {
  const [low, high] = [toBand(held.lo, target, band, hysteresis), toBand(held.hi, target, band, hysteresis)];
  if (low === 0n || high === 0n || low > 0n !== high > 0n) return 0n as CoinE18;
  return magnitude(low) < magnitude(high) ? low : high;
}

/** The leg with the thinnest margin first, then the last in the owner's order. What cannot be sent anything leaves it to the others. */
function shrinkTowards(situation: HedgeSituation, against: readonly LegStanding[], trade: CoinE18, isEmergency: boolean): HedgeOutcome {
  const use = ({ use: of }: LegStanding): bigint => (of.kind === 'share' ? of.wad : of.kind === 'exhausted' ? WAD : 0n);
  const reachable = against.filter(({ leg: { stop, key } }) => stop !== 'cancel-all' && key.kind === 'valid');
  const order = [...(reachable.length > 0 ? reachable : against)].reverse().sort((one, other) => (use(other) > use(one) ? 1 : use(other) < use(one) ? -1 : 0));
  let left = magnitude(trade);
  const shrinks: Shrink[] = [];
  for (const standing of order) {
    if (left === 0n || standing.price.kind === 'none') continue;
    const wanted = inContracts(left, standing, standing.price.usdE8);
    const size = wanted < magnitude(standing.contracts) ? wanted : magnitude(standing.contracts);
    shrinks.push({ standing, contracts: (trade > 0n ? size : -size) as ContractsE18 });
    left = wanted > size ? mulDivDown(left, wanted - size, wanted) : 0n;
  }
  return shrinks.length === 0 ? cannot('no-price') : shrinkEach(situation, shrinks, { reason: 'outside-band', unwinding: 'no', isEmergency });
}

/** Contracts of a leg for so many coins of the exposure: away from zero to a whole lot, and at least what the venue takes. The band is wider than either. */
function inContracts(coins: bigint, { leg }: LegStanding, at: UsdE8): bigint {
  const wanted = magnitude(contractsAwayFromZero(mulDivUp(coins, leg.hedgeRatio, WAD) as CoinE18, leg.instrument, at));
  const least = leastContracts(leg.instrument, at);
  return wanted > least ? wanted : least;
}

/** The smallest order that the venue takes. */
export function leastContracts(instrument: Perpetual, at: UsdE8): bigint {
  const byValue = contractsAwayFromZero(usdInCoinsUp(instrument.minNotionalUsdE8, at), instrument, at);
  const enough = notionalUp(byValue, instrument, at) >= instrument.minNotionalUsdE8 ? byValue : byValue + instrument.lot;
  return enough > instrument.minContracts ? enough : instrument.minContracts;
}

/** The first leg in the owner's order that may grow and has room. */
function grow({ input, standings, leaving }: HedgeSituation, trade: CoinE18, isEmergency: boolean): HedgeOutcome {
  const obstacle = growthObstacle(input);
  if (obstacle !== null) return cannot(obstacle);
  const pause = growthPause(input);
  if (pause !== null) return pause;
  let first: HedgeCannotReason | null = null;
  for (const standing of standings) {
    if (standing.leg.order.kind === 'open') return hold('order-under-way');
    const found = growLeg(standing, [...standings, ...leaving], input, trade, isEmergency);
    if (found.kind === 'act') return found;
    first ??= found.kind === 'cannot' ? found.reason : null;
  }
  return cannot(first ?? 'no-venue');
}

function growLeg(standing: LegStanding, standings: readonly LegStanding[], input: HedgeInput, trade: CoinE18, isEmergency: boolean): HedgeOutcome {
  const obstacle = legObstacle(standing, input);
  if (obstacle !== null) return cannot(obstacle);
  if (standing.price.kind === 'none') return cannot('no-price');
  const side = trade > 0n ? 1n : -1n;
  const wanted = inContracts(magnitude(trade), standing, standing.price.usdE8) as ContractsE18;
  const capacity = capacityOf(standing, standings, input, side, wanted);
  if (capacity.contracts < leastContracts(standing.leg.instrument, standing.price.usdE8)) return cannot(capacity.bound);
  const sliced = sliceOrder({ standing, contracts: (side * capacity.contracts) as ContractsE18, reduceOnly: false, slippage: input.policy.slippage, depthShare: input.policy.depthShare, isEmergency });
  if (sliced.kind === 'not') return cannot(sliced.because);
  return isTurnedDown(input.ledger.orders, sliced.order, input.now) ? cannot('order-rejected') : { kind: 'act', reason: 'outside-band', unwinding: 'no', orders: [sliced.order] };
}
