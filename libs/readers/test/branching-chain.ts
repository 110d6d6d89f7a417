import { ReadFailed, type BlockRef, type LogQuery, type MinedLog } from '@ballast/connectors';
import { address, chainId, hash32, type Address, type Hash32 } from '@ballast/units';
import type { ChainReads } from '../src/discovery/stream-scan.js';

interface Block extends BlockRef {
  readonly borrowers: readonly Address[];
}

const CONTRACT = address(`0x${'c'.repeat(40)}`);
const word = (value: string): Hash32 => hash32(`0x${value.replace(/^0x/, '').padStart(64, '0')}`);

/** A chain by its rules alone, for more branches than a node can be made to take in a test: blocks that are replaced, a head that goes back, queries that are refused. */
export class BranchingChain implements ChainReads {
  readonly chainId = chainId(7);
  readonly contract = CONTRACT;
  requests = 0;
  /** Called before each request is answered. */
  before: (request: number) => void = () => undefined;
  /** The most blocks of one log query. */
  limit = Infinity;
  private blocks: Block[] = [];
  private left: Block[] = [];

  /** @param made blocks made before, by which another chain's hashes differ */
  constructor(readonly topic: Hash32, private made = 0) {
    this.mine([]);
  }

  get height(): bigint {
    return BigInt(this.blocks.length - 1);
  }

  mine(borrowers: readonly number[]): void {
    this.made += 1;
    this.blocks = [...this.blocks, { number: BigInt(this.blocks.length), hash: word(this.made.toString(16)), timestamp: 0n, borrowers: borrowers.map((one) => address(`0x${(one + 1).toString(16).padStart(40, '0')}`)) }];
  }

  /** Drops the newest blocks, but never the first of all. */
  drop(depth: number): void {
    this.left = this.blocks;
    this.blocks = this.blocks.slice(0, Math.max(1, this.blocks.length - depth));
  }

  /** Takes the branch again that was left last, with a block more. */
  takeBack(): void {
    [this.blocks, this.left] = [this.left.length === 0 ? this.blocks : this.left, this.blocks];
    this.mine([]);
  }

  /** Who borrowed on the branch that the chain is on, with the block of the first time. */
  borrowers(): ReadonlyMap<Address, bigint> {
    const found = new Map<Address, bigint>();
    for (const { number, borrowers } of this.blocks) for (const account of borrowers) if (!found.has(account)) found.set(account, number);
    return found;
  }

  async head(): Promise<BlockRef> {
    this.asked();
    return this.blocks.at(-1) as Block;
  }

  async blockAt(number: bigint): Promise<BlockRef | null> {
    this.asked();
    return this.blocks[Number(number)] ?? null;
  }

  async getLogs({ blocks }: LogQuery): Promise<readonly MinedLog[]> {
    this.asked();
    if ('blockHash' in blocks) {
      const one = this.blocks.find(({ hash }) => hash === blocks.blockHash);
      if (one === undefined) throw new ReadFailed('eth_getLogs', 'refusal -32000: unknown block', 'an answer');
      return this.logsOf(one);
    }
    if (blocks.to - blocks.from + 1n > this.limit) throw new ReadFailed('eth_getLogs', 'refusal -32005: too many blocks', 'an answer');
    return this.blocks.filter(({ number }) => number >= blocks.from && number <= blocks.to).flatMap((block) => this.logsOf(block));
  }

  private asked(): void {
    this.requests += 1;
    this.before(this.requests);
  }

  private logsOf(block: Block): MinedLog[] {
    return block.borrowers.map((account, index) => ({
      address: CONTRACT, topics: [this.topic, word(account)], data: '0x', blockNumber: block.number, blockHash: block.hash, transactionHash: block.hash, logIndex: BigInt(index),
    }));
  }
}
