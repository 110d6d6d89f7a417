import { chooseLane, type LaneLoad, type LaneStanding, type LaneWish } from '@ballast/policy';
import type { Address } from '@ballast/units';
import { z } from 'zod';
import { inTransaction, type Database, type Transaction } from '../database.js';
import { NoLane, NotStored } from '../errors.js';
import { Prisma } from '../generated/prisma/client.js';

/** States in which an intent holds a nonce that is not mined, as far as the journal knows. */
export const IN_FLIGHT = ['NONCED', 'SIGNED', 'BROADCAST'] as const;

/** A lane and its next nonce, taken in a transaction. */
export interface Taken {
  readonly lane: Address;
  readonly nonce: bigint;
}

/** Takes a nonce; `given`: of each lane the next one, where that was read already in this transaction (`givenColumn`). */
export type TakeNonce = (chainId: number, given?: GivenOut) => Promise<Taken>;

/**
 * Runs a transaction that takes a nonce in it, by `take`, once at most. It asks no node while it holds locks, and never holds two lanes, for which two transactions could wait in a circle: where it finds that
 * it would have to, it is undone and begins anew, knowing that. Each time it knows more of one lane at least, so it ends. @throws NoLane by `take`; what the work throws
 */
export async function takingNonce<T>(database: Database, wish: LaneWish, work: (tx: Transaction, take: TakeNonce) => Promise<T>): Promise<T> {
  const known: Known = { finals: new Map(), full: new Set() };
  for (;;) {
    try {
      return await inTransaction(database, (tx) => work(tx, (chainId, given) => takeNonce(tx, chainId, wish, known, given)));
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
async function takeNonce(tx: Transaction, chainId: number, { class: wanted, lanes, cap }: LaneWish, { finals, full }: Known, read?: GivenOut): Promise<Taken> {
  const given = read ?? (await givenOut(tx, chainId, lanes));
  const nextOf = (lane: Address): bigint => given.get(lane) ?? 0n;
  const ahead = lanes.filter(({ lane, newest }) => newest > nextOf(lane) && !finals.has(lane));
  if (ahead.length > 0) throw new BeginAnew(ahead, []);
  // The least nonce that may be given out: where something else sent from the lane, what is used for good.
  const floorOf = (lane: Address): bigint => [nextOf(lane), finals.get(lane) ?? 0n].reduce((a, b) => (a > b ? a : b));
  const mostOf = ({ pays }: LaneStanding): number => Math.min(cap, pays);
  const loads = lanes.map((standing): LaneLoad => {
    const { lane, pays, newest } = standing;
    return { lane, usable: pays > 0 && floorOf(lane) >= newest, inFlight: full.has(lane) ? mostOf(standing) : inFlight(standing, nextOf(lane)), cap: mostOf(standing) };
  });
  const chosen = chooseLane(wanted, loads);
  if ('none' in chosen) throw new NoLane(chosen.none, wanted, loads);
  const standing = lanes.find(({ lane }) => lane === chosen.lane) as LaneStanding;
  const nonce = await nextNonce(tx, chainId, chosen.lane, floorOf(chosen.lane));
  // Others may have taken nonces since the look.
  if (inFlight(standing, nonce) >= mostOf(standing)) throw new BeginAnew([], [chosen.lane]);
  return { lane: chosen.lane, nonce };
}

/**
 * Nonces given out before `next` that the chain has not seen. What it has seen is mined, though its intent may not have looked yet: of a crowd, the next ones need not wait for that. What it
 * has no more (a reorganisation took it back) counts again: whatever comes after it in the lane cannot be mined.
 */
const inFlight = ({ newest }: LaneStanding, next: bigint): number => (next > newest ? Number(next - newest) : 0);

/** One statement takes the row's lock and reads the value that it then writes. */
async function nextNonce(tx: Transaction, chainId: number, lane: Address, floor: bigint): Promise<bigint> {
  const [taken] = await tx.$queryRaw<{ nonce: bigint }[]>`
    INSERT INTO "Lane" ("chainId", "address", "nextNonce") VALUES (${chainId}, ${lane}, ${floor}::bigint + 1)
    ON CONFLICT ("chainId", "address") DO UPDATE SET "nextNonce" = GREATEST("Lane"."nextNonce", ${floor}::bigint) + 1
    RETURNING "nextNonce" - 1 AS nonce`;
  if (taken === undefined) throw new NotStored('lane', `${chainId} ${lane}`);
  return taken.nonce;
}

/** Of each lane the next nonce to give out; left out where none was given out yet. A look, which holds nothing: `nextNonce` takes the row's own. */
export type GivenOut = ReadonlyMap<string, bigint>;

async function givenOut(tx: Transaction, chainId: number, lanes: readonly LaneStanding[]): Promise<GivenOut> {
  const rows = await tx.lane.findMany({ where: { chainId, address: { in: lanes.map(({ lane }) => lane) } } });
  return new Map(rows.map(({ address, nextNonce: next }) => [address, next]));
}

/** The same as a column `given` of another statement. */
export const givenColumn = (chainId: number, lanes: readonly LaneStanding[]): Prisma.Sql => Prisma.sql`
  (SELECT coalesce(jsonb_object_agg("address", "nextNonce"::text), '{}') FROM "Lane" WHERE "chainId" = ${chainId} AND "address" = ANY(${lanes.map(({ lane }) => lane)}::text[])) AS "given"`;
export const givenShape = z.record(z.string(), z.coerce.bigint()).transform((given): GivenOut => new Map(Object.entries(given)));
