import { InvalidInput, WAD, mulDivDown, wadToNumber, type Wad } from '@ballast/units';
import { countedCollaterals, healthAgrees, owesNothing, totalDebt } from '@ballast/risk';
import { optionCandidate, waitCandidate } from './candidate-rows.js';
import { optionsOf, preferred, readyPlans, repayOption, topUpOption, type Options, type Plan } from './candidates.js';
import { DEFAULT_LIMITS, stalePriceOf, unpricedAsset, type DecideInput } from './decide-input.js';
import type { ActionName, Candidate, CannotReason, Decision, HoldReason, Stakes } from './decision.js';
import { blockingCollateral, fillOption, fillStop, stoppable } from './fill-option.js';
import type { Mandate } from './mandate.js';
import { isTooDear, priced, wadOf, type Priced } from './priced.js';
import { hedgeCandidate, moveCandidate } from './proposals.js';
import { reasonSentence, type ReasonNames } from './reason-sentence.js';
import { marketSigns, moveAhead, stakesOf, type MarketSigns } from './stakes.js';
import { isInShadow, realStops, shadowed } from './shadow-decision.js';
import { BY_OPERATOR, BY_OWNER, stopFor, type Stop } from './stop.js';
import { planTrigger, rearmLevel, typicalGapFactor, type TriggerPlan } from './trigger.js';

/** A mandate's view of a position: where it acts, what it could do now, and what stands in the way of all of it. */
export interface Standing extends Options {
  readonly plan: TriggerPlan;
  readonly best: Plan | null;
  /** What each of the options that are ready costs and averts. */
  readonly prices: readonly Priced[];
  readonly stakes: Stakes;
  readonly signs: MarketSigns;
  /** Why nothing could be done now even if the health asked for it; null where something could. */
  readonly obstacle: CannotReason | null;
}

/**
 * What to do about one position at one block. `cannot` is answered whenever a rule in force could not run, also while the health is
 * still above the trigger: armed means armed. A planned action is one that the guard accepts at this block: it ends inside the signed
 * band, or uses all that the wallet may give, or repays the debt in full.
 * For an owner in shadow mode nothing is ever `act`: what would be done is told by `decideOutsideShadow`.
 * @throws InvalidInput when the mandate is of another chain or owner
 */
export function decide(input: DecideInput): Decision {
  const decision = decideOutsideShadow(input);
  return isInShadow(input) ? shadowed(decision) : decision;
}

/** The same as if the owner were not in shadow mode; every other stop counts. @throws InvalidInput when the mandate is of another chain or owner */
export function decideOutsideShadow(input: DecideInput): Decision {
  const health = input.position.reported.health;
  if (owesNothing(input.position)) return hold(input, 'no-debt', null, null);
  const mandateObstacle = obstacleOfMandate(input);
  if (input.mandate === null || mandateObstacle !== null) return cannot(input, mandateObstacle ?? 'no-mandate', health.kind === 'ratio' ? health.wad : null, null);
  const stopped = stopOf(input);
  if (stopped !== null) return cannot(input, stopReason(stopped), health.kind === 'ratio' ? health.wad : null, null);
  if (input.openIntent) return hold(input, 'action-in-flight', health.kind === 'ratio' ? health.wad : null, null);
  // A debt without a price counts as none in the protocol's own sum.
  if (health.kind === 'no-debt' || unpricedAsset(input.position) !== null) return cannot(input, 'price-missing', health.kind === 'ratio' ? health.wad : null, null);
  if (!healthAgrees(input.position)) return cannot(input, 'reading-disagrees', health.wad, null);
  const standing = standingOf(input, input.mandate);
  if (standing.obstacle !== null) return cannot(input, standing.obstacle, health.wad, standing);
  if (health.wad >= standing.plan.trigger) {
    const blind = blindness(input, standing.plan);
    return blind === null ? hold(input, 'above-trigger', health.wad, standing) : cannot(input, blind, health.wad, standing);
  }
  if (!isRearmed(input, standing.plan, health.wad)) return hold(input, 'not-rearmed', health.wad, standing);
  // Below the trigger neither an old price nor our own slowness stops a rescue: the pool liquidates at that same price, and late is better than never.
  if (standing.best === null) return cannot(input, 'below-minimum', health.wad, standing);
  return act(input, standing.best, health.wad, standing);
}

/** Why the mandate itself does not let Ballast act; null where it does. */
export function obstacleOfMandate({ mandate, position, now }: DecideInput): CannotReason | null {
  if (mandate === null) return 'no-mandate';
  if (mandate.chainId !== position.provenance.chainId) throw new InvalidInput('mandate chain', String(mandate.chainId), String(position.provenance.chainId));
  if (mandate.terms.owner !== position.account) throw new InvalidInput('mandate owner', mandate.terms.owner, position.account);
  if (mandate.status === 'expired' || now > mandate.terms.expiry) return 'mandate-expired';
  return mandate.status === 'active' ? null : 'mandate-not-active';
}

/** The stop that holds back every action on the position; null where an action from the wallet may go ahead. */
const stopOf = (input: DecideInput): Stop | null => stopFor(realStops(input), stoppable(input), 'REPAY');

const stopReason = ({ setBy }: Stop): CannotReason => (setBy === BY_OPERATOR ? 'stopped-by-operator' : setBy === BY_OWNER ? 'stopped-by-owner' : 'stopped-by-breaker');

/** What an active mandate could do for the position now. Prices must be known. */
export function standingOf(input: DecideInput, mandate: Mandate): Standing {
  const { terms } = mandate;
  const plan = triggerOf(input, mandate);
  const options: Options = { repay: repayOption(input, terms, plan), fill: fillOption(input, terms, plan), topUp: topUpOption(input, terms, plan) };
  const signs = marketSigns(input, input.position.collaterals.find(({ asset }) => asset.address === terms.collateral));
  const stakes = stakesOf(input, input.position, signs);
  const prices = readyPlans(options).map((each) => priced(input, each, stakes, signs));
  const priceOf = (each: Plan | null): Priced | undefined => prices.find((price) => price.plan === each);
  const best = preferred(readyPlans(options), terms.minHf, (each) => priceOf(each)?.costUsdE8 ?? input.rescueCostUsdE8);
  const health = wadOf(input.position.reported.health);
  const obstacle = obstacleOfOptions(input, options, best, stakes) ?? (health !== null && health < plan.trigger ? dearness(priceOf(best)) : null);
  return { plan, ...options, best, prices, stakes, signs, obstacle };
}

/** Below the trigger an action that costs more than it averts is not taken (risk-model.md section 8: do nothing where acting costs more than not acting). */
const dearness = (best: Priced | undefined): CannotReason | null => (best !== undefined && isTooDear(best) ? 'rescue-too-dear' : null);

/** Why what is seen, or how fast we are, does not let the rule be relied on. It is told above the trigger, and stops nothing below it. */
export function blindness(input: DecideInput, plan: TriggerPlan): CannotReason | null {
  if (stalePriceOf(input) !== null) return 'price-stale';
  if (input.checkAgeSeconds !== undefined && input.checkAgeSeconds > (input.limits ?? DEFAULT_LIMITS).maxCheckAgeSeconds) return 'check-too-old';
  // What policy.md section 4 leaves between a crossing and a mined action: the price's move at 99%, half a percent that the oracle may lag, half a percent.
  const needed = input.latencySeconds === null ? 0 : moveAhead(input) + ORACLE_AND_MARGIN;
  return Math.log(wadToNumber(plan.trigger)) < needed ? 'reaction-too-slow' : null;
}

const ORACLE_AND_MARGIN = 0.01;

/** Where the mandate acts on the position now and what it aims for. */
export function triggerOf(input: DecideInput, { terms }: Mandate): TriggerPlan {
  return planTrigger({
    terms,
    hourlyVolatility: input.report.volatility.hourly,
    rescueCostUsdE8: input.rescueCostUsdE8,
    debtUsdE8: input.position.reported.debtUsdE8,
    latencySeconds: input.latencySeconds,
    healthAtSigning: input.healthAtSigning ?? null,
  });
}

/** Where a fill is signed, an empty wallet is no fault: what keeps the fill from running is what the owner must hear. */
const WALLET_NOT_USED: readonly CannotReason[] = ['wallet-empty', 'allowance-missing', 'below-minimum'];

function obstacleOfOptions(input: DecideInput, options: Options, best: Plan | null, stakes: Stakes): CannotReason | null {
  if (input.keeper === 'not-listed') return 'keeper-not-listed';
  if (input.keeper === 'out-of-gas') return 'keeper-out-of-gas';
  if (input.keeper === 'signer-silent') return 'signer-silent';
  // Nothing offered now would be mined; at the next block it is looked at again.
  if (input.fees !== undefined && input.fees.baseFee > input.fees.most) return 'gas-above-ceiling';
  if (isHopeless(input, stakes)) return 'rescue-too-dear';
  const all = optionsOf(options);
  const unready = all.flatMap((option) => (option.kind === 'unready' ? [option] : []));
  const [first] = unready;
  if (all.length === 0) return 'action-not-signed';
  if (first !== undefined && unready.length === all.length) {
    return options.fill?.kind === 'unready' && WALLET_NOT_USED.includes(first.reason) ? options.fill.reason : first.reason;
  }
  return best?.healthAfter != null && best.healthAfter < WAD ? 'already-liquidatable-too-deep' : null;
}

/**
 * A rescue whose gas alone costs more than half of the penalty on the whole debt (policy.md section 4), and more than a liquidation that is certain would
 * take, is worth its price at no health: that is told long before the trigger.
 */
function isHopeless(input: DecideInput, stakes: Stakes): boolean {
  const bonus = countedCollaterals(input.position).reduce<bigint>((most, leg) => (leg.liquidationBonus > most ? leg.liquidationBonus : most), 0n);
  return input.rescueCostUsdE8 * 20_000n > bonus * totalDebt(input.position) && input.rescueCostUsdE8 > stakes.lossUsdE8;
}

/** Why a rescue is too dear, where that is what stands in its way. */
export function dearnessOf({ obstacle, best, prices, stakes }: Standing): Pick<ReasonNames, 'dearness'> {
  const price = prices.find(({ plan }) => plan === best);
  if (obstacle !== 'rescue-too-dear' || price === undefined) return {};
  const atMost = price.costUsdE8 > stakes.lossUsdE8 || price.avertedUsdE8 === null;
  return { dearness: { costUsdE8: price.costUsdE8, savesUsdE8: atMost ? stakes.lossUsdE8 : (price.avertedUsdE8 ?? stakes.lossUsdE8), atMost } };
}

/**
 * After an action that ended inside the band the rule acts again once the health has been above the trigger by a typical move, or has
 * fallen by one since. An action that was cut short by the wallet is never waited out.
 */
export function isRearmed(input: DecideInput, plan: TriggerPlan, health: Wad): boolean {
  const last = input.lastAction;
  if (last === null || last.healthAfter === null || input.mandate === null) return true;
  if (last.healthAfter < input.mandate.terms.minHf) return true;
  const sigma = input.report.volatility.hourly;
  const highest = [last.healthAfter, last.highestSince ?? 0n, health].reduce((most, value) => (value > most ? value : most), 0n);
  if (highest > rearmLevel(plan.trigger, sigma, input.blockGapSeconds)) return true;
  const fallen = mulDivDown(last.healthAfter, WAD, typicalGapFactor(sigma, input.blockGapSeconds));
  return health < fallen;
}

function considered(input: DecideInput, healthFactor: Wad | null, standing: Standing | null, candidates: readonly Candidate[]): Omit<Decision & { kind: 'hold' }, 'kind' | 'reason'> {
  return {
    positionId: input.position.id,
    mandateHash: input.mandate?.hash ?? null,
    healthFactor,
    trigger: standing?.plan.trigger ?? null,
    target: standing?.plan.target ?? null,
    clamp: standing?.plan.clamp ?? null,
    candidates,
    ...(standing === null ? {} : { stakes: standing.stakes }),
  };
}

function weighed(input: DecideInput, standing: Standing | null, chosen: Plan | null): Candidate[] {
  const { mandate } = input;
  if (standing === null || mandate === null) return [waitCandidate(input, null, chosen === null)];
  const facts = { terms: mandate.terms, prices: standing.prices, chosen, best: standing.best };
  const rows = optionsOf(standing).map((option) =>
    optionCandidate(option, facts, (reason) => reasonSentence(reason, namesFor(input, option.kind === 'unready' ? option.action : undefined))),
  );
  return [...rows, moveCandidate(input, mandate.terms, standing.plan, standing.stakes, standing.signs), hedgeCandidate(input), waitCandidate(input, standing.stakes, chosen === null)];
}

/** The names that a sentence about one action needs: for adding collateral the wallet must hold the collateral asset. */
export function namesFor(input: DecideInput, action: ActionName = 'repay'): ReasonNames {
  const terms = input.mandate?.terms;
  const legs = [...input.position.collaterals, ...input.position.debts];
  const symbol = (asset: string | undefined): string | undefined => legs.find((leg) => leg.asset.address === asset)?.asset.symbol;
  const collateral = symbol(terms?.collateral);
  const sold = input.position.collaterals.find((leg) => leg.asset.address === terms?.collateral);
  const blocking = sold === undefined ? null : blockingCollateral(input.position, sold);
  const stop = stopOf(input) ?? fillStop(input);
  return { collateral, debt: action === 'top-up' ? collateral : symbol(terms?.debt), ...(blocking === null ? {} : { blocking: blocking.symbol }), ...(stop === null ? {} : { stop: stop.reason }) };
}

function hold(input: DecideInput, reason: HoldReason, health: Wad | null, standing: Standing | null): Decision {
  return { ...considered(input, health, standing, weighed(input, standing, null)), kind: 'hold', reason };
}

function cannot(input: DecideInput, reason: CannotReason, health: Wad | null, standing: Standing | null): Decision {
  return { ...considered(input, health, standing, weighed(input, standing, null)), kind: 'cannot', reason, ...(standing === null ? {} : dearnessOf(standing)) };
}

function act(input: DecideInput, chosen: Plan, health: Wad, standing: Standing): Decision {
  const common = {
    ...considered(input, health, standing, weighed(input, standing, chosen)),
    kind: 'act', reason: 'below-trigger', asset: chosen.leg.asset, min: chosen.min, max: chosen.max,
  } as const;
  return chosen.action === 'fill' ? { ...common, action: 'fill', sold: chosen.sold.asset, fill: chosen.call } : { ...common, action: chosen.action };
}
