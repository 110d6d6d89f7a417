import { InvalidInput, WAD, mulDivDown, mulDivUp, type CoinE18, type UsdE8 } from '@ballast/units';
import type { Quote, TickRule } from './instrument.js';

/** Digits of a price after the point: dollars have 8, coins 18. */
const SCALE = { usd: 8, coin: 18 } as const;

export const quoteValue = (quote: Quote): bigint => (quote.unit === 'usd' ? quote.usdE8 : quote.coinE18);
export const usdQuote = (usdE8: UsdE8): Quote => ({ unit: 'usd', usdE8 });
/** A price in dollars; one in coins by what a coin is worth, rounded up. */
export const quoteInUsdUp = (quote: Quote, coinUsdE8: UsdE8): UsdE8 => (quote.unit === 'usd' ? quote.usdE8 : (mulDivUp(quote.coinE18, coinUsdE8, WAD) as UsdE8));
const withValue = (quote: Quote, value: bigint): Quote => (quote.unit === 'usd' ? { unit: 'usd', usdE8: value as UsdE8 } : { unit: 'coin', coinE18: value as CoinE18 });

/** The highest price that the rule allows and that is not above this one: the cap of a purchase. @throws InvalidInput where that is zero, or the rule is in another unit */
export const onTickDown = (rule: TickRule, price: Quote): Quote => placed(rule, price, (value, step) => mulDivDown(value, 1n, step) * step);
/** The lowest price that the rule allows and that is not below this one: the floor of a sale. @throws InvalidInput where that is zero, or the rule is in another unit */
export const onTickUp = (rule: TickRule, price: Quote): Quote => placed(rule, price, (value, step) => mulDivUp(value, 1n, step) * step);

function placed(rule: TickRule, price: Quote, round: (value: bigint, step: bigint) => bigint): Quote {
  const value = quoteValue(price);
  if (value <= 0n) throw new InvalidInput('price', value.toString(), 'a price above 0');
  const found = round(value, stepOf(rule, price));
  if (found <= 0n) throw new InvalidInput('price', value.toString(), 'at least one tick');
  return withValue(price, found);
}

function stepOf(rule: TickRule, price: Quote): bigint {
  switch (rule.kind) {
    case 'fixed': return sameUnit(rule.step, price);
    case 'stepped': {
      const row = [...rule.rows].reverse().find(({ from }) => sameUnit(from, price, 0n) <= quoteValue(price)) ?? rule.rows[0];
      if (row === undefined) throw new InvalidInput('ticks', 'no rows', 'at least one row');
      return sameUnit(row.step, price);
    }
    case 'significant': {
      // 1,234.5 has four digits before the point: of five figures one is left behind it.
      const scale = SCALE[price.unit];
      const whole = quoteValue(price).toString().length - scale;
      const decimals = Math.min(rule.maxDecimals, Math.max(0, rule.figures - whole), scale);
      return 10n ** BigInt(scale - decimals);
    }
  }
}

function sameUnit(quote: Quote, price: Quote, least = 1n): bigint {
  if (quote.unit !== price.unit) throw new InvalidInput('price', `one in ${price.unit}`, `one in ${quote.unit}, as its ticks are`);
  const value = quoteValue(quote);
  if (value < least) throw new InvalidInput('tick', value.toString(), `${least} or more`);
  return value;
}
