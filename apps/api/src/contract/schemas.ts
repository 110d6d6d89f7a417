import * as evaluation from '@ballast/evaluation';
import { signedHeartbeat } from '@ballast/heartbeat';
import { changeEvent as change } from '@ballast/jobs';
import { SEVERITIES } from '@ballast/policy';
import { LENDING_PROTOCOLS } from '@ballast/positions';
import { z } from 'zod';
import { addressText, decimal, hashText, hexText, integer, signatureText, time } from './quantities.js';

export { addressText };

/**
 * What the REST API speaks. These schemas parse every request, are the source of the OpenAPI document, and so of the
 * dashboard's types. Money and token amounts are decimal strings whose field name says the unit; ratios are decimal strings or numbers
 * as said; times are ISO 8601 in UTC for our clock (`…At`) and ISO 8601 of the block's own time for `blockTime`/`chainTime`.
 */

export const problem = z.object({
  type: z.string(), title: z.string(), status: z.number().int(), detail: z.string(), code: z.string(), instance: z.string(),
  errors: z.array(z.object({ field: z.string(), given: z.string(), expected: z.string() })).optional(),
}).meta({ id: 'Problem', description: 'RFC 9457 problem details; `code` is stable' });

export const asset = z.object({ address: addressText, symbol: z.string(), decimals: z.number().int() }).meta({ id: 'Asset' });

export const riskState = z.enum(['safe', 'watch', 'danger', 'liquidatable', 'no-debt', 'unknown']);
export const protectionState = z.enum(['armed', 'acting', 'not-protected', 'none', 'pending']);

export const chance = z.object({
  horizonHours: z.number().int(),
  /** null when under the model's floor */
  probability: z.number().nullable(),
  shown: z.string().meta({ description: 'ready to show, rounded towards danger: "3.2%", "<1%"' }),
}).meta({ id: 'Chance' });

export const protection = z.object({
  state: protectionState,
  /** Stable reason code when not-protected, else null */
  reason: z.string().nullable(),
  sentence: z.string(),
  /** Armed, but with less than a full rescue would need; in words */
  warning: z.string().nullable(),
  since: time.nullable(),
  mandateHash: hashText.nullable(),
  actsAtHealth: decimal.nullable(),
  actsAtPriceUsd: decimal.nullable(),
  targetHealth: decimal.nullable(),
}).meta({ id: 'Protection' });

export const leg = z.object({
  asset, amount: decimal, valueUsd: decimal, priceUsd: decimal.nullable(),
  market: z.object({ state: z.enum(['agrees', 'disagrees', 'no-protocol-price', 'too-few-sources']), priceUsd: decimal.nullable(), gapPercent: decimal.nullable(), protocolIs: z.enum(['above', 'below', 'equal']).nullable() }).nullable()
    .meta({ description: 'what sources outside of the protocol say; null where none are known for the asset' }),
  priceUpdatedAt: time.nullable(), liquidationThresholdPercent: decimal.nullable(), enabledAsCollateral: z.boolean().nullable(),
}).meta({ id: 'Leg' });

export const lendingProtocol = z.enum(LENDING_PROTOCOLS).meta({ id: 'LendingProtocol' });

export const position = z.object({
  id: z.string(), chainId: z.number().int(), chainName: z.string(), protocol: lendingProtocol, market: addressText,
  marketId: hashText.nullable().meta({ description: 'of Morpho: which of its markets' }), account: addressText,
  pair: z.string().meta({ example: 'WETH → USDC' }),
  blockNumber: integer, blockHash: hashText, blockTime: time, observedAt: time,
  health: decimal.nullable().meta({ description: '4 decimals, rounded down; null without debt' }),
  collateralUsd: decimal, debtUsd: decimal,
  distancePercent: decimal.nullable().meta({ description: '1 decimal, rounded down' }),
  distanceDirection: z.enum(['fall', 'rise']).nullable().meta({ description: 'which way the price must move; null without a distance' }),
  dailyMoves: z.number().nullable().meta({ description: 'typical daily moves to liquidation, 1 decimal, rounded down' }),
  liquidationPriceUsd: decimal.nullable(), liquidationAsset: z.string().nullable(),
  chances: z.array(chance),
  lossIfLiquidatedUsd: decimal,
  volatility: z.object({ kind: z.enum(['measured', 'assumed']), annualPercent: z.number(), samples: z.number().int(), ageSeconds: z.number().nullable() }),
  model: z.string(), oldestPriceAgeSeconds: z.number().nullable(),
  state: riskState,
  sentence: z.string().meta({ example: 'ETH must fall 19.3%, to $2,517, before Aave may liquidate you.' }),
  collaterals: z.array(leg), debts: z.array(leg),
  wallet: z.array(z.object({ asset, balance: decimal, allowance: decimal })),
  eMode: z.string().nullable(),
  protection,
}).meta({ id: 'Position' });

export const accountPositions = z.object({
  account: addressText, watchedSince: time,
  /** reading: watched but not yet read */
  state: z.enum(['reading', 'read']),
  positions: z.array(position),
}).meta({ id: 'AccountPositions' });

export const portfolio = z.object({
  account: addressText, collateralUsd: decimal, debtUsd: decimal,
  weakest: z.object({ positionId: z.string(), health: decimal }).nullable().meta({ description: 'the position with the least health; null where nothing is owed' }),
  exposures: z.array(z.object({ of: z.string().meta({ example: 'ETH' }), kind: z.enum(['underlying', 'token']), owned: decimal, owed: decimal, net: decimal.meta({ description: 'owned less owed; negative where more is owed' }) }))
    .meta({ description: 'in units of the underlying where one is known (wstETH, rETH and others as the ETH they are claims on), else of the token itself' }),
  withoutRate: z.array(z.string()).meta({ description: 'tokens whose rate is not known now: they stand for themselves' }),
  rescueFunds: z.array(z.object({ asset, balance: decimal, usable: z.array(z.object({ positionId: z.string(), amount: decimal })) }))
    .meta({ description: 'one wallet for all positions: each coin once, and how much of it each position’s guard may take now. What one rescue uses, another cannot' }),
}).meta({ id: 'Portfolio' });

export const sample = z.object({
  blockNumber: integer, chainTime: time, priceUsd: decimal.nullable(), liquidationPriceUsd: decimal.nullable(), health: decimal.nullable(),
  chance24h: z.number().nullable(), debtUsd: decimal, collateralUsd: decimal,
}).meta({ id: 'Sample' });
export const positionHistory = z.object({ positionId: z.string(), samples: z.array(sample) }).meta({ id: 'PositionHistory' });

export const mandateTerms = z.object({
  owner: addressText, collateral: addressText, debt: addressText, actions: z.number().int().min(1).max(7),
  triggerHf: integer, minHf: integer, maxHf: integer, maxCostBps: z.number().int().min(0).max(500), fillPerDay: integer,
  keepers: addressText, expiry: z.number().int().positive().meta({ description: 'unix seconds, chain time' }), prev: hashText,
}).meta({ id: 'MandateTerms', description: 'the loan’s two tokens and what is allowed; health factors scaled by 1e18, fillPerDay in debt-token units' });
export const signedTerms = mandateTerms.extend({ collateral: addressText.optional(), debt: addressText.optional(), marketId: hashText.optional() })
  .meta({ id: 'SignedTerms', description: 'the fields as the guard names them: two tokens on Aave, two markets (vTokens) on Venus, the market’s id on Morpho' });

export const mandate = z.object({
  hash: hashText, chainId: z.number().int(), guard: addressText, protocol: lendingProtocol, terms: mandateTerms,
  status: z.enum(['signed', 'active', 'revoked', 'superseded', 'expired', 'rejected']), statusReason: z.string().nullable(),
  via: z.enum(['signature', 'set']).meta({ description: 'signature: Ballast brings it to the guard; set: the owner’s own transaction puts it in force' }),
  sentence: z.string(), createdAt: time, activatedAt: time.nullable(), positionId: z.string(),
}).meta({ id: 'Mandate' });

export const offeredAction = z.enum(['repay', 'top-up', 'fill']).meta({ id: 'OfferedAction', description: 'repay and add collateral from the wallet; repay by selling collateral' });
const typedDataTypes = z.record(z.string(), z.array(z.object({ name: z.string(), type: z.string() })));
const typedDataDomain = z.object({ name: z.string(), version: z.string(), chainId: z.number().int(), verifyingContract: addressText });
const callData = z.object({ to: addressText, data: hexText, value: z.literal('0x0') });
export const permitTypedData = z.object({
  domain: typedDataDomain, types: typedDataTypes, primaryType: z.literal('Permit'),
  message: z.object({ owner: addressText, spender: addressText, value: integer, nonce: integer, deadline: integer }),
}).meta({ id: 'PermitTypedData', description: 'ERC-2612, for eth_signTypedData_v4' });
export const approval = z.object({
  action: offeredAction.meta({ description: 'the action that needs it' }), asset, spender: addressText.meta({ description: 'a guard whose code was checked' }),
  allowance: decimal, balance: decimal, suggested: decimal, suggestedRaw: integer,
  permit: z.object({ typedData: permitTypedData, deadline: z.number().int() }).nullable().meta({ description: 'to sign in place of the transaction, where the token takes permits; hand it in with the mandate before the deadline' }),
  transaction: callData,
}).meta({ id: 'Approval', description: 'a finite permission that the mandate needs and that is missing' });
export const namedCall = callData.extend({ what: z.string().meta({ description: 'what it does, in words' }) }).meta({ id: 'NamedCall' });
export const safeTransaction = z.object({
  account: addressText, owners: z.array(addressText), threshold: z.number().int(), safeTxHash: hashText,
  typedData: z.object({
    domain: z.object({ chainId: z.number().int(), verifyingContract: addressText }), types: typedDataTypes, primaryType: z.literal('SafeTx'),
    message: z.object({
      to: addressText.meta({ description: 'MultiSendCallOnly' }), value: integer, data: hexText, operation: z.number().int().meta({ description: '1: delegatecall' }),
      safeTxGas: integer, baseGas: integer, gasPrice: integer, gasToken: addressText, refundReceiver: addressText, nonce: integer,
    }),
  }),
  calls: z.array(namedCall).meta({ description: 'the same calls one by one, for Safe’s transaction builder' }),
}).meta({ id: 'SafeTransaction', description: 'one transaction of a Safe that makes all calls or none; for its owners to sign' });
const dollarsOfTwoDays = z.object({ calm: decimal, crash: decimal }).meta({ description: 'USD on a normal day and in a crash' });
export const stolenKey = z.object({ asset, atOnce: decimal, atOnceUsd: dollarsOfTwoDays, inAllUsd: dollarsOfTwoDays }).meta({ id: 'StolenKey', description: 'what a stolen key could cost by selling collateral under this mandate, by the published formula' });

export const mandateDraftRequest = z.object({
  positionId: z.string(),
  triggerHealth: decimal.optional(), minHealth: decimal.optional(), maxHealth: decimal.optional(),
  actions: z.array(offeredAction).min(1).optional().meta({ description: 'what may be done; all that is offered for the pair where left out' }),
  maxCostBps: z.number().int().min(1).max(500).optional().meta({ description: 'most that a sale of collateral may cost, in hundredths of a percent of what is repaid' }),
  fillPerDay: decimal.optional().meta({ description: 'debt that may be repaid by selling collateral in a day, in whole debt tokens' }),
  days: z.number().int().min(1).max(365).optional(),
}).meta({ id: 'MandateDraftRequest' });
export const mandateDraft = z.object({
  hash: hashText, positionId: z.string(), terms: mandateTerms.meta({ description: 'to hand in with the signature' }), sentence: z.string(), worstCase: z.string(),
  authority: z.string().nullable().meta({ description: 'how wide the permission of the protocol is, where it is no amount' }),
  notes: z.array(z.string()).meta({ description: 'what these limits do not cover, one sentence each' }),
  stolenKey: stolenKey.nullable().meta({ description: 'null where collateral may not be sold' }),
  typedData: z.object({ domain: typedDataDomain, types: typedDataTypes, primaryType: z.literal('Mandate'), message: signedTerms }),
  approvals: z.array(approval),
  authorization: z.object({ contract: addressText, authorized: addressText, transaction: callData }).nullable().meta({ description: 'a permission of the protocol itself that is missing; `authority` says how wide it is' }),
  safe: safeTransaction.nullable().meta({ description: 'where the account is a Safe: approvals and mandate in one transaction of it' }),
}).meta({ id: 'MandateDraft' });
export const signedPermit = z.object({ token: addressText, value: integer, deadline: z.number().int().positive().meta({ description: 'unix seconds, chain time; at most 30 minutes ahead' }), signature: signatureText })
  .meta({ id: 'SignedPermit', description: 'an ERC-2612 permit to the guard, signed by the owner with the nonce that the draft named' });
export const mandateSubmission = z.object({
  chainId: z.number().int().positive(), positionId: z.string().optional().meta({ description: 'of the loan it is for; the owner’s on Aave where left out' }), terms: mandateTerms,
  via: z.enum(['signature', 'set']).default('signature').meta({ description: 'set: without a signature, for an owner who puts it in force by a transaction of his own, as a Safe does' }),
  signature: signatureText.optional().meta({ description: 'needed unless `via` is set' }), permits: z.array(signedPermit).max(4).optional(),
}).meta({ id: 'MandateSubmission' });

const moveSide = z.discriminatedUnion('protocol', [
  z.object({ protocol: z.literal('aave-v3'), account: addressText.optional() }),
  z.object({ protocol: z.literal('morpho-blue'), marketId: hashText, account: addressText.optional() }),
]).meta({ id: 'MoveSide', description: 'the signed-in account at this protocol unless `account` names another one' });
export const moveRequest = z.object({
  from: moveSide, to: moveSide, asset: addressText.meta({ description: 'the collateral, on both sides' }), amount: decimal.meta({ description: 'in whole tokens' }),
  keepHealth: decimal.optional().meta({ description: 'what the giving side must keep; 1.50 where left out' }),
}).meta({ id: 'MoveRequest' });
const moveHealth = z.object({ venue: z.string(), account: addressText, healthBefore: decimal.nullable(), healthAfter: decimal.nullable() }).meta({ description: 'by the protocol’s own view, the batch simulated; null without debt' });
export const move = z.object({
  sentence: z.string(), asset, amount: decimal, keepHealth: decimal, blockNumber: integer, donor: moveHealth, recipient: moveHealth,
  calls: z.array(namedCall).meta({ description: 'for a wallet that sends them one by one, in this order' }),
  walletSendCalls: z.object({ version: z.literal('2.0.0'), chainId: hexText, from: addressText, atomicRequired: z.literal(true), calls: z.array(callData) }).meta({ description: 'EIP-5792, for wallet_sendCalls' }),
  safe: safeTransaction.nullable(),
}).meta({ id: 'Move', description: 'collateral moved between two positions, for the owner to sign; Ballast never sends it' });

export const costs = z.object({
  gasUsd: decimal, tradeUsd: decimal.meta({ description: 'fee of the market, slippage and price impact of a sale' }), premiumUsd: decimal.meta({ description: 'premium of a flash loan, fees of a venue' }),
  carryUsd: decimal.meta({ description: 'what goes on costing: buying sold collateral back, funding of a hedge' }),
}).meta({ id: 'Costs', description: 'dollars, each rounded up' });
export const candidate = z.object({
  action: z.enum(['repay', 'top-up', 'fill', 'move', 'hedge', 'wait']), asset: asset.nullable(), amount: decimal, costUsd: decimal.meta({ description: 'the sum of the costs; of waiting, what it may be expected to lose' }), costs: costs.nullable(),
  avertedUsd: decimal.nullable().meta({ description: 'the liquidation loss that it may be expected to avert, rounded down; null where that is not told' }),
  netUsd: decimal.nullable().meta({ description: 'averted less cost, rounded down' }), healthAfter: decimal.nullable(),
  verdict: z.enum(['chosen', 'possible', 'impossible']), why: z.string(),
}).meta({ id: 'Candidate', description: 'a move is the owner’s to sign, never Ballast’s; a hedge is weighed although no venue is connected' });
export const stakes = z.object({
  horizonHours: z.number(), chance: z.number().nullable().meta({ description: 'of a liquidation within the horizon if nobody acts, rounded up; null where nothing tells it' }),
  lossUsd: decimal, worstUsd: decimal, expectedUsd: decimal, because: z.enum(['usual', 'jump', 'thin-market']), sentence: z.string(),
}).meta({ id: 'Stakes', description: 'what not acting puts at risk' });

export const intentTransaction = z.object({
  hash: hashText.nullable(), nonce: integer, lane: addressText, purpose: z.enum(['call', 'cancel']), signedAt: time.nullable(), broadcastAt: time.nullable(),
}).meta({ id: 'IntentTransaction' });
export const intent = z.object({
  id: z.string(), kind: z.enum(['ACTIVATE', 'PERMIT', 'REPAY', 'TOP_UP', 'FILL']), state: z.string(), createdAt: time, closedAt: time.nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  transactions: z.array(intentTransaction),
  steps: z.array(z.object({ seq: z.number().int(), from: z.string(), event: z.string(), to: z.string(), at: time })),
  receipt: z.object({
    transactionHash: hashText, blockNumber: integer, blockHash: hashText, gasUsed: integer, gasCostUsd: decimal.nullable(), gasBorneBy: z.literal('ballast'),
    healthBefore: decimal.nullable(), healthAfter: decimal.nullable(), debtRepaid: decimal.nullable(), collateralIn: decimal.nullable(), collateralOut: decimal.nullable(),
  }).nullable(),
}).meta({ id: 'Intent' });

export const decision = z.object({
  id: z.string(), positionId: z.string(), account: addressText, mandateHash: hashText.nullable(), kind: z.enum(['act', 'hold', 'cannot']), reason: z.string(), sentence: z.string(),
  blockNumber: integer, lastBlock: integer, blocks: z.number().int(), chainTime: time, lastChainTime: time, createdAt: time,
  health: decimal.nullable(), lowestHealth: decimal.nullable(), triggerHealth: decimal.nullable(), targetHealth: decimal.nullable(), clamp: z.string().nullable(),
  candidates: z.array(candidate), stakes: stakes.nullable(), intent: intent.nullable(),
}).meta({ id: 'Decision' });

/** One line of the activity list: a decision, an activation, a liquidation seen, a blind spell; to their owner what happened to his hedges and derivative accounts. */
export const activityItem = z.object({
  id: z.string(), kind: z.string(), severity: z.enum(['info', 'warning', 'critical']), title: z.string(), detail: z.string(), at: time,
  decisionId: z.string().nullable(), positionId: z.string().nullable(), transactionHash: hashText.nullable(),
}).meta({ id: 'ActivityItem' });
export const activity = z.object({ account: addressText, items: z.array(activityItem), nextCursor: z.string().nullable() }).meta({ id: 'Activity' });

export const stop = z.object({
  scope: z.enum(['global', 'chain', 'protocol', 'asset', 'owner']), protocol: lendingProtocol.nullable(), asset: z.string().nullable().meta({ description: 'the token whose sales are stopped' }),
  stops: z.enum(['all', 'not-urgent', 'fill']).meta({ description: 'everything; everything but for a loan whose health is under 1.05; sales of collateral' }),
  by: z.enum(['operator', 'owner', 'shadow', 'breaker']), breaker: z.string().nullable(), reason: z.string(), sentence: z.string(), since: time,
}).meta({ id: 'Stop', description: 'a kill switch or a tripped breaker in force: nothing that it covers is signed' });

const isMet = z.boolean();
export const shadow = z.object({
  inShadow: z.boolean(), since: time.nullable().meta({ description: 'since when the account is in shadow mode; null where it is not, and then all that was ever noted is counted' }),
  open: z.number().int().meta({ description: 'would-haves of which it is not known yet what becomes of the loan' }),
  outcomes: z.object({ recovered: z.number().int(), liquidated: z.number().int(), ownerActed: z.number().int(), lasted: z.number().int(), leftShadow: z.number().int() }).meta({
    description: 'what became of the loan: its health came back by itself; it was liquidated; its owner paid back or added collateral; it was still below after 72 hours; shadow mode ended first',
  }),
  lossAvertedUsd: decimal.meta({ description: 'what the liquidations that followed were estimated to take' }), costUsd: decimal.meta({ description: 'what all of it was estimated to cost' }), costForNothingUsd: decimal.meta({ description: 'the part of the cost that was for loans which recovered by themselves' }),
  mismatches: z.number().int().meta({ description: 'calls that would have been refused, without a move of the market that explains it' }),
  repeated: z.number().int().meta({ description: 'calls that were tried out a second time some blocks later' }), gasP95Bps: z.number().int().nullable().meta({ description: 'by how much their gas differed at most, in 95 of 100, in hundredths of a percent' }),
  gate: z.object({
    days: z.object({ passed: z.number().int(), needed: z.number().int(), isMet }), mismatches: z.object({ found: z.number().int(), isMet }), gasP95: z.object({ bps: z.number().int().nullable(), most: z.number().int(), isMet }),
  }).meta({ description: 'which parts of the gate from shadow to live are met; what was never seen is not' }),
}).meta({ id: 'Shadow', description: 'what Ballast would have done for an account in shadow mode, and what became of its loans without it' });

const severity = z.enum(SEVERITIES);
const leastSeverity = severity.optional().meta({ description: 'what is below it is not told, but for the end of an alarm that was; `info`, which is everything, where it is absent' });
const escalatesAfterMinutes = z.number().int().min(1).max(1440).optional().meta({ description: 'for the account’s owner, signed in: what is critical is told here only where the owner’s other subscriptions were not reached, or so many minutes later where nobody has acknowledged it' });
export const subscriptionRequest = z.discriminatedUnion('channel', [
  z.object({ channel: z.literal('email'), account: addressText, email: z.email().max(254), leastSeverity, escalatesAfterMinutes }),
  z.object({
    channel: z.literal('webhook'), account: addressText, url: z.url({ protocol: /^https?$/ }).max(2000),
    aliveMinutes: z.number().int().min(1).max(1440).optional().meta({ description: 'asks for a post of the type `ballast.alive` every so many minutes, as long as we see the chain' }),
    leastSeverity, escalatesAfterMinutes,
  }),
]).meta({ id: 'SubscriptionRequest' });
export const subscription = z.object({
  id: z.string(), channel: z.enum(['email', 'webhook']), account: addressText,
  target: z.string().meta({ description: 'email address with its local part masked, or the webhook URL' }),
  status: z.enum(['pending', 'active', 'ended']), aliveMinutes: z.number().int().nullable().meta({ description: 'minutes between signs of life; null where none were asked for' }), createdAt: time, confirmedAt: time.nullable(),
  leastSeverity: severity.meta({ description: 'what is below it is not told, but for the end of an alarm that was' }),
  escalatesAfterMinutes: z.number().int().nullable().meta({ description: 'minutes after which what is critical is told here where nobody has acknowledged it; null where it is told at once' }),
  byOwner: z.boolean().meta({ description: 'made with a session of the account’s owner, who then sees what its receiver answers and may renew its secret' }),
  secret: z.string().nullable().meta({ description: 'the webhook signing secret, returned once when it is created' }),
  waitsFor: z.object({
    what: z.enum(['confirmation', 'challenge']).meta({ description: 'the link in a mail, or a webhook that answers `webhook.challenge` with what it holds' }), askedAt: time.meta({ description: 'when it was asked for last; asking for the same subscription again asks anew, at most every ten minutes' }),
    state: z.enum(['asked', 'given-up']), lastError: z.string().nullable().meta({ description: 'why the last attempt failed; for the account’s owner alone' }),
  }).nullable().meta({ description: 'what is missing while it is pending: until then nothing else is sent there' }),
}).meta({ id: 'Subscription' });
export const tokenRequest = z.object({ token: z.string().min(20).max(200) }).meta({ id: 'TokenRequest' });
export const oneClick = z.object({ 'List-Unsubscribe': z.literal('One-Click') }).meta({ id: 'OneClickUnsubscribe', description: 'what mail programs post (RFC 8058), with the token in the query' });

export const deliveryReceipt = z.object({
  at: time.meta({ description: 'when the attempt began' }), latencyMs: z.number().int(), status: z.number().int().nullable().meta({ description: 'SMTP reply code or HTTP status; null when there was no answer' }),
  error: z.string().nullable(), answer: z.string().nullable().meta({ description: 'the first kibibyte of what the receiver answered, as text; of subscriptions that were made with a session of the account’s owner alone' }),
}).meta({ id: 'DeliveryReceipt' });
export const alarm = z.object({
  id: z.string(), account: addressText, positionId: z.string().nullable(), kind: z.string().meta({ description: 'of the alert that told of it' }), cause: z.string().meta({ description: 'why, as a stable code; empty where there is but one. An acknowledgement counts for one cause' }),
  title: z.string(), detail: z.string().nullable(), openedAt: time, tellings: z.number().int().meta({ description: 'how often it was told since its cause is what it is' }), toldAt: time,
  againAt: time.nullable().meta({ description: 'when it is told again; null once it was acknowledged or is over' }), acknowledgedAt: time.nullable(), acknowledgedBy: z.enum(['owner', 'link']).nullable(), endedAt: time.nullable(),
}).meta({ id: 'Alarm' });
export const delivery = z.object({
  id: z.string(), eventId: z.string(), subscriptionId: z.string(), kind: z.string(), channel: z.enum(['email', 'webhook']), target: z.string(), status: z.enum(['pending', 'delivered', 'dead']),
  attempts: z.number().int(), lastStatus: z.number().int().nullable(), lastError: z.string().nullable(), createdAt: time, deliveredAt: time.nullable(),
  receipts: z.array(deliveryReceipt).meta({ description: 'one for each attempt, newest first; the newest twenty of the last thirty days' }),
}).meta({ id: 'Delivery' });
export const replayed = z.object({ replayed: z.number().int().meta({ description: 'how many deliveries are on their way again' }) }).meta({ id: 'Replayed' });
export const renewedSecret = z.object({
  secret: z.string().meta({ description: 'the new signing secret, told this once' }), previousUntil: time.meta({ description: 'until then posts are signed with the one before it too' }),
}).meta({ id: 'RenewedSecret' });
export const testSent = z.object({ eventId: z.string().meta({ description: 'the `webhook-id` that the test will carry' }) }).meta({ id: 'TestSent' });

export const nonceAnswer = z.object({ nonce: z.string(), expiresAt: time, domain: z.string(), uri: z.string(), chainId: z.number().int(), statement: z.string() }).meta({ id: 'SignInNonce' });
export const signInRequest = z.object({ message: z.string().max(4000), signature: signatureText }).meta({ id: 'SignInRequest' });
export const session = z.object({ address: addressText.nullable(), chainId: z.number().int().nullable(), expiresAt: time.nullable() }).meta({ id: 'Session' });

export const chainStatus = z.object({
  chainId: z.number().int(), name: z.string(), headNumber: integer.nullable(), headTime: time.nullable(), seenAt: time.nullable(),
  blindSince: time.nullable(), blindReason: z.string().nullable(),
}).meta({ id: 'ChainStatus' });
const count = z.number().int();
export const percentiles = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('measured'), count, p50Ms: z.number(), p95Ms: z.number(), p99Ms: z.number() }),
  z.object({ kind: z.literal('not-measured') }),
]).meta({ id: 'Percentiles', description: 'nearest-rank percentiles in milliseconds, with how many actions they are of; `not-measured` where there was none' });
export const stageTimes = z.object({ triggerToSent: percentiles, sentToMined: percentiles, triggerToMined: percentiles })
  .meta({ id: 'StageTimes', description: 'from the decision to act to the first time its transaction was sent, and to the block that held it' });
export const checkTimes = z.object({ positions: count, oldestAt: time.nullable(), medianAt: time.nullable() })
  .meta({ id: 'CheckTimes', description: 'how many positions, when the one read the longest ago was read, and the one in the middle' });
export const liveness = z.object({
  chainId: z.number().int(), measuredAt: time.meta({ description: 'when all of this was measured: what is old may hold no more' }),
  checks: z.object({ guarded: checkTimes, all: checkTimes }).meta({ description: 'positions with debt: those under a mandate in force, and all; what nobody guards is read less often' }),
  mandates: z.object({
    armed: count, cannot: count, undecided: count, reasons: z.array(z.object({ reason: z.string(), sentence: z.string(), count })),
  }).meta({ description: '`armed`: in force; `cannot`: of these, how many rules could not run when this was measured, by reason; `undecided`: of these, not looked at yet' }),
  openIntents: count,
  actions: z.object({ day: stageTimes, month: stageTimes }).meta({ description: 'of actions decided on in the last 24 hours, and in the last 30 days' }),
  blindSpells: z.object({ day: count, month: count, last: z.array(z.object({ since: time, until: time.nullable(), reason: z.string() })) }).meta({ description: 'times during which the chain could not be seen' }),
}).meta({ id: 'Liveness', description: 'how well a chain is watched, as its worker measured it' });
export const hedgingStatus = z.object({
  chainId: z.number().int(), measuredAt: time.meta({ description: 'when this was measured' }), plans: count, guarded: count,
  roundAt: time.nullable().meta({ description: 'when the last round ended in which every hedge and guarded account was looked after; null before the first. Over two minutes with anything to look after is an alarm' }),
  accounts: count, oldestReadingAt: time.nullable().meta({ description: 'when, of the accounts under watch, the one was read that was read the longest ago; null where there is none, or one was never read' }),
}).meta({ id: 'HedgingStatus', description: 'hedges in force and guarded accounts at derivatives venues, and how lately they were looked after' });
export const status = z.object({
  now: time, chains: z.array(chainStatus), liveness: z.array(liveness), hedging: z.array(hedgingStatus).optional(), watchedAccounts: z.number().int(), openIntents: z.number().int(), pendingDeliveries: z.number().int(),
}).meta({ id: 'Status' });
export const heartbeat = signedHeartbeat.meta({ id: 'Heartbeat', description: 'the newest signed heartbeat, exactly as its worker signed it: `body` is the JSON text that the signature is of' });

/** All that it takes to reach a subscriber without us. */
export const watchdogRecipients = z.object({
  recipients: z.array(z.object({
    id: z.string(), chainId: z.number().int(), account: z.string().meta({ description: 'an EVM address, or `operators` for those who run the service' }), channel: z.enum(['email', 'webhook']), target: z.string(), secret: z.string().nullable(),
    previousSecrets: z.array(z.string()).meta({ description: 'secrets that were replaced less than a day ago, with which is signed too' }), endToken: z.string(),
  })),
  next: z.string().nullable().meta({ description: 'what to ask for as `after`; null on the last page' }),
}).meta({ id: 'WatchdogRecipients' });

export const config = z.object({
  demo: z.boolean(), version: z.string(),
  chains: z.array(z.object({ chainId: z.number().int(), name: z.string(), rpcUrl: z.string().nullable(), guards: z.array(z.object({ contract: z.enum(['AaveGuard', 'MorphoGuard', 'VenusGuard']), address: addressText })), keepers: addressText, tokens: z.array(asset) })),
}).meta({ id: 'Config' });

export const health = z.object({ status: z.enum(['ok', 'down']), database: z.enum(['ok', 'down']), redis: z.enum(['ok', 'down']) }).meta({ id: 'Health' });

/** A transaction for the owner's own wallet to sign and send; Ballast never sends it. */
export const unsignedTransaction = z.object({ chainId: z.number().int(), to: addressText, data: hexText, value: z.literal('0x0') }).meta({ id: 'UnsignedTransaction' });

/** What an event stream's `data` carries: libs/jobs's own schema, so that the two cannot differ. */
export const changeEvent = change.meta({ id: 'ChangeEvent' });

/** A what-if: the same schemas as `ballast evaluate` has. */
export const { lendingRequest, marginRequest, inversePerpRequest, riskRequest, riskChance, lendingAnswer, marginAnswer, inversePerpAnswer, riskAnswer } = evaluation;
