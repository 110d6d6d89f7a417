import type { LoanHedge } from '@ballast/policy';
import type { LendingPosition, Underlying } from '@ballast/positions';
import { HedgePlanStore, VenueJournalReader, type Database, type StoredHedgePlan } from '@ballast/storage';

/** A decision about a loan does not wait for what it only tells: plans that are older are read anew, and told as they were meanwhile. */
const PLANS_AGE_MS = 5_000;

interface Plans {
  readonly of: LendingPosition['provenance']['chainId'];
  readonly all: readonly StoredHedgePlan[];
  readonly at: number;
}

/** What an owner's hedge holds, for the record of a decision about his loan. */
export class LoanHedges {
  private plans: Plans | null = null;
  private reading: Promise<Plans> | null = null;

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
    const known = this.plans?.of === chain ? this.plans : null;
    if (known === null) return (await this.read(chain)).all;
    if (this.now() - known.at >= PLANS_AGE_MS) this.reading ??= this.read(chain).catch(() => known).finally(() => (this.reading = null));
    return known.all;
  }

  private async read(chain: LendingPosition['provenance']['chainId']): Promise<Plans> {
    return (this.plans = { of: chain, all: await new HedgePlanStore(this.database).active(chain), at: this.now() });
  }
}
