import { describe, expect, it } from 'vitest';
import type { BlockRef, MinedLog } from '@ballast/connectors';
import { address, hash32, rawAmount, type Address } from '@ballast/units';
import { aLendingPosition } from '../../../../test/factories/lending-position.js';
import type { VenueReader } from '../liquidation-seen.js';
import { BlockChanges } from './block-changes.js';
import { TrackedPositions, type TrackedSettings } from './tracked-positions.js';
import type { TrackedSource } from './tracked-source.js';

const [ANN, BEN] = [address(`0x${'a1'.repeat(20)}`), address(`0x${'b2'.repeat(20)}`)];
const blockOf = (number: number, branch = 0): BlockRef => ({ number: BigInt(number), hash: hash32(`0x${branch}${number.toString(16).padStart(63, '0')}`), timestamp: BigInt(number) });

/** A chain on which every account owes what the world says, and a source that remembers it. */
function aWorld(settings: Partial<TrackedSettings> = {}) {
  const debts = new Map<Address, bigint>([[ANN, 1n], [BEN, 2n]]);
  const world = { canonical: (number: bigint) => blockOf(Number(number)), logs: new Map<bigint, readonly Address[]>(), reads: [] as string[], failing: false, debts };
  const positionOf = (account: Address, owed: bigint, block: { readonly number: bigint }) => {
    const base = aLendingPosition({ account });
    return { ...base, account, id: `31337-aave-v3-${account}` as never, provenance: { ...base.provenance, blockNumber: block.number }, debts: base.debts.map((leg) => ({ ...leg, amount: rawAmount(owed) })) };
  };
  const owedBy = (account: Address): bigint => debts.get(account) ?? 0n;
  const fresh: VenueReader = { protocol: 'aave-v3', liquidations: async () => [], read: async (accounts, block) => accounts.map((account) => positionOf(account, owedBy(account), block)) };
  const source: TrackedSource<{ account: Address; owed: bigint }, null> = {
    accounts: async (accounts) => {
      if (world.failing) throw new Error('no answer');
      world.reads.push(accounts.map((account) => (account === ANN ? 'Ann' : 'Ben')).join(' '));
      return accounts.map((account) => ({ account, owed: owedBy(account) }));
    },
    market: async () => null, compose: ({ account, owed }, _market, block) => [positionOf(account, owed, block)], isMovedBy: () => false,
  };
  const client = {
    blockAt: async (number: bigint) => world.canonical(number),
    getLogs: async ({ blocks }: { blocks: { blockHash: string } | { from: bigint; to: bigint } }) => {
      const numbers = 'blockHash' in blocks ? [BigInt(`0x${blocks.blockHash.slice(3)}`)] : Array.from({ length: Number(blocks.to - blocks.from) + 1 }, (_, at) => blocks.from + BigInt(at));
      return numbers.flatMap((number) => (world.logs.get(number) ?? []).map((account) => ({ address: ANN, topics: [hash32(`0x${account.slice(2).padStart(64, '0')}`)], data: '0x' }) as unknown as MinedLog));
    },
  };
  const reader = new TrackedPositions(new BlockChanges(client), fresh, source, { sweepEvery: 100n, mostBlocks: 5n, secondLooks: 0, ...settings });
  const owed = async (number: number, branch = 0, who: readonly Address[] = [ANN, BEN]) => (await reader.read(who, blockOf(number, branch))).map(({ debts: [debt] }) => debt?.amount);
  return { world, reader, owed };
}

describe('loans kept between blocks', () => {
  it('are read again only where a block names their owner', async () => {
    const { world, owed } = aWorld();
    expect(await owed(1)).toEqual([1n, 2n]);
    world.debts.set(BEN, 7n);
    world.logs.set(2n, [BEN]);
    expect(await owed(2)).toEqual([1n, 7n]);
    expect(await owed(3)).toEqual([1n, 7n]);
    expect(world.reads).toEqual(['Ann Ben', 'Ben', '']);
  });

  it('miss nothing of blocks that nobody looked at, and read all where they are too many', async () => {
    const { world, owed } = aWorld();
    await owed(1);
    world.debts.set(ANN, 9n);
    world.logs.set(3n, [ANN]);
    expect(await owed(5)).toEqual([9n, 2n]);
    await owed(20);
    expect(world.reads).toEqual(['Ann Ben', 'Ann', 'Ann Ben']);
  });

  it('read all again on another branch of the chain', async () => {
    const { world, owed } = aWorld();
    await owed(1);
    await owed(2);
    world.canonical = (number) => blockOf(Number(number), number >= 2n ? 1 : 0);
    world.debts.set(ANN, 5n);
    expect(await owed(2, 1)).toEqual([5n, 2n]);
    expect(world.reads.at(-1)).toBe('Ann Ben');
  });

  it('lose nothing by a read that fails', async () => {
    const { world, owed } = aWorld();
    await owed(1);
    world.debts.set(ANN, 4n);
    world.logs.set(2n, [ANN]);
    world.failing = true;
    await expect(owed(2)).rejects.toThrow('no answer');
    world.failing = false;
    expect(await owed(3)).toEqual([4n, 2n]);
  });

  it('are read again for whom nobody asked in the block that named him', async () => {
    const { world, owed } = aWorld();
    await owed(1);
    world.debts.set(BEN, 8n);
    world.logs.set(2n, [BEN]);
    expect(await owed(2, 0, [ANN])).toEqual([1n]);
    expect(await owed(3, 0, [BEN])).toEqual([8n]);
  });

  it('are read again when something else told of them, or when told to forget, also in the same block', async () => {
    const { world, reader, owed } = aWorld();
    await owed(1);
    reader.found([{ account: BEN, market: null }, { account: address(`0x${'c3'.repeat(20)}`), market: null }]);
    await owed(2);
    reader.forget([ANN]);
    await owed(2);
    expect(world.reads).toEqual(['Ann Ben', 'Ben', 'Ann']);
  });

  it('are read a second time in the next block, so that a node’s mix of two blocks is not kept', async () => {
    const { world, owed } = aWorld({ secondLooks: 1 });
    await owed(1);
    world.debts.set(ANN, 3n); // what the node should have said at once
    expect(await owed(2)).toEqual([3n, 2n]);
    await owed(3);
    expect(world.reads).toEqual(['Ann Ben', 'Ann', '']);
  });

  it('are compared with a fresh read now and then: what drifted is counted, told as it is, and read anew', async () => {
    const { world, reader, owed } = aWorld({ sweepEvery: 3n });
    await owed(1);
    world.debts.set(ANN, 6n); // a token that says nothing
    expect(await owed(2)).toEqual([1n, 2n]);
    expect(await owed(4)).toEqual([6n, 2n]);
    expect(reader.figures).toMatchObject({ sweeps: 1, drifted: 1 });
    expect(await owed(5)).toEqual([6n, 2n]);
    expect(world.reads.at(-1)).toBe('Ann');
  });
});
