import type { NoticeData } from '@ballast/notifications';
import { alarmSubjects, type AccountDecision, type GuardedAccount, type Notice, type VenueKey } from '@ballast/policy';
import { decimalText } from '@ballast/units';
import type { DecisionRun } from './keeping.js';
import { noticesOfLook } from './look-notices.js';
import { cannotNoticeId, isDue } from './patience.js';
import { accountWords, noticeTo, symbolOf } from './words.js';

/** Told with the account that cannot be read, the key that is refused, or the stop. */
const TOLD_ELSEWHERE: readonly string[] = ['account-unread', 'key-refused', 'stopped'];

const WHY: Readonly<Record<Extract<AccountDecision, { kind: 'cannot' }>['reason'], string>> = {
  'account-unread': 'Your account could not be read.', 'margin-unknown': 'Nobody can tell how much margin your position needs.', 'order-unknown': 'Nobody knows yet whether the venue has the last order, so nothing else is sent there.',
  'key-refused': 'The venue does not take the trading key.', stopped: 'All orders are stopped.', 'owner-must-deposit': 'Your position needs more margin than Ballast can find.', 'nothing-allowed': 'Your position needs more margin, and you let Ballast do nothing about it.',
};

export interface ToldOfAccount {
  readonly guarded: GuardedAccount;
  readonly decision: AccountDecision;
  /** The run of decisions until now. */
  readonly before: DecisionRun | null;
  readonly key: VenueKey;
  /** No account of the owner was looked at: nothing else tells that this one is not read. */
  readonly isAlone: boolean;
}

/**
 * What an owner must hear of a guarded account: that nothing can be done for it, each reason once a spell, with exactly what he must deposit; and that its key is refused, also while nothing needs doing, since then nothing could be.
 * What is done for it is told when it is done: an order when it fills, a move of margin when it has ended.
 */
export function noticesOfAccount(told: ToldOfAccount): readonly Notice[] {
  const { guarded, decision, key } = told;
  return [...(key.kind === 'refused' ? [noticesOfLook.keyRefused(guarded, guarded.id, decision.at, key.why)] : []), ...ofCannot(told)];
}

function ofCannot({ guarded, decision, before, isAlone }: ToldOfAccount): readonly Notice[] {
  const was = before !== null && !('tells' in before.decision) ? before.decision : null;
  if (before !== null && was?.kind === 'cannot' && decision.kind !== 'cannot') return [over(guarded, before.spell?.id ?? before.id)];
  if (before === null || before.spell === null || was?.kind !== 'cannot' || decision.kind !== 'cannot' || !isDue(before, was, decision) || (!isAlone && TOLD_ELSEWHERE.includes(decision.reason))) return [];
  const { owner, reason } = decision;
  const deposit = owner.kind === 'deposit' && owner.amount > 0n ? { amount: decimalText(owner.amount, 18, 6, 'up'), currency: owner.currency } : {};
  const data: NoticeData<'account.cannot'> = {
    ...accountWords(guarded.id), ...marginWords(decision), ...deposit, instrument: decision.instrument === 'none' ? null : symbolOf(decision.instrument), reason, sentence: WHY[reason], since: new Date(before.spell.since).toISOString(),
    ...(reason === was.reason ? { decisionId: before.id } : {}),
  };
  return [noticeTo(guarded, cannotNoticeId('account', before.spell.id, reason), 'account.cannot', 'critical', data)];
}

/** Written only where it was told. */
function over(guarded: GuardedAccount, spell: string): Notice {
  const data: NoticeData<'alarm.over'> = { ...accountWords(guarded.id), of: 'account.cannot', subject: alarmSubjects.guarded(guarded.id) };
  return noticeTo(guarded, `evt_account_over_${spell}`, 'alarm.over', 'info', data);
}

/** Margin use and where Ballast acts, in percent. */
export const marginWords = ({ use, levels }: AccountDecision): { readonly usePercent: string | null; readonly triggerPercent: string | null } => ({
  usePercent: use.kind === 'share' ? decimalText(use.wad, 16, 1, 'up') : null, triggerPercent: 'trigger' in levels ? decimalText(levels.trigger, 16, 1, 'down') : null,
});
