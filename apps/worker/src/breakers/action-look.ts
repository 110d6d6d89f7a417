import { retryClassOf } from '@ballast/execution/planner';
import { BREAKERS, FAILURE_LIMITS, MOST_SPEND_TIMES, judgeFailures, judgeSpend, type SpendLimits, type StopScope } from '@ballast/policy';
import { PROTOCOL_NAMES, type LendingProtocol } from '@ballast/positions';
import type { BreakerFactsReader, EndedIntent } from '@ballast/storage';
import type { ChainId } from '@ballast/units';
import type { Look, Looked, Moment } from './look.js';

const HOUR_MS = 3_600_000;

/** How our own actions have ended lately, on the chain and at each protocol, and what gas has cost. */
export class ActionLook implements Look {
  readonly of = 'our own actions';

  constructor(private readonly chainId: ChainId, private readonly facts: BreakerFactsReader, private readonly protocols: readonly LendingProtocol[], private readonly limits: SpendLimits) {}

  async look({ own }: Moment): Promise<readonly Looked[]> {
    const now = Number(own) * 1000;
    const [all, byLane] = await Promise.all([
      this.facts.endedSince(this.chainId, new Date(now - Number(FAILURE_LIMITS.windowSeconds) * 1000)), this.facts.spentSince(this.chainId, new Date(now - HOUR_MS)),
    ]);
    const chain: StopScope = { kind: 'chain', chainId: this.chainId };
    const ended = all.map((one) => ({ protocol: one.protocol, failed: isFault(one), at: BigInt(Math.floor(one.closedAt.getTime() / 1000)) }));
    return [
      { rule: BREAKERS.failureRate, scope: chain, finding: judgeFailures(ended, own, 'on this chain') },
      ...this.protocols.map((protocol): Looked => ({
        rule: BREAKERS.failureRate, scope: { kind: 'protocol', chainId: this.chainId, protocol }, finding: judgeFailures(ended.filter((one) => one.protocol === protocol), own, `on ${PROTOCOL_NAMES[protocol]}`),
      })),
      { rule: BREAKERS.spend, scope: chain, finding: judgeSpend({ byLane }, this.limits) },
      { rule: BREAKERS.spendMost, scope: chain, finding: judgeSpend({ byLane }, this.limits, MOST_SPEND_TIMES) },
    ];
  }
}

/**
 * What only its owner can mend, and what somebody else had done by then, is no fault of ours: nobody can stop others' rescues by making his own fail. Nor is what a
 * stop called back: a stop must not bring about the next one.
 */
export const isFault = ({ failure }: Pick<EndedIntent, 'failure'>): boolean => failure !== null && failure !== 'stopped' && !['needs-user', 'resolved'].includes(retryClassOf(failure));
