import type { z } from 'zod';
import { DERIVATIVES_VENUE_NAMES, partsOfInstrument, partsOfVenueAccount, quoteValue } from '@ballast/positions';
import { hedgeSentence, orderSentence, totalHedgeCost, type AccountDecision, type HedgeDecision, type MarginMove } from '@ballast/policy';
import type { VenueDecisionRecord, VenueOrderRecord } from '@ballast/storage';
import type * as contract from '../../contract/hedging-schemas.js';
import { priceText, usdUp } from '../text.js';
import { accountSentence } from './account-words.js';
import { coinText } from './figures.js';
import { ACCOUNT_ACTIONS, hedgeAction, orderEvent, placeWords } from './order-words.js';

export type HedgeDecisionView = z.infer<typeof contract.hedgeDecision>;
export type VenueOrderView = z.infer<typeof contract.venueOrder>;

/** A move with the currency of its account. */
export interface MoveRecord {
  readonly move: MarginMove;
  readonly currency: string;
  readonly createdAt: Date;
}

export function hedgeDecisionView(record: VenueDecisionRecord, orders: readonly VenueOrderRecord[], moves: readonly MoveRecord[]): HedgeDecisionView {
  const { about } = record;
  const { decision } = about;
  return {
    id: record.id, about: about.kind === 'hedge' ? { kind: 'hedge', hedge: about.planId, underlying: about.underlying } : { kind: 'account', account: about.account }, environment: record.environment, kind: decision.kind, reason: decision.reason,
    sentence: about.kind === 'hedge' ? hedgeSentence(about.decision.reason) : whyOf(about.decision), at: record.at.toISOString(), lastAt: record.lastAt.toISOString(), times: record.looks,
    candidates: about.kind === 'hedge' ? about.decision.candidates.map(hedgeCandidate) : about.decision.candidates.map(accountCandidate), orders: orders.map(venueOrderView),
    moves: moves.map(({ move, currency, createdAt }) => ({ account: move.account, instrument: partsOfInstrument(move.instrument).symbol, amount: coinText(move.amount), currency, state: move.state, at: createdAt.toISOString() })),
  };
}

const hedgeCandidate = ({ action, where, coins, costs, verdict, why }: HedgeDecision['candidates'][number]): HedgeDecisionView['candidates'][number] => ({
  action: hedgeAction(action, coins), where: placeWords(where), coins: action === 'wait' || coins === 0n ? null : coinText(coins), costUsd: 'kind' in costs ? null : usdUp(totalHedgeCost(costs)), verdict, why,
});

const accountCandidate = ({ action, costUsdE8, verdict, why }: AccountDecision['candidates'][number]): HedgeDecisionView['candidates'][number] => ({
  action: ACCOUNT_ACTIONS[action.kind], where: 'account' in action ? placeWords(action.account) : '', coins: null, costUsd: verdict === 'impossible' ? null : usdUp(costUsdE8), verdict, why,
});

/** The chosen way's own words, or why there is none. */
const whyOf = ({ candidates, reason }: AccountDecision): string => candidates.find(({ verdict }) => verdict === 'chosen')?.why ?? accountSentence(reason);

export function venueOrderView({ intent, notionalUsdE8, steps, createdAt }: VenueOrderRecord): VenueOrderView {
  const { order, state, filled } = intent;
  return {
    id: order.clientId, account: order.account, venueName: DERIVATIVES_VENUE_NAMES[partsOfVenueAccount(order.account).venue], instrument: partsOfInstrument(order.instrument).symbol, side: order.side, contracts: coinText(order.contracts), filled: coinText(filled),
    capUsd: order.priceCap.unit === 'usd' ? priceText(quoteValue(order.priceCap)) : null, reduceOnly: order.reduceOnly, notionalUsd: usdUp(notionalUsdE8), state, why: orderSentence(intent), createdAt: createdAt.toISOString(),
    steps: steps.map(({ seq, from, event, to, at }) => ({ seq, from, event: orderEvent(event), to, at: at.toISOString() })),
  };
}
