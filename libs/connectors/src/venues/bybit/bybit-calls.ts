import { maybe, meaningsByCode, refused, type Problem } from '../wire/failures.js';

const v5 = (method: string, path: string): string => `${method} /v5/${path}`;

/** Everything that is asked of Bybit, by ccxt's name. */
export const BYBIT_CALLS = {
  publicGetV5MarketInstrumentsInfo: v5('GET', 'market/instruments-info'), publicGetV5MarketOrderbook: v5('GET', 'market/orderbook'), publicGetV5MarketTickers: v5('GET', 'market/tickers'), publicGetV5MarketRiskLimit: v5('GET', 'market/risk-limit'),
  privateGetV5AccountWalletBalance: v5('GET', 'account/wallet-balance'), privateGetV5AccountInfo: v5('GET', 'account/info'), privateGetV5AccountFeeRate: v5('GET', 'account/fee-rate'), privateGetV5PositionList: v5('GET', 'position/list'),
  privateGetV5OrderRealtime: v5('GET', 'order/realtime'), privateGetV5OrderHistory: v5('GET', 'order/history'), privateGetV5ExecutionList: v5('GET', 'execution/list'), privateGetV5AccountTransactionLog: v5('GET', 'account/transaction-log'),
  privateGetV5UserQueryApi: v5('GET', 'user/query-api'), privatePostV5OrderCreate: v5('POST', 'order/create'), privatePostV5OrderCancel: v5('POST', 'order/cancel'), privatePostV5PositionAddMargin: v5('POST', 'position/add-margin'),
  privatePostV5PositionSetLeverage: v5('POST', 'position/set-leverage'),
} as const;

/** The leverage was what it is asked to be. */
export const NOT_MODIFIED = 110043;

/** `{"retCode":110007,"retMsg":"ab not enough for new order"}`; a leverage that need not be changed is none. */
export function bybitProblem(answer: unknown): Problem | null {
  const { retCode, retMsg } = answer as { readonly retCode?: unknown; readonly retMsg?: unknown };
  return retCode === undefined || Number(retCode) === 0 || Number(retCode) === NOT_MODIFIED ? null : { code: String(retCode), message: String(retMsg ?? '') };
}

export const bybitMeaning = meaningsByCode([
  [refused('margin'), 110004, 110006, 110007, 110012, 110014, 110044, 110045, 110052], [refused('min-notional'), 110094], [refused('reduce-only'), 110017], [refused('price-band'), 110003, 110092, 110093],
  [refused('rate-limit'), 10006, 10018, 10429, 'http-403'], [refused('closed'), 10027, 110074, 110104], [refused('expired'), 10002], [refused('key-refused'), 10003, 10004, 10005, 10007, 10009, 10010, 10024, 10028, 33004], [maybe('duplicate-id'), 110072],
  [maybe('server-error'), 10000, 10016, 10019],
]);
