import { InvalidInput, type UsdE8 } from '@ballast/units';
import type { AccountDecision, FilledLately, HedgeDecision, MarginMove, Notice, OrderDropCode, SendingFacts, SendingOutcome, StoredRefusal, VenueIntent, VenueJournal, VenueLease, VenueSubject } from '@ballast/policy';
import type { ClientOrderId, VenueAccountId } from '@ballast/positions';
import { toDecimal } from '../amount.js';
import { CHANGE_CHANNEL, announce } from '../changes.js';
import { clientOf, inTransaction, type Database, type Transaction } from '../database.js';
import { OrderIdTaken } from '../errors.js';
import { toJsonText } from '../json/encode.js';
import { writeNotices } from '../notices.js';
import { enterGate } from '../switches/signing-gate.js';
import { advanceMove, openMoves, planMove, sendingMove, type MoveSending } from './margin-moves.js';
import { asItWas, intentFromRow, isSameOrder, lifeColumns, orderColumns, requireLater } from './order-rows.js';
import { guardRefusals, keyRefusals, requireVenueLease, sendingFacts } from './sending-facts.js';
import { filledLately, type SentFor } from './sent-orders.js';
import { subjectColumns, versionOfDecision, writeVenueDecision } from './venue-decisions.js';
import { lockAccount, lockAccounts, lockOwner, type LockedAccount } from './venue-locks.js';

/** An order to be planned, with what it is worth. `slice`: the one in its name; the next where it is left out. */
interface Wanted {
  readonly intent: VenueIntent;
  readonly notionalUsdE8: UsdE8;
  readonly slice?: number;
}

/** The journal of venues in PostgreSQL. Each method is one transaction: what it writes is there whole after a crash, or not at all. */
export class PrismaVenueJournal implements VenueJournal {
  constructor(private readonly database: Database) {}

  /** @throws NotStored */
  async record(subject: VenueSubject, decision: HedgeDecision | AccountDecision, notices: readonly Notice[]): Promise<string> {
    return inTransaction(this.database, async (tx) => {
      const id = await writeVenueDecision(tx, subject, decision);
      await writeNotices(tx, notices);
      await announce(tx, [{ type: 'hedge', account: subject.owner }]);
      return id;
    });
  }

  /** Which slice the next order of the subject's version is: 0 before the first. Orders that were planned keep theirs for ever, so an id made from it is new. */
  async nextSlice(subject: VenueSubject, version: number): Promise<number> {
    return nextSlice(clientOf(this.database), subject, version);
  }

  /** @throws NotStored; OrderIdTaken where another order has the id; InvalidInput where an intent is not PLANNED */
  async plan(decisionId: string, subject: VenueSubject, intents: readonly Wanted[], notices: readonly Notice[]): Promise<readonly VenueIntent[]> {
    return inTransaction(this.database, async (tx) => {
      await lockAccounts(tx, intents.map(({ intent }) => intent.order.account), subject);
      const version = await versionOfDecision(tx, decisionId, subject);
      const first = await nextSlice(tx, subject, version);
      const stored: VenueIntent[] = [];
      for (const [place, wanted] of intents.entries()) {
        const written = await writePlanned(tx, decisionId, subject, version, { slice: first + place, ...wanted });
        if (written !== null) stored.push(written);
      }
      await writeNotices(tx, notices);
      await announce(tx, [{ type: 'hedge', account: subject.owner }]);
      return stored;
    });
  }

  async openOrders(account: VenueAccountId): Promise<readonly VenueIntent[]> {
    const rows = await clientOf(this.database).venueOrder.findMany({ where: { account, open: true }, orderBy: [{ createdAt: 'asc' }, { clientId: 'asc' }] });
    return rows.map(intentFromRow);
  }

  async filledLately(account: VenueAccountId, withinMs: number): Promise<readonly FilledLately[]> {
    return filledLately(clientOf(this.database), account, withinMs);
  }

  async order(id: ClientOrderId): Promise<VenueIntent | null> {
    const row = await clientOf(this.database).venueOrder.findUnique({ where: { clientId: id } });
    return row === null ? null : intentFromRow(row);
  }

  /**
   * Beside what `may` says: nothing is sent with a key that has ended or whose owner did not accept what it may lose, and nothing that makes a position larger for a plan that has ended or was changed since, and nothing at all for an account that is not guarded any more, or within other bounds than it was decided under.
   * @throws LeaseLost; InvalidInput where `next` is not the same order being sent
   */
  async sending(from: VenueIntent, next: VenueIntent, lease: VenueLease, may: (facts: SendingFacts) => readonly OrderDropCode[]): Promise<SendingOutcome> {
    const { sent } = next;
    requireLater(from, next);
    if (next.state !== 'SENT' || sent.kind !== 'sent' || sent.times !== timesSent(from) + 1) throw new InvalidInput('venue order to send', `${next.state}, sent ${timesSent(next)} times`, `SENT, sent ${timesSent(from) + 1} times`);
    return inTransaction(this.database, async (tx): Promise<SendingOutcome> => {
      await enterGate(tx);
      const account = await lockAccount(tx, from.order.account);
      await requireVenueLease(tx, account.id, lease);
      await lockOwner(tx, account.environment, account);
      const row = await tx.venueOrder.findFirst({ where: asItWas(from), select: { planId: true, version: true, decision: { select: { account: true } } } });
      if (row === null) return { kind: 'moved-on' };
      const of = row.planId === null ? { account: (row.decision.account ?? account.id) as VenueAccountId } : { planId: row.planId };
      const because = [...(await ownRefusals(tx, from, of, row.version, account)), ...may(await sendingFacts(tx, from, account, of))];
      if (because.length > 0) return { kind: 'refused', because };
      const [clock] = await tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS "now"`;
      await tx.venueOrder.update({ where: { clientId: from.order.clientId }, data: { ...lifeColumns(next), timesSent: sent.times, sentAt: new Date(sent.lastAt), sentOn: clock?.now ?? null } });
      await writeStep(tx, from, 'sending', next, account.owner);
      return { kind: 'sent', intent: next };
    });
  }

  /** @throws InvalidInput where `next` is another order, has less filled, or says that it was sent: only `sending` writes that */
  async advance(from: VenueIntent, next: VenueIntent, event: string, notices: readonly Notice[]): Promise<boolean> {
    requireLater(from, next);
    if (timesSent(next) !== timesSent(from) || (next.state === 'SENT' && from.state !== 'SENT')) throw new InvalidInput('venue order', `${next.state}, sent ${timesSent(next)} times`, `one that was sent ${timesSent(from)} times, or a call of sending`);
    return inTransaction(this.database, async (tx) => {
      const [row] = await tx.venueOrder.updateManyAndReturn({ where: asItWas(from), data: lifeColumns(next), select: { owner: true } });
      if (row === undefined) return false;
      await writeStep(tx, from, event, next, row.owner);
      await writeNotices(tx, notices);
      return true;
    });
  }

  /** False, and nothing is stored, where a move of the account is open. @throws NotStored */
  async planMove(decisionId: string, subject: VenueSubject, move: MarginMove, notices: readonly Notice[]): Promise<boolean> {
    return planMove(this.database, decisionId, subject, move, notices);
  }

  async openMoves(account: VenueAccountId): Promise<readonly MarginMove[]> {
    return openMoves(this.database, account);
  }

  /** It makes no position larger: only a stop after which nothing is sent holds it back, a key that has ended or was not accepted, and an account that is not guarded any more or within other bounds. @throws LeaseLost */
  async sendingMove(move: MarginMove, at: number, lease: VenueLease): Promise<MoveSending> {
    return sendingMove(this.database, move, at, lease);
  }

  async advanceMove(from: MarginMove, next: MarginMove, notices: readonly Notice[]): Promise<boolean> {
    return advanceMove(this.database, from, next, notices);
  }
}

const timesSent = ({ sent }: VenueIntent): number => (sent.kind === 'sent' ? sent.times : 0);

async function nextSlice(tx: Transaction, subject: VenueSubject, version: number): Promise<number> {
  const { environment, planId, account } = subjectColumns(subject);
  const { _max } = await tx.venueOrder.aggregate({ where: { decision: { environment, planId, account, version } }, _max: { slice: true } });
  return (_max.slice ?? -1) + 1;
}

/** Stores one order under the lock of its account, or finds it stored; null where something is open for its account and underlying. @throws OrderIdTaken, InvalidInput */
async function writePlanned(tx: Transaction, decisionId: string, subject: VenueSubject, version: number, { intent, notionalUsdE8, slice }: Required<Wanted>): Promise<VenueIntent | null> {
  const { order, underlying, state } = intent;
  const there = await tx.venueOrder.findUnique({ where: { clientId: order.clientId } });
  if (there !== null && !isSameOrder(there, intent)) throw new OrderIdTaken(order.clientId);
  if (there !== null) return intentFromRow(there);
  if (state !== 'PLANNED' || timesSent(intent) > 0) throw new InvalidInput(`venue order ${order.clientId}`, `${state}, sent ${timesSent(intent)} times`, 'PLANNED, never sent');
  // The account's row is locked, so another plan has either committed its open order or not begun. The partial unique index says the same to writers that do not come through here.
  if ((await tx.venueOrder.findFirst({ where: { account: order.account, underlying, open: true }, select: { clientId: true } })) !== null) return null;
  const row = await tx.venueOrder.create({
    data: {
      ...orderColumns(order), ...lifeColumns(intent), underlying, chainId: subject.chainId, owner: subject.owner, decisionId, planId: subject.kind === 'hedge' ? subject.planId : null, version, slice, notionalUsdE8: toDecimal(notionalUsdE8),
    },
  });
  return intentFromRow(row);
}

/** What the stored state says against sending, whatever the gate says. */
async function ownRefusals(tx: Transaction, { order }: VenueIntent, of: SentFor, version: number, account: LockedAccount): Promise<readonly StoredRefusal[]> {
  const key = keyRefusals(account);
  if (key.length > 0) return key;
  // To close a part of what its owner has is a thing that he allows or does not; what a hedge holds is ours to close.
  if ('account' in of) return guardRefusals(tx, of.account, version);
  if (order.reduceOnly) return [];
  const plan = await tx.hedgePlan.findUnique({ where: { id: of.planId }, select: { active: true, version: true } });
  return plan === null || !plan.active ? ['plan-ended'] : plan.version === version ? [] : ['plan-changed'];
}

/** Writes the transition behind the order's earlier ones, and announces it. */
async function writeStep(tx: Transaction, from: VenueIntent, event: string, to: VenueIntent, owner: string): Promise<void> {
  const { clientId } = to.order;
  const detail = toJsonText({ filled: to.filled, why: to.why }, 'VenueOrderStep.detail');
  await tx.$executeRaw`
    WITH step AS (
      INSERT INTO "VenueOrderStep" ("clientId", "seq", "from", "event", "to", "detail", "at")
      SELECT ${clientId}, count(*)::int, ${from.state}, ${event}, ${to.state}, ${detail}::jsonb, clock_timestamp() FROM "VenueOrderStep" WHERE "clientId" = ${clientId}
      RETURNING "seq"
    )
    SELECT pg_notify(${CHANGE_CHANNEL}, ${JSON.stringify({ type: 'hedge', account: owner })}) FROM step`;
}

