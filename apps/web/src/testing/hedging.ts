import type { Derivatives, Hedge, HedgeDecision, Interval, UnderlyingExposure, VenueAccount, VenueGateways, VenueKey, VenuePosition, VenueStop } from '../api/types.js';

const exact = (coins: string): Interval => ({ low: coins, high: coins });
const OWNER = `0x${'7a'.repeat(20)}`;
export const ACCOUNT = 'live:hyperliquid:account:k3v9x0m2p7qa';

/** Loans of 42, 15 and 5.29 ETH, hedged by a short of 14: 1% of ETH costs $1,507 instead of $1,944. */
export const anExposure = (overrides: Partial<UnderlyingExposure> = {}): UnderlyingExposure => ({
  underlying: 'ETH', environment: 'live',
  parts: [
    { of: 'aave', label: 'Aave loan', what: 'lending', delta: exact('42.00'), freshness: 'fresh' },
    { of: 'morpho', label: 'Morpho loan', what: 'lending', delta: exact('15.00'), freshness: 'fresh' },
    { of: 'loop', label: 'stETH loop', what: 'lending', delta: exact('5.29'), freshness: 'fresh' },
  ],
  before: exact('62.29'), hedge: exact('-14.00'), after: exact('48.29'), priceUsd: '3120.00', onePercentFallUsd: '1506.65', gammaPerPercent: 0, vegaUsd: 0, carryUsdADay: -9.8, missing: [], ...overrides,
});

const leg: Hedge['legs'][number] = {
  account: ACCOUNT, venue: 'hyperliquid', venueName: 'Hyperliquid', instrument: 'ETH', coins: '-14.00', side: 'short', entryUsd: '3204.00', markUsd: '3112.40', resultUsd: '1282.40',
  liquidation: { kind: 'price', usd: '3981.51', distancePercent: '27.9' }, marginRatio: '15.2', freshness: 'fresh',
};
export const aLeg = (overrides: Partial<Hedge['legs'][number]> = {}): Hedge['legs'][number] => ({ ...leg, ...overrides });

export const aHedge = (overrides: Partial<Hedge> = {}): Hedge => ({
  id: 'eth-1', environment: 'live', underlying: 'ETH', version: 3,
  request: { environment: 'live', mode: { kind: 'full', sharePercent: '25' }, maxNotionalUsd: '60000', fundingBudgetUsd: '200', survivePercent: '50', legs: [{ account: ACCOUNT, instrument: 'ETH', maxNotionalUsd: '60000' }] },
  state: 'in-band', reason: null, sentence: 'Your ETH exposure is inside its band.', before: exact('62.29'), held: exact('-14.00'), after: exact('48.29'), target: exact('-15.575'), band: { low: '43.60', high: '49.83' },
  onePercentFallUsd: { without: '1943.45', with: '1506.65' }, legs: [leg], nearest: { down: 'Morpho may liquidate your loan after a fall of 5.6%.', up: 'Hyperliquid may liquidate the hedge after a rise of 27.9%.' },
  costs: { since: '2026-11-01T00:00:00.000Z', feesUsd: '22.35', fundingUsd: '39.40', totalUsd: '61.75', budgetUsd: '200', budgetUsedPercent: '30.9' },
  health: 'Your weakest loan has a health of 1.06. A hedge does not raise it.', withdrawal: 'About $6,200 of the hedge’s balance is more than it needs to live through a rise of 50%.', decidedAt: '2026-11-22T06:11:58.000Z', ...overrides,
});

export const aVenuePosition = (overrides: Partial<VenuePosition> = {}): VenuePosition => ({
  id: `${ACCOUNT}:ETH`, instrument: 'ETH', kind: 'perpetual', underlying: 'ETH', side: 'short', contracts: '-14', coins: '-14.00', entryUsd: '3204.00', markUsd: '3112.40', unrealised: '1282.40',
  liquidation: { kind: 'price', usd: '3981.51', distancePercent: '27.9' }, isolated: false, marginRatio: null, fundingPercentAYear: '-4.10', adl: 'Far from the front of the queue of automatic deleveraging (estimate).', ownGreeks: null, venueGreeks: null, ...overrides,
});

export const aVenueAccount = (overrides: Partial<VenueAccount> = {}): VenueAccount => ({
  id: ACCOUNT, key: 'k3v9x0m2p7qa', environment: 'live', venue: 'hyperliquid', venueName: 'Hyperliquid', label: 'Hedge of Aave and Morpho', state: 'read', unreadSince: null, unreadWhy: null, readAt: '2026-11-22T06:11:58.000Z',
  currency: 'USDC', marginMode: 'cross', equity: '13282.40', free: '8925.04', maintenanceMargin: '871.47', marginRatio: '15.2', marginUsePercent: '6.6', positions: [aVenuePosition()], isShared: false,
  protection: { state: 'armed', bounds: { earliestUsePercent: '20', latestUsePercent: '50', mayAddMargin: true, mayClose: true, mostClosedPercent: '50', slippagePercent: '0.5' }, actsAtUsePercent: '38', sentence: 'Ballast adds margin or closes a part when 38% of the margin is used.' },
  sentence: 'ETH must rise 27.9%, to $3,981, before Hyperliquid may liquidate this account.', ...overrides,
});

export const aVenueKey = (overrides: Partial<VenueKey> = {}): VenueKey => ({
  name: 'k3v9x0m2p7qa', environment: 'live', venue: 'hyperliquid', venueName: 'Hyperliquid', label: 'Hedge of Aave and Morpho', state: 'accepted', why: null, endsAt: '2027-05-21T00:00:00.000Z',
  warning: 'If our server is stolen, this account can lose all it holds: 13,282.40 USDC. Your loans cannot be touched through it.',
  limits: { instruments: ['ETH', 'BTC'], maxNotionalUsd: '60000', turnoverPerDayUsd: '120000', maxPriceApartPercent: '0.5' }, createdAt: '2026-11-01T00:00:00.000Z', ...overrides,
});

export const venuesOffered: VenueGateways = {
  chainId: 1, warning: 'If our server is stolen, this account can lose all it holds. Your loans cannot be touched through it.',
  gateways: [
    {
      environment: 'live', publicKey: 'BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU', seenAt: '2026-11-22T06:11:58.000Z',
      venues: [
        { venue: 'hyperliquid', name: 'Hyperliquid', credentials: [{ field: 'account', label: 'Address of the account', secret: false }, { field: 'agentKey', label: 'Key of the agent', secret: true }] },
        { venue: 'deribit', name: 'Deribit', credentials: [{ field: 'clientId', label: 'Client id', secret: false }, { field: 'clientSecret', label: 'Client secret', secret: true }] },
      ],
    },
  ],
};

/** The owner of the pictures: six loans and a hedge; BTC and BNB beside ETH. */
export const aDerivatives = (overrides: Partial<Derivatives> = {}): Derivatives => ({
  account: OWNER, headline: 'If ETH falls 1%, you lose $1,507 instead of $1,944',
  underlyings: [
    anExposure(),
    anExposure({ underlying: 'BTC', parts: [{ of: 'compound', label: 'Compound loan', what: 'lending', delta: exact('1.85'), freshness: 'fresh' }], before: exact('1.85'), hedge: exact('0'), after: exact('1.85'), priceUsd: '96400', onePercentFallUsd: '1783.40', carryUsdADay: -8.1 }),
    anExposure({ underlying: 'BNB', parts: [{ of: 'venus', label: 'Venus loan', what: 'lending', delta: exact('58.00'), freshness: 'fresh' }], before: exact('58'), hedge: exact('0'), after: exact('58'), priceUsd: '905', onePercentFallUsd: '524.90', carryUsdADay: -3.2 }),
  ],
  hedges: [aHedge()], accounts: [aVenueAccount()], keys: [aVenueKey()], ...overrides,
});

export const aVenueStop = (overrides: Partial<VenueStop> = {}): VenueStop => ({ environment: 'live', scope: 'owner', venue: null, level: 'no-grow', by: 'owner', isConfirmed: true, confirmation: null, sentence: 'Hedges may shrink and be closed.', since: '2026-11-22T06:00:00.000Z', ...overrides });

/** A sale of 4 that was filled, of a decision to hedge more. */
export const aHedgeDecision = (overrides: Partial<HedgeDecision> = {}): HedgeDecision => ({
  id: 'hd-1', about: { kind: 'hedge', hedge: 'eth-1', underlying: 'ETH' }, environment: 'live', kind: 'act', reason: 'above-band', sentence: 'Your ETH exposure rose to 52.29, above the band’s 49.83. Ballast sold 4.00 at Hyperliquid.', at: '2026-11-21T09:14:08.312Z', lastAt: '2026-11-21T09:14:08.312Z', times: 1,
  candidates: [
    { action: 'Sell the perpetual', where: 'Hyperliquid ETH', coins: '-4.00', costUsd: '6.24', verdict: 'chosen', why: 'Cheapest that brings it to the edge of the band' },
    { action: 'Buy puts', where: 'Deribit', coins: null, costUsd: null, verdict: 'impossible', why: 'No account for puts is named, or none that is connected lists any' },
  ],
  orders: [{
    id: 'o-1', account: ACCOUNT, venueName: 'Hyperliquid', instrument: 'ETH', side: 'sell', contracts: '4', filled: '4', capUsd: '3103.06', reduceOnly: false, notionalUsd: '12449.60', state: 'FILLED', why: null, createdAt: '2026-11-21T09:14:08.400Z',
    steps: [{ seq: 1, from: 'PLANNED', event: 'sent to the venue', to: 'SENT', at: '2026-11-21T09:14:08.512Z' }, { seq: 2, from: 'SENT', event: 'all of it filled', to: 'FILLED', at: '2026-11-21T09:14:08.934Z' }],
  }],
  moves: [], ...overrides,
});
