import type { BlockRef } from '@ballast/connectors';
import type { NoticeData } from '@ballast/notifications';
import { alarmSubjects, type Notice, type Outbox } from '@ballast/policy';
import { partsOf, protocolNameOf, type PositionId } from '@ballast/positions';
import type { ChainId } from '@ballast/units';

/** Blocks in a row without a reading before the owner is told; fewer may be a node's hiccup. */
const PATIENCE_BLOCKS = 5;

/** Tells owners whose guarded loan cannot be read while the chain itself is seen: what is not read is not protected. */
export class UnreadAlarm {
  private readonly missed = new Map<PositionId, number>();
  /** Positions that this process has read: an earlier one may have told of those that it has not. */
  private readonly known = new Set<PositionId>();

  constructor(private readonly chainId: ChainId, private readonly outbox: Outbox) {}

  /** `read`: the positions stored at this block. */
  async note(guarded: readonly PositionId[], read: ReadonlySet<PositionId>, block: BlockRef): Promise<void> {
    const notices: Notice[] = [];
    const fresh: PositionId[] = [];
    for (const id of guarded) {
      const before = this.missed.get(id) ?? 0;
      if (read.has(id)) {
        if (before >= PATIENCE_BLOCKS) notices.push(this.notice(id, block, 'protected-again', { reason: 'not-seen' }));
        else if (!this.known.has(id)) notices.push(this.notice(id, block, 'alarm.over', { of: 'not-protected', subject: alarmSubjects.unread(id) }));
        fresh.push(id);
        this.missed.delete(id);
        continue;
      }
      this.missed.set(id, before + 1);
      if (before + 1 === PATIENCE_BLOCKS) {
        const data: NoticeData<'not-protected'> = { protocol: protocolNameOf(id), reason: 'not-seen', sentence: 'This loan cannot be read any more, so Ballast cannot act on it.' };
        notices.push(this.notice(id, block, 'not-protected', data));
      }
    }
    if (notices.length > 0) await this.outbox.tell(notices);
    for (const id of fresh) this.known.add(id);
  }

  private notice(id: PositionId, block: BlockRef, kind: 'not-protected' | 'protected-again' | 'alarm.over', data: Notice['data']): Notice {
    return { id: `evt_unread_${kind}_${id}_${block.number}`, chainId: this.chainId, account: partsOf(id).account, positionId: id, kind, severity: kind === 'not-protected' ? 'critical' : 'info', data };
  }
}
