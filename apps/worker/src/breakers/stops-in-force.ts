import type { Stop } from '@ballast/policy';
import type { LeaseStore, StopRecord, SwitchStore } from '@ballast/storage';
import { Shared } from '../pipeline/shared.js';

/** Decisions of one block are made within moments: they share one look. What is signed reads the stops again, in its own transaction. */
const SHARED_MS = 250;

/** Held while somebody turns a chain's breakers. */
export const breakersLease = (chainId: number): string => `breakers-${chainId}`;

/** The stops in force, for deciding. Where nobody turns the chain's breakers, sales are stopped as well: what nobody looks at counts as bad. */
export class StopsInForce {
  private readonly stops: Shared<readonly Stop[]>;

  constructor(private readonly chainId: number, private readonly switches: Pick<SwitchStore, 'inForce'>, private readonly leases: Pick<LeaseStore, 'holderOf'>, steadyMs?: () => number) {
    this.stops = new Shared(() => this.read(), steadyMs);
  }

  /** @throws what the database throws: nothing is decided then */
  all(): Promise<readonly Stop[]> {
    return this.stops.within(SHARED_MS);
  }

  private async read(): Promise<readonly Stop[]> {
    const [inForce, holder] = await Promise.all([this.switches.inForce() as Promise<readonly StopRecord[]>, this.leases.holderOf(breakersLease(this.chainId))]);
    return holder === null ? [...inForce, this.unwatched()] : inForce;
  }

  private unwatched(): Stop {
    return { scope: { kind: 'chain', chainId: this.chainId }, stops: 'fill', setBy: 'breakers-idle', reason: 'nobody is looking after the facts that sales rest on' };
  }
}
