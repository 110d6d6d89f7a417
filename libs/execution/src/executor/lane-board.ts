import type { BlockRef } from '@ballast/connectors';
import { chooseLane, laneClassOf, type IntentPlan, type LaneStanding, type LaneWish } from '@ballast/policy';
import { InvalidInput, type Address, type Wad } from '@ballast/units';
import type { ExecutorParts, ExecutorSettings, LaneState } from './parts.js';

/** More nonces under way than this are more than a node keeps for one account. */
export const NONCES_A_LANE = 16;
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** What our lanes can do at a block: who has coins and is listed, and which nonces the chain has seen. */
export class LaneBoard {
  constructor(private readonly parts: Pick<ExecutorParts, 'reads' | 'signer' | 'laneStates'>, private readonly settings: Pick<ExecutorSettings, 'confirmations' | 'noncesPerLane'>) {}

  /** Whose view a call is tried out from: the lane that its class would use if all were idle. Keepers of one list are alike to the guard. */
  async rehearser({ kind, economics }: IntentPlan, head: BlockRef): Promise<Address> {
    const states = await this.states(head);
    const chosen = chooseLane(laneClassOf(kind, economics?.healthFactor ?? null), states.map((state) => ({ lane: state.lane, usable: isAble(state, kind), inFlight: 0, cap: 1 })));
    const [first] = this.parts.signer.lanes;
    if (first === undefined) throw new InvalidInput('signer', 'no lane', 'a signer with at least one');
    return 'lane' in chosen ? chosen.lane : first;
  }

  /** Begins to ask for the nonces of all lanes. */
  newest(head: BlockRef): Promise<readonly bigint[]> {
    return Promise.all(this.parts.signer.lanes.map((lane) => this.parts.reads.nonceAt(head, lane)));
  }

  /** How the lane for a call is to be chosen. `cost`: wei that one such call may take; `health` null: the plan's own. */
  async wish({ kind, economics }: IntentPlan, health: Wad | null, cost: bigint, head: BlockRef, asked?: Promise<readonly bigint[]>): Promise<LaneWish> {
    const [states, newest] = await Promise.all([this.states(head), asked ?? this.newest(head)]);
    const lanes = states.map((state, index): LaneStanding => ({ lane: state.lane, pays: isAble(state, kind) ? callsOf(state, cost) : 0, newest: newest[index] ?? 0n, final: () => this.finalNonce(state.lane, head) }));
    return { class: laneClassOf(kind, health ?? economics?.healthFactor ?? null), lanes, cap: this.settings.noncesPerLane ?? NONCES_A_LANE };
  }

  /** Nonces that the lane has used in the newest block that is final. */
  private async finalNonce(lane: Address, head: BlockRef): Promise<bigint> {
    const depth = BigInt(this.settings.confirmations - 1);
    const final = head.number < depth ? null : await this.parts.reads.blockAt(head.number - depth);
    return final === null ? 0n : this.parts.reads.nonceAt(final, lane);
  }

  private async states(head: BlockRef): Promise<readonly LaneState[]> {
    const known = (await this.parts.laneStates?.(head)) ?? [];
    return this.parts.signer.lanes.map((lane) => known.find((state) => state.lane === lane) ?? { lane, isListed: true, balance: null });
  }
}

/** Anybody may hand in a mandate or a permit; the guard lets only listed keepers act. */
const isAble = ({ isListed, balance }: LaneState, kind: IntentPlan['kind']): boolean => (isListed || kind === 'ACTIVATE' || kind === 'PERMIT') && balance !== 0n;

function callsOf({ balance }: LaneState, cost: bigint): number {
  if (balance === null || cost === 0n) return UNLIMITED;
  const calls = balance / cost;
  return calls > BigInt(NONCES_A_LANE * 100) ? UNLIMITED : Number(calls);
}
