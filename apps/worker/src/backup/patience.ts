import type { Decision } from '@ballast/policy';
import type { PositionId } from '@ballast/positions';
import type { Wad } from '@ballast/units';

export interface PatienceSettings {
  /** How far below the trigger a health must be before it counts. */
  readonly delta: Wad;
  /** Chain seconds for which it must have stayed there. */
  readonly seconds: bigint;
}

/**
 * When a backup keeper may act: once a loan has stayed so far below its trigger, for so long, that the first keeper must be gone. One that is only slow is
 * not raced. A restart forgets since when, which only makes it wait again.
 */
export class Patience {
  private readonly since = new Map<PositionId, bigint>();

  constructor(private readonly settings: PatienceSettings) {}

  /** The decision, or `backup-waits` in its place while it is not ours to act. To be asked at every decision. `now`: chain seconds. */
  tempered(decision: Decision, now: bigint): Decision {
    const { positionId, healthFactor, trigger } = decision;
    if (decision.kind === 'act' && this.isDeep(decision)) {
      const since = this.since.get(positionId) ?? now;
      this.since.set(positionId, since);
      if (now - since >= this.settings.seconds) return decision;
    } else if (healthFactor === null || trigger === null || healthFactor + this.settings.delta > trigger) {
      this.since.delete(positionId);
    }
    return decision.kind === 'act' ? waiting(decision) : decision;
  }

  private isDeep({ healthFactor, trigger }: Decision): boolean {
    return healthFactor !== null && trigger !== null && healthFactor + this.settings.delta <= trigger;
  }
}

function waiting(decision: Decision & { readonly kind: 'act' }): Decision {
  const { kind: _kind, reason: _reason, action: _action, asset: _asset, min: _min, max: _max, ...considered } = decision;
  const { sold: _sold, fill: _fill, ...rest } = considered as typeof considered & { readonly sold?: unknown; readonly fill?: unknown };
  return { ...rest, kind: 'hold', reason: 'backup-waits' };
}
