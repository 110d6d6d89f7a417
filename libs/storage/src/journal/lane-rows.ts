import { chooseLane, type LaneLoad, type LaneStanding, type LaneWish } from '@ballast/policy';
import type { Address } from '@ballast/units';
import { Prisma } from '../generated/prisma/client.js';
import { inTransaction, type Database, type Transaction } from '../database.js';
import { NoLane, NotStored } from '../errors.js';

/** States in which an intent holds a nonce that is not mined, as far as the journal knows. */
export const IN_FLIGHT = ['NONCED', 'SIGNED', 'BROADCAST'] as const;

/** A lane and its next nonce, taken in a transaction. */
export interface Taken {
  readonly lane: Address;
  readonly nonce: bigint;
}

/**
 * Runs a transaction that takes a nonce in it, by `take`, once at most. It asks no node while it holds locks, and never holds two lanes, for which two transactions could wait in a circle: where it finds that
 * it would have to, it is undone and begins anew, knowing that. Each time it knows more of one lane at least, so it ends. @throws NoLane by `take`; what the work throws
 */
export async function takingNonce<T>(database: Database, wish: LaneWish, work: (tx: Transaction, take: (chainId: number) => Promise<Taken>) => Promise<T>): Promise<T> {
  const known: Known = { finals: new Map(), full: new Set() };
  for (;;) {
    try {
      return await inTransaction(database, (tx) => work(tx, (chainId) => takeNonce(tx, chainId, wish, known)));
    } catch (error) {
      if (!(error instanceof BeginAnew)) throw error;
      for (const lane of error.full) known.full.add(lane);
      await Promise.all(error.ahead.map(async ({ lane, final }) => known.finals.set(lane, await final())));
    }
  }
}

/** What earlier beginnings found out. */
interface Known {
  /** Nonces used for good, of lanes from which something else sent. */
  readonly finals: Map<Address, bigint>;
  /** Lanes that others filled meanwhile. */
  readonly full: Set<Address>;
}

/** Nothing that anybody hears of: it undoes the transaction and tells the next one what it needs to know. */
class BeginAnew extends Error {
  constructor(readonly ahead: readonly LaneStanding[], readonly full: readonly Address[]) {
    super('the transaction begins anew');
  }
}

/** Chooses a lane and takes its next nonce. The lane's row stays locked until the transaction ends, so nobody else can take one there or count a lane's nonces while this one is not written. @throws NoLane */
async function takeNonce(tx: Transaction, chainId: number, { class: wanted, lanes, cap }: LaneWish, { finals, full }: Known): Promise<Taken> {
  const rows = await standingsOf(tx, chainId, lanes);
  const nextOf = (lane: Address): bigint => rows.get(lane)?.nextNonce ?? 0n;
  const ahead = lanes.filter(({ lane, newest }) => newest > nextOf(lane) && !finals.has(lane));
  if (ahead.length > 0) throw new BeginAnew(ahead, []);
  // The least nonce that may be given out: where something else sent from the lane, what is used for good.
  const floorOf = (lane: Address): bigint => [nextOf(lane), finals.get(lane) ?? 0n].reduce((a, b) => (a > b ? a : b));
  const loads = lanes.map(({ lane, pays, newest }): LaneLoad => {
    const most = Math.min(cap, pays);
    return { lane, usable: pays > 0 && floorOf(lane) >= newest, inFlight: full.has(lane) ? most : (rows.get(lane)?.inFlight ?? 0), cap: most };
  });
  const chosen = chooseLane(wanted, loads);
  if ('none' in chosen) throw new NoLane(chosen.none, wanted, loads);
  const { lane } = chosen;
  const nonce = await nextNonce(tx, chainId, lane, floorOf(lane));
  // Counted again under the lock: others may have taken nonces since.
  const inFlight = (await standingsOf(tx, chainId, lanes.filter((standing) => standing.lane === lane))).get(lane)?.inFlight ?? 0;
  if (inFlight >= (loads.find((load) => load.lane === lane)?.cap ?? 0)) throw new BeginAnew([], [lane]);
  return { lane, nonce };
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
