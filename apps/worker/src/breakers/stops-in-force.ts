import type { Stop } from '@ballast/policy';
import type { LeaseStore, StopRecord, SwitchStore } from '@ballast/storage';

/** Decisions of one block are made within moments: they share one look. What is signed reads the stops again, in its own transaction. */
const SHARED_MS = 250;

/** Held while somebody turns a chain's breakers. */
export const breakersLease = (chainId: number): string => `breakers-${chainId}`;

/** The stops in force, for deciding. Where nobody turns the chain's breakers, sales are stopped as well: what nobody looks at counts as bad. */
export class StopsInForce {
  private last: { readonly at: number; readonly stops: Promise<readonly Stop[]> } | null = null;

  constructor(private readonly chainId: number, private readonly switches: Pick<SwitchStore, 'inForce'>, private readonly leases: Pick<LeaseStore, 'holderOf'>, private readonly now: () => number) {}

  /** @throws what the database throws: nothing is decided then */
  async all(): Promise<readonly Stop[]> {
    if (this.last === null || this.now() - this.last.at >= SHARED_MS) {
      const stops = this.read();
      stops.catch(() => (this.last = null));
      this.last = { at: this.now(), stops };
    }
    return this.last.stops;
  }

  private async read(): Promise<readonly Stop[]> {
    const [inForce, holder] = await Promise.all([this.switches.inForce() as Promise<readonly StopRecord[]>, this.leases.holderOf(breakersLease(this.chainId))]);
    return holder === null ? [...inForce, this.unwatched()] : inForce;
  }

  private unwatched(): Stop {
    return { scope: { kind: 'chain', chainId: this.chainId }, stops: 'fill', setBy: 'breakers-idle', reason: 'nobody is looking after the facts that sales rest on' };
  }
}
