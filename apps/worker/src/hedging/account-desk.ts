import { policyOfBounds, protectAccount, type AccountAction, type AccountDecision, type AccountInput, type GuardedAccount, type HedgeLeg, type VenueJournal, type VenueLease, type VenueSubject } from '@ballast/policy';
import { depositOf, type MarginDesk, type OrderDesk } from '@ballast/execution';
import type { DerivativeAccount, VenueAccountId } from '@ballast/positions';
import type { AccountLook } from './account-watch.js';
import { noticesOfAccount } from './account-notices.js';
import { heedKey } from './hedge-desk.js';
import type { GuardFacts } from './guard-facts.js';
import type { HedgeRecords } from './keeping.js';
import type { KeyWatch } from './key-watch.js';
import { intentsOf } from './order-name.js';
import type { SendGate } from './send-gate.js';

export interface AccountDeskParts {
  readonly facts: GuardFacts;
  readonly journal: Pick<VenueJournal, 'record' | 'plan' | 'planMove' | 'openMoves'>;
  readonly records: Pick<HedgeRecords, 'latest' | 'nextSlice'>;
  readonly sending: { readonly orders: OrderDesk; readonly moves: MarginDesk; readonly gate: SendGate; readonly keys: KeyWatch };
  readonly now: () => number;
}

/** Decides about one guarded account, keeps the decision, and carries out what it asks for. */
export class AccountDesk {
  constructor(private readonly parts: AccountDeskParts) {}

  /** `leases` of the owner's accounts, this one's among them. @throws what the stores throw; LeaseLost */
  async turn(guarded: GuardedAccount, looks: ReadonlyMap<VenueAccountId, AccountLook>, leases: ReadonlyMap<VenueAccountId, VenueLease>): Promise<AccountDecision> {
    const { journal, records } = this.parts;
    const subject: VenueSubject = { kind: 'account', chainId: guarded.chainId, owner: guarded.owner, account: guarded.id, boundsVersion: guarded.bounds.version };
    const before = await records.latest(subject);
    // Only where this process may send is a way to protect it.
    const own = new Map([...looks].filter(([id]) => id === guarded.id || leases.has(id)));
    const input = await this.parts.facts.of(guarded, own, await journal.openMoves(guarded.id));
    const decision = protectAccount(input);
    const id = await journal.record(subject, decision, noticesOfAccount({ guarded, decision, before, key: input.key, isAlone: looks.size === 0 }));
    const lease = leases.get(guarded.id);
    if (decision.kind !== 'act' || lease === undefined || input.account.kind === 'unknown') return decision;
    const { action } = decision;
    if (action.kind === 'add-margin') await this.addMargin(guarded, subject, id, action, input.account.value, lease);
    else await this.trade(guarded, subject, id, action, input, looks, leases);
    return decision;
  }

  private async addMargin(guarded: GuardedAccount, subject: VenueSubject, decisionId: string, action: Extract<AccountAction, { kind: 'add-margin' }>, account: DerivativeAccount, lease: VenueLease): Promise<void> {
    const { journal, sending } = this.parts;
    const before = depositOf(account, action.instrument);
    if (before === null) return;
    const move = { id: `${decisionId}-margin`, account: guarded.id, instrument: action.instrument, amount: action.amount, marginBefore: before, state: 'PLANNED', sentAt: null, why: null } as const;
    if (await journal.planMove(decisionId, subject, move, [])) await sending.moves.send(move, lease, guarded);
  }

  private async trade(guarded: GuardedAccount, subject: VenueSubject, decisionId: string, { order }: Extract<AccountAction, { kind: 'close' | 'offset' }>, input: AccountInput, looks: ReadonlyMap<VenueAccountId, AccountLook>, leases: ReadonlyMap<VenueAccountId, VenueLease>): Promise<void> {
    const { journal, records, sending, facts } = this.parts;
    const lease = leases.get(order.account);
    const leg: HedgeLeg | null = input.offsets.find(({ id, instrument }) => id === order.account && instrument.id === order.instrument) ?? (await facts.legOf(guarded, order.account, order.instrument, looks));
    if (lease === undefined || leg === null) return;
    const { underlying } = leg.instrument;
    const oracle = input.held.find(({ instrument }) => instrument.underlying === underlying)?.oracle ?? { kind: 'no-price' };
    const slice = await records.nextSlice(subject, guarded.bounds.version);
    const intents = intentsOf([order], { owner: guarded, plan: nameOf(guarded.id), version: guarded.bounds.version, slice, underlying }, this.parts.now());
    const gate = sending.gate.ofAccount(policyOfBounds(guarded.bounds, underlying, leg.maxNotionalUsdE8), [leg], oracle);
    for (const { order: stored } of await journal.plan(decisionId, subject, intents, [])) await heedKey(sending.keys, await sending.orders.carry(stored.clientId, { owner: guarded, lease, gate }));
  }
}

/** An account in an order's name: names there have no slash. */
const nameOf = (account: VenueAccountId): string => `guard:${account.replaceAll('/', '_')}`;
