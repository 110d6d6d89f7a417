import { BPS, WAD, mulDivDown, mulDivUp, type CoinE18, type ContractsE18, type UsdE8 } from '@ballast/units';
import { onTickDown, quoteValue, type Quote } from '@ballast/positions';
import { growthObstacle, growthPause, isKeyEnding } from './growth.js';
import type { HedgeInput } from './hedge-input.js';
import type { HedgeOutcome } from './hedge-outcome.js';
import { choosePut, coveredBy, type PricedPut } from './put-choice.js';
import { isTurnedDown } from './sent-orders.js';

/** Of the mode `tail`: whether the puts that are held pay what is needed where the loan is liquidated, and if not, one slice of the cheapest that fits. */
export function decidePuts(input: HedgeInput): HedgeOutcome {
  const { puts, policy, now } = input;
  const cannot = (reason: Extract<HedgeOutcome, { kind: 'cannot' }>['reason']): HedgeOutcome => ({ kind: 'cannot', reason });
  if (puts.kind === 'not-looked-at') return cannot('puts-not-looked-at');
  const missing = puts.need.repayUsdE8 - coveredBy(puts.held, puts.need, policy, now);
  if (missing <= 0n) return { kind: 'hold', reason: 'put-covers' };
  const obstacle = growthObstacle(input);
  if (obstacle !== null) return cannot(obstacle);
  const pause = growthPause(input);
  if (pause !== null) return pause;
  if (puts.order.kind !== 'none') return puts.order.kind === 'unknown' ? cannot('order-unknown') : { kind: 'hold', reason: 'order-under-way' };
  if (puts.key.kind === 'refused') return cannot('key-refused');
  if (isKeyEnding(puts.key, now, policy.keyMarginMs)) return cannot('key-ending');
  const need = { ...puts.need, repayUsdE8: missing as UsdE8, coins: mulDivUp(puts.need.coins, missing, puts.need.repayUsdE8) as CoinE18 };
  const choice = choosePut(puts.puts, need, policy, now);
  if (choice.kind === 'none') return cannot('no-put-fits');
  const outcome = bought(choice.priced, input, puts.account);
  return outcome.kind === 'act' && outcome.orders.some((order) => isTurnedDown(input.ledger.orders, order, now)) ? cannot('order-rejected') : outcome;
}

function bought({ put, contracts, ask, askUsdE8, coins }: PricedPut, { policy }: HedgeInput, account: Extract<HedgeInput['puts'], { kind: 'looked-at' }>['account']): HedgeOutcome {
  const { option, market } = put;
  const offered = market.asks[0]?.contracts ?? 0n;
  const size = contracts < offered ? contracts : offered - (offered % option.lot);
  const notionalUsdE8 = mulDivUp(coins, askUsdE8, WAD) as UsdE8;
  if (size < option.minContracts) return { kind: 'cannot', reason: 'book-thin' };
  if (notionalUsdE8 > policy.maxNotionalUsdE8) return { kind: 'cannot', reason: 'max-notional' };
  const most = mulDivDown(quoteValue(ask), BPS + policy.slippage, BPS);
  const cap: Quote = ask.unit === 'usd' ? { unit: 'usd', usdE8: most as UsdE8 } : { unit: 'coin', coinE18: most as CoinE18 };
  return {
    kind: 'act', reason: 'buy-put', unwinding: 'no',
    orders: [{ account, instrument: option.id, side: 'buy', contracts: size as ContractsE18, priceCap: onTickDown(option.tick, cap), reduceOnly: false, notionalUsdE8, isEmergency: false, restCoins: mulDivDown(coins, contracts - size, contracts) as CoinE18 }],
  };
}
