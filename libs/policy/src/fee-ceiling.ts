import { InvalidInput, WAD, formatUsdCents, mulDivDown, wadFromNumberUp, type UsdE8, type Wad } from '@ballast/units';

const WEI_PER_COIN = 10n ** 18n;
/** Below this health, and from this chance of liquidation on, all that a liquidation would take may go into fees. */
export const NEAR_LIQUIDATION_HEALTH = 1_050_000_000_000_000_000n as Wad;
export const NEAR_LIQUIDATION_CHANCE = 0.5;
/** At this health and above, `CALM_SHARE` of it may. */
export const CALM_HEALTH = 1_250_000_000_000_000_000n as Wad;
const CALM_SHARE = WAD / 2n;

export interface FeeCeilingInput {
  /** Health at the block that the fee is worked out for. */
  readonly health: Wad;
  /** Gas of the whole call, above 0. */
  readonly gasUnits: bigint;
  /** Dollars with 8 decimals for one coin of the chain; null where its price is not known. */
  readonly coinUsdE8: UsdE8 | null;
  /** What the liquidation that the action averts would take, if it came. */
  readonly lossAvoidedUsdE8: UsdE8;
  /** Chance of that liquidation within the horizon that the decision was weighed by; left out or null where it is not known. */
  readonly chance?: number | null;
  /** The most that the owner wants spent on one action; yields near liquidation. */
  readonly userMaxGasUsdE8?: UsdE8;
}

export interface FeeCeiling {
  /** The most wei to offer for one unit of gas, base fee and tip together, rounded down; null: economics does not limit it, and the signer's own ceiling binds. */
  readonly weiPerGas: bigint | null;
  /** The most that the whole call may cost, in dollars with 8 decimals. */
  readonly budgetUsdE8: UsdE8;
  /** What bound: the owner's own limit, the loss that is averted, or nothing that is known. */
  readonly bound: 'owner' | 'loss' | 'unknown-price';
  /** One sentence for the record. */
  readonly why: string;
}

/**
 * What a rescue may pay for its gas: the least of the owner's limit and a share of the loss that it averts. The share is a half at a health of 1.25
 * and above (half of the penalty on the whole debt is what policy.md section 4 lets a rescue cost at most), rises in a straight line to the whole at
 * 1.05, and is the whole below that and wherever a liquidation is as likely as not. There the owner's limit yields too: a cap of 40 gwei where
 * 45 were needed once lost the loans that it was to protect. The share is never under the chance, so an action that was worth its price when it
 * was decided on can always be offered that price. A lower health or a higher chance never lowers it.
 * @throws InvalidInput when the gas is not above 0, or the chance is no number from 0 to 1
 */
export function feeCeiling(input: FeeCeilingInput): FeeCeiling {
  const { gasUnits, coinUsdE8, lossAvoidedUsdE8, userMaxGasUsdE8 } = input;
  if (gasUnits <= 0n) throw new InvalidInput('gas', String(gasUnits), 'more than 0');
  const chance = input.chance ?? 0;
  if (!(chance >= 0 && chance <= 1)) throw new InvalidInput('chance', String(chance), 'a number from 0 to 1');
  const isNear = input.health < NEAR_LIQUIDATION_HEALTH || chance >= NEAR_LIQUIDATION_CHANCE;
  const economic = mulDivDown(lossAvoidedUsdE8, isNear ? WAD : calmShare(input.health, chance), WAD) as UsdE8;
  const ownerBinds = !isNear && userMaxGasUsdE8 !== undefined && userMaxGasUsdE8 < economic;
  const budgetUsdE8 = ownerBinds ? userMaxGasUsdE8 : economic;
  if (coinUsdE8 === null || coinUsdE8 === 0n) {
    return { weiPerGas: null, budgetUsdE8, bound: 'unknown-price', why: 'The price of the chain’s coin is not known, so only the signer’s own ceiling limits the fee.' };
  }
  const weiPerGas = mulDivDown(budgetUsdE8, WEI_PER_COIN, coinUsdE8 * gasUnits);
  return ownerBinds
    ? { weiPerGas, budgetUsdE8, bound: 'owner', why: `The owner lets one action cost ${formatUsdCents(budgetUsdE8, 'down')} of gas while the loan is not near liquidation.` }
    : { weiPerGas, budgetUsdE8, bound: 'loss', why: `${formatUsdCents(budgetUsdE8, 'down')} of the ${formatUsdCents(lossAvoidedUsdE8)} that a liquidation would take may go into gas${isNear ? ': it is near' : ''}.` };
}

/** From a half at the calm health to the whole near liquidation, and never under the chance; rounded up. */
function calmShare(health: Wad, chance: number): bigint {
  const reach = CALM_HEALTH - NEAR_LIQUIDATION_HEALTH;
  const above = health >= CALM_HEALTH ? reach : health - NEAR_LIQUIDATION_HEALTH;
  const share = WAD - mulDivDown(above, WAD - CALM_SHARE, reach);
  const likely = wadFromNumberUp(chance);
  return share > likely ? share : likely;
}
