import { formatTokenAmount, mulDivUp, oneToken, type Hash32, type Rounding, type UsdE8, type Wad } from '@ballast/units';
import { healthAgrees, owesNothing, priceAtHealth, riskDriver, totalDebt } from '@ballast/risk';
import { DEFAULT_LIMITS, unpricedAsset, type DecideInput } from './decide-input.js';
import { blindness, dearnessOf, namesFor, obstacleOfMandate, standingOf, type Standing } from './decide.js';
import type { CannotReason } from './decision.js';
import { reasonSentence } from './reason-sentence.js';

/**
 * armed: a rule is in force and could run now. acting: an action is under way. not-protected: a rule is in force and could not run,
 * or has run out. pending: signed, not yet in force. none: no rule.
 */
export type ProtectionState = 'armed' | 'acting' | 'not-protected' | 'none' | 'pending';

export interface Protection {
  readonly state: ProtectionState;
  /** Why it is not protected; null in every other state. */
  readonly reason: CannotReason | null;
  readonly sentence: string;
  readonly mandateHash: Hash32 | null;
  /** Health below which Ballast acts, rounded up. */
  readonly actsAt: Wad | null;
  /** The price of the one risky asset at that health; null where there is not exactly one. */
  readonly actsAtPriceUsdE8: UsdE8 | null;
  readonly target: Wad | null;
  /** Armed, but with less than a full rescue needs; in words. */
  readonly warning: string | null;
}

/** Whether the rule in force could run at this block, so that the owner hears of it before the trigger is reached. */
export function protectionOf(input: DecideInput): Protection {
  const mandateObstacle = obstacleOfMandate(input);
  const { mandate } = input;
  if (mandate === null || ENDED.includes(mandate.status)) return plain('none', 'No rule: Ballast watches this loan and may not act.');
  if (mandateObstacle === 'mandate-expired') return notProtected(input, mandateObstacle, null);
  if (mandate.status === 'signed') return { ...plain('pending', 'The mandate is signed; it is being put in force on chain.'), mandateHash: mandate.hash };
  if (owesNothing(input.position)) {
    return { ...plain('armed', 'Nothing is owed now; the rule is in force for when it is.'), mandateHash: mandate.hash };
  }
  if (unpricedAsset(input.position) !== null) return notProtected(input, 'price-missing', null);
  if (!healthAgrees(input.position)) return notProtected(input, 'reading-disagrees', null);
  const standing = standingOf(input, mandate);
  if (input.openIntent) return shown(input, standing, 'acting', null, 'An action for this loan is under way.', null);
  const reason = standing.obstacle ?? blindness(input, standing.plan);
  if (reason !== null) return notProtected(input, reason, standing);
  return shown(input, standing, 'armed', null, 'A rule is in force and would run now.', shortfall(input, standing));
}

const ENDED: readonly string[] = ['revoked', 'superseded', 'rejected'];

const plain = (state: ProtectionState, sentence: string): Protection => ({
  state, reason: null, sentence, mandateHash: null, actsAt: null, actsAtPriceUsdE8: null, target: null, warning: null,
});

function notProtected(input: DecideInput, reason: CannotReason, standing: Standing | null): Protection {
  const action = input.mandate !== null && standing?.repay == null && standing?.topUp != null ? 'top-up' : 'repay';
  const sentence = reasonSentence(reason, { ...namesFor(input, action), ...(standing === null ? {} : dearnessOf(standing)) });
  return standing === null
    ? { ...plain('not-protected', sentence), reason, mandateHash: input.mandate?.hash ?? null }
    : shown(input, standing, 'not-protected', reason, sentence, null);
}

function shown(input: DecideInput, standing: Standing, state: ProtectionState, reason: CannotReason | null, sentence: string, warning: string | null): Protection {
  const { plan } = standing;
  const driver = riskDriver(input.position, (input.limits ?? DEFAULT_LIMITS).stableSymbols);
  return {
    state, reason, sentence, warning,
    mandateHash: input.mandate?.hash ?? null,
    actsAt: plan.trigger,
    actsAtPriceUsdE8: driver.kind === 'none' ? null : priceAtHealth(input.position, driver, plan.trigger),
    target: plan.target,
  };
}

/** Words for a wallet that could not lift the loan from the trigger into the signed band; null where it could. */
function shortfall(input: DecideInput, standing: Standing): string | null {
  // Where the collateral may be sold, the wallet need not carry a rescue.
  if (standing.fill?.kind === 'ready' || standing.fill?.kind === 'unpriced') return null;
  if (standing.repay?.kind !== 'ready' || input.mandate === null) return null;
  const { terms } = input.mandate;
  const leg = input.position.debts.find((debt) => debt.asset.address === terms.debt);
  const funds = input.position.wallet.find((entry) => entry.asset.address === terms.debt);
  if (leg === undefined || funds === undefined || leg.price.kind === 'no-price') return null;
  // D (1 - trigger / minHf): what lifts the loan from the trigger to the band's lower end, if only the collateral's price moves.
  const value = mulDivUp(totalDebt(input.position), terms.minHf - standing.plan.trigger, terms.minHf);
  const needed = mulDivUp(value, oneToken(leg.asset.decimals), leg.price.usdE8);
  const available = funds.balance < funds.allowance ? funds.balance : funds.allowance;
  if (available >= needed || available >= leg.amount) return null;
  const text = (amount: bigint, rounding: Rounding): string => formatTokenAmount(amount, leg.asset.decimals, { symbol: leg.asset.symbol, rounding });
  return `A full rescue would need about ${text(needed, 'up')}; the wallet may give ${text(available, 'down')}.`;
}
