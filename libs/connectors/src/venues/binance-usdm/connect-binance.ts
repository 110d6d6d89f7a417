import { known, unknown, VenueKeyRefused } from '@ballast/positions';
import { OwnAccounts } from '../accounts.js';
import type { ConnectionPlan, VenueConnection } from '../connection.js';
import { secretsOf, type KeyRights, type VenueCredentials } from '../venue-keys.js';
import { connectedWire } from '../wire/connected-wire.js';
import type { VenueWire } from '../wire/venue-wire.js';
import { BINANCE_CALLS, binanceMeaning, binanceProblem } from './binance-calls.js';
import { BinanceReader } from './binance-reader.js';
import { RESTRICTIONS } from './binance-schemas.js';
import { BinanceTrader } from './binance-trader.js';

export async function connectBinance(plan: ConnectionPlan, credentials: Extract<VenueCredentials, { venue: 'binance-usdm' }>): Promise<VenueConnection> {
  const settings = { apiKey: credentials.apiKey, secret: credentials.secret };
  const wire = await connectedWire({ ...plan, exchange: 'binanceusdm', calls: BINANCE_CALLS, settings, problemOf: binanceProblem, meaning: binanceMeaning, secrets: secretsOf(credentials) });
  const own = new OwnAccounts(plan.place, plan.accountName, false);
  const reader = new BinanceReader(wire, own, plan.now);
  const checkKey = () => keyRights(wire, plan.now());
  return { ...plan.place, reader, trader: new BinanceTrader(wire, reader, own, plan.now), rights: await checkKey(), checkKey };
}

/** @throws VenueKeyRefused where the key may do more than trade futures, or less */
async function keyRights(wire: VenueWire<typeof BINANCE_CALLS>, now: number): Promise<KeyRights> {
  const rights = await wire.read('sapiGetAccountApiRestrictions', {}, RESTRICTIONS);
  const tooMuch = (['enableWithdrawals', 'enableInternalTransfer', 'permitsUniversalTransfer'] as const).filter((right) => rights[right] === true);
  if (tooMuch.length > 0) throw new VenueKeyRefused('binance-usdm', `it has ${tooMuch.join(' and ')}; make one that can read and trade futures alone`);
  const missing = (['enableReading', 'enableFutures'] as const).filter((right) => !rights[right]);
  if (missing.length > 0) throw new VenueKeyRefused('binance-usdm', `it lacks ${missing.join(' and ')}`);
  const until = rights.tradingAuthorityExpirationTime;
  return { told: 'enableReading enableFutures', expiresAt: until === undefined ? unknown('Binance does not tell when this key ends') : known(until, now) };
}
