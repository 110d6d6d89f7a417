import { randomUUID } from 'node:crypto';
import { InvalidInput, type Address, type ChainId } from '@ballast/units';
import { partsOfInstrument, partsOfVenueAccount, venuePositionId, type InstrumentId, type Underlying, type VenueAccountId, type VenueEnvironment } from '@ballast/positions';
import { alarmSubjects, type HedgeLedger, type HedgePlan, type HedgePolicy, type Notice, type VenueOwner } from '@ballast/policy';
import { forgetAlarms } from '../alarms/alarm-book.js';
import { toDecimal, whole } from '../amount.js';
import { announce } from '../changes.js';
import { clientOf, inTransaction, type Database, type Transaction } from '../database.js';
import { AccountTaken, NotStored } from '../errors.js';
import type { Prisma } from '../generated/prisma/client.js';
import { fromJson, storableText, toJson } from '../json/encode.js';
import { hedgePolicy } from '../json/hedge-shape.js';
import { writeNotices } from '../notices.js';
import { lockAccounts, lockOwner, lockPlan } from './venue-locks.js';

/** What an owner wants. The id is given when it is stored first, the version with every change. */
export interface HedgeWish extends VenueOwner, Pick<HedgePlan, 'environment' | 'legs' | 'puts'> {
  readonly policy: Omit<HedgePolicy, 'version'>;
}

/** A plan in its last version, with its record. */
export interface StoredHedgePlan extends HedgePlan {
  readonly active: boolean;
  readonly endedWhy: string | null;
  /** Since when its mode would hedge nothing, in milliseconds of our wall clock. */
  readonly danger: HedgeLedger['danger'];
  readonly createdAt: Date;
  /** When it was changed last. */
  readonly changedAt: Date;
  readonly endedAt: Date | null;
}

type LegRow = Prisma.HedgePlanLegGetPayload<object>;

const planParts = { versions: { orderBy: { version: 'desc' }, take: 1, include: { legs: { orderBy: { place: 'asc' } } } } } as const satisfies Prisma.HedgePlanInclude;

/** What owners want hedged, in all its versions. */
export class HedgePlanStore {
  constructor(private readonly database: Database) {}

  /**
   * Stores a plan, or a new version of the active one that the owner has on the chain for the underlying in this environment. Legs that the version before had and this one has not are kept as leaving until `forgetLeg`.
   * @throws InvalidInput where a leg's instrument is not its account's venue's or a place is of the other environment; NotStored where an account is not the owner's, carries no hedges, or its key has ended; AccountTaken where one is
   * protected as a position of its own, but for a plan that only closes what it has
   */
  async put(wish: HedgeWish, told: (plan: HedgePlan) => readonly Notice[]): Promise<StoredHedgePlan> {
    requireOnePlace(wish);
    return inTransaction(this.database, async (tx) => {
      await lockAccounts(tx, accountsOf(wish), wish);
      await lockOwner(tx, wish.environment, wish);
      await requireAccounts(tx, wish);
      const { environment, chainId, owner, policy: { underlying } } = wish;
      const before = await tx.hedgePlan.findFirst({ where: { environment, chainId, owner, underlying, active: true }, select: { id: true, version: true } });
      const id = before?.id ?? randomUUID();
      const version = (before?.version ?? 0) + 1;
      if (before === null) await tx.hedgePlan.create({ data: { id, environment, chainId, owner, underlying, version } });
      else await tx.hedgePlan.update({ where: { id }, data: { version } });
      await writeVersion(tx, id, version, wish, before === null ? [] : await leftBehind(tx, before, wish));
      const stored = planFromRow(await tx.hedgePlan.findUniqueOrThrow({ where: { id }, include: planParts }));
      await writeNotices(tx, told(stored));
      await announce(tx, [{ type: 'hedge', account: owner }]);
      return stored;
    });
  }

  /** Ends a plan. It closes nothing: whoever wants that sets the mode `none` first, or flattens. False, and nothing is written, where it has ended already. @throws NotStored where the owner has no such plan */
  async end(id: string, of: VenueOwner & { readonly environment: VenueEnvironment }, why: string, notices: readonly Notice[]): Promise<boolean> {
    return inTransaction(this.database, (tx) => endPlan(tx, id, of, why, notices, 'any'));
  }

  /** As `end`, by whoever looked at this version of the plan. False, and nothing is written, where it was changed since: its owner wants something else by now. @throws NotStored */
  async endLookedAt(plan: Pick<HedgePlan, 'id' | 'policy' | 'environment' | 'chainId' | 'owner'>, why: string): Promise<boolean> {
    return inTransaction(this.database, (tx) => endPlan(tx, plan.id, plan, why, [], plan.policy.version));
  }

  /** Nothing more is held in a leg that the owner took out of this version of the plan. Nothing is written where it is none, or the plan was changed since. */
  async forgetLeg({ id, policy: { version }, owner }: Pick<HedgePlan, 'id' | 'policy' | 'owner'>, { account, instrument }: Pick<HedgePlan['leaving'][number], 'account' | 'instrument'>): Promise<void> {
    await inTransaction(this.database, async (tx) => {
      const { count } = await tx.hedgePlanLeg.deleteMany({ where: { planId: id, version, account, instrument, leaving: true } });
      if (count > 0) await announce(tx, [{ type: 'hedge', account: owner }]);
    });
  }

  async get(id: string): Promise<StoredHedgePlan | null> {
    return (await this.find({ id }))[0] ?? null;
  }

  /** Those in force on the chain, oldest first. */
  async active(chain: ChainId): Promise<readonly StoredHedgePlan[]> {
    return this.find({ chainId: chain, active: true });
  }

  /** All that the owner ever had on this chain, oldest first. */
  async ofOwner(chain: ChainId, owner: Address): Promise<readonly StoredHedgePlan[]> {
    return this.find({ chainId: chain, owner });
  }

  /** Carries on since when the mode would hedge nothing. @throws NotStored */
  async setDanger(id: string, danger: HedgeLedger['danger']): Promise<void> {
    const { count } = await clientOf(this.database).hedgePlan.updateMany({ where: { id }, data: { dangerGoneAt: danger.kind === 'there' ? null : new Date(danger.at) } });
    if (count === 0) throw new NotStored('hedge plan', id);
  }

  private async find(where: Prisma.HedgePlanWhereInput): Promise<readonly StoredHedgePlan[]> {
    const rows = await clientOf(this.database).hedgePlan.findMany({ where, include: planParts, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
    return rows.map(planFromRow);
  }
}

const accountsOf = ({ legs, puts }: HedgeWish): readonly VenueAccountId[] => [...new Set([...legs.map(({ account }) => account), ...(puts.kind === 'account' ? [puts.account] : [])])];

function requireOnePlace(wish: HedgeWish): void {
  for (const account of accountsOf(wish)) if (partsOfVenueAccount(account).environment !== wish.environment) throw new InvalidInput('account of a hedge plan', account, `one of ${wish.environment}`);
  for (const { account, instrument } of wish.legs) {
    partsOfInstrument(instrument);
    venuePositionId(account, instrument);
  }
}

async function requireAccounts(tx: Transaction, wish: HedgeWish): Promise<void> {
  const wanted = accountsOf(wish);
  const { environment, chainId, owner } = wish;
  const rows = await tx.venueAccount.findMany({ where: { id: { in: [...wanted] }, environment, chainId, owner, carriesHedges: true, key: { state: { not: 'ended' } } }, select: { id: true, bounds: true } });
  const missing = wanted.find((id) => !rows.some((row) => row.id === id));
  if (missing !== undefined) throw new NotStored('venue account that carries hedges, with a key in force,', `${missing} of ${owner} on chain ${chainId}`);
  const guarded = rows.find(({ bounds }) => bounds !== null);
  if (guarded !== undefined && wish.policy.mode.kind !== 'none') throw new AccountTaken(guarded.id, 'protection');
}

async function endPlan(tx: Transaction, id: string, of: VenueOwner & { readonly environment: VenueEnvironment }, why: string, notices: readonly Notice[], inVersion: number | 'any'): Promise<boolean> {
  // Whoever stores a version has looked for the active plan under this lock, and would write it to one that has ended.
  await lockOwner(tx, of.environment, of);
  const { active, version } = await lockPlan(tx, id, of);
  if (!active || (inVersion !== 'any' && version !== inVersion)) return false;
  const { underlying } = await tx.hedgePlan.update({ where: { id }, data: { active: false, endedAt: new Date(), endedWhy: storableText(why) } });
  await forgetAlarms(tx, { chainId: of.chainId, account: of.owner }, [alarmSubjects.hedge(of.environment, underlying)]);
  await writeNotices(tx, notices);
  await announce(tx, [{ type: 'hedge', account: of.owner }]);
  return true;
}

/** Legs of the version before, and those that were leaving it, that the wish does not name. */
async function leftBehind(tx: Transaction, before: { readonly id: string; readonly version: number }, { legs }: HedgeWish): Promise<readonly LegRow[]> {
  const rows = await tx.hedgePlanLeg.findMany({ where: { planId: before.id, version: before.version }, orderBy: { place: 'asc' } });
  return rows.filter((row) => !legs.some(({ account, instrument }) => account === row.account && instrument === row.instrument));
}

async function writeVersion(tx: Transaction, planId: string, version: number, { environment, policy, legs, puts }: HedgeWish, leaving: readonly LegRow[]): Promise<void> {
  await tx.hedgePlanVersion.create({ data: { planId, version, environment, policy: toJson({ ...policy, version }, 'HedgePlanVersion.policy'), putsAccount: puts.kind === 'account' ? puts.account : null } });
  const carrying = legs.map(({ account, instrument, maxNotionalUsdE8 }) => ({ account, instrument, maxNotionalUsdE8: toDecimal(maxNotionalUsdE8), leaving: false }));
  const left = leaving.map(({ account, instrument, maxNotionalUsdE8 }) => ({ account, instrument, maxNotionalUsdE8, leaving: true }));
  await tx.hedgePlanLeg.createMany({ data: [...carrying, ...left].map((leg, place) => ({ planId, version, place, environment, ...leg })) });
}

const legFromRow = ({ account, instrument, maxNotionalUsdE8 }: LegRow): HedgePlan['legs'][number] => ({ account: account as VenueAccountId, instrument: instrument as InstrumentId, maxNotionalUsdE8: whole(maxNotionalUsdE8) });

function planFromRow(row: Prisma.HedgePlanGetPayload<{ include: typeof planParts }>): StoredHedgePlan {
  const [last] = row.versions;
  if (last === undefined) throw new NotStored('version of hedge plan', row.id);
  const policy = fromJson(hedgePolicy, last.policy, `HedgePlanVersion ${row.id} ${last.version} policy`);
  return {
    id: row.id, environment: row.environment as VenueEnvironment, chainId: row.chainId as ChainId, owner: row.owner as Address, policy: { ...policy, underlying: row.underlying as Underlying },
    legs: last.legs.filter(({ leaving }) => !leaving).map(legFromRow), leaving: last.legs.filter(({ leaving }) => leaving).map(legFromRow),
    puts: last.putsAccount === null ? { kind: 'none' } : { kind: 'account', account: last.putsAccount as VenueAccountId },
    active: row.active, endedWhy: row.endedWhy, danger: row.dangerGoneAt === null ? { kind: 'there' } : { kind: 'gone-since', at: row.dangerGoneAt.getTime() }, createdAt: row.createdAt, changedAt: last.createdAt, endedAt: row.endedAt,
  };
}
