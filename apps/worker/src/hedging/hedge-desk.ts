import { decideHedge, marginToMove, type HedgeDecision, type HedgeInput, type HedgePlan, type VenueIntent, type VenueJournal, type VenueLease, type VenueSubject } from '@ballast/policy';
import { depositOf, type MarginDesk, type OrderDesk } from '@ballast/execution';
import type { VenueAccountId } from '@ballast/positions';
import type { AccountLook } from './account-watch.js';
import type { HedgeFacts } from './hedge-facts.js';
import { noticesOfHedge } from './hedge-notices.js';
import type { HedgeRecords, WatchedPlan } from './keeping.js';
import type { KeyWatch } from './key-watch.js';
import type { LeverageSetter } from './leverage-setter.js';
import { intentsOf } from './order-name.js';
import type { SendGate } from './send-gate.js';

export interface HedgeDeskParts {
  readonly facts: Pick<HedgeFacts, 'of'>;
  readonly journal: Pick<VenueJournal, 'record' | 'plan' | 'planMove'>;
  readonly records: Pick<HedgeRecords, 'latest' | 'nextSlice'>;
  readonly sending: { readonly orders: OrderDesk; readonly moves: MarginDesk; readonly gate: SendGate; readonly leverage: LeverageSetter; readonly keys: KeyWatch };
  readonly now: () => number;
}

export const subjectOfPlan = (plan: HedgePlan): VenueSubject => ({ kind: 'hedge', chainId: plan.chainId, owner: plan.owner, planId: plan.id, underlying: plan.policy.underlying, environment: plan.environment });

/** Decides about one hedge, keeps the decision, and carries out what it asks for. */
export class HedgeDesk {
  constructor(private readonly parts: HedgeDeskParts) {}

  /** `leases` of all the plan's accounts. Returns what was decided. @throws what the stores throw; LeaseLost */
  async turn(plan: WatchedPlan, looks: ReadonlyMap<VenueAccountId, AccountLook>, leases: ReadonlyMap<VenueAccountId, VenueLease>): Promise<HedgeDecision> {
    const { journal, records } = this.parts;
    const subject = subjectOfPlan(plan);
    const before = await records.latest(subject);
    const { input, decision } = await this.decided(await this.parts.facts.of(plan, looks));
    const troubled = new Set([...looks.values()].filter(({ trouble }) => trouble.kind !== 'none').map(({ id }) => id));
    const id = await journal.record(subject, decision, noticesOfHedge({ plan, decision, before, troubled }));
    // It takes no price and no book, and helps at once: before anything is closed.
    await this.addMargin(plan, subject, id, input, leases);
    if (decision.kind === 'act') await this.act(plan, subject, id, decision, input, leases);
    return decision;
  }

  private async addMargin(plan: HedgePlan, subject: VenueSubject, decisionId: string, input: HedgeInput, leases: ReadonlyMap<VenueAccountId, VenueLease>): Promise<void> {
    const { journal, sending, now } = this.parts;
    for (const { account, instrument, amount } of marginToMove(input)) {
      const read = [...input.legs, ...input.leaving].find(({ id }) => id === account)?.account;
      const before = read === undefined || read.kind === 'unknown' ? null : depositOf(read.value, instrument);
      const lease = leases.get(account);
      if (before === null || lease === undefined) continue;
      // Equal decisions are one record: the time tells its moves apart.
      const move = { id: `${decisionId}-margin-${now()}`, account, instrument, amount, marginBefore: before, state: 'PLANNED', sentAt: null, why: null } as const;
      if (await journal.planMove(decisionId, subject, move, [])) await sending.moves.send(move, lease, plan);
    }
  }

  /** A leverage that is still to be set is set before the first order that would lean on it, and the decision is made anew with what was read back. */
  private async decided(input: HedgeInput): Promise<{ readonly input: HedgeInput; readonly decision: HedgeDecision }> {
    const decision = decideHedge(input);
    const { leverage } = this.parts.sending;
    const grown = decision.kind === 'act' ? decision.orders : decision.kind === 'cannot' && (decision.reason === 'leverage-unknown' || decision.reason === 'leverage-too-high') ? input.legs.map((leg) => ({ account: leg.id, instrument: leg.instrument.id, reduceOnly: false })) : [];
    const legs = await leverage.before(grown, input.legs, input.policy);
    if (legs.every((leg, index) => leg === input.legs[index])) return { input, decision };
    const again = { ...input, legs, now: this.parts.now() };
    return { input: again, decision: decideHedge(again) };
  }

  private async act(plan: HedgePlan, subject: VenueSubject, decisionId: string, decision: HedgeDecision & { kind: 'act' }, input: HedgeInput, leases: ReadonlyMap<VenueAccountId, VenueLease>): Promise<void> {
    const { journal, records, sending } = this.parts;
    const slice = await records.nextSlice(subject, plan.policy.version);
    const intents = intentsOf(decision.orders, { owner: plan, plan: plan.id, version: plan.policy.version, slice, underlying: plan.policy.underlying }, this.parts.now());
    for (const { order } of await journal.plan(decisionId, subject, intents, [])) {
      const lease = leases.get(order.account);
      if (lease !== undefined) await heedKey(sending.keys, await sending.orders.carry(order.clientId, { owner: plan, lease, gate: sending.gate.ofHedge(input) }));
    }
  }
}

/** What became of an order tells of its key as well. */
export async function heedKey(keys: KeyWatch, intent: VenueIntent | null): Promise<void> {
  if (intent?.why.kind === 'rejected' && intent.why.rejection.reason === 'key-refused') await keys.refused(intent.order.account, intent.why.rejection.message);
  else if (intent !== null && (intent.filled > 0n || intent.state === 'CANCELED')) await keys.taken(intent.order.account);
}
