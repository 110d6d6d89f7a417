import type { VenueLease } from '@ballast/policy';
import type { VenueAccountId } from '@ballast/positions';
import { venueLease, type LeaseStore } from '@ballast/storage';

/** Prolonged at each turn; longer than a turn in which every venue is slow. */
const LEASE_MS = 30_000;
/** Who may act in an account: one process at a time, as the database says in every transaction that sends. */
export class AccountLeases {
  private readonly held = new Set<VenueAccountId>();

  constructor(private readonly leases: Pick<LeaseStore, 'hold' | 'giveUp'>, private readonly holder: string) {}

  /** Takes or prolongs the lease; null while another process has it. */
  async hold(account: VenueAccountId): Promise<VenueLease | null> {
    const lease = await this.leases.hold(venueLease(account), this.holder, LEASE_MS);
    if (lease === null) this.held.delete(account);
    else this.held.add(account);
    return lease === null ? null : { account, fence: lease.fence };
  }

  /** Gives all of them up, so that another need not wait until they have run out. */
  async giveUp(): Promise<void> {
    await Promise.allSettled([...this.held].map((account) => this.leases.giveUp(venueLease(account), this.holder)));
    this.held.clear();
  }
}
