import { alarmSubjects, expiryWarning, namesFor, reasonSentence, type DecideInput, type Decision, type Notice } from '@ballast/policy';
import type { NoticeData } from '@ballast/notifications';
import type { LastDecided } from '@ballast/storage';
import { decimalText } from '@ballast/units';
import { positionTitle } from './position-title.js';

/**
 * What the owner must hear of a decision: that a rule cannot run (once for each spell and reason), that it can again, and that its mandate ends soon (once
 * for each bound). What becomes of an action is told when it has ended; the end of a mandate is told with its state. `before` is the position's
 * decision until now.
 */
export function noticesOfDecision(decision: Decision, before: LastDecided | null, input: DecideInput): readonly Notice[] {
  return [...ofTheRule(decision, before, input), ...ofItsEnd(decision, before, input)];
}

function ofTheRule(decision: Decision, before: LastDecided | null, input: DecideInput): readonly Notice[] {
  const was = before?.decision ?? null;
  if (decision.kind === 'cannot' && TOLD_ELSEWHERE.includes(decision.reason)) return [];
  if (decision.kind === 'cannot') return was?.kind === 'cannot' && was.reason === decision.reason ? [] : [notProtected(decision, before, input)];
  // Of what was told before the stop, or before the action, nothing else says that it is over.
  const isUnderWay = decision.kind !== 'act' && decision.reason === 'action-in-flight';
  if ((was?.kind === 'cannot' && TOLD_WITH_THE_STOP.includes(was.reason)) || (was?.kind === 'hold' && was.reason === 'action-in-flight' && !isUnderWay)) return [alarmOver(decision, before, input)];
  return was?.kind === 'cannot' && (decision.kind === 'act' || decision.reason !== 'action-in-flight') ? [protectedAgain(decision, before, input)] : [];
}

/** A stop and its end are told to every owner whom it covers, for all loans at once. */
const TOLD_WITH_THE_STOP: readonly string[] = ['stopped-by-operator', 'stopped-by-breaker', 'stopped-by-owner', 'shadow'];
/** The end of a mandate is told with its state. */
const TOLD_ELSEWHERE: readonly string[] = ['no-mandate', 'mandate-not-active', 'mandate-expired', ...TOLD_WITH_THE_STOP];

const common = (decision: Decision, input: DecideInput): Pick<Notice, 'chainId' | 'account' | 'positionId'> => ({
  chainId: input.position.provenance.chainId,
  account: input.position.account,
  positionId: decision.positionId,
});

/** Named by the decision it follows: two workers that see the same change at two blocks tell it once. */
const idOf = (what: string, before: LastDecided | null, input: DecideInput): string => `evt_${what}_${input.position.id}_${before?.id ?? 'first'}`;

const health = (decision: Decision): string | null => (decision.healthFactor === null ? null : decimalText(decision.healthFactor, 18, 4, 'down'));

function notProtected(decision: Decision & { kind: 'cannot' }, before: LastDecided | null, input: DecideInput): Notice {
  const { report, position } = input;
  const data: NoticeData<'not-protected'> = {
    ...positionTitle(input.position),
    reason: decision.reason,
    sentence: reasonSentence(decision.reason, { ...namesFor(input), ...(decision.dearness === undefined ? {} : { dearness: decision.dearness }) }),
    symbol: position.debts[0]?.asset.symbol ?? null,
    health: health(decision),
    actsAtHealth: decision.trigger === null ? null : decimalText(decision.trigger, 18, 4, 'up'),
    asset: report.liquidationPrice.kind === 'price' ? report.liquidationPrice.asset.symbol : null,
    liquidationPrice: report.liquidationPrice.kind === 'price' ? decimalText(report.liquidationPrice.usdE8, 8, 2, 'up') : null,
    distancePercent: report.distance.kind === 'fall' ? decimalText(report.distance.share, 2, 1, 'down') : null,
    lossIfLiquidatedUsd: decimalText(report.lossIfLiquidatedUsdE8, 8, 0, 'up'),
  };
  return { ...common(decision, input), id: idOf(`unprotected_${decision.reason}`, before, input), kind: 'not-protected', severity: 'critical', data };
}

function protectedAgain(decision: Decision, before: LastDecided | null, input: DecideInput): Notice {
  const data: NoticeData<'protected-again'> = {
    ...positionTitle(input.position), health: health(decision), actsAtHealth: decision.trigger === null ? null : decimalText(decision.trigger, 18, 4, 'up'),
  };
  return { ...common(decision, input), id: idOf('protected', before, input), kind: 'protected-again', severity: 'info', data };
}

/** Written only where an alarm about the loan is still open. */
function alarmOver(decision: Decision, before: LastDecided | null, input: DecideInput): Notice {
  const data: NoticeData<'alarm.over'> = { ...positionTitle(input.position), of: 'not-protected', subject: alarmSubjects.loan(decision.positionId) };
  return { ...common(decision, input), id: idOf('over', before, input), kind: 'alarm.over', severity: 'info', data };
}

/** A bound that was reached since the decision before: under a mandate that is new here, whatever bound it is under already. */
function ofItsEnd(decision: Decision, before: LastDecided | null, input: DecideInput): readonly Notice[] {
  const { mandate, now } = input;
  const due = mandate === null ? null : expiryWarning(mandate, now);
  if (mandate === null || due === null) return [];
  if (before !== null && before.decision.mandateHash === mandate.hash && expiryWarning(mandate, before.lastAt) === due) return [];
  const data: NoticeData<'mandate.expiring'> = {
    ...positionTitle(input.position), mandateHash: mandate.hash, days: String(due), expiresAt: new Date(Number(mandate.terms.expiry) * 1_000).toISOString(), health: health(decision),
  };
  return [{ ...common(decision, input), id: `evt_${mandate.hash}_expiring_${due}`, kind: 'mandate.expiring', severity: due === 1 ? 'critical' : 'warning', data }];
}
