import { aaveOracleAbi, aavePoolAbi, callOf, connect, connectSender, erc20Abi, parseAddressBook, type Hex } from '@ballast/connectors';
import { tokenOf, type Devchain } from '@ballast/devchain';
import { partsOf, type PositionId } from '@ballast/positions';
import { address, chainId, type Address } from '@ballast/units';
import { Transaction, Wallet } from 'ethers';
import type { Runtime } from '../../apps/worker/src/runtime.js';
import { hex } from '../conformance/as-anybody.js';
import { percentilesOf, type Percentiles } from './measure.js';

export interface Floor {
  readonly total: Percentiles;
  readonly stages: Readonly<Record<'read' | 'simulation' | 'signature' | 'send', Percentiles>>;
  readonly last: number;
  /** Measured at the newest block, with the call of this position's last rescue. */
  measure(positionId: string): Promise<void>;
}

const GAS_MONEY = 10n ** 24n;

/**
 * What no rescue can do without, one after the other and nothing else: one read of the loan's figures pinned to the block, one simulation of the rescue's own call, one signature of a
 * transaction that carries it, one send. Through the same clients as the worker's, in the same process, with the same precedence.
 */
export async function openFloor(chain: Devchain, runtime: Runtime): Promise<Floor> {
  const id = chainId(chain.chainId);
  const book = parseAddressBook({ [chain.chainId]: chain.book }, chain.chainId);
  const [reads, sends] = await Promise.all([connect({ url: chain.rpcUrl, chainId: id, multicall3: book.multicall3 }), connectSender({ url: chain.rpcUrl, chainId: id })]);
  const wallet = Wallet.createRandom();
  await chain.provider.send('anvil_setBalance', [wallet.address, hex(GAS_MONEY)]);
  const [weth, usdc] = (['WETH', 'USDC'] as const).map((symbol) => address(tokenOf(chain.deployment, symbol).address)) as [Address, Address];
  const keeper = address(chain.accounts.keeper.address);
  const rounds: number[][] = [];
  let nonce = 0;

  async function round(positionId: PositionId, to: string, data: Hex): Promise<readonly number[]> {
    const { account } = partsOf(positionId);
    const { pool, oracle } = book.aaveV3;
    const head = await reads.headWithFee();
    const marks = [performance.now()];
    const mark = (): void => void marks.push(performance.now());
    await reads.multicall(head, [
      callOf(pool, aavePoolAbi, 'getUserAccountData', [account]), callOf(oracle, aaveOracleAbi, 'getAssetPrice', [weth]), callOf(oracle, aaveOracleAbi, 'getAssetPrice', [usdc]),
      callOf(usdc, erc20Abi, 'balanceOf', [account]), callOf(usdc, erc20Abi, 'allowance', [account, book.ballast.aaveGuard]),
    ]);
    mark();
    const simulated = await sends.simulate({ from: keeper, to: address(to), data }, head);
    if (simulated.kind !== 'ok') throw new Error(`the floor's simulation reverted: ${simulated.reason}`);
    mark();
    // To itself: the bytes are as long as the rescue's, and nothing comes of them.
    const signed = Transaction.from(await wallet.signTransaction({ type: 2, chainId: id, nonce, to: wallet.address, data, value: 0n, gasLimit: 200_000n, maxFeePerGas: 2n * head.baseFee + 10n ** 9n, maxPriorityFeePerGas: 10n ** 9n }));
    mark();
    const answer = await sends.broadcast(signed.serialized as Hex);
    if (answer.kind !== 'accepted') throw new Error(`the floor's bytes were not taken: ${answer.kind}`);
    mark();
    nonce += 1;
    return marks.slice(1).map((at, index) => at - (marks[index] as number));
  }

  const stage = (index: number): Percentiles => percentilesOf(rounds.map((one) => one[index] as number));
  const sum = (one: readonly number[]): number => one.reduce((all, part) => all + part, 0);
  return {
    get total() {
      return percentilesOf(rounds.map(sum));
    },
    get stages() {
      return { read: stage(0), simulation: stage(1), signature: stage(2), send: stage(3) };
    },
    get last() {
      return sum(rounds.at(-1) ?? []);
    },
    async measure(positionId) {
      const [last] = await runtime.records.intentsOf(positionId as PositionId, 1);
      const raw = last?.transactions[0]?.raw;
      if (raw === undefined || raw === null) return;
      const call = Transaction.from(raw);
      rounds.push([...(await runtime.follower.precedence.during(() => round(positionId as PositionId, call.to ?? '', call.data as Hex)))]);
    },
  };
}
