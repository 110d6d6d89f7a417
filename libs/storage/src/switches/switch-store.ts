import type { Stop, StopScope } from '@ballast/policy';
import { clientOf, inTransaction, type Database } from '../database.js';
import { storableText } from '../json/encode.js';
import { closeGate, scopeFromRow, subjectOf } from './signing-gate.js';

/** A stop with the time since when it is in force. */
export interface StopRecord extends Stop {
  readonly since: Date;
}

/** Kill switches and tripped breakers. What is stopped here is not signed any more once `stop` has returned. */
export class SwitchStore {
  constructor(private readonly database: Database) {}

  /** Puts a stop in force, or replaces what the same setter said for the same scope. True where it was not in force before. */
  async stop(stop: Stop): Promise<boolean> {
    return inTransaction(this.database, async (tx) => {
      await closeGate(tx);
      const key = { scope: stop.scope.kind, subject: subjectOf(stop.scope), setBy: storableText(stop.setBy) };
      const said = { stops: stop.stops, reason: storableText(stop.reason) };
      const before = await tx.switch.findUnique({ where: { scope_subject_setBy: key } });
      await tx.switch.upsert({ where: { scope_subject_setBy: key }, create: { ...key, ...said }, update: said });
      return before === null;
    });
  }

  /** Takes away what this setter said for the scope, and nobody else's. True where there was something. */
  async release(scope: StopScope, setBy: string): Promise<boolean> {
    const { count } = await clientOf(this.database).switch.deleteMany({ where: { scope: scope.kind, subject: subjectOf(scope), setBy } });
    return count > 0;
  }

  /** Everything that is in force, oldest first. */
  async inForce(): Promise<readonly StopRecord[]> {
    const rows = await clientOf(this.database).switch.findMany({ orderBy: { since: 'asc' } });
    return rows.map((row) => ({ scope: scopeFromRow(row.scope, row.subject), stops: row.stops as Stop['stops'], setBy: row.setBy, reason: row.reason, since: row.since }));
  }
}
