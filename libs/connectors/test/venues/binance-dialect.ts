import { hmac, NOW, type Dialect, type StoodOrder } from './stand-in.js';

const SECRET = 'binance-secret-binance-secret';
const SYMBOL = 'ETHUSDT';
/** Longer than a double holds exactly, as the venue's are. */
const longId = (id: number): number => 8_389_765_900_000_000_000 + id * 10_000;
const order = ({ id, clientId, side, size, filled, reduceOnly }: StoodOrder) => ({
  orderId: longId(id), clientOrderId: clientId, symbol: SYMBOL, side: side.toUpperCase(), origQty: size, executedQty: filled, reduceOnly, status: filled === size ? 'FILLED' : 'EXPIRED',
});

export const BINANCE: Dialect = {
  credentials: { venue: 'binance-usdm', apiKey: 'binance-key-binance-key', secret: SECRET }, accountName: 'main', account: 'main', symbol: SYMBOL,
  signature: ({ query, body }) => {
    const [signed = '', signature] = (query.includes('signature=') ? query : body).split('&signature=');
    return signature === undefined ? 'none' : hmac(SECRET, signed) === signature ? 'good' : 'bad';
  },
  isOrder: ({ method, path }) => method === 'POST' && path === '/fapi/v1/order',
  revoked: { status: 401, body: { code: -2015, msg: 'Invalid API-key, IP, or permissions for action, request ip: 127.0.0.1' } },
  duplicate: { status: 400, body: { code: -4116, msg: 'ClientOrderId is duplicated.' } },
  orderOf: ({ params }) => ({ clientId: params['newClientOrderId'] ?? '', side: params['side'] ?? '', size: params['quantity'] ?? '', reduceOnly: params['reduceOnly'] === 'true' }),
  placed: order,
  answer: ({ method, path, params }, state) => {
    const { orders, rights, leverage } = state;
    switch (`${method} ${path}`) {
      case 'GET /sapi/v1/account/apiRestrictions':
        return rights ?? { enableReading: true, enableFutures: true, enableWithdrawals: false, enableInternalTransfer: false, permitsUniversalTransfer: false };
      case 'GET /fapi/v1/exchangeInfo':
        return { symbols: [
          { symbol: SYMBOL, contractType: 'PERPETUAL', status: 'TRADING', baseAsset: 'ETH', quoteAsset: 'USDT', marginAsset: 'USDT', filters: [{ filterType: 'PRICE_FILTER', tickSize: '0.01' }, { filterType: 'LOT_SIZE', stepSize: '0.001', minQty: '0.001' }, { filterType: 'MIN_NOTIONAL', notional: '20' }] },
          { symbol: 'ETHUSDT_270326', contractType: 'CURRENT_QUARTER', status: 'TRADING', baseAsset: 'ETH', quoteAsset: 'USDT', marginAsset: 'USDT', filters: [] },
        ] };
      case 'GET /fapi/v1/leverageBracket':
        return [{ symbol: SYMBOL, brackets: [{ bracket: 2, initialLeverage: 50, notionalFloor: 50_000, notionalCap: 500_000, maintMarginRatio: 0.01, cum: 250 }, { bracket: 1, initialLeverage: 100, notionalFloor: 0, notionalCap: 50_000, maintMarginRatio: 0.005, cum: 0 }] }];
      case 'GET /fapi/v1/fundingInfo':
        return [{ symbol: SYMBOL, fundingIntervalHours: 4 }];
      case 'GET /fapi/v1/commissionRate':
        return { symbol: SYMBOL, makerCommissionRate: '0.0002', takerCommissionRate: '0.0005' };
      case 'GET /fapi/v1/depth':
        return { T: NOW, bids: [['2999.00', '8.000']], asks: [['3001.00', '8.000']] };
      case 'GET /fapi/v1/premiumIndex': {
        const premium = { symbol: SYMBOL, markPrice: '3000.00000000', indexPrice: '3001.00000000', lastFundingRate: '0.00010000', time: NOW };
        return params['symbol'] === undefined ? [premium] : premium;
      }
      case 'GET /fapi/v1/openInterest':
        return { symbol: SYMBOL, openInterest: '1234.500', time: NOW };
      case 'GET /fapi/v3/account':
        return {
          totalInitialMargin: '1200', totalMaintMargin: '30', totalMarginBalance: '9900', availableBalance: '8700',
          assets: [{ asset: 'USDT', crossWalletBalance: '10000', crossUnPnl: '-100', maintMargin: '30', initialMargin: '1200', availableBalance: '8700' }],
        };
      case 'GET /fapi/v3/positionRisk':
        return [{ symbol: SYMBOL, positionSide: 'BOTH', positionAmt: '-2', entryPrice: '2950', markPrice: '3000', unRealizedProfit: '-100', liquidationPrice: '7500.5', isolatedMargin: '0', notional: '-6000', marginAsset: 'USDT', initialMargin: '1200', maintMargin: '30' }];
      case 'GET /fapi/v1/symbolConfig':
        return [{ symbol: SYMBOL, marginType: 'CROSSED', leverage, isAutoAddMargin: 'false', maxNotionalValue: '1000000' }];
      case 'GET /fapi/v1/adlQuantile':
        return [{ symbol: SYMBOL, adlQuantile: { LONG: 1, SHORT: 2, BOTH: 3 } }];
      case 'GET /fapi/v1/positionSide/dual':
        return { dualSidePosition: false };
      case 'GET /fapi/v1/multiAssetsMargin':
        return { multiAssetsMargin: false };
      case 'GET /fapi/v1/openOrders':
        return [];
      case 'GET /fapi/v1/order': {
        const found = orders.get(params['origClientOrderId'] ?? '');
        return found === undefined ? { code: -2013, msg: 'Order does not exist.' } : order(found);
      }
      case 'GET /fapi/v1/userTrades':
        return [...orders.values()].map(({ id, side, filled }) => ({ id: 7_000 + id, orderId: longId(id), symbol: SYMBOL, side: side.toUpperCase(), qty: filled, price: '2999', commission: '11.996', commissionAsset: 'USDT', time: NOW + id }));
      case 'GET /fapi/v1/allOrders':
        return [...orders.values()].map(order);
      case 'GET /fapi/v1/income':
        return [{ symbol: SYMBOL, incomeType: 'FUNDING_FEE', income: '0.6', asset: 'USDT', time: NOW, tranId: 42 }];
      case 'POST /fapi/v1/leverage':
        state.leverage = Number(params['leverage']);
        return { leverage: state.leverage, symbol: SYMBOL, maxNotionalValue: '1000000' };
      case 'POST /fapi/v1/positionMargin':
        state.margin += Number(params['amount']);
        return { code: 200, amount: Number(params['amount']), msg: 'Successfully modify position margin.', type: 1 };
      default:
        return undefined;
    }
  },
};
