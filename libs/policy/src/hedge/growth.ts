import { BPS, WAD, magnitude, mulDivDown, mulDivUp, type CoinE18, type ContractsE18, type UsdE8, type Wad } from '@ballast/units';
import { coinsFloor, contractsTowardsZero, notionalUp, settlementInUsdFloor, tierOf, type Perpetual } from '@ballast/positions';
import { brokenInside, inverseCoinsSurviving, jointGrid, leverageSurviving, JOINT_GRID } from '@ballast/risk';
import { budgetState } from './funding-budget.js';
import type { HedgeCannotReason } from './hedge-decision.js';
import type { HedgeInput } from './hedge-input.js';
import type { HedgeOutcome } from './hedge-outcome.js';
import { venueBook, type LegStanding } from './leg-standing.js';
import { mostReducedToday, sentCounts } from './sent-orders.js';

const GROWING = { reduceOnly: false } as const;
/** A coarser grid than the report's; both ends of the corridor are looked at in any case. */
const GROWTH_STEP_BPS = 1_000n;

/** What keeps every leg from growing; null where nothing does. */
export function growthObstacle(input: HedgeInput): HedgeCannotReason | null {
  if (input.stop !== 'none') return input.stop === 'no-grow' ? 'no-growth-allowed' : 'stopped';
  if (!input.isReconciled) return 'not-reconciled';
  if (!input.exposure.isFresh) return 'exposure-stale';
  if (budgetState(input.ledger.paidUsdE8, input.policy) === 'spent') return 'budget-spent';
  return null;
}

/** What the caps of a day and a minute say to one more order that grows; null where they have room. */
export function growthPause({ ledger, now, policy: { caps } }: HedgeInput): HedgeOutcome | null {
  const sent = sentCounts(ledger.orders, GROWING, now);
  if (sent.ordersLastMinute >= caps.slicesPerMinute) return { kind: 'hold', reason: 'too-soon' };
  return sent.ordersToday >= caps.ordersPerDay ? { kind: 'cannot', reason: 'day-cap' } : null;
}

/** What keeps this leg from growing; null where nothing does. */
export function legObstacle({ leg, account, reference, rung }: LegStanding, { now, policy }: HedgeInput): HedgeCannotReason | null {
  if (leg.instrument.underlying !== policy.underlying) return 'other-underlying';
  if (leg.stop !== 'none') return leg.stop === 'no-grow' ? 'no-growth-allowed' : 'stopped';
  if (leg.account.kind !== 'known') return 'account-stale';
  if (leg.key.kind === 'refused') return 'key-refused';
  if (isKeyEnding(leg.key, now, policy.keyMarginMs)) return 'key-ending';
  if (leg.order.kind === 'unknown') return 'order-unknown';
  if (reference.kind === 'refused') return 'price-refused';
  if (leg.market.kind !== 'known') return 'price-refused';
  if (leg.instrument.state !== 'open') return 'market-closed';
  if (account.marginMode === 'portfolio') return 'portfolio-margin';
  if (account.positionMode.kind !== 'known' || account.positionMode.value !== 'one-way') return 'not-one-way';
  if (leg.instrument.tiers.kind === 'unknown' || rung === 'unknown') return 'margin-unknown';
  if (rung === 'reduce' || rung === 'cut') return 'margin-too-thin';
  // Isolated margin is notional over leverage: more leverage than is survived would be thinner than the corridor asks for.
  if (account.marginMode === 'isolated' && leg.leverage.kind === 'unknown') return 'leverage-unknown';
  if (account.marginMode === 'isolated' && leg.leverage.kind === 'read-back' && leg.leverage.wad > policy.maxLeverage) return 'leverage-too-high';
  return null;
}

export const isKeyEnding = (key: HedgeInput['legs'][number]['key'], now: number, marginMs: number): boolean => key.kind === 'valid' && key.ends.kind === 'at' && key.ends.at - now < marginMs;

/** How much larger a leg may become, towards this side, and what bounds it. */
export interface Capacity {
  readonly contracts: ContractsE18;
  readonly bound: 'max-notional' | 'max-leverage' | 'open-interest' | 'day-cap' | 'corridor' | 'corridor-loan';
}

/** The most that the leg may grow by, whole lots, towards zero; never beyond any bound. `side` 1 buys. */
export function capacityOf(standing: LegStanding, all: readonly LegStanding[], input: HedgeInput, side: 1n | -1n, wanted: ContractsE18): Capacity {
  const { leg: { instrument }, price } = standing;
  if (price.kind === 'none') return { contracts: 0n as ContractsE18, bound: 'max-notional' };
  const at = price.usdE8;
  const total = all.reduce((sum, one) => sum + (one.contracts === 0n ? 0n : one.price.kind === 'price' ? notionalUp(one.contracts, one.leg.instrument, one.price.usdE8) : one.notionalUsdE8), 0n);
  const own = notionalUp(standing.contracts, instrument, at);
  const rooms: readonly (readonly [Capacity['bound'], bigint])[] = [
    ['max-notional', inContracts(input.policy.maxNotionalUsdE8 - total, instrument, at)],
    ['max-notional', inContracts(standing.leg.maxNotionalUsdE8 - own, instrument, at)],
    ['day-cap', inContracts(input.policy.caps.notionalPerDayUsdE8 - sentCounts(input.ledger.orders, GROWING, input.now).notionalTodayUsdE8, instrument, at)],
    ['day-cap', inContracts(stillReducible(input) - total, instrument, at)],
    ['open-interest', openInterestRoom(standing, input)],
    ['max-leverage', survivalRoom(standing, input, side, at)],
  ];
  const least = rooms.reduce((tightest, room) => (room[1] < tightest[1] ? room : tightest));
  const size = least[1] < magnitude(wanted) ? least[1] : magnitude(wanted);
  const whole = size > 0n ? size - (size % instrument.lot) : 0n;
  return whole === 0n ? { contracts: 0n as ContractsE18, bound: least[0] } : inCorridor(standing, all, input, side, whole, least[0]);
}

/** What reductions of the day may still come to: nothing grows beyond what could be closed again today. */
function stillReducible({ ledger, now, policy: { maxNotionalUsdE8 } }: HedgeInput): bigint {
  const reduced = sentCounts(ledger.orders, { reduceOnly: true }, now);
  return mostReducedToday(maxNotionalUsdE8, 0n as UsdE8, reduced) - reduced.notionalTodayUsdE8;
}

/** The largest size, in lots, with which nothing is liquidated inside the corridor: less size is never worse, so it is searched by halves. */
function inCorridor(standing: LegStanding, all: readonly LegStanding[], input: HedgeInput, side: 1n | -1n, size: bigint, bound: Capacity['bound']): Capacity {
  const { lot } = standing.leg.instrument;
  const at = (standing.price.kind === 'price' ? standing.price.usdE8 : 1n) as UsdE8;
  const shape = { ...JOINT_GRID, ...input.policy.corridor, stepBps: GROWTH_STEP_BPS };
  const brokenBy = (tried: bigint) => {
    const venues = all.map((one) => venueBook(one, (one === standing ? side * tried : 0n) as ContractsE18, at));
    return brokenInside(jointGrid(input.loans, venues, shape), input.policy.corridor);
  };
  const whole = brokenBy(size);
  if (whole.kind === 'none') return { contracts: size as ContractsE18, bound };
  if (whole.kind === 'at' && whole.what === 'loan') return { contracts: 0n as ContractsE18, bound: 'corridor-loan' };
  let [fits, breaks] = [0n, size / lot];
  while (breaks - fits > 1n) {
    const middle = (fits + breaks) / 2n;
    if (brokenBy(middle * lot).kind === 'none') fits = middle;
    else breaks = middle;
  }
  return { contracts: (fits * lot) as ContractsE18, bound: 'corridor' };
}

const inContracts = (usdE8: bigint, instrument: Perpetual, at: UsdE8): bigint => (usdE8 <= 0n ? 0n : contractsTowardsZero(mulDivDown(usdE8, WAD, at) as CoinE18, instrument, at));

function openInterestRoom({ leg, contracts }: LegStanding, { policy }: HedgeInput): bigint {
  if (leg.market.kind === 'unknown' || leg.market.value.openInterest.kind === 'unknown') return 0n;
  const most = mulDivDown(leg.market.value.openInterest.contracts, policy.openInterestShare, BPS) - magnitude(contracts);
  return most > 0n ? most : 0n;
}

/** By the margin that is there: linear by the notional, inverse by the coins; of a coin account only what hedges more than its own coins counts as leverage. */
function survivalRoom(standing: LegStanding, { policy }: HedgeInput, side: 1n | -1n, at: UsdE8): bigint {
  const { leg: { instrument }, room: equity, contracts } = standing;
  if (instrument.tiers.kind === 'unknown' || equity <= 0n) return 0n;
  const worst = instrument.tiers.rows.reduce<Wad>((most, row) => (row.maintenanceRate > most ? row.maintenanceRate : most), 0n as Wad);
  const cautious = { adverse: policy.survive, maintenance: tierAt(instrument, equity, at, worst), closing: policy.closing };
  if (instrument.contract.kind === 'inverse' && instrument.settlement.kind === 'coin') {
    const surviving = inverseCoinsSurviving(side === -1n ? 'short' : 'long', equity as bigint as CoinE18, cautious);
    const allowed = mulDivDown(equity, side === -1n ? WAD + policy.maxLeverage : policy.maxLeverage, WAD);
    const coins = surviving < allowed ? surviving : allowed;
    const left = contractsTowardsZero(coins as CoinE18, instrument, at) - side * contracts;
    return left > 0n ? left : 0n;
  }
  const surviving = leverageSurviving(cautious);
  const leverage = surviving < policy.maxLeverage ? surviving : policy.maxLeverage;
  const most = mulDivDown(settlementInUsdFloor(equity, instrument, at), leverage, WAD);
  return inContracts(most - notionalUp(contracts, instrument, at), instrument, at);
}

/** The rate of the tier that the largest allowed position would be in; of a table that cannot be read so, the worst. */
function tierAt(instrument: Perpetual, equity: bigint, at: UsdE8, worst: Wad): Wad {
  if (instrument.tiers.kind === 'unknown') return worst;
  const usd = settlementInUsdFloor(equity as never, instrument, at) * 3n;
  const size = instrument.tiers.unit === 'usd' ? usd : magnitude(coinsFloor(contractsTowardsZero(mulDivUp(usd > 0n ? usd : 0n, WAD, at) as CoinE18, instrument, at), instrument, at));
  return tierOf(instrument.tiers, size).maintenanceRate;
}
