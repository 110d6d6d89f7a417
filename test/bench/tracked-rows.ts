import type pg from 'pg';

/** Watches the accounts at Aave. */
export async function watchAll(sql: pg.Client, chain: number, accounts: readonly string[]): Promise<void> {
  await sql.query('INSERT INTO "WatchedAccount" ("chainId", "protocol", "account") SELECT $1, \'aave-v3\', unnest($2::text[]) ON CONFLICT DO NOTHING', [chain, accounts]);
}

/**
 * Adds so many tracked accounts of which the chain knows nothing: each with a whole row, state and report, as the worker stored that of `model`, a real one, under an id and an
 * account of its own; and watched like any other.
 */
export async function addRows(sql: pg.Client, chain: number, count: number, model: string): Promise<void> {
  const made = "'0xc0' || lpad(to_hex(n), 38, '0') AS made FROM generate_series(1, $1::int) AS n";
  await sql.query(`INSERT INTO "WatchedAccount" ("chainId", "protocol", "account") SELECT $2, 'aave-v3', made FROM (SELECT ${made}) AS rows`, [count, chain]);
  await sql.query(
    `INSERT INTO "Position" ("id", "chainId", "protocol", "market", "account", "blockNumber", "blockTimestamp", "observedAt", "snapshot", "report")
     SELECT made_id, p."chainId", p."protocol", p."market", made, p."blockNumber", p."blockTimestamp", p."observedAt",
       jsonb_set(jsonb_set(p."snapshot", '{id}', to_jsonb(made_id)), '{account}', to_jsonb(made)), jsonb_set(p."report", '{positionId}', to_jsonb(made_id))
     FROM "Position" AS p, LATERAL (SELECT made, p."chainId" || '-aave-v3-' || made AS made_id FROM (SELECT ${made}) AS accounts) AS rows WHERE p."id" = $2`,
    [count, model],
  );
}

/** How often the guard acted for each position, by the receipts of what was sent. */
export async function executions(sql: pg.Client): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql.query<{ positionId: string; count: string }>(`SELECT "positionId", count(*) FROM "Intent" WHERE "state" = 'DONE' AND jsonb_typeof("receipt"->'executed') = 'object' GROUP BY 1`);
  return new Map(rows.map(({ positionId, count }) => [positionId, Number(count)]));
}
