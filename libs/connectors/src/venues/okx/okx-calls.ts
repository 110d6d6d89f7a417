import { maybe, meaningsByCode, refused, type Problem } from '../wire/failures.js';

const v5 = (method: string, path: string): string => `${method} /api/v5/${path}`;

/** Everything that is asked of OKX, by ccxt's name. */
export const OKX_CALLS = {
  publicGetPublicInstruments: v5('GET', 'public/instruments'), publicGetMarketBooks: v5('GET', 'market/books'), publicGetPublicMarkPrice: v5('GET', 'public/mark-price'), publicGetMarketIndexTickers: v5('GET', 'market/index-tickers'),
  publicGetPublicOpenInterest: v5('GET', 'public/open-interest'), publicGetPublicFundingRate: v5('GET', 'public/funding-rate'), publicGetPublicPositionTiers: v5('GET', 'public/position-tiers'),
  privateGetAccountConfig: v5('GET', 'account/config'), privateGetAccountBalance: v5('GET', 'account/balance'), privateGetAccountPositions: v5('GET', 'account/positions'), privateGetTradeOrdersPending: v5('GET', 'trade/orders-pending'),
  privateGetTradeFillsHistory: v5('GET', 'trade/fills-history'), privateGetAccountBills: v5('GET', 'account/bills'), privateGetTradeOrder: v5('GET', 'trade/order'), privateGetAccountLeverageInfo: v5('GET', 'account/leverage-info'),
  privateGetAccountTradeFee: v5('GET', 'account/trade-fee'), privatePostTradeOrder: v5('POST', 'trade/order'), privatePostTradeCancelOrder: v5('POST', 'trade/cancel-order'),
  privatePostAccountPositionMarginBalance: v5('POST', 'account/position/margin-balance'), privatePostAccountSetLeverage: v5('POST', 'account/set-leverage'),
} as const;

/** `{"code":"1","data":[{"sCode":"51008","sMsg":"..."}],"msg":""}`: the code of the part is the one that says why. */
export function okxProblem(answer: unknown): Problem | null {
  const { code, msg, data } = answer as { readonly code?: unknown; readonly msg?: unknown; readonly data?: unknown };
  const part = (Array.isArray(data) ? data : []).find((one: unknown) => typeof one === 'object' && one !== null && 'sCode' in one && (one as { sCode: unknown }).sCode !== '0') as { sCode: unknown; sMsg?: unknown } | undefined;
  if (part !== undefined) return { code: String(part.sCode), message: String(part.sMsg ?? '') };
  return code === undefined || code === '0' || code === 0 ? null : { code: String(code), message: String(msg ?? '') };
}

export const ORDER_UNKNOWN = ['51603'] as const;

export const okxMeaning = meaningsByCode([
  [refused('margin'), 51008, 51119, 51127, 51131], [refused('tick-or-lot'), 51020, 51120, 51121], [refused('price-band'), 51006, 51136, 51137, 51138, 51139], [refused('reduce-only'), 51112, 51169, 51170, 51205],
  [refused('rate-limit'), 50011, 50040, 50061], [refused('closed'), 50001, 50007, 50008, 50009, 50010, 50013, 51001, 51021, 51022, 51023, 51028], [refused('expired'), 50036, 50102],
  [refused('key-refused'), 50100, 50101, 50103, 50104, 50105, 50106, 50107, 50110, 50111, 50112, 50113, 50114, 50119, 50120], [maybe('duplicate-id'), 51016],
  // By documents: a timeout says nothing of whether it was done.
  [maybe('server-error'), 50004, 50026],
]);
