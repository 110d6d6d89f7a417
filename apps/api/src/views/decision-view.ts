import type { z } from 'zod';
import { formatChance, formatHealth, formatTokenAmount, formatUsdCents, wadToNumber } from '@ballast/units';
import type { Asset } from '@ballast/positions';
import { reasonSentence, type Candidate, type Decision, type ReasonNames, type Stakes } from '@ballast/policy';
import type { DecisionRecord } from '@ballast/storage';
import type * as contract from '../contract/schemas.js';
import type { IntentView } from './intent-view.js';
import { amountText, assetView, chainTime, healthText, shownAddress, usdDown, usdUp } from './text.js';

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
  const why = reasonSentence(decision.reason, decision.kind === 'cannot' && decision.dearness !== undefined ? { ...names, dearness: decision.dearness } : names);
  return decision.reason === 'above-trigger' && health !== null && trigger !== null ? `${why} It is ${formatHealth(health, 3)}; Ballast acts below ${formatHealth(trigger, 3)}.` : why;
}

const candidateView = (candidate: Candidate): DecisionView['candidates'][number] => ({
  action: candidate.action,
  asset: candidate.asset === null ? null : assetView(candidate.asset),
  amount: candidate.asset === null ? '0' : amountText(candidate.amount, candidate.asset),
  costUsd: usdUp(candidate.costUsdE8),
  costs: candidate.costs == null ? null : { gasUsd: usdUp(candidate.costs.gasUsdE8), tradeUsd: usdUp(candidate.costs.tradeUsdE8), premiumUsd: usdUp(candidate.costs.premiumUsdE8), carryUsd: usdUp(candidate.costs.carryUsdE8) },
  avertedUsd: candidate.avertedUsdE8 == null ? null : usdDown(candidate.avertedUsdE8),
  netUsd: candidate.avertedUsdE8 == null ? null : usdDown(candidate.avertedUsdE8 - candidate.costUsdE8),
  healthAfter: healthText(candidate.healthAfter), verdict: candidate.verdict, why: candidate.why,
});

const BECAUSE: Readonly<Record<Stakes['because'], string>> = {
  usual: '', jump: ', the whole debt repaid at once, because the price may jump past the threshold', 'thin-market': ', because the market is too thin for anybody to liquidate in time',
};

/** What not acting puts at risk, in one sentence. */
export function stakesSentence({ horizonHours, chance, chanceKnown, lossUsdE8, worstUsdE8, expectedUsdE8, because }: Stakes): string {
  const within = horizonHours % 24 === 0 ? `${horizonHours / 24} days` : `${horizonHours} hours`;
  const loss = `A liquidation would take ${formatUsdCents(lossUsdE8)} all in${BECAUSE[because]}${worstUsdE8 > lossUsdE8 ? `, at worst all of the ${formatUsdCents(worstUsdE8)} that are in the loan` : ''}.`;
  const likely = chanceKnown ? `Its chance within ${within} is ${formatChance({ kind: 'probability', value: wadToNumber(chance) })}` : `Its chance within ${within} is not known and taken as certain`;
  return `${loss} ${likely}: not acting may be expected to cost ${formatUsdCents(expectedUsdE8)}.`;
}

const stakesView = (stakes: Stakes): NonNullable<DecisionView['stakes']> => ({
  horizonHours: stakes.horizonHours, chance: stakes.chanceKnown ? wadToNumber(stakes.chance) : null, lossUsd: usdUp(stakes.lossUsdE8), worstUsd: usdUp(stakes.worstUsdE8), expectedUsd: usdUp(stakes.expectedUsdE8),
  because: stakes.because, sentence: stakesSentence(stakes),
});

export function decisionView(record: DecisionRecord, intent: IntentView | null, names: ReasonNames): DecisionView {
  const { decision } = record;
  return {
    id: record.id, positionId: decision.positionId, account: shownAddress(record.account), mandateHash: decision.mandateHash, kind: decision.kind, reason: decision.reason,
    sentence: decisionSentence(decision, names),
    blockNumber: record.blockNumber.toString(), lastBlock: record.lastBlock.toString(), blocks: record.blocks,
    chainTime: chainTime(record.at), lastChainTime: chainTime(record.lastAt), createdAt: record.createdAt.toISOString(),
    health: healthText(decision.healthFactor), lowestHealth: healthText(record.lowestHealth), triggerHealth: healthText(decision.trigger), targetHealth: healthText(decision.target),
    clamp: decision.clamp, candidates: decision.candidates.map(candidateView), stakes: decision.stakes === undefined ? null : stakesView(decision.stakes), intent,
  };
}
