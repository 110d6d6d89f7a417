import type { z } from 'zod';
import { formatHealth, formatTokenAmount } from '@ballast/units';
import type { Asset } from '@ballast/positions';
import { reasonSentence, type Candidate, type Decision, type ReasonNames } from '@ballast/policy';
import type { DecisionRecord } from '@ballast/storage';
import type * as contract from '../contract/schemas.js';
import type { IntentView } from './intent-view.js';
import { amountText, assetView, chainTime, healthText, shownAddress, usdUp } from './text.js';

export type DecisionView = z.infer<typeof contract.decision>;

const amountOf = (amount: bigint, asset: Asset): string => formatTokenAmount(amount, asset.decimals, { symbol: asset.symbol });

/** What was decided and why, in one or two plain sentences. */
export function decisionSentence(decision: Decision, names: ReasonNames): string {
  const { healthFactor: health, trigger, target } = decision;
  if (decision.kind === 'act') {
    const chosen = decision.candidates.find(({ verdict }) => verdict === 'chosen');
    const moved = amountOf(chosen?.amount ?? decision.max, decision.asset);
    const deed = { repay: `repays ${moved} from the wallet`, 'top-up': `adds ${moved} from the wallet`, fill: `repays ${moved} by selling ${decision.action === 'fill' ? decision.sold.symbol : 'collateral'}` }[decision.action];
    const aim = target === null ? '' : `, aiming for a health of ${formatHealth(target)}`;
    return `The health fell to ${formatHealth(health, 3)}, below the ${formatHealth(trigger, 3)} where Ballast acts: it ${deed}${aim}.`;
  }
  const why = reasonSentence(decision.reason, names);
  return decision.reason === 'above-trigger' && health !== null && trigger !== null ? `${why} It is ${formatHealth(health, 3)}; Ballast acts below ${formatHealth(trigger, 3)}.` : why;
}

const candidateView = (candidate: Candidate): DecisionView['candidates'][number] => ({
  action: candidate.action,
  asset: candidate.asset === null ? null : assetView(candidate.asset),
  amount: candidate.asset === null ? '0' : amountText(candidate.amount, candidate.asset),
  costUsd: usdUp(candidate.costUsdE8), healthAfter: healthText(candidate.healthAfter), verdict: candidate.verdict, why: candidate.why,
});

export function decisionView(record: DecisionRecord, intent: IntentView | null, names: ReasonNames): DecisionView {
  const { decision } = record;
  return {
    id: record.id, positionId: decision.positionId, account: shownAddress(record.account), mandateHash: decision.mandateHash, kind: decision.kind, reason: decision.reason,
    sentence: decisionSentence(decision, names),
    blockNumber: record.blockNumber.toString(), lastBlock: record.lastBlock.toString(), blocks: record.blocks,
    chainTime: chainTime(record.at), lastChainTime: chainTime(record.lastAt), createdAt: record.createdAt.toISOString(),
    health: healthText(decision.healthFactor), lowestHealth: healthText(record.lowestHealth), triggerHealth: healthText(decision.trigger), targetHealth: healthText(decision.target),
    clamp: decision.clamp, candidates: decision.candidates.map(candidateView), intent,
  };
}
