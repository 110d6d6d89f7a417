import { WAD, wadToNumber, type Address, type UsdE8 } from '@ballast/units';
import type { PositionId } from '@ballast/positions';
import { healthFactor } from '@ballast/risk';
import { decideOutsideShadow } from './decide.js';
import type { DecideInput, ReservedFunds } from './decide-input.js';
import { REPAYMENT_HEADROOM } from './aimed-repayment.js';
import { fundsOf } from './funds.js';

/** Wallet funds that an action uses or will use. */
export interface Taking {
  readonly asset: Address;
  /** Whose allowance is used up with it. */
  readonly guard: Address;
  readonly amount: bigint;
}

export interface Urgency {
  /** Typical hourly moves of the price between the loan and its liquidation; 0 where it is liquidatable already. */
  readonly moves: number;
  readonly lossUsdE8: UsdE8;
}

/** One loan of an owner that may need funds of his wallet. */
export interface Claimant {
  readonly positionId: PositionId;
  readonly guard: Address;
  readonly urgency: Urgency;
  /** What it takes of the wallet when so much is reserved for others; null where it needs or may use nothing. */
  readonly takes: (reserved: readonly ReservedFunds[]) => Taking | null;
}

/** What one loan finds reserved for others, and what it takes itself. */
export interface Share {
  readonly reserved: readonly ReservedFunds[];
  readonly taking: Taking | null;
}

/**
 * How near a loan is: the distance to liquidation in typical moves of its price, as ln(health) / hourly volatility. Not the expected loss: ranked by
 * that, a large loan with days to go would take the funds that lift a small one out of liquidation now, be lifted by a hair with them, and the owner
 * would lose where nothing had to be lost. The nearest first costs the others nothing but time, which they have, and their owner hears at once
 * that they have to do without. Of equally near ones the larger loss comes first.
 */
export function urgencyOf({ position, report }: Pick<DecideInput, 'position' | 'report'>): Urgency {
  const health = healthFactor(position);
  const lossUsdE8 = report.lossIfLiquidatedUsdE8;
  if (health.kind === 'no-debt') return { moves: Infinity, lossUsdE8 };
  return { moves: health.wad <= WAD ? 0 : Math.log(wadToNumber(health.wad)) / report.volatility.hourly, lossUsdE8 };
}

/** The most urgent first; the same order whatever order they are given in. */
export function compareUrgency(one: Pick<Claimant, 'urgency' | 'positionId'>, other: Pick<Claimant, 'urgency' | 'positionId'>): number {
  if (one.urgency.moves !== other.urgency.moves) return one.urgency.moves < other.urgency.moves ? -1 : 1;
  if (one.urgency.lossUsdE8 !== other.urgency.lossUsdE8) return one.urgency.lossUsdE8 > other.urgency.lossUsdE8 ? -1 : 1;
  if (one.positionId === other.positionId) return 0;
  return one.positionId < other.positionId ? -1 : 1;
}

/**
 * Shares one owner's wallet among his loans. Funds of actions under way are taken first; then the most urgent loan takes what its action needs, and
 * each later one finds that much less. What nobody needs stays for all. A less urgent loan never changes what a more urgent one gets.
 * An allowance is shared by the loans under one guard, the balance by all. The permission to sell collateral is not shared: every loan's collateral
 * is its own.
 */
export function shareOut(claimants: readonly Claimant[], underWay: readonly Taking[]): ReadonlyMap<PositionId, Share> {
  const taken: Taking[] = [...underWay];
  const shares = new Map<PositionId, Share>();
  for (const claimant of [...claimants].sort(compareUrgency)) {
    const reserved = reservedBy(taken, claimant.guard);
    const taking = claimant.takes(reserved);
    if (taking !== null) taken.push(taking);
    shares.set(claimant.positionId, { reserved, taking });
  }
  return shares;
}

function reservedBy(taken: readonly Taking[], guard: Address): readonly ReservedFunds[] {
  const assets = [...new Set(taken.map(({ asset }) => asset))];
  const sum = (all: readonly Taking[]): bigint => all.reduce((total, { amount }) => total + amount, 0n);
  return assets.map((asset) => {
    const ofAsset = taken.filter((taking) => taking.asset === asset);
    return { asset, balance: sum(ofAsset), allowance: sum(ofAsset.filter((taking) => taking.guard === guard)) };
  });
}

/** A loan with a mandate in force as a claimant: it takes what would be decided for it, with the room that an aimed repayment has. */
export function claimantOf(input: DecideInput): Claimant | null {
  const { mandate, position } = input;
  if (mandate === null || mandate.status !== 'active') return null;
  return {
    positionId: position.id, guard: mandate.guard, urgency: urgencyOf(input),
    takes: (reserved) => {
      // In shadow mode too a loan claims what it would take: what is noted for the owner's other loans rests on it.
      const decision = decideOutsideShadow({ ...input, reserved });
      if (decision.kind !== 'act' || decision.action === 'fill') return null;
      const most = decision.action === 'repay' ? (decision.max * REPAYMENT_HEADROOM) / 100n : decision.max;
      const { available } = fundsOf({ position, reserved }, decision.asset.address);
      return { asset: decision.asset.address, guard: mandate.guard, amount: most < available ? most : available };
    },
  };
}
