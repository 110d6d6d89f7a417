import type { Transaction } from '../database.js';

/** Active plans whose version in force has one of these accounts as a leg, also as one that is leaving, or for its puts; `leaves`: only as one that is leaving. */
export async function plansOn(tx: Transaction, accounts: readonly string[]): Promise<readonly { readonly id: string; readonly leaves: boolean }[]> {
  return tx.$queryRaw<{ id: string; leaves: boolean }[]>`
    SELECT p."id", bool_and(coalesce(l."leaving", false) AND coalesce(v."putsAccount" <> ALL(${[...accounts]}::text[]), true)) AS "leaves"
    FROM "HedgePlan" p JOIN "HedgePlanVersion" v ON v."planId" = p."id" AND v."version" = p."version" LEFT JOIN "HedgePlanLeg" l ON l."planId" = v."planId" AND l."version" = v."version" AND l."account" = ANY(${[...accounts]}::text[])
    WHERE p."active" AND (l."account" IS NOT NULL OR v."putsAccount" = ANY(${[...accounts]}::text[]))
    GROUP BY p."id" ORDER BY p."id"`;
}
