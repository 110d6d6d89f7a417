import type { Stop } from '@ballast/policy';
import { address, hash32, type Address, type ChainId, type Hash32 } from '@ballast/units';
import { toDecimal, whole } from '../amount.js';
import { clientOf, inTransaction, type Database } from '../database.js';
import type { Prisma } from '../generated/prisma/client.js';
import { storableText } from '../json/encode.js';
import { writeNotices } from '../notices.js';
import { writeStop, type StopTold } from '../switches/switch-store.js';

/** Signed bytes of a removal. */
export interface RemovalTransaction {
  readonly hash: Hash32;
  readonly nonce: bigint;
  readonly raw: `0x${string}`;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** `open` until the keepers contract names the lane no more; `impossible` where the lane may not remove itself; `called-off` by an operator. */
export type RemovalState = 'open' | 'removed' | 'impossible' | 'called-off';

export interface LaneRemoval {
  readonly chainId: ChainId;
  readonly lane: Address;
  readonly keepers: Address;
  /** The transaction that gave the theft away. */
  readonly because: Hash32;
  readonly state: RemovalState;
  readonly problem: string | null;
  /** Oldest first: each replaces the one before it, or takes a nonce after one that is used. */
  readonly transactions: readonly RemovalTransaction[];
}

type Place = Pick<LaneRemoval, 'chainId' | 'lane' | 'keepers'>;

/** Lanes that take themselves off the list of keepers, because somebody else holds their key. */
export class LaneRemovalStore {
  constructor(private readonly database: Database) {}

  /**
   * Stops the chain and writes the removal, in one transaction with what is told of it. False, and nothing is written, where this very transaction gave the lane away
   * before: an operator may have taken the stop away since. Another one opens a removal that had ended anew.
   */
  async begin(removal: Place & Pick<LaneRemoval, 'because'>, stop: Stop, told: StopTold): Promise<boolean> {
    const { chainId, lane, keepers, because } = removal;
    return inTransaction(this.database, async (tx) => {
      const { count } = await tx.laneRemoval.createMany({ data: [{ ...removal, state: 'open' satisfies RemovalState }], skipDuplicates: true });
      const known = count > 0 ? null : await tx.laneRemoval.findUniqueOrThrow({ where: { chainId_lane_keepers: { chainId, lane, keepers } } });
      if (known?.because === because) return false;
      if (known !== null) await tx.laneRemoval.update({ where: { chainId_lane_keepers: { chainId, lane, keepers } }, data: { because, state: 'open', problem: null, settledAt: null } });
      // The chain may be stopped already by another theft: this one is told of all the same.
      if (!(await writeStop(tx, stop, told))) await writeNotices(tx, told(new Date()));
      return true;
    });
  }

  /** Removals of the chain that are under way. */
  async open(chain: ChainId): Promise<readonly LaneRemoval[]> {
    const rows = await clientOf(this.database).laneRemoval.findMany({ where: { chainId: chain, state: 'open' }, include: parts, orderBy: { createdAt: 'asc' } });
    return rows.map(removalFromRow);
  }

  async all(): Promise<readonly LaneRemoval[]> {
    return (await clientOf(this.database).laneRemoval.findMany({ include: parts, orderBy: { createdAt: 'asc' } })).map(removalFromRow);
  }

  /** Stores signed bytes, before they are sent. False, and nothing is stored, where the removal is no longer open: then nothing may be sent. */
  async signed({ chainId, lane, keepers }: Place, transaction: RemovalTransaction): Promise<boolean> {
    return inTransaction(this.database, async (tx) => {
      const [row] = await tx.$queryRaw<{ state: string }[]>`SELECT "state" FROM "LaneRemoval" WHERE "chainId" = ${chainId} AND "lane" = ${lane} AND "keepers" = ${keepers} FOR UPDATE`;
      if (row?.state !== 'open') return false;
      await tx.laneRemovalTransaction.createMany({
        data: [{ chainId, lane, keepers, hash: transaction.hash, nonce: transaction.nonce, raw: transaction.raw, maxFeePerGas: toDecimal(transaction.maxFeePerGas), maxPriorityFeePerGas: toDecimal(transaction.maxPriorityFeePerGas) }],
        skipDuplicates: true,
      });
      return true;
    });
  }

  /** Ends an open removal. False where it had ended. */
  async settle({ chainId, lane, keepers }: Place, state: Exclude<RemovalState, 'open'>, problem: string | null, told: StopTold): Promise<boolean> {
    return inTransaction(this.database, async (tx) => {
      const now = new Date();
      const { count } = await tx.laneRemoval.updateMany({ where: { chainId, lane, keepers, state: 'open' }, data: { state, problem: problem === null ? null : storableText(problem), settledAt: now } });
      if (count > 0) await writeNotices(tx, told(now));
      return count > 0;
    });
  }
}

const parts = { transactions: { orderBy: [{ signedAt: 'asc' }, { nonce: 'asc' }] } } as const satisfies Prisma.LaneRemovalInclude;

function removalFromRow(row: Prisma.LaneRemovalGetPayload<{ include: typeof parts }>): LaneRemoval {
  return {
    chainId: row.chainId as ChainId, lane: address(row.lane), keepers: address(row.keepers), because: hash32(row.because), state: row.state as RemovalState, problem: row.problem,
    transactions: row.transactions.map((one) => ({
      hash: hash32(one.hash), nonce: one.nonce, raw: one.raw as `0x${string}`, maxFeePerGas: whole(one.maxFeePerGas), maxPriorityFeePerGas: whole(one.maxPriorityFeePerGas),
    })),
  };
}
