import { DERIVATIVES_VENUES, VENUE_ENVIRONMENTS } from '@ballast/positions';
import { SEALED_VERSION } from '@ballast/venue-wire';
import { z } from 'zod';
import { addressText, decimal, time } from './quantities.js';

/**
 * What the REST API speaks about derivative accounts and hedges. It is the owner's alone: unlike loans they are on no public chain. Coins are counted in units of the underlying, contracts as the venue counts them;
 * everything else as in `schemas.ts`.
 */
export const venue = z.enum(DERIVATIVES_VENUES).meta({ id: 'DerivativesVenue' });
export const venueEnvironment = z.enum(VENUE_ENVIRONMENTS).meta({ id: 'VenueEnvironment', description: 'paper: a venue on this machine, where no money moves' });
export const underlying = z.enum(['ETH', 'BTC']).meta({ id: 'HedgedUnderlying' });
export const keyName = z.string().regex(/^[a-z0-9]{12}$/, '12 small letters and digits').meta({ description: 'chosen by the client at random: it is sealed together with the key', example: 'k3v9x0m2p7qa' });
const accountId = z.string().regex(/^(paper|live):[a-z-]+:account:[A-Za-z0-9._/-]{1,64}$/, 'the id of a venue account');
const instrument = z.string().regex(/^[A-Za-z0-9._/-]{1,64}$/, 'an instrument as its venue writes it').meta({ example: 'ETH' });

export const venueKey = z.object({
  name: keyName, environment: venueEnvironment, venue, venueName: z.string(), label: z.string(),
  state: z.enum(['new', 'connected', 'accepted', 'refused', 'ended']).meta({ description: 'new: not yet tried; connected: read, and nothing is traded before its owner accepts the warning; accepted: may be traded with inside its limits' }),
  why: z.string().nullable(), endsAt: time.nullable().meta({ description: 'when the key ends by itself, where the venue tells it' }),
  warning: z.string().nullable().meta({ description: 'what its owner must have read before anything is traded, with the balance of the moment', example: 'If our server is stolen, this account can lose all it holds: 12,000.00 USDC. Your loans cannot be touched through it.' }),
  limits: z.object({ instruments: z.array(instrument).min(1).max(200), maxNotionalUsd: decimal, turnoverPerDayUsd: decimal, maxPriceApartPercent: decimal }).meta({ description: 'sealed together with the key; the process that holds it enforces them' }),
  createdAt: time,
}).meta({ id: 'VenueKey' });

export const venueGateway = z.object({
  environment: venueEnvironment, publicKey: z.string().meta({ description: 'what keys are sealed to, so that neither this API nor the database ever holds one; docs/venue-keys.md' }), seenAt: time,
  venues: z.array(z.object({ venue, name: z.string(), credentials: z.array(z.object({ field: z.string(), label: z.string(), secret: z.boolean() })) })),
}).meta({ id: 'VenueGateway' });
export const venueGateways = z.object({ chainId: z.number().int().meta({ description: 'the chain by which an owner is known: sealed together with the key, which opens for no other' }), gateways: z.array(venueGateway), warning: z.string() }).meta({ id: 'VenueGateways' });

export const venueKeyRequest = z.object({
  environment: venueEnvironment, venue, name: keyName, label: z.string().trim().min(1).max(60), sealed: z.string().max(8_000).regex(new RegExp(`^${SEALED_VERSION}(\\.[A-Za-z0-9_-]{16,}){3}$`), `a text that was sealed: ${SEALED_VERSION}.<key id>.<public key>.<ciphertext>`).meta({ description: 'credentials and limits, sealed by the client' }),
  limits: venueKey.shape.limits.meta({ description: 'the same limits as sealed, to be shown; what is sealed counts' }),
}).meta({ id: 'VenueKeyRequest' });
export const venueKeyAcceptance = z.object({ warning: z.string().max(1_000).meta({ description: 'the warning word for word, as it was shown' }) }).meta({ id: 'VenueKeyAcceptance' });

const greeks = z.object({ delta: z.number(), gamma: z.number(), vega: z.number(), theta: z.number() }).meta({ description: 'per coin: delta in coins, gamma for one dollar, vega in dollars for one point of volatility, theta in dollars a day' });
export const venuePosition = z.object({
  id: z.string(), instrument, kind: z.enum(['perpetual', 'option']), underlying: z.string(), side: z.enum(['long', 'short']), contracts: decimal.meta({ description: 'how many; `side` says which way' }), coins: decimal.nullable().meta({ description: 'how many, as `contracts`; null where nobody can tell' }),
  entryUsd: decimal.nullable(), markUsd: decimal.nullable(), unrealised: decimal.nullable(),
  liquidation: z.object({ kind: z.enum(['price', 'none', 'unknown']), usd: decimal.nullable(), distancePercent: decimal.nullable().meta({ description: '1 decimal, rounded down' }) }),
  isolated: z.boolean(), marginRatio: decimal.nullable().meta({ description: 'equity over what the venue needs, 1 decimal, rounded down' }), fundingPercentAYear: decimal.nullable().meta({ description: 'below zero this position pays' }),
  adl: z.string().nullable().meta({ description: 'how near the front of the queue of automatic deleveraging, in words' }), ownGreeks: greeks.nullable(), venueGreeks: greeks.nullable(),
}).meta({ id: 'VenuePosition' });

export const accountBounds = z.object({
  earliestUsePercent: decimal, latestUsePercent: decimal.meta({ description: 'Ballast acts at a margin use between the two, earlier the more the price moves' }),
  mayAddMargin: z.boolean(), mayClose: z.boolean(), mostClosedPercent: decimal, slippagePercent: decimal,
}).meta({ id: 'AccountBounds', description: 'what an owner lets Ballast do for a derivative account of his' });

export const venueAccount = z.object({
  id: accountId, key: keyName, environment: venueEnvironment, venue, venueName: z.string(), label: z.string(),
  state: z.enum(['reading', 'read', 'unread', 'ended']), unreadSince: time.nullable(), unreadWhy: z.string().nullable(), readAt: time.nullable(),
  currency: z.string().nullable(), marginMode: z.enum(['cross', 'isolated', 'portfolio']).nullable(), equity: decimal.nullable(), free: decimal.nullable(), maintenanceMargin: decimal.nullable(),
  marginRatio: decimal.nullable(), marginUsePercent: decimal.nullable(), positions: z.array(venuePosition), isShared: z.boolean().meta({ description: 'something in it was not put there by Ballast' }),
  protection: z.object({ state: z.enum(['off', 'armed', 'acting', 'cannot']), bounds: accountBounds.nullable(), actsAtUsePercent: decimal.nullable(), sentence: z.string() }),
  sentence: z.string().meta({ example: 'ETH must rise 27.9%, to $3,981, before Hyperliquid may liquidate this account.' }),
}).meta({ id: 'VenueAccount' });

export const hedgeMode = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }), z.object({ kind: z.literal('full'), sharePercent: decimal }),
  z.object({ kind: z.literal('above-hf'), sharePercent: decimal, belowHealth: decimal, fullAtHealth: decimal }), z.object({ kind: z.literal('tail') }),
]).meta({ id: 'HedgeMode', description: 'how much of the risk is hedged: always a share; a share that grows as the health falls; puts alone; nothing' });
export const hedgeLegRequest = z.object({ account: accountId, instrument, maxNotionalUsd: decimal });
export const hedgeRequest = z.object({
  environment: venueEnvironment, mode: hedgeMode, maxNotionalUsd: decimal, fundingBudgetUsd: decimal.meta({ description: 'most that funding and trading may cost in 30 days' }),
  maxLeverage: decimal.optional().meta({ description: '1.8 where left out' }), survivePercent: decimal.optional().meta({ description: 'the move against it that a leg lives through; 50 where left out' }),
  slippagePercent: decimal.optional(), minIntervalSeconds: z.number().int().min(5).max(86_400).optional().meta({ description: 'between two trades that are not urgent; 60 where left out' }), legs: z.array(hedgeLegRequest).min(1).max(5).meta({ description: 'in the order in which they are filled' }), putsIn: accountId.optional(),
}).meta({ id: 'HedgeRequest' });

const interval = z.object({ low: decimal, high: decimal }).nullable().meta({ description: 'null where nothing bounds it; equal where it is exact' });
export const hedgeLeg = z.object({
  account: accountId, venue, venueName: z.string(), instrument, coins: decimal.nullable().meta({ description: 'how many; null where nobody can tell' }), side: z.enum(['long', 'short', 'flat', 'unknown']).meta({ description: 'unknown: the account was not read' }), entryUsd: decimal.nullable(), markUsd: decimal.nullable(), resultUsd: decimal.nullable(),
  liquidation: venuePosition.shape.liquidation, marginRatio: decimal.nullable(), freshness: z.enum(['fresh', 'stale', 'unknown']),
}).meta({ id: 'HedgeLeg' });
export const hedge = z.object({
  id: z.string(), environment: venueEnvironment, underlying, version: z.number().int(), request: hedgeRequest,
  state: z.enum(['reading', 'in-band', 'trading', 'unwinding', 'idle', 'cannot', 'stopped', 'ended']), reason: z.string().nullable(), sentence: z.string(),
  before: interval.meta({ description: 'exposure without the hedge, in coins' }), held: interval, after: interval, target: interval.meta({ description: 'what the hedge itself should hold, in coins' }), band: z.object({ low: decimal, high: decimal }).nullable().meta({ description: 'what the exposure after the hedge may be before it is traded again' }),
  onePercentFallUsd: z.object({ without: decimal, with: decimal }).nullable(),
  legs: z.array(hedgeLeg), nearest: z.object({ down: z.string(), up: z.string() }).nullable().meta({ description: 'what is liquidated first on each side, in words' }),
  costs: z.object({ since: time, feesUsd: decimal, fundingUsd: decimal.meta({ description: 'above zero paid' }), totalUsd: decimal, budgetUsd: decimal, budgetUsedPercent: decimal }).nullable().meta({ description: 'null where something was paid in a coin that nothing tells a price of' }),
  health: z.string().nullable().meta({ description: 'of the weakest loan in this underlying, and that a hedge does not raise it' }), withdrawal: z.string().nullable().meta({ description: 'what only the owner can do with the hedge’s profit' }),
  decidedAt: time.nullable(),
}).meta({ id: 'Hedge' });

export const exposurePart = z.object({ of: z.string(), label: z.string(), what: z.enum(['lending', 'perpetual', 'option', 'coin-equity']), delta: interval, freshness: z.enum(['fresh', 'stale', 'unknown']) }).meta({ id: 'ExposurePart' });
export const underlyingExposure = z.object({
  underlying: z.string(), environment: venueEnvironment.meta({ description: 'of the derivative accounts and hedges in it, which are never summed with those of the other; the loans are in both' }),
  parts: z.array(exposurePart).meta({ description: 'what `before` is made of: loans, and what derivative accounts hold that no hedge put there' }), before: interval, hedge: interval, after: interval, priceUsd: decimal.nullable(), onePercentFallUsd: decimal.nullable(),
  gammaPerPercent: z.number().nullable(), vegaUsd: z.number().nullable(), carryUsdADay: z.number().nullable(), missing: z.array(z.string()).meta({ description: 'what could not be worked out and is left out of the last three' }),
}).meta({ id: 'UnderlyingExposure' });

export const derivatives = z.object({
  account: addressText, headline: z.string().meta({ description: 'begins with PAPER where play money is in it', example: 'If ETH falls 1%, you lose $1,507 instead of $1,944' }),
  underlyings: z.array(underlyingExposure), hedges: z.array(hedge), accounts: z.array(venueAccount), keys: z.array(venueKey),
}).meta({ id: 'Derivatives', description: 'an owner’s whole exposure by underlying, with hedges, derivative accounts and keys' });

export const venueOrder = z.object({
  id: z.string(), account: accountId, venueName: z.string(), instrument, side: z.enum(['buy', 'sell']), contracts: decimal, filled: decimal, capUsd: decimal.nullable(), reduceOnly: z.boolean(), notionalUsd: decimal,
  state: z.enum(['PLANNED', 'SENT', 'UNKNOWN', 'ACKED', 'PARTIAL', 'FILLED', 'CANCELED', 'REJECTED', 'DROPPED']), why: z.string().nullable(), createdAt: time,
  steps: z.array(z.object({ seq: z.number().int(), from: z.string(), event: z.string(), to: z.string(), at: time })),
}).meta({ id: 'VenueOrder' });
export const hedgeDecision = z.object({
  id: z.string(), about: z.discriminatedUnion('kind', [z.object({ kind: z.literal('hedge'), hedge: z.string(), underlying: z.string() }), z.object({ kind: z.literal('account'), account: accountId })]), environment: venueEnvironment,
  kind: z.enum(['act', 'hold', 'cannot']), reason: z.string(), sentence: z.string(), at: time, lastAt: time, times: z.number().int(),
  candidates: z.array(z.object({ action: z.string(), where: z.string(), coins: decimal.nullable(), costUsd: decimal.nullable(), verdict: z.enum(['chosen', 'possible', 'impossible']), why: z.string() })),
  orders: z.array(venueOrder), moves: z.array(z.object({ account: accountId, instrument, amount: decimal, currency: z.string(), state: z.string(), at: time })),
}).meta({ id: 'HedgeDecision' });
export const hedgeDecisions = z.object({ items: z.array(hedgeDecision), nextCursor: z.string().nullable() }).meta({ id: 'HedgeDecisions' });

export const venueStopRequest = z.object({
  environment: venueEnvironment, level: z.enum(['no-grow', 'cancel-all', 'flatten']).meta({ description: 'nothing grows; nothing is sent; everything is closed, which counts as no-grow until it is confirmed' }),
  confirmation: z.string().max(200).optional().meta({ description: 'of a flatten: what the first answer gave' }),
}).meta({ id: 'VenueStopRequest' });
export const venueStop = z.object({
  environment: venueEnvironment, scope: z.enum(['global', 'venue', 'owner']), venue: venue.nullable(), level: z.enum(['no-grow', 'cancel-all', 'flatten']), by: z.enum(['operator', 'owner', 'breaker']),
  isConfirmed: z.boolean(), confirmation: z.string().nullable().meta({ description: 'what to hand in to confirm a flatten; null where nothing is to be confirmed' }), sentence: z.string(), since: time,
}).meta({ id: 'VenueStop' });
