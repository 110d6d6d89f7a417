import { Interface, type ErrorFragment, type JsonFragment } from 'ethers';
import { aaveFillerAbi } from './abi/aave-filler.js';
import { aaveGuardAbi } from './abi/aave-guard.js';
import { cometGuardAbi } from './abi/comet-guard.js';
import { keepersAbi } from './abi/keepers.js';
import { morphoGuardAbi } from './abi/morpho-guard.js';
import { venusGuardAbi } from './abi/venus-guard.js';

type ErrorEntry = Extract<(typeof aaveGuardAbi)[number], { type: 'error' }>;

/** The guard's own errors, one per reason. */
export const guardErrorsAbi: readonly ErrorEntry[] = aaveGuardAbi.filter((entry): entry is ErrorEntry => entry.type === 'error');

/** What the guards of the other venues say beyond that. */
export const venueGuardErrorsAbi = [...morphoGuardAbi, ...cometGuardAbi, ...venusGuardAbi]
  .filter((entry) => entry.type === 'error')
  .filter(({ name }, index, all) => !guardErrorsAbi.some((known) => known.name === name) && all.findIndex((first) => first.name === name) === index);

/** Why FILL may not rely on a pair's prices; the guard passes them on unchanged. */
export const priceErrorsAbi = keepersAbi.filter(
  (entry) => entry.type === 'error' && ['PairNotPriced', 'FeedChanged', 'BadAnswer', 'StaleFeed', 'SequencerDown', 'FeedOlderThanRestart'].includes(entry.name),
);

/** The filler's own errors; what the guard, the lender, the router and the tokens say it passes on unchanged. */
export const fillerErrorsAbi = aaveFillerAbi.filter((entry) => entry.type === 'error');

/** What Aave v3.6 answers to a repayment, a supply or a transfer of aTokens; the guard passes it on unchanged. */
export const venueErrorsAbi = [
  'error InvalidAmount()',
  'error InvalidMintAmount()',
  'error InvalidBurnAmount()',
  'error ReserveInactive()',
  'error ReserveFrozen()',
  'error ReservePaused()',
  'error SupplyCapExceeded()',
  'error SupplyToAToken()',
  'error NoDebtOfSelectedType()',
  'error HealthFactorLowerThanLiquidationThreshold()',
  'error LtvValidationFailed()',
] as const;

/** What a Comet answers to a supply beyond that, or when it is asked for a price. Morpho and Venus say it in words. */
export const cometErrorsAbi = [
  'error Paused()',
  'error BadAsset()',
  'error BadPrice()',
  'error TransferInFailed()',
  'error InvalidUInt104()',
  'error InvalidUInt128()',
  'error ReentrantCallBlocked()',
] as const;

/** What common tokens answer to a transfer that the owner's balance or approval does not cover, beside `Error(string)`. */
export const tokenErrorsAbi = [
  'error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)',
  'error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)',
  'error SafeERC20FailedOperation(address token)',
] as const;

export interface Revert {
  /** `unknown`: nobody here knows the selector, or the call reverted with no data at all. */
  readonly source: 'guard' | 'filler' | 'keepers' | 'venue' | 'token' | 'message' | 'panic' | 'unknown';
  /** Name of the error; for `unknown` its selector, or `0x`. */
  readonly name: string;
  /** Arguments by name, integers in decimal. */
  readonly args: Readonly<Record<string, string>>;
}

const known = [
  { source: 'guard', errors: new Interface(guardErrorsAbi as readonly JsonFragment[]) },
  { source: 'guard', errors: new Interface(venueGuardErrorsAbi) },
  { source: 'filler', errors: new Interface(fillerErrorsAbi as readonly JsonFragment[]) },
  { source: 'keepers', errors: new Interface(priceErrorsAbi as readonly JsonFragment[]) },
  { source: 'venue', errors: new Interface(venueErrorsAbi) },
  { source: 'venue', errors: new Interface(cometErrorsAbi) },
  { source: 'token', errors: new Interface(tokenErrorsAbi) },
] as const;

/** Says in names what a call to the guard reverted with. `data` is the revert data; `preview`'s `reason` also reads as one. */
export function decodeRevert(data: string): Revert {
  const selector = data.slice(0, 10);
  for (const { source, errors } of known) {
    const fragment = errors.getError(selector);
    if (fragment !== null) return { source: builtIn[fragment.name] ?? source, name: fragment.name, args: namedArguments(errors, fragment, data) };
  }
  return { source: 'unknown', name: selector, args: {} };
}

/** ethers' Interface knows Solidity's two own errors beside those it was given. */
const builtIn: Readonly<Record<string, Revert['source']>> = { Error: 'message', Panic: 'panic' };

/** None when the data is a bare selector, as `preview` gives it, or does not hold what the error declares. */
function namedArguments(errors: Interface, fragment: ErrorFragment, data: string): Revert['args'] {
  try {
    const values = errors.decodeErrorResult(fragment, data);
    return Object.fromEntries(fragment.inputs.map((input, index) => [input.name || String(index), String(values[index])]));
  } catch {
    return {};
  }
}
