import { BPS, WAD, mulDivDown, mulDivUp, oneToken, type Bps, type RawAmount, type UsdE8, type Wad } from '@ballast/units';
import type { Asset, CollateralLeg, DebtLeg, LendingPosition } from '@ballast/positions';
import type { CannotReason } from './decision.js';
import { DEFAULT_LIMITS, type DecideInput } from './decide-input.js';
import type { FillFacts, FillQuote, LenderFacts } from './fill-facts.js';
import { aimedAmount, ceilingPrice, fillCost, fillMove, fillRaisesHealth, fillToReach, healthAfterFill, mostOut, otherDebt, type FillPrice } from './fill-sizing.js';
import type { Aim, FillCall } from './intent.js';
import { MANDATE_ACTIONS, type MandateTerms } from './mandate.js';
import { realStops } from './shadow-decision.js';
import { stopFor, type Stop, type StoppableLoan } from './stop.js';
import { BAND_MARGIN, type TriggerPlan } from './trigger.js';
import { collateralValue } from './sizing.js';

/** More collateral than the quote asks for, so that a small move on the way does not stop the sale; what it brings beyond the need repays the owner's debt. */
const SLACK_BPS = 50n;
/** The market may differ from the protocol's price by this much, between two dollars and otherwise. Beyond it one of the two is wrong, and nothing is sold. */
const STABLE_GAP_BPS = 100n;
const GAP_BPS = 200n;
/** A fill ends this far under a full repayment, in parts of a thousand, where it would end just there: a stranger's two units must not turn it into one. */
const UNDER_FULL = 1n;
const THOUSAND = 1_000n;
/** Room for interest where the whole debt is meant. */
const OVER_FULL = 1n;
/** How much more than planned an aimed fill may come to, in percent: the price may fall on the way. */
const HEADROOM = 125n;

/** A planned sale of collateral that repays debt. */
export interface PlannedFill {
  readonly action: 'fill';
  /** The debt. */
  readonly leg: DebtLeg;
  readonly sold: CollateralLeg;
  /** Debt units that the guard repays at this block; the surplus of the sale comes on top. */
  readonly amount: RawAmount;
  /** Collateral units that leave for `amount`. */
  readonly out: RawAmount;
  readonly min: RawAmount;
  readonly max: RawAmount;
  /** With the expected surplus repaid too; null when no debt would be left. */
  readonly healthAfter: Wad | null;
  /** The budget, the permission or the debt gives less than the target needs. */
  readonly limited: boolean;
  /** All-in: what leaves the loan beyond what is repaid, the surplus counted, at the protocol's prices. Rounded up. */
  readonly costUsdE8: UsdE8;
  /** Debt units that the lender takes for the loan, in `costUsdE8`. */
  readonly premium: RawAmount;
  /** `costUsdE8` as a share of what the guard repays, rounded up. */
  readonly costBps: Bps;
  /** The health is still above the trigger: this is what would be done at it. */
  readonly atTrigger: boolean;
  readonly call: FillCall;
}

export type FillOption =
  | { readonly kind: 'ready'; readonly plan: PlannedFill }
  /** Nobody has looked at what it would cost; taken as possible, planned by nobody. */
  | { readonly kind: 'unpriced'; readonly leg: DebtLeg }
  | { readonly kind: 'unready'; readonly action: 'fill'; readonly leg: DebtLeg | null; readonly reason: CannotReason };

/** What is looked at for a fill: the position as it is below the trigger, and above it as it would be at the trigger, with the market moved alike. */
interface Scene {
  readonly position: LendingPosition;
  readonly debt: DebtLeg;
  readonly sold: CollateralLeg;
  readonly facts: FillFacts;
  readonly releasable: bigint;
  readonly atTrigger: boolean;
  readonly input: DecideInput;
  readonly terms: MandateTerms;
}

/** Repaying with the collateral towards the plan's target. null where the mandate does not name FILL or nobody knows whether it could run. */
export function fillOption(input: DecideInput, terms: MandateTerms, plan: TriggerPlan): FillOption | null {
  if ((terms.actions & MANDATE_ACTIONS.FILL) === 0 || input.fill === undefined) return null;
  const debt = input.position.debts.find((leg) => leg.asset.address === terms.debt && leg.amount > 0n);
  const unready = (reason: CannotReason): FillOption => ({ kind: 'unready', action: 'fill', leg: debt ?? null, reason });
  if (debt === undefined) return unready('debt-not-covered');
  const sold = input.position.collaterals.find((leg) => leg.asset.address === terms.collateral && leg.amount > 0n);
  if (sold === undefined) return unready('collateral-missing');
  if (debt.reserve.paused || !debt.reserve.active) return unready('debt-reserve-paused');
  if (sold.reserve.paused || !sold.reserve.active) return unready('collateral-reserve-paused');
  if (blockingCollateral(input.position, sold) !== null) return unready('ltv-zero-collateral');
  const releasable = sold.releasable ?? 0n;
  if (releasable === 0n) return unready('collateral-approval-missing');
  if (fillStop(input) !== null) return unready('fill-stopped');
  if (input.fill === null) return unready('fill-not-priced');
  if (input.fill === 'not-looked-at') return { kind: 'unpriced', leg: debt };
  if (input.fill.obstacle !== null) return unready(input.fill.obstacle);
  if (input.fill.budgetLeft === 0n) return unready('fill-budget-used');
  if (fillSizes(input, terms, plan).length === 0) return unready('fill-cannot-help');
  const scene = sceneOf(input, terms, plan, debt, sold, input.fill);
  if (scene.facts.spot === null) return unready('fill-not-priced');
  if (marketGap(scene.debt, scene.sold, scene.facts.spot) > gapAllowed(scene.debt.asset, scene.sold.asset, input)) return unready('fill-market-disagrees');
  const found = bestFill(scene, plan);
  return typeof found === 'string' ? unready(found) : { kind: 'ready', plan: found };
}

/** The loan as stops see it. */
export function stoppable({ position, mandate }: DecideInput): StoppableLoan {
  const { health } = position.reported;
  return { positionId: position.id, tokens: mandate === null ? [] : [mandate.terms.collateral, mandate.terms.debt], health: health.kind === 'ratio' ? health.wad : null };
}

/** The stop that holds back sales of the loan's collateral; null where there is none. */
export const fillStop = (input: DecideInput): Stop | null => stopFor(realStops(input), stoppable(input), 'FILL');

/** The first other collateral that must be switched off before this one may leave; null where there is none. */
export function blockingCollateral(position: LendingPosition, sold: CollateralLeg): Asset | null {
  if (sold.zeroLtv === true) return null;
  return position.collaterals.find((leg) => leg.enabled && leg.amount > 0n && leg.liquidationThreshold > 0n && leg.zeroLtv === true)?.asset ?? null;
}

/**
 * Collateral units whose sale should be priced so that a fill can be decided on: for the target and both ends of the band at the mandate's
 * price limit, and one too small to move the market. Empty where the mandate does not name FILL or a price is missing.
 */
export function fillSizes(input: DecideInput, terms: MandateTerms, plan: TriggerPlan): readonly RawAmount[] {
  const debt = input.position.debts.find((leg) => leg.asset.address === terms.debt && leg.amount > 0n);
  const sold = input.position.collaterals.find((leg) => leg.asset.address === terms.collateral && leg.amount > 0n);
  if ((terms.actions & MANDATE_ACTIONS.FILL) === 0 || debt === undefined || sold === undefined || sold.price.kind === 'no-price') return [];
  const scene = sceneOf(input, terms, plan, debt, sold, NO_FACTS);
  const price = ceilingPrice(terms.maxCostBps);
  // Where the limit itself would not raise the health, a lower cost still may: half the way to what would not.
  const usable = fillRaisesHealth(scene.position, scene.sold, price) ? price : { slope: (WAD + price.slope) / 2n, fixedUsdE8: 0n };
  const outs = aims(terms, plan).flatMap((aim) => {
    const repaid = fillToReach(scene.position, scene.debt, scene.sold, aim, usable);
    if (repaid === null || repaid === 0n) return [];
    const out = mostOut(scene.debt, scene.sold, repaid, terms.maxCostBps) + 1n;
    return [(out < sold.amount ? out : sold.amount) as RawAmount];
  });
  return outs.length === 0 ? [] : [...new Set([spotSize(scene.sold), ...outs])];
}

const SPOT_USD_E8 = 10_000_000_000n;
/** Collateral worth 100 dollars, or all where that is less. */
const spotSize = (sold: CollateralLeg): RawAmount => {
  const units = sold.price.kind === 'price' ? mulDivUp(SPOT_USD_E8, oneToken(sold.asset.decimals), sold.price.usdE8) : 0n;
  return (units < sold.amount ? units : sold.amount) as RawAmount;
};

const NO_FACTS: FillFacts = { obstacle: null, budgetLeft: 0n as RawAmount, withdrawable: 0n as RawAmount, filler: '0x' as never, lenders: [], quotes: [], spot: null };

/** Where to aim, best first: the target; just inside the lower end, which needs least of the market; just inside the upper end, which spreads the gas over most. */
function aims(terms: MandateTerms, plan: TriggerPlan): readonly Wad[] {
  const [lowest, highest] = [terms.minHf + BAND_MARGIN, highestEnd(terms) - BAND_MARGIN] as [Wad, Wad];
  return lowest > highest ? [plan.target] : [...new Set([plan.target, lowest, highest])];
}

/**
 * Where a fill may end, its surplus counted: 0.01 inside the band, where the band has room for that at both ends. In a narrower band a better
 * price than the quote's may end it a little above: more of the owner's debt repaid, which the guard, judging before the surplus, takes.
 */
const highestEnd = ({ minHf, maxHf }: MandateTerms): bigint => (maxHf - minHf >= 2n * BAND_MARGIN ? maxHf - BAND_MARGIN : maxHf);

function sceneOf(input: DecideInput, terms: MandateTerms, plan: TriggerPlan, debt: DebtLeg, sold: CollateralLeg, facts: FillFacts): Scene {
  const health = input.position.reported.health;
  const releasable = sold.releasable ?? 0n;
  const scene = { position: input.position, debt, sold, facts, input, terms, releasable: releasable < sold.amount ? releasable : sold.amount, atTrigger: false };
  if (health.kind !== 'ratio' || health.wad < plan.trigger) return scene;
  const fallen = (leg: CollateralLeg): CollateralLeg => {
    if (leg.price.kind === 'no-price') return leg;
    const price = { ...leg.price, usdE8: mulDivDown(leg.price.usdE8, plan.trigger, health.wad) as UsdE8 };
    const moved = { ...leg, price };
    return { ...moved, valueUsdE8: collateralValue(moved, leg.amount) as UsdE8 };
  };
  const dearer = (quote: FillQuote): FillQuote => ({ ...quote, bought: mulDivDown(quote.bought, plan.trigger, health.wad) as RawAmount });
  const collaterals = input.position.collaterals.map(fallen);
  return {
    ...scene, atTrigger: true, position: { ...input.position, collaterals }, sold: collaterals[input.position.collaterals.indexOf(sold)] ?? sold,
    facts: { ...facts, quotes: facts.quotes.map(dearer), spot: facts.spot === null ? null : dearer(facts.spot) },
  };
}

/** By how much the market's price of the collateral in debt differs from the protocol's, to either side, in hundredths of a percent, rounded up. */
export function marketGap(debt: DebtLeg, sold: CollateralLeg, quote: FillQuote): bigint {
  const worth = mostOut(debt, sold, quote.bought, 0n as Bps);
  const gap = worth > quote.sold ? worth - quote.sold : quote.sold - worth;
  return mulDivUp(gap, BPS, quote.sold);
}

function gapAllowed(debt: Asset, sold: Asset, input: DecideInput): bigint {
  const stable = (input.limits ?? DEFAULT_LIMITS).stableSymbols;
  return stable.includes(debt.symbol) && stable.includes(sold.symbol) ? STABLE_GAP_BPS : GAP_BPS;
}

/** The first of all ways that the guard would take: the nearest aim, the smallest quote that is large enough, the cheapest lender that holds enough. */
function bestFill(scene: Scene, plan: TriggerPlan): PlannedFill | CannotReason {
  const { facts, terms } = scene;
  const quotes = [...facts.quotes].sort((a, b) => (a.sold < b.sold ? -1 : 1));
  if (quotes.length === 0) return 'fill-not-priced';
  const lenders = [...facts.lenders].sort((a, b) => Number(a.premiumBps - b.premiumBps));
  const refusals = new Set<CannotReason>();
  for (const aim of aims(terms, plan)) {
    for (const quote of quotes) {
      for (const lender of lenders) {
        const found = tried(scene, aim, quote, lender);
        if (typeof found !== 'string') return found;
        refusals.add(found);
      }
    }
  }
  return WORST_FIRST.find((reason) => refusals.has(reason)) ?? 'fill-no-loan';
}

/** Of several refusals the one that tells most. */
const WORST_FIRST: readonly CannotReason[] = ['already-liquidatable-too-deep', 'collateral-illiquid', 'fill-too-costly', 'fill-cannot-help', 'fill-not-priced', 'fill-no-loan', 'below-minimum'];

/** One way to fill, or why the guard, the lender or the mandate would not take it. */
function tried(scene: Scene, aim: Wad, quote: FillQuote, lender: LenderFacts): PlannedFill | CannotReason {
  const { position, debt, sold, facts, terms, releasable } = scene;
  if (debt.price.kind === 'no-price' || sold.price.kind === 'no-price') return 'price-missing';
  const keeps = mulDivUp(quote.gasUsdE8, oneToken(debt.asset.decimals), debt.price.usdE8);
  // What of the collateral a sum of debt units takes to buy, with slack: never more than the mandate allows.
  const toBuy = (units: bigint): bigint => mulDivUp(units, quote.sold * (BPS + SLACK_BPS), quote.bought * BPS);
  const worthOf = (units: bigint): bigint => mulDivUp(units, sold.price.kind === 'price' ? sold.price.usdE8 : 0n, oneToken(sold.asset.decimals));
  const own: FillPrice = { slope: slopeOf(debt, sold, quote, lender), fixedUsdE8: worthOf(toBuy(keeps)) };
  const ceiling = ceilingPrice(terms.maxCostBps);
  const first = sizeAt(scene, aim, own);
  const isWithin = first !== null && toBuy(first + premiumOn(first, lender) + keeps) <= mostOut(debt, sold, first, terms.maxCostBps);
  const wanted = isWithin ? first : sizeAt(scene, aim, ceiling);
  if (wanted === null) return 'fill-cannot-help';
  if (wanted === 0n) return 'below-minimum';

  const whole = debt.amount + (debt.amount * OVER_FULL) / THOUSAND + 1n;
  const inFull = wanted === debt.amount;
  const loan = inFull ? whole : wanted;
  if (loan > lender.available) return 'fill-no-loan';
  const max = lesser(inFull || wanted === underFull(debt) ? loan : (wanted * HEADROOM) / 100n, lesser(whole, lender.available));
  const premium = premiumOn(loan, lender);
  const needed = (repaid: bigint): bigint => repaid + premium + keeps;
  // What the budget and the permission leave of it.
  let part = wanted < facts.budgetLeft ? wanted : facts.budgetLeft;
  let leaving = lesser(toBuy(needed(part)), mostOut(debt, sold, part, terms.maxCostBps));
  const short = leaving > releasable;
  if (short) {
    // The permission limits: what its sale brings, without slack, pays the loan's premium, the gas and the rest of the debt.
    const brings = mulDivDown(releasable, quote.bought * BPS, quote.sold * (BPS + SLACK_BPS));
    if (brings <= premium + keeps) return 'below-minimum';
    part = lesser(part, brings - premium - keeps);
    leaving = releasable;
  }
  if (part <= 0n) return 'below-minimum';
  if (leaving > quote.sold) return 'fill-not-priced';
  const out = short ? mulDivUp(leaving, max, part) : mulDivDown(leaving, max, part);
  const before = healthAfterFill(position, debt, sold, 0n, 0n);
  const target: Aim = { health: aim, otherDebt: otherDebt(position, debt), thresholdBps: (sold.enabled ? sold.liquidationThreshold : 0n) as Bps, costBps: costShare(debt, sold, part, leaving) };
  const offered = before === null ? 0n : aimedAmount(target, before, debt.amount, max);
  if (offered === 0n) return 'fill-cannot-help';
  const move = fillMove(debt, { max: offered, out: mulDivDown(out, offered, max), budgetLeft: facts.budgetLeft, releasable });
  if (move.amount === 0n || move.out === 0n) return 'below-minimum';
  if (move.out > facts.withdrawable) return 'collateral-illiquid';
  if (move.out > mostOut(debt, sold, move.amount, terms.maxCostBps)) return 'fill-too-costly';
  // A smaller sale brings no less for each unit; one unit of the debt token is lost to the market's own rounding.
  const surplus = mulDivDown(move.out, quote.bought, quote.sold) - 1n - (move.amount + premiumOn(offered, lender) + keeps);
  if (surplus < 0n) return 'fill-too-costly';

  const middle = healthAfterFill(position, debt, sold, move.amount, move.out);
  const after = healthAfterFill(position, debt, sold, move.amount + surplus, move.out);
  if (middle !== null && before !== null && middle <= before) return 'fill-cannot-help';
  if (middle !== null && middle < WAD) return 'already-liquidatable-too-deep';
  if (middle !== null && middle < terms.minHf && !move.mayEndBelow) return 'fill-cannot-help';
  if (!move.inFull && (after === null || after > highestEnd(terms))) return 'fill-cannot-help';
  const limited = move.amount < lesser(wanted, offered);
  const costUsdE8 = fillCost(debt, sold, move.amount + surplus, move.out);
  return {
    action: 'fill', leg: debt, sold, amount: move.amount, out: move.out, limited, healthAfter: after, atTrigger: scene.atTrigger,
    min: lesser(leastUnits(debt, scene.input), move.amount) as RawAmount, max: max as RawAmount, costUsdE8, premium: premiumOn(offered, lender) as RawAmount,
    costBps: mulDivUp(costUsdE8, BPS * oneToken(debt.asset.decimals), move.amount * debt.price.usdE8) as Bps,
    call: { lane: 'flash', out: out as RawAmount, filler: facts.filler, lender: lender.lender, router: quote.router, path: quote.path, keeps: keeps as RawAmount, aim: target },
  };
}

/** The debt to repay for this aim at this price, 0.1% under the whole debt where it would come out just there. */
function sizeAt({ position, debt, sold }: Scene, aim: Wad, price: FillPrice): bigint | null {
  const units = fillToReach(position, debt, sold, aim, price);
  if (units === null || units === debt.amount) return units;
  return lesser(units, underFull(debt));
}

const underFull = (debt: DebtLeg): bigint => debt.amount - (debt.amount * UNDER_FULL) / THOUSAND;

/** What leaves above what is repaid, as a share of the latter, in hundredths of a percent, rounded up. */
function costShare(debt: DebtLeg, sold: CollateralLeg, repaid: bigint, out: bigint): Bps {
  if (debt.price.kind === 'no-price' || sold.price.kind === 'no-price') return 0n as Bps;
  const share = mulDivUp(out * sold.price.usdE8 * oneToken(debt.asset.decimals), BPS, repaid * debt.price.usdE8 * oneToken(sold.asset.decimals));
  return (share > BPS ? share - BPS : 0n) as Bps;
}

/** Dollars of collateral for one dollar of debt at the quote's price, the loan's premium and the slack included; scaled by 1e18, rounded up. */
function slopeOf(debt: DebtLeg, sold: CollateralLeg, quote: FillQuote, { premiumBps }: LenderFacts): bigint {
  if (debt.price.kind === 'no-price' || sold.price.kind === 'no-price') return 0n;
  const above = quote.sold * sold.price.usdE8 * oneToken(debt.asset.decimals) * (BPS + premiumBps) * (BPS + SLACK_BPS);
  return mulDivUp(above, WAD, quote.bought * debt.price.usdE8 * oneToken(sold.asset.decimals) * BPS * BPS);
}

/** What the lender takes for the loan, rounded up. */
const premiumOn = (loan: bigint, { premiumBps }: LenderFacts): bigint => mulDivUp(loan, premiumBps, BPS);

/** Debt units worth the least that an action should move, rounded up. */
function leastUnits(debt: DebtLeg, input: DecideInput): bigint {
  const least = (input.limits ?? DEFAULT_LIMITS).minActionUsdE8;
  return debt.price.kind === 'price' ? mulDivUp(least, oneToken(debt.asset.decimals), debt.price.usdE8) : 1n;
}

const lesser = (x: bigint, y: bigint): bigint => (x < y ? x : y);
