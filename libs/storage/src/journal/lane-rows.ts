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
  const addresses = lanes.map(({ lane }) => lane);
  const rows = await tx.lane.findMany({ where: { chainId, address: { in: addresses } } });
  const counts = await inFlightOf(tx, chainId, lanes);
  const floors = new Map<Address, bigint>();
  let loads: LaneLoad[] = [];
  for (const standing of lanes) {
    const floor = await floorOf(standing, rows.find(({ address }) => address === standing.lane)?.nextNonce ?? 0n);
    floors.set(standing.lane, floor);
    loads.push({ lane: standing.lane, usable: standing.pays > 0 && floor >= standing.newest, inFlight: counts.get(standing.lane) ?? 0, cap: Math.min(cap, standing.pays) });
  }
  for (;;) {
    const chosen = chooseLane(wanted, loads);
    if ('none' in chosen) throw new NoLane(chosen.none, wanted, loads);
    const { lane } = chosen;
    const nonce = await nextNonce(tx, chainId, lane, floors.get(lane) ?? 0n);
    // Counted again under the lock: others may have taken nonces since.
    const inFlight = (await inFlightOf(tx, chainId, lanes.filter((standing) => standing.lane === lane))).get(lane) ?? 0;
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
  await tx.$executeRaw`INSERT INTO "Lane" ("chainId", "address", "nextNonce") VALUES (${chainId}, ${lane}, ${floor}) ON CONFLICT DO NOTHING`;
  const [taken] = await tx.$queryRaw<{ nonce: bigint }[]>`
    UPDATE "Lane" SET "nextNonce" = GREATEST("nextNonce", ${floor}) + 1
    WHERE "chainId" = ${chainId} AND "address" = ${lane}
    RETURNING "nextNonce" - 1 AS nonce`;
  if (taken === undefined) throw new NotStored('lane', `${chainId} ${lane}`);
  return taken.nonce;
}

/**
 * Nonces of each lane that are given out and not mined. What the chain has seen is mined, though its intent may not have looked yet: of a crowd, the next ones need not wait for that.
 */
async function inFlightOf(tx: Transaction, chainId: number, lanes: readonly LaneStanding[]): Promise<ReadonlyMap<string, number>> {
  if (lanes.length === 0) return new Map();
  const rows = await tx.$queryRaw<{ lane: string; count: bigint }[]>`
    SELECT t."lane", count(DISTINCT t."nonce") AS count
    FROM "Intent" i JOIN "IntentTransaction" t ON t."intentId" = i."id"
    JOIN unnest(${lanes.map(({ lane }) => lane)}::text[], ${lanes.map(({ newest }) => newest.toString())}::numeric[]) AS l(lane, newest) ON l.lane = t."lane" AND t."nonce" >= l.newest
    WHERE i."open" AND i."state" IN (${Prisma.join([...IN_FLIGHT])}) AND t."chainId" = ${chainId}
    GROUP BY t."lane"`;
  return new Map(rows.map(({ lane, count }) => [lane, Number(count)]));
}
