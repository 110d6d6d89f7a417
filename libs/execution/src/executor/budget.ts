import { RESCUE_GAS, feeCeiling, type Intent, type IntentPlan } from '@ballast/policy';
import type { Wad } from '@ballast/units';
import { freshFees, type FeeSettings, type Fees } from './fees.js';

/**
 * What a call may offer for a unit of gas: no more than the loss that it averts is worth, which is more the nearer the loan is to liquidation, and
 * never more than the settings allow. `health` as it is now; null: as it was when the action was planned. What moves no funds goes by the settings.
 */
export function budgetOf({ economics }: IntentPlan, health: Wad | null, gasUnits: bigint, settings: FeeSettings): FeeSettings {
  const now = health ?? economics?.healthFactor ?? null;
  if (economics === undefined || now === null || gasUnits <= 0n) return settings;
  const { weiPerGas } = feeCeiling({ health: now, gasUnits, coinUsdE8: economics.coinUsdE8, lossAvoidedUsdE8: economics.lossAvoidedUsdE8, chance: economics.chance });
  return weiPerGas === null || weiPerGas >= settings.maxFeePerGas ? settings : { ...settings, maxFeePerGas: weiPerGas };
}

/** What a call that was tried out offers at first; null while blocks cost more than it may offer. */
export function firstFees(plan: IntentPlan, { health, gasUsed }: { readonly health: Wad | null; readonly gasUsed: bigint | null }, gasLimit: bigint, baseFee: bigint, settings: FeeSettings): Fees | null {
  return freshFees(baseFee, budgetOf(plan, health, gasUsed ?? gasLimit, settings));
}

/** A nonce holds up all that comes after it in its lane, so it may be offered what the most urgent of those may offer. */
export function budgetBefore(own: FeeSettings, waiting: readonly Intent[], settings: FeeSettings): FeeSettings {
  return waiting.map(({ plan }) => budgetOf(plan, null, RESCUE_GAS, settings)).reduce((most, one) => (one.maxFeePerGas > most.maxFeePerGas ? one : most), own);
}
