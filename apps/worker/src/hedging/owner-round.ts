import { Logger } from '@nestjs/common';
import type { GuardedAccount, Notice, Outbox, VenueIntent, VenueJournal, VenueLease, VenueOwner } from '@ballast/policy';
import type { MarginDesk, OrderDesk } from '@ballast/execution';
import { partsOfVenueAccount, type VenueAccountId, type VenueEnvironment } from '@ballast/positions';
import type { AccountDesk } from './account-desk.js';
import type { AccountLeases } from './account-leases.js';
import type { AccountLook, AccountWatch } from './account-watch.js';
import { heedKey, type HedgeDesk } from './hedge-desk.js';
import type { HedgeKeeping, WatchedPlan } from './keeping.js';
import type { KeyWatch } from './key-watch.js';
import { unknownOrder } from './order-notices.js';
import type { TrialTeller } from './trial-teller.js';

/** An order of which nobody has known for so long whether the venue has it is told. */
const UNKNOWN_PATIENCE_MS = 15_000;

/** Of what this process cannot reach: it is decided about all the same, so that it is an alarm and not forgotten. */
const NOTHING = { looks: new Map<VenueAccountId, AccountLook>(), leases: new Map<VenueAccountId, VenueLease>() } as const;

/** Those that an order of the plan may be for: of its legs, and where it buys puts the one that they are in. */
const accountsNeeded = ({ legs, puts, policy }: WatchedPlan): readonly VenueAccountId[] => [...legs.map(({ account }) => account), ...(puts.kind === 'account' && policy.mode.kind === 'tail' ? [puts.account] : [])];

/** All that one owner has at venues. */
export interface OwnersVenues {
  readonly owner: VenueOwner;
  readonly plans: readonly WatchedPlan[];
  readonly guarded: readonly GuardedAccount[];
}

export interface OwnerRoundParts {
  readonly keeping: Pick<HedgeKeeping, 'accounts' | 'endPlan'>;
  readonly leases: Pick<AccountLeases, 'hold'>;
  readonly watching: { readonly watch: AccountWatch; readonly keys: KeyWatch; readonly journal: Pick<VenueJournal, 'openOrders'>; readonly outbox: Pick<Outbox, 'tell'>; readonly trials: TrialTeller };
  readonly desks: { readonly orders: OrderDesk; readonly moves: MarginDesk; readonly accounts: AccountDesk; readonly hedges: HedgeDesk };
  readonly settings: { readonly environment: VenueEnvironment; /** False: no venue can be spoken to, and every plan is an alarm; so is one of the other environment. */ readonly hasGateway: boolean; readonly now: () => number };
}

/**
 * One turn of everything that one owner has at venues: what is under way is finished first, then his accounts are looked at, then those that are guarded are protected, then his hedges are adjusted. His loans are read
 * from the store at each turn: a loan that was repaid or liquidated makes the hedge smaller in the turn after it was stored.
 */
export class OwnerRound {
  private readonly log = new Logger(OwnerRound.name);
  private readonly troubled = new Set<VenueAccountId>();
  private readonly told = new Set<string>();

  constructor(private readonly parts: OwnerRoundParts) {}

  /** `replan`: the owner's loans are to be decided about at once, since what he has at a venue does not hold any more. Returns whether everything was looked after: false where another process has the lease of an account. @throws what the stores throw; what a part of the turn threw, once the others are through */
  async turn(venues: OwnersVenues, replan: (owner: VenueOwner) => Promise<void>): Promise<boolean> {
    const { owner, plans, guarded } = venues;
    const { settings, desks } = this.parts;
    const failures: Error[] = [];
    const attempt = async (work: () => Promise<unknown>): Promise<void> => void (await work().catch((error: Error) => failures.push(error)));
    const { looks, leases } = settings.hasGateway ? await this.lookAtAll(owner, failures) : NOTHING;
    const isShaken = this.isShaken([...looks.values()]);
    if (isShaken) await attempt(() => replan(owner));
    const canReach = (environment: VenueEnvironment): boolean => settings.hasGateway && environment === settings.environment;
    let isWhole = true;
    for (const account of guarded) {
      if (!canReach(partsOfVenueAccount(account.id).environment)) await attempt(() => desks.accounts.turn(account, NOTHING.looks, NOTHING.leases));
      else if (leases.has(account.id)) await attempt(() => desks.accounts.turn(account, looks, leases));
      else isWhole = false;
    }
    for (const plan of plans) {
      if (!canReach(plan.environment)) await attempt(() => desks.hedges.turn(plan, NOTHING.looks, NOTHING.leases));
      else if (accountsNeeded(plan).every((account) => leases.has(account))) await attempt(() => this.hedge(plan, looks, leases));
      else isWhole = false;
    }
    const [first] = failures;
    if (first !== undefined) throw first;
    return isWhole;
  }

  private async hedge(plan: WatchedPlan, looks: ReadonlyMap<VenueAccountId, AccountLook>, leases: ReadonlyMap<VenueAccountId, VenueLease>): Promise<void> {
    const decision = await this.parts.desks.hedges.turn(plan, looks, leases);
    // Its owner wants nothing hedged, and everything is closed.
    if (plan.policy.mode.kind === 'none' && decision.kind === 'hold' && decision.reason === 'nothing-to-hedge') await this.parts.keeping.endPlan(plan);
  }

  /** Those that another process has are shown as it left them, and so are those whose look fails here: each fails for itself. */
  private async lookAtAll(owner: VenueOwner, failures: Error[]): Promise<{ readonly looks: ReadonlyMap<VenueAccountId, AccountLook>; readonly leases: ReadonlyMap<VenueAccountId, VenueLease> }> {
    const { keeping, leases, settings, watching } = this.parts;
    const accounts = (await keeping.accounts(owner)).filter((id) => partsOfVenueAccount(id).environment === settings.environment);
    const found = await Promise.all(accounts.map(async (id) => {
      try {
        const lease = await leases.hold(id);
        return { lease, look: lease === null ? await watching.watch.remembered(id) : await this.lookAt(id, owner, lease) };
      } catch (error) {
        failures.push(error as Error);
        return { lease: null, look: await watching.watch.unseen(id, error as Error) };
      }
    }));
    return { looks: new Map(found.map(({ look }) => [look.id, look])), leases: new Map(found.flatMap(({ lease }) => (lease === null ? [] : [[lease.account, lease] as const]))) };
  }

  private async lookAt(id: VenueAccountId, owner: VenueOwner, lease: VenueLease): Promise<AccountLook> {
    const { watching: { watch, keys, outbox, trials }, desks, settings } = this.parts;
    await keys.standing(id);
    const open = await this.finish(id, owner, lease);
    const look = await watch.look(id, owner, lease);
    for (const order of look.misbooked) await desks.orders.lookAgain(order, owner).catch((error: Error) => this.log.warn(`${order}: its late fills were not looked at: ${error.message}`));
    if (look.reading.kind === 'known' && look.trouble.kind === 'none') await desks.moves.settle(look.reading.value, owner);
    const notices = open.filter(({ state, sent }) => state === 'UNKNOWN' && sent.kind === 'sent' && settings.now() - sent.lastAt >= UNKNOWN_PATIENCE_MS).map((intent) => unknownOrder(owner, intent));
    await this.tellOnce(outbox, notices);
    await trials.tell(id, owner);
    return look;
  }

  /** What was left open by whoever died: looked for, and nothing of it sent. Returns what is still open. */
  private async finish(id: VenueAccountId, owner: VenueOwner, lease: VenueLease): Promise<readonly VenueIntent[]> {
    const { watching: { journal, keys }, desks } = this.parts;
    const open: VenueIntent[] = [];
    for (const { order: { clientId } } of await journal.openOrders(id)) {
      const intent = await desks.orders.carry(clientId, { owner, lease, gate: 'none' }).catch((error: Error) => (this.log.warn(`${clientId}: nobody could be asked what became of it: ${error.message}`), null));
      await heedKey(keys, intent);
      if (intent !== null) open.push(intent);
    }
    return open;
  }

  /** The outbox tells nothing twice; this only saves it the question. */
  private async tellOnce(outbox: Pick<Outbox, 'tell'>, notices: readonly Notice[]): Promise<void> {
    const fresh = notices.filter(({ id }) => !this.told.has(id));
    if (fresh.length === 0) return;
    await outbox.tell(fresh);
    for (const { id } of fresh) this.told.add(id);
  }

  /** A venue that fails, a key that is refused, a position that was taken: at its beginning, not while it lasts. */
  private isShaken(looks: readonly AccountLook[]): boolean {
    const fresh = looks.filter(({ id, trouble }) => trouble.kind !== 'none' && !this.troubled.has(id));
    for (const { id, trouble } of looks) {
      if (trouble.kind === 'none') this.troubled.delete(id);
      else this.troubled.add(id);
    }
    return fresh.length > 0 || looks.some(({ isShaken }) => isShaken);
  }
}
