import { OwnAccounts } from '../accounts.js';
import type { ConnectionPlan, VenueConnection } from '../connection.js';
import { secretsOf, type VenueCredentials } from '../venue-keys.js';
import { connectedWire } from '../wire/connected-wire.js';
import { checkAction, HYPERLIQUID_CALLS, hyperliquidMeaning, hyperliquidProblem } from './hyperliquid-calls.js';
import { agentOf, hyperliquidKeyRights } from './hyperliquid-key.js';
import { HyperliquidReader } from './hyperliquid-reader.js';
import { HyperliquidTrader } from './hyperliquid-trader.js';

/** What the venue counts requests by: 1,200 of their weight. */
const MINUTE_MS = 60_000;

export async function connectHyperliquid(plan: ConnectionPlan, credentials: Extract<VenueCredentials, { venue: 'hyperliquid' }>): Promise<VenueConnection> {
  // Before anything is sent: the account's own key is never used, not even once.
  agentOf(credentials);
  const paper = plan.place.environment === 'paper';
  // In its sandbox mode ccxt signs for the test network: nothing that a paper venue is sent is valid at the real one.
  const pace = plan.inBursts ? { rateLimiterAlgorithm: 'rollingWindow', rollingWindowSize: MINUTE_MS } : {};
  const settings = { ...pace, walletAddress: credentials.account, privateKey: credentials.agentKey, options: { sandboxMode: paper, builderFee: false, approvedBuilderFee: false } };
  const wire = await connectedWire({
    ...plan, exchange: 'hyperliquid', calls: HYPERLIQUID_CALLS, settings, problemOf: hyperliquidProblem, meaning: hyperliquidMeaning, secrets: secretsOf(credentials), checkBody: checkAction,
  });
  const own = new OwnAccounts(plan.place, plan.accountName, false);
  const reader = new HyperliquidReader(wire, own, credentials.account.toLowerCase(), plan.now);
  const checkKey = () => hyperliquidKeyRights(reader, credentials, plan.now);
  return { ...plan.place, reader, trader: new HyperliquidTrader(wire, reader, own, plan.now), rights: await checkKey(), checkKey };
}
