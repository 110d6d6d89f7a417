import { decideHedge, protectAccount, DEFAULT_ACCOUNT_BOUNDS, type AccountDecision, type BooksChange, type HedgeDecision, type HedgePlan, type VenueIntent, type VenueLease, type VenueSubject } from '@ballast/policy';
import { clientOrderId, instrumentId, known, partsOfVenueAccount, usdQuote, venueAccountId, type ClientOrderId, type InstrumentId, type VenueAccountId, type VenueEnvironment, type VenueFill, type VenuePlace } from '@ballast/positions';
import type { Address, ChainId } from '@ballast/units';
import { WALL, aDerivativeAccount, aMarket, aPerpPosition, aPerpetual, contracts, ratio, settlement, usd } from '../../../test/factories/derivatives.js';
import { aHedgeInput, aHedgePolicy, aLeg } from '../../../test/factories/hedge.js';
import { HedgePlanStore, LeaseStore, PrismaVenueJournal, VenueAccountStore, VenueKeyStore, venueLease, type Database } from '../src/index.js';
import { CHAIN, freshAccount } from './fixture.js';

let names = 0;
let ids = 0;
/** A client order id that no other test of the file uses. */
export const freshClientId = (): ClientOrderId => clientOrderId((ids += 1).toString(16).padStart(32, '0'));

export interface Hedger {
  readonly place: VenuePlace;
  readonly owner: Address;
  readonly chainId: ChainId;
  readonly keyName: string;
  readonly account: VenueAccountId;
  /** The guarded one. */
  readonly own: VenueAccountId;
  readonly instrument: InstrumentId;
  readonly plan: HedgePlan;
  readonly subject: Extract<VenueSubject, { kind: 'hedge' }>;
  readonly guarded: Extract<VenueSubject, { kind: 'account' }>;
  readonly lease: VenueLease;
}

/** An owner with a key whose risk he accepted, an account that carries an active plan, its lease in our hands, and an account beside it that is guarded. */
export async function storeHedger(database: Database, { environment = 'paper', owner = freshAccount(), chain = CHAIN, isLed = true }: { environment?: VenueEnvironment; owner?: Address; chain?: ChainId; isLed?: boolean } = {}): Promise<Hedger> {
  const place: VenuePlace = { environment, venue: 'hyperliquid' };
  const keyName = `k${(names += 1)}`;
  const account = venueAccountId(place, keyName);
  const instrument = instrumentId(place, 'ETH');
  const of = { owner, chainId: chain };
  const own = venueAccountId(place, `${keyName}.own`);
  const keys = new VenueKeyStore(database);
  await keys.add({ ...of, ...place, name: keyName, label: 'my key', sealed: 'sealed-text', limits: { instruments: [instrument], maxNotionalUsdE8: usd(1_000_000), turnoverPerDayUsdE8: usd(2_000_000), maxPriceApart: 100n as never } });
  await keys.setState({ ...place, name: keyName }, { kind: 'connected', ends: { kind: 'never' } }, []);
  await keys.accept({ ...place, name: keyName }, of, 'all that it holds');
  const accounts = new VenueAccountStore(database);
  await accounts.put({ ...of, id: account, keyName, carriesHedges: true });
  await accounts.put({ ...of, id: own, keyName, carriesHedges: false });
  await accounts.setBounds(own, of, DEFAULT_ACCOUNT_BOUNDS, []);
  const { version: _, ...policy } = aHedgePolicy();
  const plan = await new HedgePlanStore(database).put({ ...of, environment, policy, legs: [{ account, instrument, maxNotionalUsdE8: usd(500_000) }], puts: { kind: 'none' } }, () => []);
  const fence = isLed ? ((await new LeaseStore(database).hold(venueLease(account), 'us', 600_000))?.fence ?? 0n) : 0n;
  return {
    ...of, place, keyName, account, own, instrument, plan, lease: { account, fence },
    subject: { ...of, kind: 'hedge', planId: plan.id, underlying: 'ETH', environment }, guarded: { ...of, kind: 'account', account: own },
  };
}

export const anIntent = ({ account, instrument }: Pick<Hedger, 'account' | 'instrument'>, change: Partial<VenueIntent['order']> & { readonly underlying?: 'ETH' | 'BTC' } = {}): VenueIntent => {
  const { underlying = 'ETH', ...order } = change;
  return {
    order: { account, instrument, clientId: freshClientId(), side: 'sell', contracts: contracts(2.5), priceCap: usdQuote(usd(2_991)), reduceOnly: false, validUntil: WALL + 20_000, ...order },
    underlying, state: 'PLANNED', sent: { kind: 'never' }, filled: contracts(0), why: { kind: 'nothing' },
  };
};

export const asSent = (intent: VenueIntent, at = WALL): VenueIntent => ({ ...intent, state: 'SENT', sent: { kind: 'sent', times: intent.sent.kind === 'sent' ? intent.sent.times + 1 : 1, lastAt: at }, why: { kind: 'nothing' } });

/** A decision to act, of a policy's version. */
export const hedging = (version = 1, at = WALL): HedgeDecision => ({ ...decideHedge(aHedgeInput()), policyVersion: version, at });
/** One to hold, at this time. */
export const holdingHedge = (at: number): HedgeDecision => ({ ...decideHedge(aHedgeInput({ legs: [aLeg({ held: -20 })] })), at });

/** A short of 10 ETH with so much equity. */
export const accountDecided = (equityUsd: number, at = WALL): AccountDecision => {
  const account = aDerivativeAccount({ equity: settlement(equityUsd), maintenanceMargin: known(settlement(600), WALL), positions: [aPerpPosition()] });
  return {
    ...protectAccount({
      account: known(account, WALL), bounds: DEFAULT_ACCOUNT_BOUNDS, now: WALL, held: [{ instrument: aPerpetual(), market: known(aMarket(), WALL), oracle: { kind: 'price', usdE8: usd(3_000), at: WALL }, hourlyVolatility: 0.007, isNamed: true }], priceApart: 10_000n as never, adding: { kind: 'possible' },
      key: { kind: 'valid', ends: { kind: 'never' } }, order: { kind: 'none' }, sent: [], stop: 'none', offsets: [],
    }), at,
  };
};

export const aFill = (intent: Pick<VenueIntent, 'order'>, fillId: string, change: Partial<VenueFill> = {}): VenueFill => ({
  account: intent.order.account, instrument: intent.order.instrument, fillId, venueOrderId: `v-${fillId}`, clientId: { kind: 'ours', id: intent.order.clientId }, cause: 'order', side: intent.order.side, contracts: intent.order.contracts,
  price: usdQuote(usd(2_995)), fee: settlement(1.5), at: WALL, ...change,
});

export const booksOf = (hedger: Pick<Hedger, 'instrument'>, held: number, change: Partial<BooksChange> = {}): BooksChange => ({
  held: new Map([[hedger.instrument, contracts(held)]]), fills: [], payments: [], cursors: { fills: { kind: 'since', at: WALL }, funding: { kind: 'after', cursor: 'f1' } }, differences: new Map(), ...change,
});

/** Stores the intents under a decision to act of the hedger's plan. */
export async function planned(database: Database, hedger: Hedger, ...intents: readonly VenueIntent[]): Promise<readonly VenueIntent[]> {
  const journal = new PrismaVenueJournal(database);
  const decision = await journal.record(hedger.subject, hedging(hedger.plan.policy.version), []);
  return journal.plan(decision, hedger.subject, intents.map((intent) => ({ intent, notionalUsdE8: usd(7_500) })), []);
}

export { CHAIN, WALL, contracts, partsOfVenueAccount, ratio, settlement, usd };
