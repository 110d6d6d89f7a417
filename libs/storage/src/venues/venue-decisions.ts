import { randomUUID } from 'node:crypto';
import { partsOfVenueAccount, type VenueEnvironment } from '@ballast/positions';
import type { AccountDecision, HedgeDecision, VenueSubject } from '@ballast/policy';
import type { Transaction } from '../database.js';
import { NotStored } from '../errors.js';
import { toJson } from '../json/encode.js';
import { lockAccount, lockPlan } from './venue-locks.js';

export const environmentOf = (subject: VenueSubject): VenueEnvironment => (subject.kind === 'hedge' ? subject.environment : partsOfVenueAccount(subject.account).environment);

/** How a decision's row, or an order's, names what it is about. */
export const subjectColumns = (subject: VenueSubject) => ({ environment: environmentOf(subject), planId: subject.kind === 'hedge' ? subject.planId : null, account: subject.kind === 'account' ? subject.account : null });

/** Locks the row of what is decided about, and returns the version of the bounds that an account is decided about under; of a hedge the decision says it. @throws NotStored */
async function lockSubject(tx: Transaction, subject: VenueSubject): Promise<number> {
  if (subject.kind === 'account') {
    const { boundsVersion } = await lockAccount(tx, subject.account, subject);
    return subject.boundsVersion ?? boundsVersion;
  }
  return (await lockPlan(tx, subject.planId, subject)).version;
}

/**
 * Stores a decision under the lock of what it is about. One not to act that equals the last one in kind, reason and version extends its row: one more look, the last look's inputs. Decided again for a moment that is
 * counted already, the run stays as it is. Returns the row's id. @throws NotStored
 */
export async function writeVenueDecision(tx: Transaction, subject: VenueSubject, decision: HedgeDecision | AccountDecision): Promise<string> {
  const standing = await lockSubject(tx, subject);
  const version = 'policyVersion' in decision ? decision.policyVersion : standing;
  const { environment, planId, account } = subjectColumns(subject);
  const at = new Date(decision.at);
  const detail = toJson(decision, 'VenueDecision.detail');
  const last = await tx.venueDecision.findFirst({ where: { environment, planId, account }, orderBy: [{ lastAt: 'desc' }, { createdAt: 'desc' }], select: { id: true, kind: true, reason: true, version: true, lastAt: true } });
  if (last !== null && decision.kind !== 'act' && last.kind === decision.kind && last.reason === decision.reason && last.version === version) {
    if (at > last.lastAt) await tx.venueDecision.update({ where: { id: last.id }, data: { lastAt: at, looks: { increment: 1 }, detail } });
    return last.id;
  }
  const { id } = await tx.venueDecision.create({
    data: {
      id: randomUUID(), environment, planId, account, chainId: subject.chainId, owner: subject.owner, underlying: subject.kind === 'hedge' ? subject.underlying : null, version, kind: decision.kind, reason: decision.reason, at, lastAt: at, detail,
    },
    select: { id: true },
  });
  return id;
}

/** The version that a stored decision was made under. @throws NotStored where it is not about this subject */
export async function versionOfDecision(tx: Transaction, decisionId: string, subject: VenueSubject): Promise<number> {
  const row = await tx.venueDecision.findFirst({ where: { id: decisionId, ...subjectColumns(subject) }, select: { version: true } });
  if (row === null) throw new NotStored(subject.kind === 'hedge' ? `decision about hedge plan ${subject.planId}` : `decision about ${subject.account}`, decisionId);
  return row.version;
}
