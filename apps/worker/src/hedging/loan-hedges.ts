import type { LoanHedge } from '@ballast/policy';
import type { LendingPosition, Underlying } from '@ballast/positions';
import { HedgePlanStore, VenueJournalReader, type Database, type StoredHedgePlan } from '@ballast/storage';

/** A decision about a loan does not wait for what it only tells: plans are read this often. */
const PLANS_AGE_MS = 5_000;

/** What an owner's hedge holds, for the record of a decision about his loan. */
export class LoanHedges {
  private plans: { readonly of: LendingPosition['provenance']['chainId']; readonly all: readonly StoredHedgePlan[]; readonly at: number } | null = null;

  constructor(private readonly database: Database, private readonly now: () => number) {}

  /** Of the first of the loan's coins that a plan is for. A question that fails is no reason not to decide: then nothing is told. */
  async of({ account, provenance: { chainId }, collaterals, debts }: LendingPosition): Promise<LoanHedge | undefined> {
    try {
      const coins = new Set([...collaterals, ...debts].flatMap(({ rate, amount }): readonly Underlying[] => (rate !== undefined && rate.kind !== 'own' && amount > 0n ? [rate.underlying] : [])));
      const plan = (await this.active(chainId)).find(({ owner, policy }) => owner === account && coins.has(policy.underlying));
      if (plan === undefined) return { kind: 'none' };
      const [last] = await new VenueJournalReader(this.database).decisions({ planId: plan.id }, 1);
      return last?.about.kind === 'hedge' ? { kind: 'plan', environment: plan.environment, decision: last.about.decision } : { kind: 'none' };
    } catch {
      return undefined;
    }
  }

  private async active(chain: LendingPosition['provenance']['chainId']): Promise<readonly StoredHedgePlan[]> {
    if (this.plans === null || this.plans.of !== chain || this.now() - this.plans.at >= PLANS_AGE_MS) this.plans = { of: chain, all: await new HedgePlanStore(this.database).active(chain), at: this.now() };
    return this.plans.all;
  }
}
