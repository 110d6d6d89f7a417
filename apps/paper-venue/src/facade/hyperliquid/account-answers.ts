import {
  accountValueFloor, availableFloor, entryPriceNearest, initialMarginUp, liquidationPrice, marginOf, maxLeverage, modeOf, mulDivFloor, newAccount, notionalUp, profitFloor, rawE8, valuationOf,
  type Account, type Market, type Position, type VenueState,
} from '../../kernel/index.js';
import { decimalOf } from '../wire-numbers.js';
import { marketsOf, tradedVolume, type HyperliquidDesk } from './desk.js';

/** The account, empty where there is none: the venue tells no difference. */
export const accountFor = ({ running }: HyperliquidDesk, user: string): Account => running.state.accounts[user] ?? newAccount(user, 'USDC');

/** The chosen leverage, or the highest where none was chosen. */
const leverageOf = (account: Account, { instrument }: Market): number => Math.min(Number(modeOf(account, instrument.name).leverage), Number(maxLeverage(instrument)));

/** What an account has, holds and owes. */
export function clearinghouseState(desk: HyperliquidDesk, user: string) {
  const { state } = desk.running;
  const account = accountFor(desk, user);
  const positions = Object.values(account.positions);
  const cross = positions.filter(({ mode }) => mode.kind === 'cross');
  const { equityE8, maintenanceE8, initialE8 } = marginOf(account, valuationOf(state), 'cross');
  const isolatedUsed = positions.reduce((sum, position) => (position.mode.kind === 'isolated' ? sum + marginOf(account, valuationOf(state), position).equityE8 : sum), 0n);
  const summary = (valueE8: bigint, held: readonly Position[], rawUsdE8: bigint, usedE8: bigint) => ({
    accountValue: decimalOf(valueE8), totalNtlPos: decimalOf(held.reduce((sum, position) => sum + valueOf(state, position), 0n)), totalRawUsd: decimalOf(rawUsdE8), totalMarginUsed: decimalOf(usedE8),
  });
  return {
    marginSummary: summary(accountValueFloor(account, valuationOf(state)), positions, rawE8(account), initialE8 + isolatedUsed),
    crossMarginSummary: summary(equityE8, cross, cross.reduce((sum, { costE8 }) => sum - costE8, account.cashE8), initialE8),
    crossMaintenanceMarginUsed: decimalOf(maintenanceE8),
    withdrawable: decimalOf(availableFloor({ ...state, accounts: { ...state.accounts, [user]: account } }, account)),
    assetPositions: positions.map((position) => ({ type: 'oneWay', position: positionOf(desk, account, position) })),
    time: state.nowMs,
  };
}

const valueOf = (state: VenueState, { instrument, sizeE8 }: Position): bigint => {
  const market = state.markets[instrument];
  return market === undefined ? 0n : notionalUp(market.instrument, sizeE8, market.markE8);
};

function positionOf(desk: HyperliquidDesk, account: Account, position: Position) {
  const { state } = desk.running;
  const market = state.markets[position.instrument];
  if (market === undefined) return null;
  const { instrument, markE8 } = market;
  const leverage = BigInt(leverageOf(account, market));
  const profit = profitFloor(instrument, position, markE8);
  const entry = entryPriceNearest(instrument, position);
  const entryMargin = initialMarginUp(instrument, position.sizeE8, entry, leverage);
  const isolated = position.mode.kind === 'isolated';
  const found = liquidationPrice(account, valuationOf(state), position);
  const funding = decimalOf(-position.fundingE8);
  return {
    coin: instrument.name,
    szi: decimalOf(position.sizeE8),
    leverage: { type: position.mode.kind, value: Number(leverage), ...(isolated ? { rawUsd: decimalOf(position.isolatedE8 - position.costE8) } : {}) },
    entryPx: decimalOf(entry),
    positionValue: decimalOf(notionalUp(instrument, position.sizeE8, markE8)),
    unrealizedPnl: decimalOf(profit),
    returnOnEquity: decimalOf(entryMargin === 0n ? 0n : mulDivFloor(profit, 100_000_000n, entryMargin)),
    liquidationPx: found.kind === 'price' ? decimalOf(found.priceE8) : null,
    marginUsed: decimalOf(isolated ? marginOf(account, valuationOf(state), position).equityE8 : initialMarginUp(instrument, position.sizeE8, markE8, leverage)),
    maxLeverage: Number(maxLeverage(instrument)),
    cumFunding: { allTime: funding, sinceOpen: funding, sinceChange: funding },
  };
}

/** The leverage that would be used next, and what may be traded with it. */
export function activeAssetData(desk: HyperliquidDesk, user: string, market: Market) {
  const account = accountFor(desk, user);
  const { state } = desk.running;
  const leverage = leverageOf(account, market);
  const free = availableFloor({ ...state, accounts: { ...state.accounts, [user]: account } }, account);
  const most = decimalOf(mulDivFloor(free * BigInt(leverage), 100_000_000n, market.markE8));
  return {
    user, coin: market.instrument.name, leverage: { type: modeOf(account, market.instrument.name).kind, value: leverage },
    maxTradeSzs: [most, most], availableToTrade: [decimalOf(free), decimalOf(free)], markPx: decimalOf(market.markE8),
  };
}

/** The account's budget of actions: some to begin with, and one more for each dollar traded. */
export function userRateLimit(desk: HyperliquidDesk, user: string) {
  const volume = tradedVolume(desk, user);
  return { cumVlm: volume.toFixed(2), nRequestsUsed: desk.actions.get(user) ?? 0, nRequestsCap: Math.floor(desk.limits.actions + volume), nRequestsSurplus: 0 };
}

/** The first instrument's rates; all have the same. */
export function userFees(desk: HyperliquidDesk) {
  const { makerFeeE12, takerFeeE12 } = marketsOf(desk)[0]?.instrument ?? { makerFeeE12: 0n, takerFeeE12: 0n };
  const [add, cross] = [decimalOf(makerFeeE12 / 10_000n), decimalOf(takerFeeE12 / 10_000n)];
  return { dailyUserVlm: [], feeSchedule: { cross, add, tiers: { vip: [], mm: [] }, referralDiscount: '0.0' }, userCrossRate: cross, userAddRate: add, activeReferralDiscount: '0.0' };
}

/** Whether an address is an account or a key of one. */
export function userRole(desk: HyperliquidDesk, user: string, nowMs: number) {
  const account = desk.keys.accountOf(user, nowMs);
  if (account !== null && !desk.running.script.revoked.includes(user)) return { role: 'agent', data: { user: account } };
  return { role: user in desk.running.state.accounts ? 'user' : 'missing' };
}

/** The keys of the account that still count. */
export const extraAgents = (desk: HyperliquidDesk, user: string) =>
  desk.keys.agentsOf(user).filter(({ address }) => !desk.running.script.revoked.includes(address)).map((agent, index) => ({ name: `agent ${index + 1}`, ...agent }));
