import { Interface, MaxUint256 } from 'ethers';
import { comptrollerAbi, erc20Abi, morphoAbi, poolAbi, vTokenAbi, wethAbi } from '../abis.js';
import { freshAccounts } from '../accounts.js';
import { listings, morphoParams, tokenOf, type Listing, type MorphoMarket, type TokenSymbol } from '../deploy/market.js';
import type { Devchain } from '../devchain.js';
import { baseFee } from '../mining.js';
import { planBorrowers, type BorrowerPlan, type Holding } from './plan-borrowers.js';

const eModeAbi = new Interface(['function setUserEMode(uint8 categoryId)']);

const isolationAbi = new Interface(['function setUserUseReserveAsCollateral(address asset, bool useAsCollateral)']);
const isIsolated = (symbol: TokenSymbol): boolean => ((listings.find((one) => one.symbol === symbol) as Listing).debtCeiling ?? 0n) > 0n;

const GAS_MONEY = 10n ** 24n;
const GAS = 1_500_000n;
/** Under the chain's gas limit for a block, with room. */
const CALLS_PER_BLOCK = 15;
/** Accounts of their own, apart from those of every story. */
const ACCOUNTS_AT = 90_000;

/** Somebody with a loan, by the address alone: nothing signs for it. */
export interface Borrower {
  readonly address: string;
  readonly plan: BorrowerPlan;
}

interface Deed {
  readonly from: string;
  readonly to: string;
  readonly data: string;
  readonly value?: bigint;
}

/**
 * Opens loans of random borrowers at Aave, Morpho and Venus, or at some of them, by real transactions, the same for the same seed, in a few blocks. A borrow that the protocol refuses leaves its borrower
 * with collateral alone. The chain must be in hand, and is afterwards. More calls in a block than the default need a chain with a higher gas limit.
 */
export async function openBorrowers(chain: Devchain, count: number, seed: number, protocols?: readonly BorrowerPlan['protocol'][], callsPerBlock = CALLS_PER_BLOCK): Promise<Borrower[]> {
  const { provider } = chain;
  const accounts = freshAccounts(ACCOUNTS_AT + seed, count);
  const borrowers = planBorrowers(count, seed, protocols).map((plan, index): Borrower => ({ address: (accounts[index] as { address: string }).address, plan }));
  await provider.send('anvil_autoImpersonateAccount', [true]);
  try {
    let waiting = 0;
    for (const { address, plan } of borrowers) {
      await provider.send('anvil_setBalance', [address, hex(GAS_MONEY)]);
      const deeds = deedsOf(chain, address, plan);
      if (waiting + deeds.length > callsPerBlock) {
        await chain.mining.mine();
        waiting = 0;
      }
      for (const deed of deeds) await act(chain, deed);
      waiting += deeds.length;
    }
    await chain.mining.mine();
  } finally {
    await provider.send('anvil_autoImpersonateAccount', [false]);
  }
  return borrowers;
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** Sends without a signature: the chain takes anybody's word while it is told to. */
async function act({ provider }: Devchain, { from, to, data, value = 0n }: Deed): Promise<void> {
  await provider.send('eth_sendTransaction', [{ from, to, data, value: hex(value), gas: hex(GAS), maxFeePerGas: hex(10n * baseFee), maxPriorityFeePerGas: hex(1_000_000_000n) }]);
}

function deedsOf(chain: Devchain, owner: string, plan: BorrowerPlan): Deed[] {
  const { aave, morpho, venus } = chain.deployment;
  const by = (to: string, abi: Interface, method: string, args: readonly unknown[]): Deed => ({ from: owner, to, data: abi.encodeFunctionData(method, [...args]) });
  const token = ({ symbol }: Holding): string => tokenOf(chain.deployment, symbol).address;
  if (plan.protocol === 'aave-v3') {
    return [
      ...(plan.eMode === 0 ? [] : [by(aave.pool, eModeAbi, 'setUserEMode', [plan.eMode])]),
      ...plan.collaterals.flatMap((one) => [...given(chain, owner, one), by(token(one), erc20Abi, 'approve', [aave.pool, MaxUint256]), by(aave.pool, poolAbi, 'supply', [token(one), one.amount, owner, 0])]),
      // What is isolated counts only once its owner says so.
      ...plan.collaterals.filter(({ symbol }) => isIsolated(symbol)).map((one) => by(aave.pool, isolationAbi, 'setUserUseReserveAsCollateral', [token(one), true])),
      ...plan.debts.map((one) => by(aave.pool, poolAbi, 'borrow', [token(one), one.amount, 2, 0, owner])),
    ];
  }
  if (plan.protocol === 'morpho-blue') {
    const params = morphoParams(morpho.markets[plan.market] as MorphoMarket);
    return [
      ...given(chain, owner, plan.collateral), by(token(plan.collateral), erc20Abi, 'approve', [morpho.address, MaxUint256]),
      by(morpho.address, morphoAbi, 'supplyCollateral', [params, plan.collateral.amount, owner, '0x']), by(morpho.address, morphoAbi, 'borrow', [params, plan.debt.amount, 0, owner, owner]),
    ];
  }
  const vToken = ({ symbol }: Holding): string => (venus.vTokens as Readonly<Record<string, string>>)[symbol] as string;
  return [
    ...given(chain, owner, plan.collateral), by(token(plan.collateral), erc20Abi, 'approve', [vToken(plan.collateral), MaxUint256]),
    by(vToken(plan.collateral), vTokenAbi, 'mint', [plan.collateral.amount]), by(venus.comptroller, comptrollerAbi, 'enterMarkets', [[vToken(plan.collateral)]]), by(vToken(plan.debt), vTokenAbi, 'borrow', [plan.debt.amount]),
  ];
}

/** WETH is wrapped by the owner, the rest is minted by who may. */
function given(chain: Devchain, owner: string, { symbol, amount }: Holding): Deed[] {
  const { address } = tokenOf(chain.deployment, symbol);
  if (symbol === 'WETH') return [{ from: owner, to: address, data: wethAbi.encodeFunctionData('deposit', []), value: amount }];
  return [{ from: chain.accounts.whale.address, to: address, data: erc20Abi.encodeFunctionData('mint', [owner, amount]) }];
}
