import { decimalText } from '@ballast/units';
import {
  accountValueFloor, availableFloor, deltaNearest, entryPriceNearest, initialMarginUp, larger, liquidationPrice, maintenanceUp, marginOf, maxLeverage, modeOf, newAccount, orderMarginUp, profitFloor, valuationOf,
  type Account, type Market, type Position,
} from '../../kernel/index.js';
import { numberOf, rateNumber } from '../wire-numbers.js';
import { coinsOf, indexOf } from './market-results.js';
import { liveOption } from './option-results.js';
import type { DeribitDesk } from './outcome.js';

/** Coins are counted to 1e-8, so that the price of entry is not exact beyond this. */
const PRICE_DIGITS = 4;

/** The engine's account for one currency of a Deribit account. */
export const accountId = (account: string, currency: string): string => `${account}:${currency}`;

export const currenciesOf = ({ running }: DeribitDesk): readonly string[] => [...new Set(Object.values(running.state.markets).map(({ instrument }) => instrument.settlesIn))].sort();

const accountIn = ({ running }: DeribitDesk, account: string, currency: string): Account => running.state.accounts[accountId(account, currency)] ?? newAccount(accountId(account, currency), currency);

export function summary(desk: DeribitDesk, name: string, currency: string) {
  const { state } = desk.running;
  const account = accountIn(desk, name, currency);
  const valuation = valuationOf(state);
  const { maintenanceE8, initialE8 } = marginOf(account, valuation, 'cross');
  const equity = numberOf(accountValueFloor(account, valuation));
  const available = numberOf(availableFloor({ ...state, accounts: { ...state.accounts, [account.id]: account } }, account));
  const initial = numberOf(initialE8 + (account.id in state.accounts ? orderMarginUp(state, account.id) : 0n));
  const maintenance = numberOf(maintenanceE8);
  const profit = numberOf(Object.values(account.positions).reduce((sum, position) => sum + profitOf(desk, position), 0n));
  const options = optionsIn(desk, account);
  // Options count with their premium taken off, as the venue's own total does.
  const delta = numberOf(deltaNearest(account, valuation)) + options.reduce((sum, { size, greeks, mark }) => sum + size * (greeks.delta - mark), 0);
  const market = Object.values(state.markets).find(({ instrument }) => instrument.settlesIn === currency);
  const index = market === undefined ? '' : indexOf(market.instrument);
  return {
    currency, delta_total_map: { [index]: delta }, margin_balance: equity, futures_session_rpl: 0, options_session_rpl: 0, estimated_liquidation_ratio_map: {}, session_upl: profit, estimated_liquidation_ratio: 0,
    options_gamma_map: {}, options_vega: 0, options_value: options.reduce((sum, { size, mark }) => sum + size * mark, 0), available_withdrawal_funds: available, projected_delta_total: delta, maintenance_margin: maintenance, total_pl: profit,
    limits: { limits_per_currency: false, non_matching_engine: { burst: 1_500, rate: 1_000 }, matching_engine: { trading: { total: { burst: 250, rate: 200 } }, cancel_all: { burst: 250, rate: 200 } } },
    projected_maintenance_margin: maintenance, available_funds: available, options_delta: 0, balance: numberOf(account.cashE8), equity, futures_session_upl: profit, fee_balance: 0, options_session_upl: 0,
    projected_initial_margin: initial, options_theta: 0, portfolio_margining_enabled: false, cross_collateral_enabled: false, margin_model: 'segregated_sm', options_vega_map: {}, futures_pl: profit, options_pl: 0,
    initial_margin: initial, spot_reserve: 0, delta_total: delta, options_gamma: 0, session_rpl: 0,
    fees: market === undefined ? [] : [{ value: { default: { type: 'fixed', taker: rateNumber(market.instrument.takerFeeE12), maker: rateNumber(market.instrument.makerFeeE12) }, block_trade: 0 }, kind: 'perpetual', index_name: index }],
  };
}

const profitOf = ({ running }: DeribitDesk, position: Position): bigint => {
  const market = running.state.markets[position.instrument];
  return market === undefined ? 0n : profitFloor(market.instrument, position, market.markE8);
};

/** Options that are held and have not expired, with what the venue says of each coin of them. */
const optionsIn = (desk: DeribitDesk, { positions }: Account) =>
  Object.values(positions).flatMap(({ instrument, sizeE8 }) => {
    const option = liveOption(desk, instrument);
    return option === undefined ? [] : [{ size: numberOf(sizeE8), greeks: option.prices.greeks, mark: option.prices.mark }];
  });

/** Who the account is, as it stands beside the summaries of its currencies. */
export const owner = (name: string, scopeOpenedMs: number) => ({
  id: Number(name.replace(/\D/g, '')), email: `${name}@paper.invalid`, system_name: name, username: name, block_rfq_self_match_prevention: true, creation_timestamp: scopeOpenedMs, type: 'main', referrer_id: null,
  login_enabled: false, security_keys_enabled: false, mmp_enabled: false, interuser_transfers_enabled: false, self_trading_reject_mode: 'cancel_maker', self_trading_extended_to_subaccounts: false,
});

/** One position; of size zero where there is none. */
export function positionResult(desk: DeribitDesk, name: string, market: Market) {
  const { state } = desk.running;
  const { instrument, markE8, indexE8 } = market;
  const account = accountIn(desk, name, instrument.settlesIn);
  const held: Position = account.positions[instrument.name] ?? { instrument: instrument.name, sizeE8: 0n, costE8: 0n, mode: modeOf(account, instrument.name), isolatedE8: 0n, fundingE8: 0n };
  const none = held.sizeE8 === 0n;
  const found = none ? { kind: 'none' as const } : liquidationPrice(account, valuationOf(state), held);
  const profit = numberOf(profitFloor(instrument, held, markE8));
  const orders = state.openOrders.flatMap((id) => state.orders[id] ?? []).filter((order) => order.account === account.id && order.instrument === instrument.name && !order.reduceOnly);
  return {
    instrument_name: instrument.name, kind: 'future', size: numberOf(held.sizeE8), size_currency: numberOf(none ? 0n : coinsOf(market, held.sizeE8)), direction: none ? 'zero' : held.sizeE8 > 0n ? 'buy' : 'sell',
    average_price: none ? 0 : Number(decimalText(entryPriceNearest(instrument, held), 8, PRICE_DIGITS, 'nearest')), mark_price: numberOf(markE8), index_price: numberOf(indexE8), settlement_price: numberOf(markE8),
    estimated_liquidation_price: found.kind === 'price' ? numberOf(found.priceE8) : null, floating_profit_loss: profit, total_profit_loss: profit, realized_profit_loss: 0, realized_funding: numberOf(held.fundingE8),
    initial_margin: numberOf(none ? 0n : initialMarginUp(instrument, held.sizeE8, markE8, held.mode.leverage)), maintenance_margin: numberOf(none ? 0n : maintenanceUp(instrument, held.sizeE8, markE8)),
    open_orders_margin: numberOf(orders.reduce((sum, order) => sum + initialMarginUp(instrument, larger(order.sizeE8 - order.filledE8, 1n), order.priceE8, held.mode.leverage), 0n)),
    delta: numberOf(none ? 0n : coinsOf(market, held.sizeE8)), leverage: Number(maxLeverage(instrument)), interest_value: 0,
  };
}

/** An option that is held, with the Greeks of the whole position as Deribit tells them. */
function optionResult(desk: DeribitDesk, name: string, { instrument, markE8, indexE8 }: Market) {
  const held = accountIn(desk, name, instrument.settlesIn).positions[instrument.name];
  const size = held?.sizeE8 ?? 0n;
  const greeks = liveOption(desk, instrument.name)?.prices.greeks ?? { delta: 0, gamma: 0, vega: 0, theta: 0 };
  const profit = numberOf(held === undefined ? 0n : profitFloor(instrument, held, markE8));
  return {
    instrument_name: instrument.name, kind: 'option', size: numberOf(size), direction: size === 0n ? 'zero' : size > 0n ? 'buy' : 'sell', average_price: held === undefined ? 0 : numberOf(entryPriceNearest(instrument, held)), mark_price: numberOf(markE8),
    index_price: numberOf(indexE8), settlement_price: numberOf(markE8), floating_profit_loss: profit, total_profit_loss: profit, realized_profit_loss: 0, initial_margin: 0, maintenance_margin: 0,
    delta: greeks.delta * numberOf(size), gamma: greeks.gamma * numberOf(size), vega: greeks.vega * numberOf(size), theta: greeks.theta * numberOf(size),
  };
}

export const positionResults = (desk: DeribitDesk, name: string, currency: string | undefined) =>
  Object.values(desk.running.state.markets)
    .filter(({ instrument }) => currency === undefined || currency === 'any' || instrument.settlesIn === currency)
    .filter(({ instrument }) => accountIn(desk, name, instrument.settlesIn).positions[instrument.name] !== undefined)
    .map((market) => (market.instrument.option === undefined ? positionResult(desk, name, market) : optionResult(desk, name, market)));
