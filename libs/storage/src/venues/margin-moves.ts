import { InvalidInput } from '@ballast/units';
import type { MarginMove, Notice, OrderDropCode, VenueLease, VenueSubject } from '@ballast/policy';
import { partsOfVenueAccount, type VenueAccountId } from '@ballast/positions';
import { toDecimal } from '../amount.js';
import { announce } from '../changes.js';
import { clientOf, inTransaction, type Database } from '../database.js';
import type { Prisma } from '../generated/prisma/client.js';
import { storableText } from '../json/encode.js';
import { writeNotices } from '../notices.js';
import { enterGate } from '../switches/signing-gate.js';
import { moveFromRow } from './order-rows.js';
import { guardRefusals, keyRefusals, requireVenueLease, stopAtVenue } from './sending-facts.js';
import { versionOfDecision } from './venue-decisions.js';
import { lockAccount, lockOwner } from './venue-locks.js';

/** What came of a margin move that was about to be sent. */
export type MoveSending = { readonly kind: 'sent' } | { readonly kind: 'refused'; readonly because: readonly OrderDropCode[] } | { readonly kind: 'moved-on' };

const OPEN: readonly MarginMove['state'][] = ['PLANNED', 'SENT', 'UNKNOWN'];

const asItWas = ({ id, account, instrument, state, sentAt }: MarginMove) => ({ id, account, instrument, state, sentAt: sentAt === null ? null : new Date(sentAt) }) satisfies Prisma.VenueMarginMoveWhereInput;

export async function planMove(database: Database, decisionId: string, subject: VenueSubject, move: MarginMove, notices: readonly Notice[]): Promise<boolean> {
  if (move.state !== 'PLANNED' || move.sentAt !== null) throw new InvalidInput(`margin move ${move.id}`, move.state, 'PLANNED, never sent');
  return inTransaction(database, async (tx) => {
    const { id: account, environment } = await lockAccount(tx, move.account, subject);
    const version = await versionOfDecision(tx, decisionId, subject);
    if ((await tx.venueMarginMove.findFirst({ where: { OR: [{ account, open: true }, { id: move.id }] }, select: { id: true } })) !== null) return false;
    await tx.venueMarginMove.create({
      data: {
        id: move.id, environment, account, instrument: move.instrument, chainId: subject.chainId, owner: subject.owner, decisionId, planId: subject.kind === 'hedge' ? subject.planId : null, version,
        amount: toDecimal(move.amount), marginBefore: toDecimal(move.marginBefore), state: move.state, why: move.why,
      },
    });
    await writeNotices(tx, notices);
    await announce(tx, [{ type: 'hedge', account: subject.owner }]);
    return true;
  });
}

export async function openMoves(database: Database, account: VenueAccountId): Promise<readonly MarginMove[]> {
  const rows = await clientOf(database).venueMarginMove.findMany({ where: { account, open: true }, orderBy: { createdAt: 'asc' } });
  return rows.map(moveFromRow);
}

export async function sendingMove(database: Database, move: MarginMove, at: number, lease: VenueLease): Promise<MoveSending> {
  return inTransaction(database, async (tx): Promise<MoveSending> => {
    await enterGate(tx);
    const account = await lockAccount(tx, move.account);
    await requireVenueLease(tx, account.id, lease);
    await lockOwner(tx, account.environment, account);
    const before = { ...asItWas(move), state: 'PLANNED', sentAt: null };
    const row = move.state === 'PLANNED' ? await tx.venueMarginMove.findFirst({ where: before, select: { version: true, decision: { select: { account: true } } } }) : null;
    if (row === null) return { kind: 'moved-on' };
    const key = keyRefusals(account);
    const guard = key.length > 0 || row.decision.account === null ? [] : await guardRefusals(tx, row.decision.account, row.version);
    const stop = await stopAtVenue(tx, partsOfVenueAccount(account.id), account);
    const because: readonly OrderDropCode[] = [...key, ...guard, ...(stop === 'cancel-all' ? (['stopped'] as const) : [])];
    if (because.length > 0) return { kind: 'refused', because };
    await tx.venueMarginMove.update({ where: { id: move.id }, data: { state: 'SENT', sentAt: new Date(at) } });
    await announce(tx, [{ type: 'hedge', account: account.owner }]);
    return { kind: 'sent' };
  });
}

export async function advanceMove(database: Database, from: MarginMove, next: MarginMove, notices: readonly Notice[]): Promise<boolean> {
  if (next.id !== from.id || next.sentAt !== from.sentAt || (next.state === 'SENT' && from.state !== 'SENT')) throw new InvalidInput(`margin move ${from.id}`, `${next.id}, ${next.state}`, 'the same move a step later; only sendingMove says that it was sent');
  return inTransaction(database, async (tx) => {
    const open = OPEN.includes(next.state);
    const [row] = await tx.venueMarginMove.updateManyAndReturn({ where: asItWas(from), data: { state: next.state, why: next.why === null ? null : storableText(next.why), open, closedAt: open ? null : new Date() }, select: { owner: true } });
    if (row === undefined) return false;
    await writeNotices(tx, notices);
    await announce(tx, [{ type: 'hedge', account: row.owner }]);
    return true;
  });
}
