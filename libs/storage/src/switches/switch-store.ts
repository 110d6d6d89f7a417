import { BREAKERS, type Notice, type Stop, type StopScope } from '@ballast/policy';
import { announce } from '../changes.js';
import { clientOf, inTransaction, type Database, type Transaction } from '../database.js';
import { storableText } from '../json/encode.js';
import { writeNotices } from '../notices.js';
import { closeGate, stopFromRow, subjectOf } from './signing-gate.js';

/** A stop with the time since when it is in force. */
export interface StopRecord extends Stop {
  readonly since: Date;
}

/** What to tell of a stop that begins or ends, given since when it is in force. Written in the same transaction. */
export type StopTold = (since: Date) => readonly Notice[];

const NOTHING: StopTold = () => [];

/** Kill switches and tripped breakers. What is stopped here is not signed any more once `stop` has returned. */
export class SwitchStore {
  constructor(private readonly database: Database) {}

  /**
   * Puts a stop in force, or replaces what the same setter said for the same scope. True where it was not in force before: then it is told of. Nothing is set by a breaker that found other code where an operator has accepted
   * that code since it looked.
   */
  async stop(stop: Stop, told: StopTold = NOTHING): Promise<boolean> {
    return inTransaction(this.database, async (tx) => !(await isAccepted(tx, stop)) && writeStop(tx, stop, told));
  }

  /** Takes away what this setter said for the scope, and nobody else's. True where there was something. */
  async release(scope: StopScope, setBy: string, told: StopTold = NOTHING): Promise<boolean> {
    return inTransaction(this.database, async (tx) => {
      const [row] = await tx.$queryRaw<{ since: Date }[]>`DELETE FROM "Switch" WHERE "scope" = ${scope.kind} AND "subject" = ${subjectOf(scope)} AND "setBy" = ${setBy} RETURNING "since"`;
      if (row === undefined) return false;
      await writeNotices(tx, told(row.since));
      await announceStops(tx, scope);
      return true;
    });
  }

  /**
   * The same by an operator, for a stop of whomever. Where a breaker tripped because a protocol runs on something else than before, what was seen last is accepted
   * with it: otherwise it would trip again.
   */
  async releaseForOperator(scope: StopScope, setBy: string): Promise<boolean> {
    return inTransaction(this.database, async (tx) => {
      const { count } = await tx.switch.deleteMany({ where: { scope: scope.kind, subject: subjectOf(scope), setBy } });
      if (setBy === BREAKERS.implementationChanged.name && scope.kind === 'protocol') {
        await tx.$executeRaw`UPDATE "AcceptedCode" SET "accepted" = "seen", "acceptedAt" = now() WHERE "chainId" = ${Number(scope.chainId)} AND "protocol" = ${scope.protocol} AND "asset" = ''`;
      }
      if (setBy === BREAKERS.sourceChanged.name && scope.kind === 'asset') {
        await tx.$executeRaw`UPDATE "AcceptedCode" SET "accepted" = "seen", "acceptedAt" = now() WHERE "chainId" = ${Number(scope.chainId)} AND "protocol" = ${scope.protocol} AND "asset" = ${scope.asset}`;
      }
      // Whoever looked and found no theft wants the lane to stay; a removal that is mined already cannot be called back.
      if (setBy === BREAKERS.keyTheft.name && scope.kind === 'chain') {
        await tx.laneRemoval.updateMany({ where: { chainId: Number(scope.chainId), state: 'open' }, data: { state: 'called-off', problem: 'called off by an operator', settledAt: new Date() } });
      }
      if (count > 0) await announceStops(tx, scope);
      return count > 0;
    });
  }

  /** Everything that is in force, oldest first. */
  async inForce(): Promise<readonly StopRecord[]> {
    const rows = await clientOf(this.database).switch.findMany({ orderBy: [{ since: 'asc' }, { scope: 'asc' }, { subject: 'asc' }, { setBy: 'asc' }] });
    return rows.map((row) => ({ ...stopFromRow(row), since: row.since }));
  }
}

/** Whether all that the breaker looks at is by now what was accepted: held until the caller's transaction ends, so that accepting comes before it or after. */
async function isAccepted(tx: Transaction, { scope, setBy }: Stop): Promise<boolean> {
  const asset = setBy === BREAKERS.implementationChanged.name && scope.kind === 'protocol' ? '' : setBy === BREAKERS.sourceChanged.name && scope.kind === 'asset' ? scope.asset : null;
  if (asset === null || (scope.kind !== 'protocol' && scope.kind !== 'asset')) return false;
  const rows = await tx.$queryRaw<{ isSame: boolean }[]>`
    SELECT "accepted" = "seen" AS "isSame" FROM "AcceptedCode" WHERE "chainId" = ${Number(scope.chainId)} AND "protocol" = ${scope.protocol} AND "asset" = ${asset} FOR UPDATE`;
  return rows.length > 0 && rows.every(({ isSame }) => isSame);
}

/** Puts a stop in force within the caller's transaction; what is signed after that has read it. True where it was not in force before. */
export async function writeStop(tx: Transaction, stop: Stop, told: StopTold): Promise<boolean> {
  await closeGate(tx);
  const key = { scope: stop.scope.kind, subject: subjectOf(stop.scope), setBy: storableText(stop.setBy) };
  const said = { stops: stop.stops, reason: storableText(stop.reason) };
  const before = await tx.switch.findUnique({ where: { scope_subject_setBy: key } });
  const after = await tx.switch.upsert({ where: { scope_subject_setBy: key }, create: { ...key, ...said }, update: said });
  if (before === null) await writeNotices(tx, told(after.since));
  await announceStops(tx, stop.scope);
  return before === null;
}

/** A stop changes what a page says of the chain, or of one account. A stop of all chains is seen at the next look. */
async function announceStops(tx: Transaction, scope: StopScope): Promise<void> {
  if (scope.kind === 'global') return;
  await announce(tx, [{ type: 'chain', chainId: Number(scope.chainId) }]);
}
