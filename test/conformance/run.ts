import { connect } from '@ballast/connectors';
import { openBorrowers, setVenusPrices, startDevchain, type Devchain } from '@ballast/devchain';
import { address, chainId } from '@ballast/units';
import { Interface, MaxUint256 } from 'ethers';
import { asAnybody, hex } from './as-anybody.js';
import { Conformance, type Comparison } from './compare.js';
import { compareLiquidations, type LiquidationComparison } from './liquidations.js';

const DAY = 86_400;
const erc20 = new Interface(['function approve(address spender, uint256 amount) returns (bool)', 'function mint(address account, uint256 value) returns (bool)', 'function deposit() payable']);

export interface Phase extends Comparison {
  readonly phase: string;
}
export interface ConformanceResult {
  readonly phases: readonly Phase[];
  readonly liquidations: readonly LiquidationComparison[];
}

/**
 * Random borrowers on the real protocols of the local chain, compared four times: as opened, after 40 days of interest, after prices moved, after partial liquidations. The same for
 * the same seed.
 */
export async function runConformance({ count, seed, cacheDir }: { readonly count: number; readonly seed: number; readonly cacheDir?: string }, say: (line: string) => void): Promise<ConformanceResult> {
  const chain = await startDevchain({ idleBlockSeconds: 0, ...(cacheDir === undefined ? {} : { cacheDir }) });
  try {
    await chain.mining.takeInHand();
    const client = await connect({ url: chain.rpcUrl, chainId: chainId(chain.chainId), multicallSize: 300, timeoutMs: 60_000 });
    const borrowers = await openBorrowers(chain, count, seed);
    const payer = address(chain.accounts.treasury.address);
    await fund(chain, payer);
    const conformance = new Conformance(chain, client, payer);
    const phases: Phase[] = [];
    const look = async (phase: string): Promise<void> => {
      const block = await client.head();
      const found = { phase, ...(await conformance.compare(borrowers, block)) };
      say(`${phase}: ${found.compared} compared, ${found.withDebt} with debt, ${found.liquidatable} below 1, ${found.near} within 2% above, ${found.differences.length} differences`);
      phases.push(found);
    };
    await look('as opened');
    await chain.mining.mine((await chain.mining.chainTime()) + 40 * DAY);
    await look('after 40 days of interest');
    await movePrices(chain, FALL);
    await look('after prices moved');
    await movePrices(chain, CRASH);
    const liquidations = await compareLiquidations({ chain, client, conformance, borrowers, payer, seed });
    say(`liquidations: ${liquidations.map(({ protocol, done, refused, differences }) => `${protocol} ${done} done, ${refused} refused, ${differences.length} not as told`).join('; ')}`);
    await look('after partial liquidations');
    return { phases, liquidations };
  } finally {
    await chain.stop();
  }
}

/** Coins, and every token in plenty, approved to whoever takes a debt. */
async function fund(chain: Devchain, payer: string): Promise<void> {
  const { deployment, accounts } = chain;
  await chain.provider.send('anvil_setBalance', [payer, hex(10n ** 26n)]);
  await asAnybody(chain, async (send) => {
    for (const { symbol, decimals, address: token } of deployment.tokens) {
      const amount = 10n ** BigInt(decimals + 7);
      if (symbol === 'WETH') await send(payer, token, erc20.encodeFunctionData('deposit', []), 10n ** 24n);
      else await send(accounts.whale.address, token, erc20.encodeFunctionData('mint', [payer, amount]));
      for (const spender of [deployment.aave.pool, deployment.morpho.address, ...Object.values(deployment.venus.vTokens)]) await send(payer, token, erc20.encodeFunctionData('approve', [spender, MaxUint256]));
      await chain.mining.mine();
    }
  });
}

/** A day that makes some loans liquidatable, and one that makes most of them so: thousandths of what each price was. */
const FALL = [['WETH', 860n], ['WBTC', 915n], ['DAI', 1_005n]] as const;
const CRASH = [['WETH', 640n], ['WBTC', 720n], ['CRV', 300n], ['DAI', 990n]] as const;

async function movePrices(chain: Devchain, moves: typeof FALL | typeof CRASH): Promise<void> {
  const time = await chain.mining.nextTime();
  for (const [symbol, times] of moves) {
    const { price } = await chain.feeds.latest(symbol);
    await chain.feeds.set(symbol, (price * times) / 1_000n, time);
  }
  await chain.mining.mine();
  await setVenusPrices(chain);
  await chain.mining.mine();
}
