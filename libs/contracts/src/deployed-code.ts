import { getBytes, keccak256 } from 'ethers';
import { aaveFillerRuntime } from './abi/aave-filler.js';
import { aaveGuardRuntime } from './abi/aave-guard.js';
import { cometGuardRuntime } from './abi/comet-guard.js';
import { keepersRuntime } from './abi/keepers.js';
import { morphoFillerRuntime } from './abi/morpho-filler.js';
import { morphoGuardRuntime } from './abi/morpho-guard.js';
import { venusGuardRuntime } from './abi/venus-guard.js';

interface Runtime {
  readonly length: number;
  readonly hash: string;
  readonly immutables: readonly { readonly start: number; readonly length: number }[];
}

/** True when `code` (from `eth_getCode`) is this version of the guard, whatever pool it was deployed for. */
export function isAaveGuardCode(code: string): boolean {
  return isCodeOf(aaveGuardRuntime, code);
}

/** True when `code` is this version of Morpho's guard, wherever Morpho is. */
export function isMorphoGuardCode(code: string): boolean {
  return isCodeOf(morphoGuardRuntime, code);
}

/** The same for the guard of one Comet. */
export function isCometGuardCode(code: string): boolean {
  return isCodeOf(cometGuardRuntime, code);
}

/** The same for Venus's guard. */
export function isVenusGuardCode(code: string): boolean {
  return isCodeOf(venusGuardRuntime, code);
}

/** True when `code` is this version of the filler, whatever its guard and lenders are. Its routers are not in the code: ask `isRouter`. */
export function isAaveFillerCode(code: string): boolean {
  return isCodeOf(aaveFillerRuntime, code);
}

/** The same for the filler of Morpho's guard. */
export function isMorphoFillerCode(code: string): boolean {
  return isCodeOf(morphoFillerRuntime, code);
}

/** True when `code` is this version of the keepers contract, whoever its remover is. */
export function isKeepersCode(code: string): boolean {
  return isCodeOf(keepersRuntime, code);
}

function isCodeOf(runtime: Runtime, code: string): boolean {
  const bytes = getBytes(code);
  if (bytes.length !== runtime.length) return false;
  for (const { start, length } of runtime.immutables) bytes.fill(0, start, start + length);
  return keccak256(bytes) === runtime.hash;
}
