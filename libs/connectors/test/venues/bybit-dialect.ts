import { hmac, NOW, type Asked, type Dialect, type StoodOrder } from './stand-in.js';

const SECRET = 'bybit-secret-bybit-secret';
const KEY = 'bybit-key-bybit-key';
const SYMBOL = 'ETHUSDT';
const order = ({ id, clientId, side, size, filled, reduceOnly }: StoodOrder) => ({
  orderId: String(id), orderLinkId: clientId, symbol: SYMBOL, side: side === 'buy' ? 'Buy' : 'Sell', qty: size, cumExecQty: filled, reduceOnly, orderStatus: filled === size ? 'Filled' : 'PartiallyFilledCanceled',
});
const ok = (result: unknown) => ({ retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time: NOW });
const list = (...items: unknown[]) => ok({ category: 'linear', list: items, nextPageCursor: '' });
const header = ({ headers }: Asked, name: string): string => String(headers[name] ?? '');

export const BYBIT: Dialect = {
  credentials: { venue: 'bybit', apiKey: KEY, secret: SECRET }, accountName: 'main', account: 'main', symbol: SYMBOL,
  signature: (asked) => {
    const signature = header(asked, 'x-bapi-sign');
    if (signature === '') return 'none';
    return hmac(SECRET, `${header(asked, 'x-bapi-timestamp')}${KEY}${header(asked, 'x-bapi-recv-window')}${asked.method === 'POST' ? asked.body : asked.query}`) === signature ? 'good' : 'bad';
  },
  isOrder: ({ method, path }) => method === 'POST' && path === '/v5/order/create',
  revoked: { status: 200, body: { retCode: 10003, retMsg: 'API key is invalid.', result: {}, time: NOW } },
  duplicate: { status: 200, body: { retCode: 110072, retMsg: 'OrderLinkedID is duplicate', result: {}, time: NOW } },
  orderOf: ({ params }) => ({ clientId: params['orderLinkId'] ?? '', side: params['side'] ?? '', size: params['qty'] ?? '', reduceOnly: params['reduceOnly'] === 'true' }),
  placed: ({ id, clientId }) => ok({ orderId: String(id), orderLinkId: clientId }),
  answer: ({ method, path, params }, state) => {
    switch (`${method} ${path}`) {
      case 'GET /v5/user/query-api':
        return ok(state.rights ?? { readOnly: 0, permissions: { ContractTrade: ['Order', 'Position'], Wallet: [] }, expiredAt: '2027-01-01T00:00:00Z' });
      case 'GET /v5/market/instruments-info':
        return params['baseCoin'] === 'BTC' ? list() : list({
          symbol: SYMBOL, contractType: 'LinearPerpetual', status: 'Trading', baseCoin: 'ETH', settleCoin: 'USDT', fundingInterval: 240, priceFilter: { tickSize: '0.01' }, leverageFilter: { maxLeverage: '100.00' },
          lotSizeFilter: { qtyStep: '0.01', minOrderQty: '0.01', minNotionalValue: '5' },
        });
      case 'GET /v5/market/risk-limit':
        return list({ id: 1, symbol: SYMBOL, riskLimitValue: '900000', maintenanceMargin: '0.005', initialMargin: '0.01', maxLeverage: '100.00', mmDeduction: '' }, { id: 2, symbol: SYMBOL, riskLimitValue: '1800000', maintenanceMargin: '0.01', initialMargin: '0.02', maxLeverage: '50.00', mmDeduction: '4500' });
      case 'GET /v5/account/fee-rate':
        return list({ symbol: SYMBOL, takerFeeRate: '0.00055', makerFeeRate: '0.0002' });
      case 'GET /v5/market/orderbook':
        return ok({ s: SYMBOL, b: [['2999', '8']], a: [['3001', '8']], ts: NOW, u: 1 });
      case 'GET /v5/market/tickers':
        return list({ symbol: SYMBOL, markPrice: '3000', indexPrice: '3001', openInterest: '1234.5', fundingRate: '0.0001', nextFundingTime: String(NOW) });
      case 'GET /v5/account/wallet-balance':
        return list({ accountType: 'UNIFIED', totalEquity: '9900', totalMarginBalance: '9900', totalInitialMargin: '1200', totalMaintenanceMargin: '30', totalAvailableBalance: '8700', coin: [] });
      case 'GET /v5/account/info':
        return ok({ marginMode: 'REGULAR_MARGIN', unifiedMarginStatus: 5 });
      case 'GET /v5/position/list':
        return list({ symbol: SYMBOL, side: 'Sell', size: '2', avgPrice: '2950', markPrice: '3000', liqPrice: '7500.5', leverage: String(state.leverage), unrealisedPnl: '-100', positionMM: '30', positionBalance: '0', adlRankIndicator: 3, positionIdx: 0 });
      case 'GET /v5/order/realtime': {
        const found = state.orders.get(params['orderLinkId'] ?? '');
        return found === undefined ? list() : list(order(found));
      }
      case 'GET /v5/order/history':
        return list();
      case 'GET /v5/execution/list':
        return list({ execId: 'f1', orderId: '', orderLinkId: '', symbol: SYMBOL, side: 'Sell', execQty: '2', execPrice: '3000', execFee: '-0.6', feeCurrency: 'USDT', execType: 'Funding', execTime: String(NOW) },
          ...[...state.orders.values()].map(({ id, clientId, side, filled }) => ({ execId: `e${id}`, orderId: String(id), orderLinkId: clientId, symbol: SYMBOL, side: side === 'buy' ? 'Buy' : 'Sell', execQty: filled, execPrice: '2999', execFee: '11.996', feeCurrency: '', execType: 'Trade', execTime: String(NOW + id) })));
      case 'GET /v5/account/transaction-log':
        return list({ id: '42', symbol: SYMBOL, currency: 'USDT', type: 'SETTLEMENT', funding: '0.6', transactionTime: String(NOW) });
      case 'POST /v5/position/set-leverage':
        if (Number(params['buyLeverage']) === state.leverage) return { retCode: 110043, retMsg: 'leverage not modified', result: {}, time: NOW };
        state.leverage = Number(params['buyLeverage']);
        return ok({});
      case 'POST /v5/position/add-margin':
        state.margin += Number(params['margin']);
        return ok({});
      default:
        return undefined;
    }
  },
};
