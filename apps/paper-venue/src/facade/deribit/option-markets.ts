import { parseDecimal } from '@ballast/units';
import { E8, E12, larger, type Instrument, type Market } from '../../kernel/index.js';
import { liveOption, type LiveOption } from './option-results.js';
import { TICK, leastAmount } from './option-quotes.js';
import type { DeribitDesk } from './outcome.js';

const e8 = (coins: number): bigint => parseDecimal(coins.toFixed(8), 8);

/** Deribit's fees: 0.03% of the coins, at most 12.5% of the premium. */
const FEES = { ofCoinsE12: (3n * E12) / 10_000n, mostOfPremiumE12: E12 / 8n };

/** An option in the engine: linear in its coin, worth its mark and no margin for anything else. */
const instrumentOf = ({ quote: { instrument, coin } }: LiveOption): Instrument => ({
  name: instrument, kind: 'linear', settlesIn: coin, tickE8: e8(TICK.finer), lotE8: e8(leastAmount(coin)), minNotionalE8: 0n, priceBandE12: E12 * 1_000_000n, makerFeeE12: 0n, takerFeeE12: 0n,
  tiers: [{ aboveE8: 0n, initialRateE12: E12, maintenanceRateE12: 0n }], option: FEES,
});

/** As it is quoted: what was traded away is offered again. */
function pricesOf({ quote: { amount }, prices: { mark, bid, ask } }: LiveOption, { indexE8 }: Market): Pick<Market, 'markE8' | 'indexE8' | 'book'> {
  const size = e8(amount);
  return { markE8: larger(e8(mark), 1n), indexE8, book: { bids: bid === null ? [] : [{ priceE8: e8(bid), sizeE8: size }], asks: [{ priceE8: e8(ask), sizeE8: size }] } };
}

const isOption = ({ instrument }: Market): boolean => instrument.option !== undefined;

/** Perpetuals, in the order in which they were listed. */
export const perpetualsOf = ({ running }: DeribitDesk): readonly Market[] => Object.values(running.state.markets).filter((market) => !isOption(market));

/** The engine takes an option up when somebody first trades it. */
export function takeUp({ running }: DeribitDesk, option: LiveOption): void {
  const { quote, market } = option;
  if (Object.hasOwn(running.state.markets, quote.instrument)) return;
  running.happen({ kind: 'list', market: { instrument: instrumentOf(option), ...pricesOf(option, market), fundingRateE12: 0n, halted: false } });
}

/** Gives every option that was traded the prices of now; what has expired is paid out at the index of the moment at which that is noticed. */
export function followOptions(desk: DeribitDesk): void {
  const { running, options } = desk;
  for (const { instrument, halted } of Object.values(running.state.markets).filter(isOption)) {
    const option = liveOption(desk, instrument.name);
    if (option !== undefined) running.happen({ kind: 'prices', instrument: instrument.name, ...pricesOf(option, option.market) });
    else if (!halted) running.happen({ kind: 'settle', instrument: instrument.name, payoutE8: payoutE8(desk, options.get(instrument.name)) });
  }
}

/** Coins that one coin's worth of it pays, rounded down. */
function payoutE8(desk: DeribitDesk, quote: LiveOption['quote'] | undefined): bigint {
  const underlying = perpetualsOf(desk).find(({ instrument }) => instrument.settlesIn === quote?.coin);
  if (quote === undefined || underlying === undefined) return 0n;
  const strikeE8 = BigInt(quote.strike) * E8;
  const gain = quote.type === 'put' ? strikeE8 - underlying.indexE8 : underlying.indexE8 - strikeE8;
  return gain <= 0n ? 0n : (gain * E8) / underlying.indexE8;
}

/** Whether a premium is one that the venue takes: in coarse steps from the edge on. */
export const isOnTick = (priceE8: bigint): boolean => priceE8 % e8(priceE8 < e8(TICK.edge) ? TICK.finer : TICK.size) === 0n;
