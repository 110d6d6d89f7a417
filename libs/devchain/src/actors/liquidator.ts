import { MaxUint256 } from 'ethers';
import { dataProviderAbi, oracleAbi, poolAbi } from '../abis.js';
import type { Devchain } from '../devchain.js';
import { readAll } from '../multicall.js';
import { read, type Call } from '../sender.js';
import { equip } from './funds.js';
import { BlockActor } from './block-actor.js';

const one = 10n ** 18n;
/** Blocks after which a liquidation without a receipt is tried again. */
const patience = 10;

const hex = (value: number): string => `0x${value.toString(16)}`;

/**
 * A liquidator like any other: it finds borrowers in the pool's events, reads every one's health in every block and calls
 * `liquidationCall` for as much as the protocol allows on whoever is below 1. It knows no account and no guard.
 */
export class Liquidator extends BlockActor {
  /** Liquidations that were mined and did not revert. */
  liquidations = 0;
  private readonly borrowers = new Set<string>();
  private readonly underWay = new Map<string, { hash: string; since: number }>();
  private scanned = -1;
  private seen = -1;

  constructor(chain: Devchain, pollMs = 40) {
    super(chain, chain.accounts.liquidator, pollMs);
  }

  protected async prepare(): Promise<void> {
    await equip(this.chain, this.chain.accounts.liquidator, this.sender, this.chain.deployment.aave.pool,
      { WETH: 2_000n, wstETH: 2_000n, WBTC: 200n, USDC: 10_000_000n, DAI: 10_000_000n });
  }

  protected async round(): Promise<void> {
    const head = await this.provider.getBlockNumber();
    if (head === this.seen) return;
    this.seen = head;
    await this.discover(head);
    await this.settle(head);
    const accounts = [...this.borrowers].filter((account) => !this.underWay.has(account));
    const health = await readAll(this.provider, accounts.map((account) => this.poolCall('getUserAccountData', [account])));
    for (const [index, account] of accounts.entries()) {
      const data = health[index];
      if (data && (data[1] as bigint) > 0n && (data[5] as bigint) < one) await this.liquidate(account, head);
    }
  }

  private poolCall(method: string, args: readonly unknown[]): Call {
    return { to: this.chain.deployment.aave.pool, abi: poolAbi, method, args };
  }

  private async discover(head: number): Promise<void> {
    if (head <= this.scanned) return;
    const logs = (await this.provider.send('eth_getLogs', [{
      address: this.chain.deployment.aave.pool, topics: [poolAbi.getEvent('Borrow')?.topicHash], fromBlock: hex(this.scanned + 1), toBlock: hex(head),
    }])) as { topics: string[]; data: string }[];
    for (const log of logs) this.borrowers.add(String(poolAbi.parseLog(log)?.args.onBehalfOf).toLowerCase());
    this.scanned = head;
  }

  private async settle(head: number): Promise<void> {
    for (const [account, { hash, since }] of this.underWay) {
      const receipt = await this.provider.getTransactionReceipt(hash);
      if (receipt === null && head - since < patience) continue;
      this.underWay.delete(account);
      if (receipt?.status === 1) this.liquidations += 1;
    }
  }

  private async liquidate(account: string, head: number): Promise<void> {
    const largest = await this.largestSides(account);
    if (largest === undefined) return;
    const call = this.poolCall('liquidationCall', [largest.collateral, largest.debt, account, MaxUint256, false]);
    // Asked first, as a real one does: a paused reserve or another's faster liquidation would only cost gas.
    const data = call.abi.encodeFunctionData(call.method, [...call.args]);
    try {
      await this.provider.send('eth_call', [{ from: this.sender.address, to: call.to, data }, 'latest']);
    } catch {
      return;
    }
    this.underWay.set(account, { hash: await this.sender.send(call, { gasLimit: 1_500_000n }), since: head });
  }

  /** The collateral and the debt of this account that are worth most at the oracle's prices. */
  private async largestSides(account: string): Promise<{ collateral: string; debt: string } | undefined> {
    const [reserves] = (await read(this.provider, this.poolCall('getReservesList', []))) as [string[]];
    const { dataProvider, oracle } = this.chain.deployment.aave;
    const answers = await readAll(this.provider, reserves.flatMap((asset) => [
      { to: dataProvider, abi: dataProviderAbi, method: 'getUserReserveData', args: [asset, account] },
      { to: oracle, abi: oracleAbi, method: 'getAssetPrice', args: [asset] },
    ]));
    let collateral = { asset: '', value: 0n };
    let debt = { asset: '', value: 0n };
    for (const [index, asset] of reserves.entries()) {
      const [position, price] = [answers[index * 2], answers[index * 2 + 1]?.[0] as bigint | undefined];
      const decimals = this.chain.deployment.tokens.find((token) => token.address === asset.toLowerCase())?.decimals;
      if (!position || price === undefined || decimals === undefined) continue;
      const worth = (amount: unknown): bigint => ((amount as bigint) * price * 10n ** 18n) / 10n ** BigInt(decimals);
      if (position[8] === true && worth(position[0]) > collateral.value) collateral = { asset, value: worth(position[0]) };
      if (worth(position[2]) > debt.value) debt = { asset, value: worth(position[2]) };
    }
    return collateral.asset === '' || debt.asset === '' ? undefined : { collateral: collateral.asset, debt: debt.asset };
  }
}
