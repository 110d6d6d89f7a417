import { aavePoolAbi, callOf, decodeResult, type BlockRef, type ChainBook, type ReadClient } from '@ballast/connectors';
import {
  aaveFillerRuntime, aaveGuardRuntime, isAaveFillerCode, isAaveGuardCode, isKeepersCode, isMorphoFillerCode, isMorphoGuardCode, isVenusGuardCode, keepersRuntime, morphoFillerRuntime, morphoGuardRuntime, venusGuardRuntime,
} from '@ballast/contracts';
import { address, type Address } from '@ballast/units';
import { keccak256 } from 'ethers';
import { z } from 'zod';

type Name = keyof ChainBook['ballast'];

/** The contracts that this worker uses, how their code is told and what it hashes to with every immutable zeroed. */
const USED: readonly { readonly name: Name; readonly is: (code: string) => boolean; readonly hash: string }[] = [
  { name: 'aaveGuard', is: isAaveGuardCode, hash: aaveGuardRuntime.hash },
  { name: 'keepers', is: isKeepersCode, hash: keepersRuntime.hash },
  { name: 'aaveFiller', is: isAaveFillerCode, hash: aaveFillerRuntime.hash },
  { name: 'morphoGuard', is: isMorphoGuardCode, hash: morphoGuardRuntime.hash },
  { name: 'morphoFiller', is: isMorphoFillerCode, hash: morphoFillerRuntime.hash },
  { name: 'venusGuard', is: isVenusGuardCode, hash: venusGuardRuntime.hash },
];

/**
 * Contracts of the address book whose code is not the published one, each with its address, the hash of the code that is there and the
 * expected one: such a contract must never be shown as a spender, called or used.
 */
export async function unpublishedCode(reads: ReadClient, { ballast }: ChainBook, block: BlockRef): Promise<readonly string[]> {
  const found = await Promise.all(USED.map(async ({ name, is, hash }) => {
    const at = ballast[name];
    if (at === undefined) return null;
    const code = await reads.codeAt(block, at);
    if (code !== '0x' && is(code)) return null;
    return `${name} is ${at}, whose code ${code === '0x' ? 'is empty' : `hashes to ${keccak256(code)}`}; expected ${hash} with its immutables zeroed`;
  }));
  return found.filter((problem) => problem !== null);
}

const receipt = z.tuple([z.string().transform(address)]);

/** Tokens to which a permit may be handed: those of the address book, and Aave's receipt tokens for them. */
export async function permitTokens(reads: ReadClient, { tokens, aaveV3 }: ChainBook, block: BlockRef): Promise<readonly Address[]> {
  const answers = await reads.multicall(block, tokens.map((token) => callOf(aaveV3.pool, aavePoolAbi, 'getReserveAToken', [token.address])));
  const receipts = answers.flatMap((answer) => (answer.kind === 'ok' ? [decodeResult(aavePoolAbi, 'getReserveAToken', receipt, answer)[0]] : []));
  return [...tokens.map((token) => token.address), ...receipts.filter((token) => !/^0x0+$/.test(token))];
}
