import { Logger } from '@nestjs/common';
import type { NoticeData } from '@ballast/notifications';
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
  /** In a row; 0 once a turn got through and that is still to be told. */
  readonly times: number;
  readonly since: number;
  /** The outbox took that it fails. */
  readonly isTold: boolean;
}

/** One turn of all owners of the chain. One that fails holds up nobody else, and is told. */
export class VenueRound {
  private readonly log = new Logger(VenueRound.name);
  private readonly failing = new Map<string, Failing>();

  constructor(private readonly parts: VenueRoundParts) {}

  /** Returns the owners whose turn failed. @throws what the stores throw where not even the plans could be read */
  async turn(replan: (owner: VenueOwner) => Promise<void>): Promise<readonly VenueOwner[]> {
    const { keeping, chainId } = this.parts;
    const [owners, plans, guarded] = await Promise.all([keeping.owners(chainId), keeping.plans(chainId), keeping.guarded(chainId)]);
    const waiting = [...ownersOf(owners, plans, guarded)];
    const failed: VenueOwner[] = [];
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) if (!(await this.turnOf(next, replan))) failed.push(next.owner);
    }));
    return failed;
  }

  private async turnOf(venues: OwnersVenues, replan: (owner: VenueOwner) => Promise<void>): Promise<boolean> {
    try {
      await this.parts.owners.turn(venues, replan);
    } catch (error) {
      await this.failed(venues.owner, error as Error);
      return false;
    }
    await this.over(venues.owner);
    return true;
  }

  /** Told until the outbox has taken it: what fails here may fail there as well. */
  private async failed(owner: VenueOwner, error: Error): Promise<void> {
    const before = this.failing.get(owner.owner);
    const now: Failing = { times: (before?.times ?? 0) + 1, since: before?.since ?? this.parts.now(), isTold: before?.isTold ?? false };
    this.failing.set(owner.owner, now);
    this.log.error(`${owner.owner}: what he has at venues was not looked after: ${error.message}`);
    if (now.times < FAILURES_TOLD || now.isTold) return;
    const isTold = await this.tell(owner, 'hedge.cannot', 'critical', `evt_hedge_failing_${owner.owner}_${now.since}`, 'Something fails in Ballast itself, so what you have at derivatives venues is not looked after. We were told as well.', now.since);
    this.failing.set(owner.owner, { ...now, isTold });
  }

  /** Of what was told; a spell that nobody heard of ends in silence. */
  private async over(owner: VenueOwner): Promise<void> {
    const before = this.failing.get(owner.owner);
    if (before === undefined) return;
    this.failing.set(owner.owner, { ...before, times: 0 });
    if (!before.isTold || (await this.tell(owner, 'hedge.can-again', 'info', `evt_hedge_works_${owner.owner}_${before.since}`, 'What you have at derivatives venues is looked after again.', before.since))) this.failing.delete(owner.owner);
  }

  /** Whether the outbox took it. */
  private async tell(owner: VenueOwner, kind: 'hedge.cannot' | 'hedge.can-again', severity: 'critical' | 'info', id: string, sentence: string, since: number): Promise<boolean> {
    const { environment, outbox } = this.parts;
    const data: NoticeData<'hedge.cannot'> = { environment, reason: 'failing', since: new Date(since).toISOString(), sentence };
    return outbox.tell([noticeTo(owner, id, kind, severity, data)]).then(() => true, (error: Error) => (this.log.error(`not told: ${error.message}`), false));
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
