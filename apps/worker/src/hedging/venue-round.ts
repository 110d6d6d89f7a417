import { Logger } from '@nestjs/common';
import type { GuardedAccount, Outbox, VenueOwner } from '@ballast/policy';
import type { VenueEnvironment } from '@ballast/positions';
import type { ChainId } from '@ballast/units';
import type { HedgeKeeping, WatchedPlan } from './keeping.js';
import type { OwnerRound, OwnersVenues } from './owner-round.js';
import { noticeTo } from './words.js';

/** Owners that are looked after at the same time. */
const AT_ONCE = 4;
/** Turns of one owner that fail in a row before he is told. */
const FAILURES_TOLD = 3;

export interface VenueRoundParts {
  readonly keeping: Pick<HedgeKeeping, 'plans' | 'guarded' | 'owners'>;
  readonly owners: Pick<OwnerRound, 'turn'>;
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly chainId: ChainId;
  readonly environment: VenueEnvironment;
  readonly now: () => number;
}

interface Failing {
  readonly times: number;
  readonly since: number;
}

/** One turn of all owners of the chain. One that fails holds up nobody else, and is told. */
export class VenueRound {
  private readonly log = new Logger(VenueRound.name);
  private readonly failing = new Map<string, Failing>();

  constructor(private readonly parts: VenueRoundParts) {}

  /** @throws what the stores throw where not even the plans could be read */
  async turn(replan: (owner: VenueOwner) => Promise<void>): Promise<void> {
    const { keeping, chainId } = this.parts;
    const [owners, plans, guarded] = await Promise.all([keeping.owners(chainId), keeping.plans(chainId), keeping.guarded(chainId)]);
    const waiting = [...ownersOf(owners, plans, guarded)];
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await this.turnOf(next, replan);
    }));
  }

  private async turnOf(venues: OwnersVenues, replan: (owner: VenueOwner) => Promise<void>): Promise<void> {
    const key = venues.owner.owner;
    try {
      await this.parts.owners.turn(venues, replan);
      await this.over(venues.owner);
    } catch (error) {
      const before = this.failing.get(key);
      const now: Failing = { times: (before?.times ?? 0) + 1, since: before?.since ?? this.parts.now() };
      this.failing.set(key, now);
      this.log.error(`${key}: what he has at venues was not looked after: ${(error as Error).message}`);
      if (now.times === FAILURES_TOLD) await this.tell(venues.owner, 'hedge.cannot', 'critical', `evt_hedge_failing_${key}_${now.since}`, 'Something fails in Ballast itself, so what you have at derivatives venues is not looked after. We were told as well.', now.since);
    }
  }

  private async over(owner: VenueOwner): Promise<void> {
    const before = this.failing.get(owner.owner);
    this.failing.delete(owner.owner);
    if (before !== undefined && before.times >= FAILURES_TOLD) await this.tell(owner, 'hedge.can-again', 'info', `evt_hedge_works_${owner.owner}_${before.since}`, 'What you have at derivatives venues is looked after again.', before.since);
  }

  private tell(owner: VenueOwner, kind: 'hedge.cannot' | 'hedge.can-again', severity: 'critical' | 'info', id: string, sentence: string, since: number): Promise<void> {
    const { environment, outbox } = this.parts;
    return outbox.tell([noticeTo(owner, id, kind, severity, { environment, reason: 'failing', since: new Date(since).toISOString(), sentence })]).catch((error: Error) => this.log.error(`not told: ${error.message}`));
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
