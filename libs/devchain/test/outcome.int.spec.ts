import { aaveGuardAbi, MANDATE_TYPES, mandateDomain } from '@ballast/contracts';
import { baseFee, freshAccounts, Liquidator, openLoan, readOutcome, startDevchain, tokenOf, type DevAccount, type Devchain } from '@ballast/devchain';
import { Interface, Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { erc20Abi } from '../src/abis.js';
import { read, type Call } from '../src/sender.js';

const guardAbi = new Interface(aaveGuardAbi);
const health = (value: number): bigint => BigInt(Math.round(value * 1000)) * 10n ** 15n;

let chain: Devchain;
beforeAll(async () => {
  chain = await startDevchain({ idleBlockSeconds: 0 });
});
afterAll(async () => {
  await chain?.stop();
});

const guardCall = (method: string, args: readonly unknown[]): Call => ({ to: chain.deployment.ballast.aaveGuard, abi: guardAbi, method, args });

/** Approves 15,000 USDC and brings a mandate that lets the keeper repay between 1.2 and 1.5. */
async function protect(account: DevAccount): Promise<Record<string, unknown>> {
  const [weth, usdc] = [tokenOf(chain.deployment, 'WETH').address, tokenOf(chain.deployment, 'USDC').address];
  await chain.sender(account).execute({ to: usdc, abi: erc20Abi, method: 'approve', args: [chain.deployment.ballast.aaveGuard, 15_000_000_000n] });
  const [prev] = await read(chain.provider, guardCall('prevOf', [account.address, weth, usdc]));
  const mandate = {
    owner: account.address, collateral: weth, debt: usdc, actions: 2, triggerHf: health(1.2), minHf: health(1.21), maxHf: health(1.5), maxCostBps: 100,
    fillPerDay: 0n, keepers: chain.deployment.ballast.keepers, expiry: (await chain.mining.chainTime()) + 30 * 86_400, prev,
  };
  const signature = await new Wallet(account.privateKey).signTypedData(mandateDomain(chain.chainId, chain.deployment.ballast.aaveGuard), MANDATE_TYPES, mandate);
  await chain.sender(chain.accounts.keeper).execute(guardCall('activate', [mandate, signature]));
  return mandate;
}

async function setPrice(price: bigint): Promise<void> {
  await chain.feeds.set('WETH', price, await chain.mining.chainTime());
}

describe('the outcome of a fall', () => {
  it('tells what the protected account repaid, what the gas cost and what the twin lost, from events', async () => {
    const [owner, twin] = freshAccounts(900) as [DevAccount, DevAccount];
    await openLoan(chain, owner);
    await openLoan(chain, twin);
    const mandate = await protect(owner);
    const fromBlock = (await chain.provider.getBlockNumber()) + 1;

    await setPrice(280_000_000_000n);
    const deadline = (await chain.mining.chainTime()) + 600;
    const repay = guardCall('repay', [mandate, 1n, 4_000_000_000n, deadline]);
    // Blocks that follow one another at once let the base fee fall before the idle chain lifts it again.
    await chain.provider.send('anvil_setNextBlockBaseFeePerGas', [`0x${baseFee.toString(16)}`]);
    const receipt = await chain.sender(chain.accounts.keeper).execute(repay);

    const liquidator = new Liquidator(chain);
    await liquidator.start();
    await setPrice(230_000_000_000n);
    const outcome = () => readOutcome(chain, { protectedAccount: owner.address, twin: twin.address, fromBlock, healthMin: { protected: health(1.155) } });
    for (let waited = 0; waited < 20_000 && !(await outcome()).twin.liquidated; waited += 100) await new Promise((resolve) => setTimeout(resolve, 100));
    await liquidator.stop();

    const { protected: kept, twin: lost } = await outcome();
    const gasUsd = (Number(receipt.gasUsed * receipt.gasPrice) / 1e18) * 2800;
    expect(kept).toMatchObject({ liquidated: false, healthMin: '1.155', repaidUsd: '4000.00', gasBorneBy: 'ballast' });
    expect(kept.repaid).toHaveLength(1);
    expect(kept.repaid[0]).toMatchObject({ transactionHash: receipt.hash, amount: '4000.0', symbol: 'USDC', blockNumber: receipt.blockNumber });
    expect(Number(kept.repaid[0]?.healthBefore)).toBeCloseTo((10 * 2800 * 0.825) / 20_000, 4);
    expect(Number(kept.repaid[0]?.healthAfter)).toBeCloseTo((10 * 2800 * 0.825) / 16_000, 4);
    expect(Number(kept.gasUsd)).toBeCloseTo(gasUsd, 1);
    expect(kept.costUsd).toBe(kept.gasUsd);
    expect(gasUsd).toBeGreaterThan(10);
    expect(lost).toMatchObject({ liquidated: true, healthMin: null });
    expect(Number(lost.lossUsd)).toBeCloseTo(1000, 1);
  });
});
