import { type AccountDecision, type GuardedAccount, type Notice } from '@ballast/policy';
import { decimalText, formatTokenAmount } from '@ballast/units';
import type { DecisionRun } from './keeping.js';
import { CANNOT_PATIENCE_MS } from './hedge-notices.js';
import { accountWords, noticeTo, symbolOf } from './words.js';

const TEN_MINUTES_MS = 600_000;
/** Told with the account that cannot be read, the key that is refused, or the stop. */
const TOLD_ELSEWHERE: readonly string[] = ['account-unread', 'key-refused', 'stopped'];

const WHY: Readonly<Record<Extract<AccountDecision, { kind: 'cannot' }>['reason'], string>> = {
  'account-unread': 'Your account could not be read.', 'margin-unknown': 'Nobody can tell how much margin your position needs.', 'order-unknown': 'Nobody knows yet whether the venue has the last order, so nothing else is sent there.',
  'key-refused': 'The venue does not take the trading key.', stopped: 'All orders are stopped.', 'owner-must-deposit': 'Your position needs more margin than Ballast can find.', 'nothing-allowed': 'Your position needs more margin, and you let Ballast do nothing about it.',
};

/** What an owner must hear of a guarded account: what is done for it, at most once in ten minutes; and once a run that nothing can be done, with exactly what he must deposit. */
export function noticesOfAccount(guarded: GuardedAccount, decision: AccountDecision, before: DecisionRun | null): readonly Notice[] {
  const words = { ...accountWords(guarded.id), reason: decision.reason, instrument: decision.instrument === 'none' ? null : symbolOf(decision.instrument), use: decision.use.kind === 'share' ? decimalText(decision.use.wad, 16, 1, 'up') : null };
  if (decision.kind === 'act') {
    if (decision.action.kind === 'add-margin') return [];
    const what = decision.action.kind === 'close' ? 'closes a part of' : 'opens an opposite position elsewhere for';
    return [noticeTo(guarded, `evt_account_protected_${guarded.id}_${Math.floor(decision.at / TEN_MINUTES_MS)}`, 'account.protected', 'warning', { ...words, what: decision.action.kind, sentence: `Margin gets thin at ${words.venue}: Ballast ${what} your position in ${words.instrument ?? 'the account'} before the venue liquidates it.` })];
  }
  const was = before !== null && !('tells' in before.decision) ? before.decision : null;
  if (before === null || was?.kind !== 'cannot' || decision.at - before.since < CANNOT_PATIENCE_MS || TOLD_ELSEWHERE.includes(was.reason)) return [];
  if (decision.kind === 'hold') return [noticeTo(guarded, `evt_account_can_${before.id}`, 'hedge.can-again', 'info', { ...words, sentence: `Your account ${words.name} at ${words.venue} is out of danger, or can be looked after again.` })];
  if (decision.reason !== was.reason) return [];
  const { owner } = decision;
  const deposit = owner.kind === 'deposit' && owner.amount > 0n ? { amount: decimalText(owner.amount, 18, 6, 'up'), currency: owner.currency } : null;
  const todo = owner.kind === 'deposit' && owner.amount > 0n ? ` Deposit ${formatTokenAmount(owner.amount, 18, { symbol: owner.currency, rounding: 'up' })} at ${words.venue}, or make the position smaller yourself.` : '';
  return [noticeTo(guarded, `evt_account_cannot_${before.id}`, 'account.cannot', 'critical', { ...words, ...deposit, since: new Date(before.since).toISOString(), sentence: `${WHY[decision.reason]}${todo}` })];
}
