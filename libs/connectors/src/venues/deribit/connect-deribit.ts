import { OwnAccounts } from '../accounts.js';
import type { ConnectionPlan, VenueConnection } from '../connection.js';
import { secretsOf, type VenueCredentials } from '../venue-keys.js';
import { connectedWire } from '../wire/connected-wire.js';
import { DERIBIT_CALLS, deribitMeaning, deribitProblem } from './deribit-calls.js';
import { deribitKeyRights } from './deribit-key.js';
import { DeribitReader } from './deribit-reader.js';
import { DeribitTrader } from './deribit-trader.js';

export async function connectDeribit(plan: ConnectionPlan, credentials: Extract<VenueCredentials, { venue: 'deribit' }>): Promise<VenueConnection> {
  const settings = { apiKey: credentials.clientId, secret: credentials.clientSecret };
  const wire = await connectedWire({ ...plan, exchange: 'deribit', calls: DERIBIT_CALLS, settings, problemOf: deribitProblem, meaning: deribitMeaning, secrets: secretsOf(credentials) });
  const own = new OwnAccounts(plan.place, plan.accountName, true);
  const reader = new DeribitReader(wire, own, plan.now);
  const checkKey = () => deribitKeyRights(wire, credentials);
  return { ...plan.place, reader, trader: new DeribitTrader(wire, reader, own, plan.now), rights: await checkKey(), checkKey };
}
