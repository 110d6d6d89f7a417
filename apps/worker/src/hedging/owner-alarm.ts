import { Logger } from '@nestjs/common';
import type { NoticeData } from '@ballast/notifications';
import { alarmSubjects, type Notice, type Outbox, type VenueOwner } from '@ballast/policy';
import type { VenueEnvironment } from '@ballast/positions';
import { noticeTo } from './words.js';

/** Turns of one owner that fail in a row before he is told. */
const FAILURES_TOLD = 3;

const FAILS = 'Something fails in Ballast itself, so what you have at derivatives venues is not looked after. We were told as well.';
const WORKS = 'What you have at derivatives venues is looked after again.';

export interface OwnerAlarmParts {
  readonly outbox: Pick<Outbox, 'tell'>;
  readonly environment: VenueEnvironment;
  readonly now: () => number;
}

interface Failing {
  /** In a row. */
  readonly times: number;
  readonly since: number;
  /** The outbox took that it fails. */
  readonly isTold: boolean;
}

/** Tells an owner that Ballast itself fails to look after what he has at venues, and that it does again: each once a spell, and until the outbox has taken it, since what fails here may fail there as well. */
export class OwnerAlarm {
  private readonly log = new Logger(OwnerAlarm.name);
  private readonly failing = new Map<string, Failing>();
  /** Owners of whom a turn got through in this process: an earlier one may have told those of whom none has. */
  private readonly known = new Set<string>();

  constructor(private readonly parts: OwnerAlarmParts) {}

  /** A turn of his failed. */
  async failed({ chainId, owner }: VenueOwner): Promise<void> {
    const before = this.failing.get(owner);
    const times = (before?.times ?? 0) + 1;
    await this.note({ chainId, owner }, { times, since: before?.since ?? this.parts.now(), isTold: before?.isTold ?? false }, times >= FAILURES_TOLD);
  }

  /** No turn of his has ended since then, by our wall clock: one hangs, or none begins. */
  async late(owner: VenueOwner, since: number): Promise<void> {
    await this.note(owner, this.failing.get(owner.owner) ?? { times: 0, since, isTold: false }, true);
  }

  /** A turn of his got through. A spell that nobody heard of ends in silence. */
  async over(owner: VenueOwner): Promise<void> {
    const before = this.failing.get(owner.owner);
    if (before === undefined) return this.notFailing(owner);
    this.known.add(owner.owner);
    this.failing.set(owner.owner, { ...before, times: 0 });
    if (!before.isTold || (await this.tell(owner, 'hedge.can-again', 'info', `evt_hedge_works_${owner.owner}_${before.since}`, WORKS, before.since))) this.failing.delete(owner.owner);
  }

  /** Written only where an alarm is still open. */
  private async notFailing(owner: VenueOwner): Promise<void> {
    const { environment, outbox, now } = this.parts;
    if (this.known.has(owner.owner)) return;
    const data: NoticeData<'alarm.over'> = { environment, of: 'hedge.cannot', subject: alarmSubjects.hedge(environment, '') };
    await outbox.tell([noticeTo(owner, `evt_hedge_over_${owner.owner}_${now()}`, 'alarm.over', 'info', data)]).then(() => this.known.add(owner.owner), (error: Error) => this.log.error(`not told: ${error.message}`));
  }

  private async note(owner: VenueOwner, failing: Failing, isDue: boolean): Promise<void> {
    this.failing.set(owner.owner, failing);
    if (!isDue || failing.isTold) return;
    const isTold = await this.tell(owner, 'hedge.cannot', 'critical', `evt_hedge_failing_${owner.owner}_${failing.since}`, FAILS, failing.since);
    // A turn may have got through meanwhile: then that is told next, as the end of what was told here.
    this.failing.set(owner.owner, { ...(this.failing.get(owner.owner) ?? failing), isTold });
  }

  /** Whether the outbox took it. */
  private async tell(owner: VenueOwner, kind: 'hedge.cannot' | 'hedge.can-again', severity: Notice['severity'], id: string, sentence: string, since: number): Promise<boolean> {
    const data: NoticeData<'hedge.cannot'> = { environment: this.parts.environment, reason: 'failing', since: new Date(since).toISOString(), sentence };
    return this.parts.outbox.tell([noticeTo(owner, id, kind, severity, data)]).then(() => true, (error: Error) => (this.log.error(`not told: ${error.message}`), false));
  }
}
