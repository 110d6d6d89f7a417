import { randomUUID } from 'node:crypto';
import { OPERATORS } from '@ballast/policy';
import type { ChainId } from '@ballast/units';
import { inTransaction, type Database } from './database.js';
import { newToken } from './token.js';

/**
 * Makes these addresses the subscribers of what operators are told, and ends those that are named no more. Whoever configures the service confirms them by that.
 * What they are told is stored before it is sent, and delivered at least once, like every notice.
 */
export async function subscribeOperators(database: Database, chain: ChainId, emails: readonly string[]): Promise<void> {
  await inTransaction(database, async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`subscription ${chain} ${OPERATORS} email`}, 0))`;
    const now = new Date();
    const live = { chainId: chain, account: OPERATORS, channel: 'email', status: { not: 'ended' } };
    await tx.subscription.updateMany({ where: { ...live, target: { notIn: [...emails] } }, data: { status: 'ended', endedAt: now } });
    const there = new Set((await tx.subscription.findMany({ where: live, select: { target: true } })).map(({ target }) => target));
    const missing = [...new Set(emails)].filter((email) => !there.has(email));
    await tx.subscription.createMany({ data: missing.map((target) => ({ id: randomUUID(), chainId: chain, account: OPERATORS, channel: 'email', target, status: 'active', endToken: newToken(), createdAt: now, confirmedAt: now })) });
  });
}
