import { maybe, meaningsByCode, refused, type Problem } from '../wire/failures.js';

const v1 = (method: string, path: string): string => `${method} /fapi/v1/${path}`;

/** Everything that is asked of Binance, by ccxt's name. */
export const BINANCE_CALLS = {
  fapiPublicGetExchangeInfo: v1('GET', 'exchangeInfo'), fapiPublicGetDepth: v1('GET', 'depth'), fapiPublicGetPremiumIndex: v1('GET', 'premiumIndex'), fapiPublicGetFundingInfo: v1('GET', 'fundingInfo'),
  fapiPublicGetOpenInterest: v1('GET', 'openInterest'), fapiPrivateV3GetAccount: 'GET /fapi/v3/account', fapiPrivateV3GetPositionRisk: 'GET /fapi/v3/positionRisk', fapiPrivateGetOpenOrders: v1('GET', 'openOrders'),
  fapiPrivateGetLeverageBracket: v1('GET', 'leverageBracket'), fapiPrivateGetPositionSideDual: v1('GET', 'positionSide/dual'), fapiPrivateGetMultiAssetsMargin: v1('GET', 'multiAssetsMargin'),
  fapiPrivateGetAdlQuantile: v1('GET', 'adlQuantile'), fapiPrivateGetSymbolConfig: v1('GET', 'symbolConfig'), fapiPrivateGetCommissionRate: v1('GET', 'commissionRate'), fapiPrivateGetUserTrades: v1('GET', 'userTrades'),
  fapiPrivateGetAllOrders: v1('GET', 'allOrders'), fapiPrivateGetIncome: v1('GET', 'income'), fapiPrivateGetOrder: v1('GET', 'order'), fapiPrivatePostOrder: v1('POST', 'order'), fapiPrivateDeleteOrder: v1('DELETE', 'order'),
  fapiPrivatePostPositionMargin: v1('POST', 'positionMargin'), fapiPrivatePostLeverage: v1('POST', 'leverage'), sapiGetAccountApiRestrictions: 'GET /sapi/v1/account/apiRestrictions',
} as const;

/** `{"code":-2019,"msg":"Margin is insufficient."}`; a change of margin that was done says 200. */
export function binanceProblem(answer: unknown): Problem | null {
  const { code, msg } = answer as { readonly code?: unknown; readonly msg?: unknown };
  return Number(code) < 0 ? { code: String(code), message: String(msg) } : null;
}

export const ORDER_UNKNOWN = '-2013';

export const binanceMeaning = meaningsByCode([
  [refused('margin'), -2018, -2019, -2027, -2028, -4050, -4051], [refused('tick-or-lot'), -1013, -1111, -4001, -4002, -4003, -4004, -4005, -4014, -4023], [refused('min-notional'), -4164], [refused('reduce-only'), -2022, -4118],
  [refused('price-band'), -4016, -4024, -4131], [refused('rate-limit'), -1003, -1015], [refused('closed'), -1008, -1016, -4108, -4141], [refused('expired'), -1021, -5028], [refused('key-refused'), -1002, -1022, -2008, -2014, -2015],
  // The venue has, or may have, an order of this id already.
  [maybe('duplicate-id'), -4116],
  // By documents: sent on, and not known whether it was executed.
  [maybe('server-error'), -1000, -1001, -1006, -1007],
]);
