import { unknown, VenueKeyRefused } from '@ballast/positions';
import { OwnAccounts } from '../accounts.js';
import type { ConnectionPlan, VenueConnection } from '../connection.js';
import { secretsOf, type KeyRights, type VenueCredentials } from '../venue-keys.js';
import { connectedWire } from '../wire/connected-wire.js';
import type { VenueWire } from '../wire/venue-wire.js';
import { OKX_CALLS, okxMeaning, okxProblem } from './okx-calls.js';
import { OkxReader } from './okx-reader.js';
import { CONFIG, oneOf } from './okx-schemas.js';
import { OkxTrader } from './okx-trader.js';

export async function connectOkx(plan: ConnectionPlan, credentials: Extract<VenueCredentials, { venue: 'okx' }>): Promise<VenueConnection> {
  const settings = { apiKey: credentials.apiKey, secret: credentials.secret, password: credentials.passphrase };
  const wire = await connectedWire({ ...plan, exchange: 'okx', calls: OKX_CALLS, settings, problemOf: okxProblem, meaning: okxMeaning, secrets: secretsOf(credentials) });
  const own = new OwnAccounts(plan.place, plan.accountName, true);
  const reader = new OkxReader(wire, own, plan.now);
  const checkKey = () => keyRights(wire);
  return { ...plan.place, reader, trader: new OkxTrader(wire, reader, own, plan.marginMode, plan.now), rights: await checkKey(), checkKey };
}

/** @throws VenueKeyRefused where the key may withdraw, or may not trade */
async function keyRights(wire: VenueWire<typeof OKX_CALLS>): Promise<KeyRights> {
  const { data: [{ perm }] } = await wire.read('privateGetAccountConfig', {}, oneOf(CONFIG));
  const rights = perm.split(',');
  if (rights.includes('withdraw')) throw new VenueKeyRefused('okx', 'it has withdraw; make one with read and trade alone');
  const missing = ['read_only', 'trade'].filter((right) => !rights.includes(right));
  if (missing.length > 0) throw new VenueKeyRefused('okx', `it lacks ${missing.join(' and ')}`);
  return { told: perm, expiresAt: unknown('OKX does not tell when a key ends') };
}
