import { Logger } from '@nestjs/common';
import type { GuardedAccount, VenueOwner } from '@ballast/policy';
import type { ChainId } from '@ballast/units';
import type { HedgeKeeping, WatchedPlan } from './keeping.js';
import type { OwnerAlarm } from './owner-alarm.js';
import type { OwnerRound, OwnersVenues } from './owner-round.js';
import type { RoundWatch } from './round-watch.js';

/** Owners that are looked after at the same time. */
const AT_ONCE = 4;

export interface VenueRoundParts {
  readonly keeping: Pick<HedgeKeeping, 'plans' | 'guarded' | 'owners'>;
  readonly owners: Pick<OwnerRound, 'turn'>;
  readonly alarm: Pick<OwnerAlarm, 'failed' | 'over'>;
  readonly watch: Pick<RoundWatch, 'begins' | 'lookedAfter' | 'ended'>;
  readonly chainId: ChainId;
}

/** One turn of all owners of the chain. One that fails holds up nobody else, and is told. */
export class VenueRound {
  private readonly log = new Logger(VenueRound.name);

  constructor(private readonly parts: VenueRoundParts) {}

  /** @throws what the stores throw where not even the plans could be read, or it could not be stored that the round is over */
  async turn(replan: (owner: VenueOwner) => Promise<void>): Promise<void> {
    const { keeping, chainId, watch } = this.parts;
    const [owners, plans, guarded] = await Promise.all([keeping.owners(chainId), keeping.plans(chainId), keeping.guarded(chainId)]);
    const waiting = [...ownersOf(owners, plans, guarded)];
    watch.begins(waiting.filter((venues) => venues.plans.length + venues.guarded.length > 0).map(({ owner }) => owner));
    let isWhole = true;
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) if (!(await this.turnOf(next, replan))) isWhole = false;
    }));
    if (isWhole) await watch.ended();
  }

  /** False where anything of the owner was left out. */
  private async turnOf(venues: OwnersVenues, replan: (owner: VenueOwner) => Promise<void>): Promise<boolean> {
    const { owners, alarm, watch } = this.parts;
    const { owner } = venues;
    try {
      if (!(await owners.turn(venues, replan))) return false;
    } catch (error) {
      this.log.error(`${owner.owner}: what he has at venues was not looked after: ${(error as Error).message}`);
      await alarm.failed(owner);
      return false;
    }
    watch.lookedAfter(owner);
    await alarm.over(owner);
    return true;
  }
}

function ownersOf(owners: readonly VenueOwner[], plans: readonly WatchedPlan[], guarded: readonly GuardedAccount[]): Iterable<OwnersVenues> {
  const byOwner = new Map<string, OwnersVenues>();
  const of = ({ chainId, owner }: VenueOwner): OwnersVenues => byOwner.get(owner) ?? { owner: { chainId, owner }, plans: [], guarded: [] };
  for (const owner of owners) byOwner.set(owner.owner, of(owner));
  for (const plan of plans) byOwner.set(plan.owner, { ...of(plan), plans: [...of(plan).plans, plan] });
  for (const account of guarded) byOwner.set(account.owner, { ...of(account), guarded: [...of(account).guarded, account] });
  return byOwner.values();
}
