import { z } from 'zod';
import type { Market } from '../../kernel/index.js';
import { numberOf } from '../wire-numbers.js';
import { currenciesOf } from './account-results.js';
import { bookSummary, currencyResult, fundingRateHistory, fundingRateValue, indexOf, instrumentResult, orderBook, ticker } from './market-results.js';
import { perpetualsOf } from './option-markets.js';
import { liveOption, liveOptions, optionBook, optionInstrument, optionSummary, optionTicker, type LiveOption } from './option-results.js';
import { error, errorOf, invalidParam, result, type DeribitDesk, type Outcome } from './outcome.js';

/** A method that anybody may call, with its parameters as they stand in a query. */
export interface PublicMethod {
  readonly params: z.ZodType;
  readonly call: (desk: DeribitDesk, params: never) => Outcome;
}

const method = <S extends z.ZodType>(params: S, call: (desk: DeribitDesk, params: z.output<S>) => Outcome): PublicMethod => ({ params, call });

export const instrumentName = z.string().min(1).max(60);
export const currencyName = z.string().regex(/^[A-Za-z]{2,10}$/).transform((text) => (text.toLowerCase() === 'any' ? 'any' : text.toUpperCase()));
export const timeMs = z.string().regex(/^\d{1,15}$/).transform(Number);
export const yesOrNo = z.enum(['true', 'false']).transform((text) => text === 'true');
export const counted = (most: number) => z.string().regex(/^\d{1,5}$/).transform(Number).pipe(z.number().min(1).max(most));
const kind = z.enum(['future', 'option', 'spot', 'future_combo', 'option_combo', 'any']);
const named = z.object({ instrument_name: instrumentName });

/** The market, or the error of an instrument that is not there. */
export function onMarket(desk: DeribitDesk, name: string, then: (market: Market) => Outcome): Outcome {
  const { markets } = desk.running.state;
  const market = Object.hasOwn(markets, name) ? markets[name] : undefined;
  return market === undefined ? errorOf('unknown-instrument', name) : then(market);
}

type Kind = z.output<typeof kind>;

/** What is listed of a currency and a kind: perpetuals, which are futures, and the options that are quoted. */
function listed<T>(desk: DeribitDesk, currency: string | undefined, wanted: Kind | undefined, told: { readonly market: (market: Market, place: number) => T; readonly option: (option: LiveOption) => T }): readonly T[] {
  const within = (coin: string): boolean => currency === undefined || currency === 'any' || currency === coin;
  const asked = (one: Kind): boolean => wanted === undefined || wanted === 'any' || wanted === one;
  return [
    ...(asked('future') ? perpetualsOf(desk).flatMap((market, place) => (within(market.instrument.settlesIn) ? [told.market(market, place)] : [])) : []),
    ...(asked('option') ? liveOptions(desk).filter(({ quote }) => within(quote.coin)).map(told.option) : []),
  ];
}

/** Told of the option of that name, or else of the market. */
function onEither(desk: DeribitDesk, name: string, told: { readonly option: (option: LiveOption) => unknown; readonly market: (market: Market) => unknown }): Outcome {
  const option = liveOption(desk, name);
  return option === undefined ? onMarket(desk, name, (market) => result(told.market(market))) : result(told.option(option));
}

export const PUBLIC: Readonly<Record<string, PublicMethod>> = {
  test: method(z.object({}), () => result({ version: 'paper' })),
  get_time: method(z.object({}), ({ running }) => result(running.clock.now())),
  status: method(z.object({}), () => result({ locked: 'false', locked_currencies: [] })),
  get_currencies: method(z.object({}), (desk) => result(currenciesOf(desk).map(currencyResult))),
  get_instruments: method(z.object({ currency: currencyName.optional(), kind: kind.optional(), expired: yesOrNo.optional() }), (desk, { currency, kind: wanted, expired }) =>
    result(expired === true ? [] : listed<unknown>(desk, currency, wanted, { market: instrumentResult, option: optionInstrument }))),
  get_instrument: method(named, (desk, { instrument_name: name }) => onEither(desk, name, { option: optionInstrument, market: (market) => instrumentResult(market, perpetualsOf(desk).indexOf(market)) })),
  ticker: method(named, (desk, { instrument_name: name }) => onEither(desk, name, { option: (option) => optionTicker(desk, option), market: (market) => ticker(desk, market) })),
  get_order_book: method(named.extend({ depth: counted(10_000).default(5) }), (desk, { instrument_name: name, depth }) => onEither(desk, name, { option: (option) => optionBook(desk, option), market: (market) => orderBook(desk, market, depth) })),
  get_book_summary_by_currency: method(z.object({ currency: currencyName, kind: kind.optional() }), (desk, { currency, kind: wanted }) =>
    result(listed<unknown>(desk, currency, wanted, { market: (market) => bookSummary(desk, market), option: (option) => optionSummary(desk, option) }))),
  get_book_summary_by_instrument: method(named, (desk, { instrument_name: name }) => onEither(desk, name, { option: (option) => [optionSummary(desk, option)], market: (market) => [bookSummary(desk, market)] })),
  get_index_price: method(z.object({ index_name: z.string().max(30) }), (desk, { index_name: index }) => {
    const market = perpetualsOf(desk).find(({ instrument }) => indexOf(instrument) === index);
    return market === undefined ? invalidParam('index_name', 'unknown index') : result({ index_price: numberOf(market.indexE8), estimated_delivery_price: numberOf(market.indexE8) });
  }),
  get_funding_rate_value: method(named.extend({ start_timestamp: timeMs, end_timestamp: timeMs }), (desk, { instrument_name: name, start_timestamp: start, end_timestamp: end }) =>
    onMarket(desk, name, (market) => fundingRateValue(desk, market, start, end))),
  get_funding_rate_history: method(named.extend({ start_timestamp: timeMs, end_timestamp: timeMs }), (desk, { instrument_name: name, start_timestamp: start, end_timestamp: end }) =>
    onMarket(desk, name, (market) => fundingRateHistory(desk, market, start, end))),
  // Tells what a key may do. Its token opens nothing: calls are signed.
  auth: method(z.object({ grant_type: z.literal('client_credentials'), client_id: z.string().max(64), client_secret: z.string().max(100) }), (desk, { client_id: id, client_secret: secret }) => {
    const key = desk.keys.byId(id);
    if (key === undefined || key.clientSecret !== secret || desk.running.script.revoked.includes(id)) return error(13004, 'invalid_credentials');
    return result({ access_token: 'none', refresh_token: 'none', expires_in: 0, scope: key.scope, token_type: 'bearer' });
  }),
};
