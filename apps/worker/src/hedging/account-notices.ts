import type { NoticeData } from '@ballast/notifications';
import type { AccountDecision, GuardedAccount, Notice } from '@ballast/policy';
import { decimalText, exactDecimalText } from '@ballast/units';
import { CANNOT_PATIENCE_MS } from './hedge-notices.js';
import type { DecisionRun } from './keeping.js';
import { accountWords, noticeTo, symbolOf } from './words.js';

const TEN_MINUTES_MS = 600_000;
/** Told with the account that cannot be read, the key that is refused, or the stop. */
const TOLD_ELSEWHERE: readonly string[] = ['account-unread', 'key-refused', 'stopped'];

const WHY: Readonly<Record<Extract<AccountDecision, { kind: 'cannot' }>['reason'], string>> = {
  'account-unread': 'Your account could not be read.', 'margin-unknown': 'Nobody can tell how much margin your position needs.', 'order-unknown': 'Nobody knows yet whether the venue has the last order, so nothing else is sent there.',
  'key-refused': 'The venue does not take the trading key.', stopped: 'All orders are stopped.', 'owner-must-deposit': 'Your position needs more margin than Ballast can find.', 'nothing-allowed': 'Your position needs more margin, and you let Ballast do nothing about it.',
};

/** What an owner must hear of a guarded account: what is done for it, at most once in ten minutes; and once a run that nothing can be done, with exactly what he must deposit. A move of margin is told when it has ended. */
export function noticesOfAccount(guarded: GuardedAccount, decision: AccountDecision, before: DecisionRun | null, alone: boolean): readonly Notice[] {
  const words = {
    ...accountWords(guarded.id), usePercent: decision.use.kind === 'share' ? decimalText(decision.use.wad, 16, 1, 'up') : null, triggerPercent: 'trigger' in decision.levels ? decimalText(decision.levels.trigger, 16, 1, 'down') : null,
  };
  const instrument = decision.instrument === 'none' ? null : symbolOf(decision.instrument);
  if (decision.kind === 'act') {
    if (decision.action.kind === 'add-margin') return [];
    const data: NoticeData<'account.protected'> = { ...words, action: decision.action.kind, amount: exactDecimalText(decision.action.order.contracts, 18), instrument: symbolOf(decision.action.order.instrument) };
    return [noticeTo(guarded, `evt_account_protected_${guarded.id}_${Math.floor(decision.at / TEN_MINUTES_MS)}`, 'account.protected', 'warning', data)];
  }
  const was = before !== null && !('tells' in before.decision) ? before.decision : null;
  if (before === null || was?.kind !== 'cannot' || decision.kind !== 'cannot' || decision.reason !== was.reason || decision.at - before.since < CANNOT_PATIENCE_MS || (!alone && TOLD_ELSEWHERE.includes(was.reason))) return [];
  const { owner } = decision;
  const deposit = owner.kind === 'deposit' && owner.amount > 0n ? { amount: decimalText(owner.amount, 18, 6, 'up'), currency: owner.currency } : {};
  const data: NoticeData<'account.cannot'> = { ...words, ...deposit, instrument, reason: decision.reason, sentence: WHY[decision.reason], since: new Date(before.since).toISOString() };
  return [noticeTo(guarded, `evt_account_cannot_${before.id}`, 'account.cannot', 'critical', data)];
}
