import { hmac, NOW, type Asked, type Dialect, type StoodOrder } from './stand-in.js';

const SECRET = 'okx-secret-okx-secret';
const SYMBOL = 'ETH-USDT-SWAP';
const order = ({ id, clientId, side, size, filled, reduceOnly }: StoodOrder) => ({
  ordId: String(id), clOrdId: clientId, instId: SYMBOL, side, sz: size, accFillSz: filled, reduceOnly: String(reduceOnly), state: filled === size ? 'filled' : 'canceled',
});
const data = (...items: unknown[]) => ({ code: '0', msg: '', data: items });
const blank = { deltaBS: '', gammaBS: '', thetaBS: '', vegaBS: '', deltaPA: '', gammaPA: '', thetaPA: '', vegaPA: '' };
const header = ({ headers }: Asked, name: string): string => String(headers[name] ?? '');

export const OKX: Dialect = {
  credentials: { venue: 'okx', apiKey: 'okx-key-okx-key', secret: SECRET, passphrase: 'okx-passphrase' }, accountName: 'main', account: 'main.USDT', symbol: SYMBOL,
  signature: (asked) => {
    const signature = header(asked, 'ok-access-sign');
    if (signature === '') return 'none';
    const target = `${asked.path}${asked.query === '' ? '' : `?${asked.query}`}`;
    return hmac(SECRET, `${header(asked, 'ok-access-timestamp')}${asked.method}${target}${asked.body}`, 'base64') === signature && header(asked, 'ok-access-passphrase') === 'okx-passphrase' ? 'good' : 'bad';
  },
  isOrder: ({ method, path }) => method === 'POST' && path === '/api/v5/trade/order',
  revoked: { status: 401, body: { code: '50119', msg: "API key doesn't exist", data: [] } },
  duplicate: { status: 200, body: { code: '1', msg: 'All operations failed', data: [{ clOrdId: '', ordId: '', sCode: '51016', sMsg: 'Client order ID already exists.' }] } },
  orderOf: ({ params }) => ({ clientId: params['clOrdId'] ?? '', side: params['side'] ?? '', size: params['sz'] ?? '', reduceOnly: params['reduceOnly'] === 'true' }),
  placed: ({ id, clientId }) => data({ ordId: String(id), clOrdId: clientId, sCode: '0', sMsg: '', tag: '' }),
  answer: ({ method, path, params }, state) => {
    switch (`${method} ${path}`) {
      case 'GET /api/v5/account/config':
        return data({ acctLv: '2', posMode: 'net_mode', perm: state.rights ?? 'read_only,trade', uid: '1' });
      case 'GET /api/v5/public/instruments':
        return data(
          { instId: SYMBOL, ctType: 'linear', ctVal: '0.1', ctMult: '1', ctValCcy: 'ETH', settleCcy: 'USDT', instFamily: 'ETH-USDT', tickSz: '0.01', lotSz: '1', minSz: '1', lever: '100', state: 'live' },
          { instId: 'ETH-USD-SWAP', ctType: 'inverse', ctVal: '10', ctMult: '1', ctValCcy: 'USD', settleCcy: 'ETH', instFamily: 'ETH-USD', tickSz: '0.01', lotSz: '1', minSz: '1', lever: '100', state: 'live' },
        );
      case 'GET /api/v5/account/trade-fee':
        return data({ taker: '-0.0006', takerU: '-0.0005', maker: '-0.0002', makerU: '-0.0002' });
      case 'GET /api/v5/public/position-tiers':
        return data({ tier: '1', minSz: '0', maxSz: '1000', mmr: '0.004', imr: '0.01', maxLever: '100' }, { tier: '2', minSz: '1000', maxSz: '5000', mmr: '0.01', imr: '0.02', maxLever: '50' });
      case 'GET /api/v5/public/funding-rate':
        return data({ instId: params['instId'], fundingRate: '0.0001', fundingTime: String(NOW), nextFundingTime: String(NOW + 14_400_000), nextFundingRate: '' });
      case 'GET /api/v5/market/books':
        return data({ ts: String(NOW), bids: [['2999', '80', '0', '3']], asks: [['3001', '80', '0', '3']] });
      case 'GET /api/v5/public/mark-price':
        return data({ instId: SYMBOL, markPx: '3000', ts: String(NOW) });
      case 'GET /api/v5/market/index-tickers':
        return data({ instId: 'ETH-USDT', idxPx: '3001', ts: String(NOW) });
      case 'GET /api/v5/public/open-interest':
        return data({ instId: SYMBOL, oi: '12345', oiCcy: '1234.5', ts: String(NOW) });
      case 'GET /api/v5/account/balance':
        return data({ adjEq: '', imr: '', mmr: '', availEq: '', details: [{ ccy: 'USDT', eq: '9900', availEq: '8700', imr: '1200', mmr: '30', isoEq: '0' }] });
      case 'GET /api/v5/account/positions':
        return data({ instId: SYMBOL, instType: 'SWAP', mgnMode: 'cross', posSide: 'net', pos: '-2', ccy: 'USDT', avgPx: '2950', markPx: '3000', idxPx: '3001', liqPx: '7500.5', lever: String(state.leverage), upl: '-100', mmr: '30', margin: '', adl: '3', ...blank });
      case 'GET /api/v5/trade/orders-pending':
        return data();
      case 'GET /api/v5/trade/order': {
        const found = state.orders.get(params['clOrdId'] ?? '');
        return found === undefined ? { code: '51603', msg: 'Order does not exist', data: [] } : data(order(found));
      }
      case 'GET /api/v5/trade/fills-history':
        return data(...[...state.orders.values()].reverse().map(({ id, clientId, side, filled }) => ({ billId: String(7_000 + id), ordId: String(id), clOrdId: clientId, instId: SYMBOL, side, fillSz: filled, fillPx: '2999', fee: '-11.996', feeCcy: 'USDT', ts: String(NOW + id), subType: '2' })));
      case 'GET /api/v5/account/bills':
        return data({ billId: '42', type: '8', subType: '174', instId: SYMBOL, ccy: 'USDT', pnl: '0.6', balChg: '0.6', ts: String(NOW) });
      case 'GET /api/v5/account/leverage-info':
        return data({ instId: SYMBOL, mgnMode: params['mgnMode'], posSide: 'net', lever: String(state.leverage) });
      case 'POST /api/v5/account/set-leverage':
        state.leverage = Number(params['lever']);
        return data({ instId: SYMBOL, lever: params['lever'], mgnMode: params['mgnMode'] });
      case 'POST /api/v5/account/position/margin-balance':
        state.margin += Number(params['amt']);
        return data({ amt: params['amt'], instId: SYMBOL, posSide: 'net', type: 'add' });
      default:
        return undefined;
    }
  },
};
