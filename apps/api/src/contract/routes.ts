import { LENDING_PROTOCOLS } from '@ballast/positions';
import { z } from 'zod';
import * as hedging from './hedging-schemas.js';
import * as schemas from './schemas.js';

/** `owner`: the session's address must be the one that the path or the body speaks of. `watchdog`: the token that the service was given for its watchdog. */
export type RouteAuth = 'none' | 'session' | 'owner' | 'watchdog';

/** One operation of the REST API: the controllers parse with it, the OpenAPI document is made from it. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** OpenAPI form, `/v1/accounts/{address}`. */
  readonly path: string;
  readonly id: string;
  readonly tag: 'service' | 'auth' | 'accounts' | 'positions' | 'mandates' | 'moves' | 'risk' | 'subscriptions' | 'events' | 'hedging';
  readonly summary: string;
  readonly auth: RouteAuth;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** What may come in place of the body, as an HTML form. */
  readonly form?: z.ZodType;
  readonly success: { readonly status: number; readonly schema: z.ZodType | null; readonly mediaType?: string };
  /** Statuses of the problem answers beyond 500, each with what leads to it. */
  readonly problems: Readonly<Record<number, string>>;
}

export const addressParams = z.object({ address: schemas.addressText });
export const alarmParams = addressParams.extend({ id: z.string().regex(/^alm_[0-9a-f]{32}$/, 'the id of an alarm').meta({ example: 'alm_0123456789abcdef0123456789abcdef' }) });
const positionForm = '<chainId>-<protocol>-<address in lower case>, on Morpho with -<market id> behind, on Compound III with -<comet>';
export const positionParams = z.object({
  id: z.string().regex(new RegExp(`^\\d{1,10}-(${LENDING_PROTOCOLS.join('|')})-0x[0-9a-f]{40}(-(0x[0-9a-f]{64}|0x[0-9a-f]{40}))?$`), `a position id: ${positionForm}`).meta({ description: positionForm, example: '31337-aave-v3-0x7a3e00000000000000000000000000000000cafe' }),
});
export const decisionParams = z.object({ id: z.string().regex(/^[0-9A-Za-z_:.-]{1,128}$/, 'the id of a decision') });
export const mandateParams = z.object({ hash: z.string().regex(/^0x[0-9a-fA-F]{64}$/, 'the hash of a mandate: 0x and 64 hex digits') });
const count = (most: number, otherwise: number) => z.coerce.number().int().min(1).max(most).default(otherwise);
export const activityQuery = z.object({ cursor: z.string().max(200).optional(), limit: count(100, 50) });
export const historyQuery = z.object({ points: z.coerce.number().int().min(2).max(5000).default(500) });
export const decisionsQuery = z.object({ limit: count(200, 50) });
export const tokenQuery = schemas.tokenRequest.partial();
export const recipientsQuery = z.object({ after: z.string().max(200).optional(), limit: count(1000, 500) });
export const eventsQuery = z.object({ account: schemas.addressText.optional() });

export const keyParams = addressParams.extend({ name: hedging.keyName });
export const hedgeParams = addressParams.extend({ underlying: hedging.underlying });
export const venueAccountParams = addressParams.extend({ id: hedging.venueAccount.shape.id });
export const environmentQuery = z.object({ environment: hedging.venueEnvironment });

const bad = { 400: 'a field is missing or malformed; `errors` names it, what was given and what is expected' };
const signedOut = { 401: 'no session, or it has ended' };
const foreign = { 403: 'the session belongs to another address, or the request comes from another site' };

export const routes = {
  config: { method: 'get', path: '/v1/config', id: 'getConfig', tag: 'service', summary: 'Chains, contracts and tokens that this service speaks of', auth: 'none', success: { status: 200, schema: schemas.config }, problems: {} },
  status: { method: 'get', path: '/v1/status', id: 'getStatus', tag: 'service', summary: 'How fresh our sight of each chain is, and what is waiting', auth: 'none', success: { status: 200, schema: schemas.status }, problems: {} },
  heartbeat: { method: 'get', path: '/v1/status/heartbeat', id: 'getHeartbeat', tag: 'service', summary: 'The newest heartbeat, signed by the worker; this service holds no key of it and passes it on to the letter', auth: 'none', success: { status: 200, schema: schemas.heartbeat }, problems: { 404: 'none was signed yet' } },
  watchdogRecipients: { method: 'get', path: '/v1/watchdog/recipients', id: 'getWatchdogRecipients', tag: 'service', summary: 'Confirmed subscriptions with all that it takes to reach them, for the watchdog alone', auth: 'watchdog', query: recipientsQuery, success: { status: 200, schema: schemas.watchdogRecipients }, problems: { ...bad, 401: 'another token, or none', 404: 'this service was given no token for a watchdog', 429: 'too many wrong tokens' } },
  health: { method: 'get', path: '/v1/health', id: 'getHealth', tag: 'service', summary: 'Whether this process can do its work', auth: 'none', success: { status: 200, schema: schemas.health }, problems: { 503: 'the database or Redis does not answer' } },
  openapi: { method: 'get', path: '/v1/openapi.json', id: 'getOpenapi', tag: 'service', summary: 'This document', auth: 'none', success: { status: 200, schema: z.record(z.string(), z.unknown()) }, problems: {} },

  nonce: { method: 'post', path: '/v1/auth/nonce', id: 'createNonce', tag: 'auth', summary: 'A nonce for a Sign-In with Ethereum message, good once and for ten minutes', auth: 'none', success: { status: 200, schema: schemas.nonceAnswer }, problems: { 429: 'too many from one place' } },
  signIn: { method: 'post', path: '/v1/auth/sign-in', id: 'signIn', tag: 'auth', summary: 'Checks the signed message (EIP-4361) and sets the session cookie', auth: 'none', body: schemas.signInRequest, success: { status: 200, schema: schemas.session }, problems: { ...bad, 401: 'the message, its nonce or its signature does not hold', 429: 'too many from one place' } },
  signOut: { method: 'post', path: '/v1/auth/sign-out', id: 'signOut', tag: 'auth', summary: 'Ends the session', auth: 'session', success: { status: 204, schema: null }, problems: signedOut },
  session: { method: 'get', path: '/v1/auth/session', id: 'getSession', tag: 'auth', summary: 'Who is signed in; address null when nobody is', auth: 'none', success: { status: 200, schema: schemas.session }, problems: {} },

  watchAccount: { method: 'put', path: '/v1/accounts/{address}', id: 'watchAccount', tag: 'accounts', summary: 'Starts to watch the address, read-only', auth: 'none', params: addressParams, success: { status: 200, schema: schemas.accountPositions }, problems: bad },
  accountPositions: { method: 'get', path: '/v1/accounts/{address}/positions', id: 'getAccountPositions', tag: 'accounts', summary: 'The positions of a watched address, nearest to liquidation first', auth: 'none', params: addressParams, success: { status: 200, schema: schemas.accountPositions }, problems: { ...bad, 404: 'the address is not watched' } },
  accountPortfolio: { method: 'get', path: '/v1/accounts/{address}/portfolio', id: 'getAccountPortfolio', tag: 'accounts', summary: 'All positions of a watched address taken together: net amounts by underlying, the weakest, what there is to rescue with', auth: 'none', params: addressParams, success: { status: 200, schema: schemas.portfolio }, problems: { ...bad, 404: 'the address is not watched' } },
  accountActivity: { method: 'get', path: '/v1/accounts/{address}/activity', id: 'getAccountActivity', tag: 'accounts', summary: 'What Ballast saw, did and chose not to do, newest first; what tells of hedges and derivative accounts is in it for their owner’s session alone', auth: 'none', params: addressParams, query: activityQuery, success: { status: 200, schema: schemas.activity }, problems: bad },
  accountDeliveries: { method: 'get', path: '/v1/accounts/{address}/deliveries', id: 'getAccountDeliveries', tag: 'accounts', summary: 'Which alerts went where, newest first', auth: 'owner', params: addressParams, success: { status: 200, schema: z.array(schemas.delivery) }, problems: { ...bad, ...signedOut, ...foreign } },
  accountAlarms: { method: 'get', path: '/v1/accounts/{address}/alarms', id: 'getAccountAlarms', tag: 'accounts', summary: 'Troubles that last, those that are open first: each is told again until it is acknowledged or over', auth: 'owner', params: addressParams, success: { status: 200, schema: z.array(schemas.alarm) }, problems: { ...bad, ...signedOut, ...foreign } },
  acknowledgeAlarm: { method: 'post', path: '/v1/accounts/{address}/alarms/{id}/acknowledge', id: 'acknowledgeAlarm', tag: 'accounts', summary: 'The owner has seen the alarm: it is not told again, unless its cause becomes another', auth: 'owner', params: alarmParams, success: { status: 200, schema: schemas.alarm }, problems: { ...bad, ...signedOut, ...foreign, 404: 'the address has no such alarm' } },
  accountMandates: { method: 'get', path: '/v1/accounts/{address}/mandates', id: 'getAccountMandates', tag: 'accounts', summary: 'Every mandate of the address, newest first', auth: 'none', params: addressParams, success: { status: 200, schema: z.array(schemas.mandate) }, problems: bad },
  accountSubscriptions: { method: 'get', path: '/v1/accounts/{address}/subscriptions', id: 'getAccountSubscriptions', tag: 'accounts', summary: 'Who is told about the address', auth: 'owner', params: addressParams, success: { status: 200, schema: z.array(schemas.subscription) }, problems: { ...bad, ...signedOut, ...foreign } },

  stops: { method: 'get', path: '/v1/stops', id: 'getStops', tag: 'service', summary: 'Kill switches and tripped breakers in force on this chain, oldest first; not those that owners set for themselves', auth: 'none', success: { status: 200, schema: z.array(schemas.stop) }, problems: {} },
  accountStops: { method: 'get', path: '/v1/accounts/{address}/stops', id: 'getAccountStops', tag: 'accounts', summary: 'The stops that cover loans of the address which Ballast protects', auth: 'none', params: addressParams, success: { status: 200, schema: z.array(schemas.stop) }, problems: bad },
  stopAccount: { method: 'post', path: '/v1/accounts/{address}/stop', id: 'stopAccount', tag: 'accounts', summary: 'The owner stops Ballast for all loans of the address: nothing more is signed for them. Ends no mandate: that is the owner’s own transaction', auth: 'owner', params: addressParams, success: { status: 200, schema: z.array(schemas.stop) }, problems: { ...bad, ...signedOut, ...foreign } },
  releaseAccount: { method: 'delete', path: '/v1/accounts/{address}/stop', id: 'releaseAccount', tag: 'accounts', summary: 'The owner lets Ballast go on; stops that others set stay', auth: 'owner', params: addressParams, success: { status: 200, schema: z.array(schemas.stop) }, problems: { ...bad, ...signedOut, ...foreign } },
  shadow: { method: 'get', path: '/v1/accounts/{address}/shadow', id: 'getShadow', tag: 'accounts', summary: 'What Ballast would have done for the address in shadow mode, and what became of its loans without it', auth: 'owner', params: addressParams, success: { status: 200, schema: schemas.shadow }, problems: { ...bad, ...signedOut, ...foreign } },
  enterShadow: { method: 'put', path: '/v1/accounts/{address}/shadow', id: 'enterShadow', tag: 'accounts', summary: 'The owner enters shadow mode: everything is decided and tried out, and nothing is signed', auth: 'owner', params: addressParams, success: { status: 200, schema: schemas.shadow }, problems: { ...bad, ...signedOut, ...foreign } },
  leaveShadow: { method: 'delete', path: '/v1/accounts/{address}/shadow', id: 'leaveShadow', tag: 'accounts', summary: 'The owner leaves shadow mode: Ballast acts again as the mandates say, unless something else stops it', auth: 'owner', params: addressParams, success: { status: 200, schema: schemas.shadow }, problems: { ...bad, ...signedOut, ...foreign } },

  position: { method: 'get', path: '/v1/positions/{id}', id: 'getPosition', tag: 'positions', summary: 'One position with its risk and its protection', auth: 'none', params: positionParams, success: { status: 200, schema: schemas.position }, problems: { ...bad, 404: 'no such position' } },
  positionHistory: { method: 'get', path: '/v1/positions/{id}/history', id: 'getPositionHistory', tag: 'positions', summary: 'Samples for the chart, oldest first, thinned to `points`', auth: 'none', params: positionParams, query: historyQuery, success: { status: 200, schema: schemas.positionHistory }, problems: { ...bad, 404: 'no such position' } },
  positionDecisions: { method: 'get', path: '/v1/positions/{id}/decisions', id: 'getPositionDecisions', tag: 'positions', summary: 'Decisions about the position, newest first', auth: 'none', params: positionParams, query: decisionsQuery, success: { status: 200, schema: z.array(schemas.decision) }, problems: { ...bad, 404: 'no such position' } },
  decision: { method: 'get', path: '/v1/decisions/{id}', id: 'getDecision', tag: 'positions', summary: 'One decision: what was weighed, and how the action went', auth: 'none', params: decisionParams, success: { status: 200, schema: schemas.decision }, problems: { ...bad, 404: 'no such decision' } },

  draftMandate: { method: 'post', path: '/v1/mandates/draft', id: 'draftMandate', tag: 'mandates', summary: 'A mandate ready to sign, with the approvals that it needs; for a Safe’s account an owner of the Safe may ask', auth: 'owner', body: schemas.mandateDraftRequest, success: { status: 200, schema: schemas.mandateDraft }, problems: { ...bad, ...signedOut, ...foreign, 404: 'no such position', 422: 'this position cannot be protected; `detail` says why', 503: 'the chain does not answer' } },
  submitMandate: { method: 'post', path: '/v1/mandates', id: 'submitMandate', tag: 'mandates', summary: 'Stores a mandate, signed or to be put in force by the owner’s own transaction; it is active once the chain confirms it', auth: 'owner', body: schemas.mandateSubmission, success: { status: 201, schema: schemas.mandate }, problems: { ...bad, ...signedOut, ...foreign, 409: 'the mandate was drafted on an older state of the chain', 422: 'a term or the signature does not hold', 503: 'the chain does not answer' } },
  mandate: { method: 'get', path: '/v1/mandates/{hash}', id: 'getMandate', tag: 'mandates', summary: 'One mandate', auth: 'none', params: mandateParams, success: { status: 200, schema: schemas.mandate }, problems: { ...bad, 404: 'no such mandate' } },
  mandateRevocation: { method: 'get', path: '/v1/mandates/{hash}/revocation', id: 'getMandateRevocation', tag: 'mandates', summary: 'The transaction with which its owner ends a mandate, unsigned', auth: 'none', params: mandateParams, success: { status: 200, schema: schemas.unsignedTransaction }, problems: { ...bad, 404: 'no such mandate' } },

  prepareMove: { method: 'post', path: '/v1/moves/prepare', id: 'prepareMove', tag: 'moves', summary: 'Collateral from a healthy position to one in danger, as one batch for the owner to sign, with the health of both before and after', auth: 'owner', body: schemas.moveRequest, success: { status: 200, schema: schemas.move }, problems: { ...bad, ...signedOut, ...foreign, 422: 'the move would fail, endanger the giving side or help nobody; `detail` says which', 503: 'the chain does not answer or does not simulate' } },

  venues: { method: 'get', path: '/v1/venues', id: 'getVenues', tag: 'hedging', summary: 'Derivatives venues that can be connected, what to seal keys to, and what connecting risks', auth: 'none', success: { status: 200, schema: hedging.venueGateways }, problems: {} },
  derivatives: { method: 'get', path: '/v1/accounts/{address}/derivatives', id: 'getDerivatives', tag: 'hedging', summary: 'The owner’s whole exposure by underlying, with hedges, derivative accounts and keys', auth: 'owner', params: addressParams, success: { status: 200, schema: hedging.derivatives }, problems: { ...bad, ...signedOut, ...foreign } },
  connectVenueKey: { method: 'post', path: '/v1/accounts/{address}/venue-keys', id: 'connectVenueKey', tag: 'hedging', summary: 'Hands in a sealed trading key; it is tried, read with, and not traded with before it is accepted', auth: 'owner', params: addressParams, body: hedging.venueKeyRequest, success: { status: 201, schema: hedging.venueKey }, problems: { ...bad, ...signedOut, ...foreign, 409: 'a key of this name is there already', 422: 'no gateway of this environment is running' } },
  acceptVenueKey: { method: 'post', path: '/v1/accounts/{address}/venue-keys/{name}/accept', id: 'acceptVenueKey', tag: 'hedging', summary: 'The owner has read what a stolen server could lose, and lets Ballast trade with the key inside its limits', auth: 'owner', params: keyParams, body: hedging.venueKeyAcceptance, success: { status: 200, schema: hedging.venueKey }, problems: { ...bad, ...signedOut, ...foreign, 404: 'no such key', 409: 'the warning has changed: read it again', 422: 'the key is not connected' } },
  endVenueKey: { method: 'delete', path: '/v1/accounts/{address}/venue-keys/{name}', id: 'endVenueKey', tag: 'hedging', summary: 'Erases a key for good, and ends what was done with it; what the account holds stays as it is', auth: 'owner', params: keyParams, success: { status: 200, schema: hedging.venueKey }, problems: { ...bad, ...signedOut, ...foreign, 404: 'no such key' } },
  putHedge: { method: 'put', path: '/v1/accounts/{address}/hedges/{underlying}', id: 'putHedge', tag: 'hedging', summary: 'What the owner wants hedged of one underlying, and inside which bounds', auth: 'owner', params: hedgeParams, body: hedging.hedgeRequest, success: { status: 200, schema: hedging.hedge }, problems: { ...bad, ...signedOut, ...foreign, 409: 'a key or an account that it rests on was taken away while it was saved', 422: 'a bound does not hold, or an account cannot carry the hedge; `detail` says which' } },
  endHedge: { method: 'delete', path: '/v1/accounts/{address}/hedges/{underlying}', id: 'endHedge', tag: 'hedging', summary: 'Unwinds the hedge and ends it', auth: 'owner', params: hedgeParams, query: environmentQuery, success: { status: 200, schema: hedging.hedge }, problems: { ...bad, ...signedOut, ...foreign, 404: 'no such hedge', 409: 'a key or an account that it rests on was taken away while it was saved' } },
  protectVenueAccount: { method: 'put', path: '/v1/accounts/{address}/venue-accounts/{id}/protection', id: 'protectVenueAccount', tag: 'hedging', summary: 'Protects a derivative account from liquidation inside bounds', auth: 'owner', params: venueAccountParams, body: hedging.accountBounds, success: { status: 200, schema: hedging.venueAccount }, problems: { ...bad, ...signedOut, ...foreign, 404: 'no such account', 409: 'a key or an account that it rests on was taken away while it was saved', 422: 'a bound does not hold; `detail` says which' } },
  unprotectVenueAccount: { method: 'delete', path: '/v1/accounts/{address}/venue-accounts/{id}/protection', id: 'unprotectVenueAccount', tag: 'hedging', summary: 'Protects the account no more', auth: 'owner', params: venueAccountParams, success: { status: 200, schema: hedging.venueAccount }, problems: { ...bad, ...signedOut, ...foreign, 404: 'no such account', 409: 'a key or an account that it rests on was taken away while it was saved' } },
  hedgeDecisions: { method: 'get', path: '/v1/accounts/{address}/hedge-decisions', id: 'getHedgeDecisions', tag: 'hedging', summary: 'Decisions about hedges and derivative accounts with their orders, newest first', auth: 'owner', params: addressParams, query: activityQuery, success: { status: 200, schema: hedging.hedgeDecisions }, problems: { ...bad, ...signedOut, ...foreign } },
  venueStops: { method: 'get', path: '/v1/accounts/{address}/venue-stops', id: 'getVenueStops', tag: 'hedging', summary: 'Stops in force for trading at derivatives venues', auth: 'owner', params: addressParams, success: { status: 200, schema: z.array(hedging.venueStop) }, problems: { ...bad, ...signedOut, ...foreign } },
  stopVenues: { method: 'post', path: '/v1/accounts/{address}/venue-stops', id: 'stopVenues', tag: 'hedging', summary: 'The owner stops growth, all orders, or has everything closed; the last is asked twice', auth: 'owner', params: addressParams, body: hedging.venueStopRequest, success: { status: 200, schema: z.array(hedging.venueStop) }, problems: { ...bad, ...signedOut, ...foreign, 409: 'the confirmation is another one' } },
  releaseVenues: { method: 'delete', path: '/v1/accounts/{address}/venue-stops', id: 'releaseVenues', tag: 'hedging', summary: 'Takes the owner’s own stop away', auth: 'owner', params: addressParams, query: environmentQuery, success: { status: 200, schema: z.array(hedging.venueStop) }, problems: { ...bad, ...signedOut, ...foreign } },

  evaluateRisk: { method: 'post', path: '/v1/risk/evaluate', id: 'evaluateRisk', tag: 'risk', summary: 'The risk of a position that the request describes in full; nothing is read from a chain and nothing is kept', auth: 'none', body: schemas.riskRequest, success: { status: 200, schema: schemas.riskAnswer }, problems: { ...bad, 429: 'too many from one place' } },

  subscribe: { method: 'post', path: '/v1/subscriptions', id: 'subscribe', tag: 'subscriptions', summary: 'Asks for alerts by email (to be confirmed by mail) or by signed webhook', auth: 'none', body: schemas.subscriptionRequest, success: { status: 201, schema: schemas.subscription }, problems: { ...bad, 409: 'the account has as many subscriptions of this channel as it may have; end one first', 422: 'the webhook leads to a private address', 429: 'too many from one place' } },
  confirmSubscription: { method: 'post', path: '/v1/subscriptions/confirm', id: 'confirmSubscription', tag: 'subscriptions', summary: 'Confirms an email address with the token of its mail', auth: 'none', body: schemas.tokenRequest, success: { status: 200, schema: schemas.subscription }, problems: { ...bad, 404: 'no such token' } },
  endSubscription: { method: 'post', path: '/v1/subscriptions/end', id: 'endSubscription', tag: 'subscriptions', summary: 'Ends a subscription with the token of any of its mails: in the body, or in the query for a mail program\'s one-click (RFC 8058)', auth: 'none', query: tokenQuery, body: schemas.tokenRequest, form: schemas.oneClick, success: { status: 200, schema: schemas.subscription }, problems: { ...bad, 404: 'no such token' } },
  acknowledgeByLink: { method: 'post', path: '/v1/alarms/acknowledge', id: 'acknowledgeByLink', tag: 'subscriptions', summary: 'Acknowledges an alarm with the token of a mail that told of it', auth: 'none', body: schemas.tokenRequest, success: { status: 200, schema: schemas.alarm }, problems: { ...bad, 404: 'no such token, or the subscription has ended', 429: 'too many from one place' } },
  confirmEndOfSubscription: { method: 'get', path: '/v1/subscriptions/end', id: 'confirmEndOfSubscription', tag: 'subscriptions', summary: 'Leads to the page that asks whether to end the subscription; ends nothing', auth: 'none', query: schemas.tokenRequest, success: { status: 303, schema: null }, problems: bad },

  events: { method: 'get', path: '/v1/events', id: 'streamEvents', tag: 'events', summary: 'Server-sent events: each `data` is one ChangeEvent; read again what changed. Events of type `hedge` come to their owner’s session alone', auth: 'none', query: eventsQuery, success: { status: 200, schema: schemas.changeEvent, mediaType: 'text/event-stream' }, problems: bad },
} as const satisfies Record<string, Route>;
