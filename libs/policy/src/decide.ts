import { InvalidInput, WAD, mulDivDown, type Wad } from '@ballast/units';
import { countedCollaterals, healthAgrees, owesNothing, totalDebt } from '@ballast/risk';
import { optionCandidate, optionsOf, preferred, repayOption, topUpOption, waitCandidate, type Options, type Plan } from './candidates.js';
import { stalePriceOf, unpricedAsset, type DecideInput } from './decide-input.js';
import type { ActionName, Candidate, CannotReason, Decision, HoldReason } from './decision.js';
import { blockingCollateral, fillOption } from './fill-option.js';
import type { Mandate } from './mandate.js';
import { reasonSentence, type ReasonNames } from './reason-sentence.js';
import { planTrigger, rearmLevel, typicalGapFactor, type TriggerPlan } from './trigger.js';

/** A mandate's view of a position: where it acts, what it could do now, and what stands in the way of all of it. */
export interface Standing extends Options {
  readonly plan: TriggerPlan;
  readonly best: Plan | null;
  /** Why nothing could be done now even if the health asked for it; null where something could. */
  readonly obstacle: CannotReason | null;
}

/**
 * What to do about one position at one block. `cannot` is answered whenever a rule in force could not run, also while the health is
 * still above the trigger: armed means armed. A planned action is one that the guard accepts at this block: it ends inside the signed
 * band, or uses all that the wallet may give, or repays the debt in full.
 * @throws InvalidInput when the mandate is of another chain or owner
 */
export function decide(input: DecideInput): Decision {
  const health = input.position.reported.health;
  if (owesNothing(input.position)) return hold(input, 'no-debt', null, null);
  const mandateObstacle = obstacleOfMandate(input);
  if (input.mandate === null || mandateObstacle !== null) return cannot(input, mandateObstacle ?? 'no-mandate', health.kind === 'ratio' ? health.wad : null, null);
  if (input.openIntent) return hold(input, 'action-in-flight', health.kind === 'ratio' ? health.wad : null, null);
  // A debt without a price counts as none in the protocol's own sum.
  if (health.kind === 'no-debt' || unpricedAsset(input.position) !== null) return cannot(input, 'price-missing', health.kind === 'ratio' ? health.wad : null, null);
  if (!healthAgrees(input.position)) return cannot(input, 'reading-disagrees', health.wad, null);
  const standing = standingOf(input, input.mandate);
  if (standing.obstacle !== null) return cannot(input, standing.obstacle, health.wad, standing);
  if (health.wad >= standing.plan.trigger) {
    return stalePriceOf(input) === null ? hold(input, 'above-trigger', health.wad, standing) : cannot(input, 'price-stale', health.wad, standing);
  }
  if (!isRearmed(input, standing.plan, health.wad)) return hold(input, 'not-rearmed', health.wad, standing);
  // Below the trigger an old price does not stop a rescue: the pool liquidates at that same price.
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

/** What an active mandate could do for the position now. Prices must be known. */
export function standingOf(input: DecideInput, mandate: Mandate): Standing {
  const { terms } = mandate;
  const plan = triggerOf(input, mandate);
  const options: Options = { repay: repayOption(input, terms, plan), fill: fillOption(input, terms, plan), topUp: topUpOption(input, terms, plan) };
  const best = preferred(options, terms.minHf, input.rescueCostUsdE8);
  return { plan, ...options, best, obstacle: obstacleOfOptions(input, options, best) };
}

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

function obstacleOfOptions(input: DecideInput, options: Options, best: Plan | null): CannotReason | null {
  if (input.keeper === 'not-listed') return 'keeper-not-listed';
  if (input.keeper === 'out-of-gas') return 'keeper-out-of-gas';
  if (isTooSmall(input)) return 'below-minimum';
  const all = optionsOf(options);
  const unready = all.flatMap((option) => (option.kind === 'unready' ? [option] : []));
  const [first] = unready;
  if (all.length === 0) return 'action-not-signed';
  if (first !== undefined && unready.length === all.length) {
    return options.fill?.kind === 'unready' && WALLET_NOT_USED.includes(first.reason) ? options.fill.reason : first.reason;
  }
  return best?.healthAfter != null && best.healthAfter < WAD ? 'already-liquidatable-too-deep' : null;
}

/** A rescue that costs more than half of the penalty on the whole debt is not worth its gas (policy.md section 4). */
function isTooSmall(input: DecideInput): boolean {
  const bonus = countedCollaterals(input.position).reduce<bigint>((most, leg) => (leg.liquidationBonus > most ? leg.liquidationBonus : most), 0n);
  return input.rescueCostUsdE8 * 20_000n > bonus * totalDebt(input.position);
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
  };
}

function weighed(input: DecideInput, standing: Standing | null, chosen: Plan | null): Candidate[] {
  const options = standing === null ? [] : optionsOf(standing);
  const sentence = (option: (typeof options)[number]) => (reason: CannotReason): string => reasonSentence(reason, namesFor(input, option.kind === 'unready' ? option.action : undefined));
  return [
    ...options.map((option) => optionCandidate(option, input, option.kind === 'ready' && option.plan === chosen, sentence(option))),
    waitCandidate(input, chosen === null),
  ];
}

/** The names that a sentence about one action needs: for adding collateral the wallet must hold the collateral asset. */
export function namesFor(input: DecideInput, action: ActionName = 'repay'): ReasonNames {
  const terms = input.mandate?.terms;
  const legs = [...input.position.collaterals, ...input.position.debts];
  const symbol = (asset: string | undefined): string | undefined => legs.find((leg) => leg.asset.address === asset)?.asset.symbol;
  const collateral = symbol(terms?.collateral);
  const sold = input.position.collaterals.find((leg) => leg.asset.address === terms?.collateral);
  const blocking = sold === undefined ? null : blockingCollateral(input.position, sold);
  return { collateral, debt: action === 'top-up' ? collateral : symbol(terms?.debt), ...(blocking === null ? {} : { blocking: blocking.symbol }) };
}

function hold(input: DecideInput, reason: HoldReason, health: Wad | null, standing: Standing | null): Decision {
  return { ...considered(input, health, standing, weighed(input, standing, null)), kind: 'hold', reason };
}

function cannot(input: DecideInput, reason: CannotReason, health: Wad | null, standing: Standing | null): Decision {
  return { ...considered(input, health, standing, weighed(input, standing, null)), kind: 'cannot', reason };
}

function act(input: DecideInput, chosen: Plan, health: Wad, standing: Standing): Decision {
  const common = {
    ...considered(input, health, standing, weighed(input, standing, chosen)),
    kind: 'act', reason: 'below-trigger', asset: chosen.leg.asset, min: chosen.min, max: chosen.max,
  } as const;
  return chosen.action === 'fill' ? { ...common, action: 'fill', sold: chosen.sold.asset, fill: chosen.call } : { ...common, action: chosen.action };
}
