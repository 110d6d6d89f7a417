import type { Address, Wad } from '@ballast/units';
import { NEAR_LIQUIDATION_HEALTH } from './fee-ceiling.js';
import type { IntentKind } from './intent.js';

/**
 * What a call is to a lane. `critical`: the loan may be liquidated at any block. `admin`: it moves no funds and saves no loan (a mandate put in
 * force, a permit handed in). A nonce is given back from the lane that holds it, so a cancellation has no class: it has a fee budget of its own.
 */
export type LaneClass = 'critical' | 'normal' | 'admin';

/** The class of a call. A health that is not known counts as calm. */
export function laneClassOf(kind: IntentKind, health: Wad | null): LaneClass {
  if (kind === 'ACTIVATE' || kind === 'PERMIT') return 'admin';
  return health !== null && health < NEAR_LIQUIDATION_HEALTH ? 'critical' : 'normal';
}

/** One of our accounts, as the choice of a lane needs it. */
export interface LaneLoad {
  readonly lane: Address;
  /** It can send: coins for fees, listed where that matters, nothing foreign on its way. */
  readonly usable: boolean;
  /** Nonces given out and not mined yet. */
  readonly inFlight: number;
  /** How many of them it may have: so many calls as its coins pay for, and a node's pool keeps. */
  readonly cap: number;
}

/**
 * The lane for a call, out of all lanes in the order of their configuration; or why there is none. With two lanes and more the first is kept for
 * critical calls, with three and more the last for admin ones; the others are normal, and a single lane serves all. Of a class's lanes the least
 * loaded is taken. Critical calls overflow into the normal lanes when their own is full or cannot send. The others never overflow into a lane
 * because theirs are full; where none of theirs can send at all they go one class on (admin to normal, normal to critical): a loan that waits for
 * an empty purse is not protected.
 */
export function chooseLane(wanted: LaneClass, lanes: readonly LaneLoad[]): { readonly lane: Address } | { readonly none: 'lanes-full' | 'lanes-unusable' } {
  for (const group of groupsFor(wanted, lanes)) {
    const usable = group.filter((lane) => lane.usable);
    const free = usable.filter((lane) => lane.inFlight < lane.cap);
    const least = free.reduce<LaneLoad | null>((best, lane) => (best === null || lane.inFlight < best.inFlight ? lane : best), null);
    if (least !== null) return { lane: least.lane };
    if (usable.length > 0 && wanted !== 'critical') return { none: 'lanes-full' };
  }
  return { none: lanes.some((lane) => lane.usable) ? 'lanes-full' : 'lanes-unusable' };
}

/** Which lanes a class may use, the first choice first. */
function groupsFor(wanted: LaneClass, lanes: readonly LaneLoad[]): readonly (readonly LaneLoad[])[] {
  if (lanes.length === 1) return [lanes];
  const critical = lanes.slice(0, 1);
  const [normal, admin] = lanes.length === 2 ? [lanes.slice(1), lanes.slice(1)] : [lanes.slice(1, -1), lanes.slice(-1)];
  switch (wanted) {
    case 'critical': return [critical, normal];
    case 'normal': return [normal, critical];
    case 'admin': return lanes.length === 2 ? [normal] : [admin, normal];
  }
}
