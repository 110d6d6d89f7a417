import { notionalUp, perpetualIn } from '@ballast/positions';
import type { ContractsE18, UsdE8 } from '@ballast/units';
import { isKeyEnding } from './growth.js';
import type { UnwindReason } from './hedge-decision.js';
import type { HedgeInput, HedgeLeg } from './hedge-input.js';
import type { LegStanding } from './leg-standing.js';

/** Why a leg has to be closed by itself, whatever the others do: everything at its venue is to be, or its key ends soon. Null where nothing asks for it. */
export function reasonToLeave({ stop, key }: HedgeLeg, { now, policy }: Pick<HedgeInput, 'now' | 'policy'>): Extract<UnwindReason, 'owner-flattened' | 'key-ending'> | null {
  if (stop === 'flatten') return 'owner-flattened';
  return isKeyEnding(key, now, policy.keyMarginMs) ? 'key-ending' : null;
}

/** The legs that carry the hedge, and those that are to be closed: what its owner took out of it, and what has to leave by itself while others stay. Where all have to, the hedge is closed as a whole. */
export function carryingAndLeaving(input: HedgeInput): { readonly carrying: readonly HedgeLeg[]; readonly leaving: readonly HedgeLeg[] } {
  const carrying = input.legs.filter((leg) => reasonToLeave(leg, input) === null);
  return carrying.length === 0 ? { carrying: input.legs, leaving: input.leaving } : { carrying, leaving: [...input.leaving, ...input.legs.filter((leg) => !carrying.includes(leg))] };
}

/** A position worth less than the venue takes an order for, also to close it. A trade to its other side takes it along. */
export const isDust = ({ contracts, leg: { instrument }, price }: Pick<LegStanding, 'contracts' | 'leg' | 'price'>): boolean => price.kind === 'price' && isTooLittle(contracts, instrument, price.usdE8);

const isTooLittle = (contracts: ContractsE18, instrument: HedgeLeg['instrument'], at: UsdE8): boolean => !instrument.minNotionalExemptsReduceOnly && notionalUp(contracts, instrument, at) < instrument.minNotionalUsdE8;

/** Whether nothing more is held in a leg that its owner took out of the hedge, or so little that the venue takes no order for it: then it is forgotten. False where the account was not read just now or an order may still be filled. */
export function isOver({ account, instrument, market, order }: HedgeLeg): boolean {
  if (account.kind !== 'known' || order.kind !== 'none') return false;
  const contracts = perpetualIn(account.value, instrument.id)?.contracts ?? (0n as ContractsE18);
  const mark = market.kind === 'known' && market.value.markUsdE8.kind === 'price' ? market.value.markUsdE8.usdE8 : null;
  return contracts === 0n || (mark !== null && isTooLittle(contracts, instrument, mark));
}
