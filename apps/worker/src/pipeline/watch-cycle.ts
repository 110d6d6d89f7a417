import type { BlockRef } from '@ballast/connectors';
import type { PositionId } from '@ballast/positions';
import type { Follower } from '../reaction/follower.js';
import type { Reaction } from '../reaction/reaction.js';
import type { Decider } from './decider.js';
import { DecisionRounds, type Previewed } from './decision-rounds.js';
import type { MandateKeeper } from './mandate-keeper.js';
import type { PermitKeeper } from './permit-keeper.js';
import type { UnreadAlarm } from './unread-alarm.js';
import type { Watched, Watcher } from './watcher.js';

/** Blocks beyond the settled one within which what happened to an owner may still change his mandate. */
const LATELY = 8;
/** After so many previews what is urgent goes first. */
const PIECE = 10;

/** What is to be handed to the other stages after a block was watched. */
export interface Cycle {
  readonly block: BlockRef;
  readonly act: readonly string[];
  readonly decide: readonly PositionId[];
}

export interface CycleParts {
  readonly watcher: Watcher;
  readonly follower: Follower;
  readonly keepers: { readonly mandates: MandateKeeper; readonly permits: PermitKeeper };
  readonly unreadAlarm: UnreadAlarm;
  readonly decider: Decider;
  readonly openActions: () => Promise<ReadonlySet<PositionId>>;
  readonly reaction: Pick<Reaction, 'wasHandled'>;
  /** Our own clock in milliseconds. */
  readonly now: () => number;
}

/** All that a block asks for beside the rescues that cannot wait: loans are read, assessed and stored, mandates and permits compared with the chain, and guarded loans chosen to be decided about. */
export class WatchCycle {
  private readonly rounds = new DecisionRounds();

  constructor(private readonly parts: CycleParts) {}

  /** Null where the newest block was watched already. `onWatched` is told as soon as its loans were. @throws RpcUnreachable, and what the stores throw */
  async next(onWatched: (block: BlockRef) => Promise<void>): Promise<Cycle | null> {
    const { watcher, follower, keepers, unreadAlarm } = this.parts;
    const seen = await watcher.watchHead();
    if (seen === null) return null;
    const { block } = seen;
    await onWatched(block);
    await follower.precedence.clear();
    const { live } = follower;
    const lately = follower.tracker.touchedLately(LATELY);
    const [{ planned, changed }, permits] = await Promise.all([keepers.mandates.reconcile(block, live, (owner) => lately.has(owner)), keepers.permits.reconcile(block)]);
    const guarded = [...new Set(live.map(({ positionId }) => positionId))];
    const stored = new Set(seen.stored.map(({ position }) => position.id));
    await unreadAlarm.note(guarded.filter((id) => seen.wasAsked(id)), stored, block);
    const chosen = await this.toDecide(seen, guarded.filter((id) => stored.has(id)), guarded.length);
    return { block, act: [...planned, ...permits], decide: [...new Set([...changed, ...chosen])] };
  }

  private async toDecide({ block, stored }: Watched, guarded: readonly PositionId[], all: number): Promise<readonly PositionId[]> {
    const { decider, follower, openActions, reaction } = this.parts;
    const assessed = new Map(stored.map((one) => [one.position.id, one]));
    const open = guarded.length === 0 ? new Set<PositionId>() : await openActions();
    const signed = new Map(follower.live.map((mandate) => [mandate.positionId, mandate]));
    const previewed: Previewed[] = [];
    for (const id of guarded) {
      const [mandate, one] = [follower.mandateOf(id) ?? signed.get(id), assessed.get(id)];
      if (mandate === undefined || one === undefined || reaction.wasHandled(id, block)) continue;
      if (previewed.length % PIECE === 0) await follower.precedence.clear();
      previewed.push({ id, mandate, decision: await decider.preview(one, mandate, open.has(id)).catch(() => null) });
    }
    return this.rounds.choose(previewed, all, this.parts.now());
  }
}
