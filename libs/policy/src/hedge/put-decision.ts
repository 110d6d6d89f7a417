import { mulDivDown, mulDivUp, type CoinE18, type ContractsE18, type UsdE8 } from '@ballast/units';
import { notionalUp } from '@ballast/positions';
import { growthObstacle, growthPause, isKeyEnding } from './growth.js';
import { totalHedgeCost } from './hedge-costs.js';
import type { HedgeInput, PutAccount } from './hedge-input.js';
import type { HedgeOutcome } from './hedge-outcome.js';
import { choosePut, coveredBy, mustRoll, putCap, type PricedPut } from './put-choice.js';
import type { PutNeed } from './put-need.js';
import { sellPuts } from './put-sale.js';
import { isTurnedDown } from './sent-orders.js';

const cannot = (reason: Extract<HedgeOutcome, { kind: 'cannot' }>['reason']): HedgeOutcome => ({ kind: 'cannot', reason });

/** Dollars that what is held still lacks where the first loan is liquidated; 0 or less where it covers. */
export const missingCover = ({ need, held, policy, now }: { readonly need: PutNeed; readonly held: Parameters<typeof coveredBy>[0]; readonly policy: HedgeInput['policy']; readonly now: number }): bigint => need.repayUsdE8 - coveredBy(held, need, policy, now);

/**
 * Of the mode `tail`: whether the puts that are held pay what is needed where the loan is liquidated, and if not, one slice of the cheapest that fits. Those that must be rolled count no more; once others cover, what the plan
 * bought of them is sold.
 */
export function decidePuts(input: HedgeInput): HedgeOutcome {
  const { puts, putAccount, policy, now } = input;
  // Priced in an account that the plan does not name for them.
  if (puts.kind === 'priced-only') return cannot('puts-no-account');
  if (puts.kind === 'not-looked-at') return puts.because === 'puts-not-needed' ? { kind: 'hold', reason: 'nothing-to-hedge' } : cannot(puts.because);
  if (putAccount.kind !== 'read') return cannot(putAccount.kind === 'none' ? 'puts-no-account' : 'hedge-unread');
  const missing = missingCover({ need: puts.need, held: putAccount.held, policy, now });
  if (missing <= 0n) return sellPuts(input, putAccount.held.filter(({ option }) => mustRoll(option, policy, now)), 'put-rolled') ?? { kind: 'hold', reason: 'put-covers' };
  const obstacle = growthObstacle(input) ?? (putAccount.isFresh ? null : 'account-stale');
  if (obstacle !== null) return cannot(obstacle);
  if (putAccount.stop !== 'none') return cannot(putAccount.stop === 'no-grow' ? 'no-growth-allowed' : 'stopped');
  const pause = growthPause(input) ?? busy(putAccount) ?? settling(input);
  if (pause !== null) return pause;
  if (putAccount.key.kind === 'refused') return cannot('key-refused');
  if (isKeyEnding(putAccount.key, now, policy.keyMarginMs)) return cannot('key-ending');
  if (puts.offers !== 'read') return cannot(puts.offers === 'unread' ? 'puts-unread' : 'puts-not-allowed');
  const need = { ...puts.need, repayUsdE8: missing as UsdE8, coins: mulDivUp(puts.need.coins, missing, puts.need.repayUsdE8) as CoinE18 };
  const choice = choosePut(puts.puts, need, policy, now);
  if (choice.kind === 'none') return cannot('no-put-fits');
  // All that is missing, not the slice alone: a budget that carries a part is gone before the rest is bought.
  if (input.ledger.paidUsdE8 + totalHedgeCost(choice.priced.costs) > policy.fundingBudgetUsdE8) return cannot('premium-over-budget');
  const outcome = bought(choice.priced, input, puts.account);
  return outcome.kind === 'act' && outcome.orders.some((order) => isTurnedDown(input.ledger.orders, order, now)) ? cannot('order-rejected') : outcome;
}

/** What of ours is under way there; null where nothing is. */
function busy({ order }: Extract<PutAccount, { kind: 'read' }>): HedgeOutcome | null {
  if (order.kind === 'none') return null;
  return order.kind === 'unknown' ? cannot('order-unknown') : { kind: 'hold', reason: 'order-under-way' };
}

/** Between two purchases the venue has time to tell the first one: what is not told yet would be bought a second time. */
function settling({ ledger: { lastTrade }, policy: { minIntervalMs }, now }: HedgeInput): HedgeOutcome | null {
  return lastTrade.kind === 'at' && now - lastTrade.at < minIntervalMs ? { kind: 'hold', reason: 'too-soon' } : null;
}

function bought({ put, contracts, ask, askUsdE8, coins }: PricedPut, { policy }: HedgeInput, account: Extract<HedgeInput['puts'], { kind: 'looked-at' }>['account']): HedgeOutcome {
  const { option, market } = put;
  const offered = market.asks[0]?.contracts ?? 0n;
  const size = contracts < offered ? contracts : offered - (offered % option.lot);
  if (size < option.minContracts) return cannot('book-thin');
  const notionalUsdE8 = notionalUp(size as ContractsE18, option, askUsdE8);
  if (notionalUsdE8 > policy.maxNotionalUsdE8) return cannot('max-notional');
  return {
    kind: 'act', reason: 'buy-put', unwinding: 'no',
    orders: [{ account, instrument: option.id, side: 'buy', contracts: size as ContractsE18, priceCap: putCap(option, ask, policy.slippage), reduceOnly: false, notionalUsdE8, isEmergency: false, restCoins: mulDivDown(coins, contracts - size, contracts) as CoinE18 }],
  };
}
