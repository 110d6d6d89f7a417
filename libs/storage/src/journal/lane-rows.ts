import { chooseLane, type LaneLoad, type LaneStanding, type LaneWish } from '@ballast/policy';
import type { Address } from '@ballast/units';
import { Prisma } from '../generated/prisma/client.js';
import type { Transaction } from '../database.js';
import { NoLane, NotStored } from '../errors.js';

/** States in which an intent holds a nonce that is not mined, as far as the journal knows. */
export const IN_FLIGHT = ['NONCED', 'SIGNED', 'BROADCAST'] as const;

/**
 * Chooses a lane and takes its next nonce. The lane's row stays locked until the transaction ends, so nobody else can take one there or count a
 * lane's nonces while this one is not written. @throws NoLane
 */
export async function takeNonce(tx: Transaction, chainId: number, { class: wanted, lanes, cap }: LaneWish): Promise<{ readonly lane: Address; readonly nonce: bigint }> {
  const known = await standingsOf(tx, chainId, lanes);
  const floors = new Map<Address, bigint>();
  let loads: LaneLoad[] = [];
  for (const standing of lanes) {
    const { nextNonce = 0n, inFlight = 0 } = known.get(standing.lane) ?? {};
    const floor = await floorOf(standing, nextNonce);
    floors.set(standing.lane, floor);
    loads.push({ lane: standing.lane, usable: standing.pays > 0 && floor >= standing.newest, inFlight, cap: Math.min(cap, standing.pays) });
  }
  for (;;) {
    const chosen = chooseLane(wanted, loads);
    if ('none' in chosen) throw new NoLane(chosen.none, wanted, loads);
    const { lane } = chosen;
    const nonce = await nextNonce(tx, chainId, lane, floors.get(lane) ?? 0n);
    // Counted again under the lock: others may have taken nonces since.
    const inFlight = (await standingsOf(tx, chainId, lanes.filter((standing) => standing.lane === lane))).get(lane)?.inFlight ?? 0;
    if (inFlight < (loads.find((load) => load.lane === lane)?.cap ?? 0)) return { lane, nonce };
    await tx.$executeRaw`UPDATE "Lane" SET "nextNonce" = ${nonce} WHERE "chainId" = ${chainId} AND "address" = ${lane}`;
    loads = loads.map((load) => (load.lane === lane ? { ...load, inFlight } : load));
  }
}

/** The least nonce that may be given out: where something else sent from the lane, what is used for good. */
async function floorOf({ newest, final }: LaneStanding, next: bigint): Promise<bigint> {
  if (newest <= next) return next;
  const used = await final();
  return used > next ? used : next;
}

/** One statement takes the row's lock and reads the value that it then writes. */
async function nextNonce(tx: Transaction, chainId: number, lane: Address, floor: bigint): Promise<bigint> {
  const [taken] = await tx.$queryRaw<{ nonce: bigint }[]>`
    INSERT INTO "Lane" ("chainId", "address", "nextNonce") VALUES (${chainId}, ${lane}, ${floor}::bigint + 1)
    ON CONFLICT ("chainId", "address") DO UPDATE SET "nextNonce" = GREATEST("Lane"."nextNonce", ${floor}::bigint) + 1
    RETURNING "nextNonce" - 1 AS nonce`;
  if (taken === undefined) throw new NotStored('lane', `${chainId} ${lane}`);
  return taken.nonce;
}

/**
 * Of each lane the next nonce (left out where it has no row yet) and how many nonces are given out and not mined. What the chain has seen is mined, though its intent may not have looked
 * yet: of a crowd, the next ones need not wait for that.
 */
async function standingsOf(tx: Transaction, chainId: number, lanes: readonly LaneStanding[]): Promise<ReadonlyMap<string, { readonly nextNonce?: bigint; readonly inFlight: number }>> {
  const rows = await tx.$queryRaw<{ lane: string; next: bigint | null; count: bigint }[]>`
    SELECT w."lane", l."nextNonce" AS next, (
      SELECT count(DISTINCT t."nonce") FROM "Intent" i JOIN "IntentTransaction" t ON t."intentId" = i."id"
      WHERE i."open" AND i."state" IN (${Prisma.join([...IN_FLIGHT])}) AND t."chainId" = ${chainId} AND t."lane" = w."lane" AND t."nonce" >= w."newest"
    ) AS count
    FROM unnest(${lanes.map(({ lane }) => lane)}::text[], ${lanes.map(({ newest }) => newest.toString())}::numeric[]) AS w("lane", "newest")
    LEFT JOIN "Lane" l ON l."chainId" = ${chainId} AND l."address" = w."lane"`;
  return new Map(rows.map(({ lane, next, count }) => [lane, { ...(next === null ? {} : { nextNonce: next }), inFlight: Number(count) }]));
}
