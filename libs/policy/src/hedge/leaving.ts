import { notionalUp, perpetualIn } from '@ballast/positions';
import type { ContractsE18, UsdE8 } from '@ballast/units';
import type { HedgeLeg } from './hedge-input.js';
import type { LegStanding } from './leg-standing.js';

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
