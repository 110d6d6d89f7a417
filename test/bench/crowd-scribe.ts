import { aaveGuardAbi } from '@ballast/contracts';
import type { Devchain } from '@ballast/devchain';
import { Interface, type JsonFragment } from 'ethers';
import { hex } from '../conformance/as-anybody.js';

const guard = new Interface(aaveGuardAbi as readonly JsonFragment[]);
const pool = new Interface([
  'event LiquidationCall(address indexed collateralAsset, address indexed debtAsset, address indexed user, uint256 debtToCover, uint256 liquidatedCollateralAmount, address liquidator, bool receiveAToken)',
  'function getUserAccountData(address) view returns (uint256, uint256, uint256, uint256, uint256, uint256)',
]);
const EXECUTED = guard.getEvent('Executed')?.topicHash ?? '';
const LIQUIDATED = pool.getEvent('LiquidationCall')?.topicHash ?? '';

/** What came to a loan first. */
export interface Ending {
  readonly kind: 'rescued' | 'liquidated';
  /** Blocks after the crossing. */
  readonly block: number;
  /** The keeper's account; of a liquidation, nobody's. */
  readonly lane: string | null;
}

export interface CrowdBlock {
  readonly block: number;
  readonly transactions: number;
  readonly gas: number;
  readonly rescues: number;
  readonly liquidations: number;
  /** Sent in all by the reaction until this block was made, and waiting in the node's pool after it. */
  readonly sentBefore: number;
  readonly leftInPool: number;
}

/** Writes down, block by block and from the chain alone, what came to each loan. */
export class ChainScribe {
  readonly endings = new Map<string, Ending>();
  readonly blocks: CrowdBlock[] = [];
  private readonly owners: ReadonlySet<string>;
  /** Actions of the guard beyond the first of a loan. */
  again = 0;
  private crossing = 0;

  constructor(private readonly chain: Devchain, owners: readonly string[]) {
    this.owners = new Set(owners);
  }

  /** Loans to which nothing has come yet. */
  get open(): number {
    return this.owners.size - this.endings.size;
  }

  /** The newest block is the one of the crossing; returns its number. */
  async begin(): Promise<number> {
    this.crossing = await this.chain.provider.getBlockNumber();
    return this.crossing;
  }

  /** Reads the newest block. `sentBefore`: see `CrowdBlock`. */
  async take(sentBefore: number): Promise<CrowdBlock> {
    const { provider, deployment, book } = this.chain;
    const number = this.crossing + this.blocks.length + 1;
    const [block, logs, status] = await Promise.all([
      provider.send('eth_getBlockByNumber', [hex(number), true]) as Promise<{ transactions: readonly { hash: string; from: string }[]; gasUsed: string }>,
      provider.send('eth_getLogs', [{ address: [book.ballast.aaveGuard, deployment.aave.pool], topics: [[EXECUTED, LIQUIDATED]], fromBlock: hex(number), toBlock: hex(number) }]) as Promise<readonly { topics: string[]; data: string; transactionHash: string }[]>,
      provider.send('txpool_status', []) as Promise<{ pending: string; queued: string }>,
    ]);
    const at = this.blocks.length + 1;
    const senders = new Map(block.transactions.map(({ hash, from }) => [hash, from.toLowerCase()]));
    let [rescues, liquidations] = [0, 0];
    for (const { topics, data, transactionHash } of logs) {
      if (topics[0] === EXECUTED) {
        const event = guard.parseLog({ topics, data });
        rescues += 1;
        this.ended(event?.args.owner as string, { kind: 'rescued', block: at, lane: senders.get(transactionHash) ?? null });
      } else {
        liquidations += 1;
        this.ended(pool.parseLog({ topics, data })?.args.user as string, { kind: 'liquidated', block: at, lane: null });
      }
    }
    const row = { block: at, transactions: block.transactions.length, gas: Number(block.gasUsed), rescues, liquidations, sentBefore, leftInPool: Number(status.pending) + Number(status.queued) };
    this.blocks.push(row);
    return row;
  }

  /** WAD health of the account at the block of the crossing. */
  async healthAtCrossing(owner: string): Promise<bigint> {
    const answer = (await this.chain.provider.send('eth_call', [{ to: this.chain.deployment.aave.pool, data: pool.encodeFunctionData('getUserAccountData', [owner]) }, hex(this.crossing)])) as string;
    return pool.decodeFunctionResult('getUserAccountData', answer)[5] as bigint;
  }

  private ended(account: string, ending: Ending): void {
    const owner = account.toLowerCase();
    if (!this.owners.has(owner)) return;
    if (this.endings.has(owner)) this.again += ending.kind === 'rescued' ? 1 : 0;
    else this.endings.set(owner, ending);
  }
}
