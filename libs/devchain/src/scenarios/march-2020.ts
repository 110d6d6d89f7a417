import type { PriceScenario } from './scenario.js';

// Closes in USDT of the hours that begin at 00:00, 01:00, ... UTC.
const closes11March = [
  202.2, 202.25, 200.71, 201.79, 200.68, 199.32, 198.28, 199.03, 198.2, 197.22, 196.97, 196.46,
  196.48, 196.69, 193.86, 191.86, 192.05, 184.27, 189.79, 189.94, 192.8, 189.42, 194.24, 194.61,
];
const closes12To13March = [
  193.31, 185.03, 184.1, 183.08, 181.71, 181.75, 173.8, 171.61, 169.54, 167.97, 132.91, 136.59,
  136.99, 135.03, 139.66, 141.1, 139.35, 141.96, 137.23, 138.37, 128.84, 130.99, 127.26, 107.82,
  106.89, 96.62, 111.12, 124.24, 109.7, 116.63, 126.13, 127.28, 125.33, 129.46, 131.13, 127.6,
  129.26, 131.93, 126.89, 123.7, 123.46, 123.56, 118.88, 128.32, 126.88, 128.83, 133.04, 134.06,
];

/** The two days in which ETH lost half of its price and came back part of the way. */
export const march2020: PriceScenario = {
  kind: 'price-path',
  name: 'march-2020',
  title: '12-13 March 2020',
  source: 'Binance public data, spot, ETHUSDT, hourly closes of 11 to 13 March 2020',
  symbol: 'WETH',
  historyFrom: '2020-03-11T00:00:00Z',
  history: closes11March,
  closes: closes12To13March,
  startPrice: 300_000_000_000n,
  // 10:00 to 11:00 UTC on 12 March: 167.97 to 132.91, a fall of 20.9%.
  rawHour: 10,
};
