import { aaveFillerAbi, aaveGuardAbi, morphoFillerAbi, morphoGuardAbi, venusGuardAbi } from '@ballast/contracts';
import type { ChainBook, Hex, SigningPolicy } from '@ballast/connectors/signer';
import type { Address, ChainId } from '@ballast/units';
import { Interface, type JsonFragment } from 'ethers';

export interface PolicyLimits {
  /** Wei. */
  readonly maxFeePerGas: bigint;
  readonly maxGasLimit: bigint;
}

const faces = (abis: readonly unknown[]): readonly Interface[] => abis.map((abi) => new Interface(abi as readonly JsonFragment[]));
const selectors = (of: readonly Interface[], names: readonly string[]): readonly Hex[] => [...new Set(of.flatMap((face) => names.flatMap((name) => (face.getFunction(name)?.selector ?? []) as Hex)))];

/** The guards' functions that a keeper calls, from the contracts as they were compiled. */
export const GUARD_FUNCTIONS = selectors(faces([aaveGuardAbi, morphoGuardAbi, venusGuardAbi]), ['activate', 'repay', 'topUp', 'fill']);
/** The fillers'. */
export const FILLER_FUNCTIONS = selectors(faces([aaveFillerAbi, morphoFillerAbi]), ['fillTowards', 'repayTowards']);

const there = (...addresses: readonly (Address | undefined)[]): readonly Address[] => addresses.filter((one) => one !== undefined);

/** What the keys may be used for: the contracts of our own address book and their compiled functions, and nothing that a request says. */
export const policyOf = (chainId: ChainId, { ballast, tokens }: Pick<ChainBook, 'ballast' | 'tokens'>, limits: PolicyLimits): SigningPolicy => ({
  chainId,
  guards: there(ballast.aaveGuard, ballast.morphoGuard, ballast.venusGuard), selectors: GUARD_FUNCTIONS,
  fillers: there(ballast.aaveFiller, ballast.morphoFiller), fillerSelectors: FILLER_FUNCTIONS,
  keepers: [ballast.keepers],
  tokens: there(...tokens.flatMap(({ address, aToken }) => [address, aToken])),
  ...limits,
});
