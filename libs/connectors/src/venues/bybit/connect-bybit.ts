import { known, unknown, VenueKeyRefused } from '@ballast/positions';
import { OwnAccounts } from '../accounts.js';
import type { ConnectionPlan, VenueConnection } from '../connection.js';
import { secretsOf, type KeyRights, type VenueCredentials } from '../venue-keys.js';
import { connectedWire } from '../wire/connected-wire.js';
import type { VenueWire } from '../wire/venue-wire.js';
import { BYBIT_CALLS, bybitMeaning, bybitProblem } from './bybit-calls.js';
import { BybitReader } from './bybit-reader.js';
import { KEY, resultOf } from './bybit-schemas.js';
import { BybitTrader } from './bybit-trader.js';

export async function connectBybit(plan: ConnectionPlan, credentials: Extract<VenueCredentials, { venue: 'bybit' }>): Promise<VenueConnection> {
  const settings = { apiKey: credentials.apiKey, secret: credentials.secret };
  const wire = await connectedWire({ ...plan, exchange: 'bybit', calls: BYBIT_CALLS, settings, problemOf: bybitProblem, meaning: bybitMeaning, secrets: secretsOf(credentials) });
  const own = new OwnAccounts(plan.place, plan.accountName, false);
  const reader = new BybitReader(wire, own, plan.now);
  const checkKey = () => keyRights(wire, plan.now());
  return { ...plan.place, reader, trader: new BybitTrader(wire, reader, own, plan.now), rights: await checkKey(), checkKey };
}

/** @throws VenueKeyRefused where the key may move funds, or may not trade */
async function keyRights(wire: VenueWire<typeof BYBIT_CALLS>, now: number): Promise<KeyRights> {
  const { result: { readOnly, permissions, expiredAt } } = await wire.read('privateGetV5UserQueryApi', {}, resultOf(KEY));
  // Withdrawals and transfers are both rights of the wallet.
  const wallet = permissions['Wallet'] ?? [];
  if (wallet.length > 0) throw new VenueKeyRefused('bybit', `it has ${wallet.join(' and ')}; make one without any right of the wallet`);
  const trade = permissions['ContractTrade'] ?? [];
  const missing = ['Order', 'Position'].filter((right) => !trade.includes(right));
  if (readOnly !== 0 || missing.length > 0) throw new VenueKeyRefused('bybit', readOnly !== 0 ? 'it may only read' : `it lacks ${missing.join(' and ')} of contracts`);
  const until = Date.parse(expiredAt ?? '');
  return { told: `ContractTrade: ${trade.join(' ')}`, expiresAt: Number.isNaN(until) || until <= 0 ? unknown('no end was told') : known(until, now) };
}
