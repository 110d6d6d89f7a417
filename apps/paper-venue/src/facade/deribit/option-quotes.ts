import { black76, type OptionType } from '@ballast/risk';
import { InvalidInput } from '@ballast/units';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const NAME = /^([A-Z]{2,10})-(\d{1,2})([A-Z]{3})(\d{2})-(\d{1,9})-([CP])$/;
const YEAR_MS = 365 * 86_400_000;
const EXPIRES_AT_HOUR = 8;
/** Premiums in coins go in steps of this, and in the finer ones below the edge. */
export const TICK = { size: 0.0005, finer: 0.0001, edge: 0.005 };

/** The smallest amount that is traded, in coins. */
export const leastAmount = (coin: string): number => (coin === 'BTC' ? 0.1 : 1);

/** What an operator says of an option: volatilities in percent of a year, how many coins stand at the bid and at the ask, and how many are open in all. */
export interface OptionQuote {
  readonly instrument: string;
  readonly coin: string;
  readonly type: OptionType;
  readonly strike: number;
  readonly expiresMs: number;
  readonly markIv: number;
  readonly bidIv: number;
  readonly askIv: number;
  readonly amount: number;
  /** Coins that everybody holds together. */
  readonly openInterest: number;
}

/** Coin, expiry (8:00 UTC), strike and type from a name such as ETH-27MAR26-2500-P. @throws InvalidInput for another name */
export function parseOptionName(instrument: string): Pick<OptionQuote, 'coin' | 'type' | 'strike' | 'expiresMs'> {
  const [, coin, day, month = '', year, strike, letter] = NAME.exec(instrument) ?? [];
  const place = MONTHS.indexOf(month);
  if (coin === undefined || place < 0 || Number(strike) === 0) throw new InvalidInput('option', JSON.stringify(instrument), 'a name like ETH-27MAR26-2500-P');
  return { coin, type: letter === 'C' ? 'call' : 'put', strike: Number(strike), expiresMs: Date.UTC(2000 + Number(year), place, Number(day), EXPIRES_AT_HOUR) };
}

export interface PricedOption {
  /** Premiums in coins: the mark to four digits, the bid rounded down and the ask up to the tick; null where there is no bid. */
  readonly mark: number;
  readonly bid: number | null;
  readonly ask: number;
  /**
   * As Deribit counts them: delta of Black and Scholes per coin, gamma per dollar, vega in dollars per point of volatility, theta in dollars per day
   * (never more than the life that is left), rho in dollars per percent.
   */
  readonly greeks: { readonly delta: number; readonly gamma: number; readonly vega: number; readonly theta: number; readonly rho: number };
}

/** The quote at a price of the underlying for its expiry, in dollars. Null once it has expired. */
export function priced({ type, strike, expiresMs, markIv, bidIv, askIv }: OptionQuote, forward: number, nowMs: number): PricedOption | null {
  const years = (expiresMs - nowMs) / YEAR_MS;
  if (years <= 0) return null;
  const at = (iv: number) => black76({ type, forward, strike, years, volatility: iv / 100, rate: 0 });
  const mark = at(markIv);
  const bid = toTick(at(bidIv).value / forward, Math.floor);
  return {
    mark: round(mark.value / forward, 4),
    bid: bid > 0 ? bid : null,
    ask: Math.max(toTick(at(askIv).value / forward, Math.ceil), TICK.finer),
    greeks: {
      delta: round(mark.delta, 5), gamma: round(mark.gamma, 5), vega: round(mark.vega / 100, 5), theta: round(mark.thetaPerYear * Math.min(years, 1 / 365), 5), rho: round((years * (forward * mark.delta - mark.value)) / 100, 5),
    },
  };
}

function toTick(price: number, rounding: (value: number) => number): number {
  const step = price < TICK.edge ? TICK.finer : TICK.size;
  // What a double cannot hold exactly is not to cost a whole step.
  return round(rounding(round(price / step, 6)) * step, 4);
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
