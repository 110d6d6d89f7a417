import type { z } from 'zod';
import { SHADOW_WORDS, reasonSentence } from '@ballast/policy';
import type { ActivityEntry, DecisionRecord, IntentRecord, NoticeRecord } from '@ballast/storage';
import { formatHealth, formatTokenAmount, parseDecimal } from '@ballast/units';
import type * as contract from '../contract/schemas.js';
import { decisionSentence } from './decision-view.js';
import { hedgingNoticeWords, isHedgingNotice } from './hedging/notice-words.js';

export type ActivityItemView = z.infer<typeof contract.activityItem>;
type Said = Pick<ActivityItemView, 'kind' | 'severity' | 'title' | 'detail'>;

const failed = (intent: IntentRecord): boolean => intent.closedAt !== null && intent.state !== 'DONE';
const transactionOf = (intent: IntentRecord | null): string | null => intent?.receipt?.transactionHash ?? intent?.transactions.findLast(({ hash }) => hash !== null)?.hash ?? null;

const DEED = {
  repay: { intended: 'repay', doing: 'Repaying', done: 'Repaid' },
  'top-up': { intended: 'add', doing: 'Adding', done: 'Added' },
  fill: { intended: 'sell collateral to repay', doing: 'Selling collateral to repay', done: 'Sold collateral and repaid' },
} as const;

function acted(record: DecisionRecord, intent: IntentRecord | null): Said {
  const { decision } = record;
  if (decision.kind !== 'act') throw new TypeError('only a decision to act is told as one');
  const { asset, action } = decision;
  const amount = (raw: bigint): string => formatTokenAmount(raw, asset.decimals, { symbol: asset.symbol });
  const planned = decision.candidates.find(({ verdict }) => verdict === 'chosen')?.amount ?? decision.max;
  if (intent !== null && failed(intent)) {
    return { kind: 'action.failed', severity: 'critical', title: `Could not ${DEED[action].intended} ${amount(planned)}`, detail: intent.failure?.message ?? 'The transaction did not take place.' };
  }
  const executed = intent?.receipt?.executed ?? null;
  if (intent === null || intent.closedAt === null || executed === null) {
    return { kind: 'acting', severity: 'warning', title: `${DEED[action].doing} ${amount(planned)}`, detail: decisionSentence(decision, {}) };
  }
  const moved = action === 'top-up' ? executed.collateralIn : executed.debtRepaid + (intent.receipt?.filled?.surplus ?? 0n);
  const health = `Health ${formatHealth(executed.hfBefore, 3)} → ${formatHealth(executed.hfAfter, 3)}.`;
  const paid = decision.action === 'fill'
    ? `For it the loan gave ${formatTokenAmount(executed.collateralOut, decision.sold.decimals, { symbol: decision.sold.symbol, rounding: 'up' })} of its collateral.`
    : 'The network fee was paid by Ballast.';
  return { kind: 'acted', severity: 'info', title: `${DEED[action].done} ${amount(moved)}`, detail: `${health} ${paid}` };
}

function decided(record: DecisionRecord, intent: IntentRecord | null): Said {
  const { decision, blocks } = record;
  if (decision.kind === 'act') return acted(record, intent);
  const span = blocks === 1 ? '' : ` So for ${blocks.toLocaleString('en-US')} blocks${record.lowestHealth === null ? '' : `, the lowest health ${formatHealth(record.lowestHealth, 3)}`}.`;
  if (decision.kind === 'hold') return { kind: 'hold', severity: 'info', title: 'Held: no action needed', detail: reasonSentence(decision.reason) + span };
  return { kind: 'cannot', severity: 'critical', title: 'Not protected', detail: decisionSentence(decision, {}) + span };
}

function permitted(intent: IntentRecord): Said {
  if (failed(intent)) return { kind: 'permit.failed', severity: 'warning', title: 'The permission could not be handed in', detail: intent.failure?.message ?? 'The transaction did not take place.' };
  return intent.closedAt === null
    ? { kind: 'permitting', severity: 'info', title: 'Handing in the signed permission', detail: 'It is on its way to the token.' }
    : { kind: 'permitted', severity: 'info', title: 'The permission is in force', detail: 'The guard may move the amount that you signed, inside the mandate.' };
}

function activated(intent: IntentRecord): Said {
  if (intent.plan.kind === 'PERMIT') return permitted(intent);
  if (failed(intent)) return { kind: 'activation.failed', severity: 'warning', title: 'The mandate could not be put in force', detail: intent.failure?.message ?? 'The transaction did not take place.' };
  return intent.closedAt === null
    ? { kind: 'activating', severity: 'info', title: 'Putting the mandate in force', detail: 'The signed mandate is on its way to the chain.' }
    : { kind: 'activated', severity: 'info', title: 'The mandate is in force', detail: 'Ballast may now act inside its limits.' };
}

const textOf = (data: unknown, field: string): string | null => {
  const value = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[field] : undefined;
  return typeof value === 'string' && value !== '' ? value : null;
};

function noticed({ kind, severity, data }: NoticeRecord): Said {
  const said = (field: string): string | null => textOf(data, field);
  switch (kind) {
    case 'position.liquidated': {
      const seized = seizedText(said('collateralSeized'), said('collateralSymbol'));
      return { kind: 'liquidated', severity, title: `Liquidated: ${seized} sold`, detail: said('why') ?? (said('penaltyUsd') === null ? 'The protocol sold collateral of this loan.' : `The penalty was $${said('penaltyUsd')}.`) };
    }
    case 'price.disagrees':
      return { kind, severity, title: `Prices apart: ${said('asset') ?? 'an asset'} is ${said('gap') ?? 'far'} ${said('protocolIs') ?? 'from'} the market`, detail: `$${said('protocolPrice') ?? '?'} at ${said('protocol') ?? 'the protocol'}, $${said('marketPrice') ?? '?'} on the market.` };
    case 'blind':
      return { kind, severity, title: `We cannot see ${said('chainName') ?? 'the chain'}`, detail: said('reason') ?? 'The chain does not answer.' };
    case 'sighted':
      return { kind, severity, title: `We see ${said('chainName') ?? 'the chain'} again`, detail: 'Every position is read again.' };
    case 'stop.set':
      if (said('by') === 'shadow') return { kind, severity, title: 'Shadow mode', detail: `${SHADOW_WORDS}.` };
      return { kind, severity, title: said('stops') === 'fill' ? 'Sales of collateral are stopped' : said('stops') === 'all' ? 'Ballast is stopped' : 'Ballast acts only where it is urgent', detail: said('reason') ?? 'It was stopped.' };
    case 'stop.released':
      return { kind, severity, title: said('stops') === 'fill' ? 'Sales of collateral may go on' : 'Ballast acts again', detail: said('by') === 'shadow' ? 'Shadow mode is over.' : (said('reason') ?? 'The stop is over.') };
    case 'rescue.by-backup':
      return { kind, severity, title: 'The backup keeper acted', detail: `It sent the ${said('action') ?? 'rescue'} that this service had not sent in time.` };
    case 'mandate.rejected':
      return { kind: 'mandate.failed', severity, title: 'The mandate was rejected', detail: said('message') ?? said('reason') ?? 'The chain did not take it.' };
    case 'mandate.expiring':
      return { kind, severity, title: `The mandate ends within ${said('days') === '1' ? 'a day' : `${said('days') ?? 'a few'} days`}`, detail: 'After that Ballast may no longer act; a new one takes its place at once.' };
    default:
      return { kind, severity, ...(isHedgingNotice(kind) ? hedgingNoticeWords(kind, data) : { title: kind, detail: '' }) };
  }
}

/** What was sold, in at most four figures after the point; plain words where the notice does not say. */
function seizedText(amount: string | null, symbol: string | null): string {
  const digits = 18;
  if (amount === null || !/^\d+(\.\d{1,18})?$/.test(amount)) return 'collateral';
  return formatTokenAmount(parseDecimal(amount, digits), digits, { rounding: 'up', ...(symbol === null ? {} : { symbol }) });
}

/** One line of the activity list. */
export function activityItem(entry: ActivityEntry): ActivityItemView {
  const at = entry.at.toISOString();
  if (entry.kind === 'decision') {
    return { id: `decision:${entry.id}`, ...decided(entry.decision, entry.intent), at, decisionId: entry.id, positionId: entry.decision.decision.positionId, transactionHash: transactionOf(entry.intent) };
  }
  if (entry.kind === 'intent') {
    return { id: `intent:${entry.id}`, ...activated(entry.intent), at, decisionId: null, positionId: entry.intent.plan.positionId, transactionHash: transactionOf(entry.intent) };
  }
  return { id: `notice:${entry.id}`, ...noticed(entry.notice), at, decisionId: null, positionId: entry.notice.positionId, transactionHash: textOf(entry.notice.data, 'transactionHash') };
}
