import { Interface } from 'ethers';
import { aavePoolAbi, callOf, decodeAs, decodeResult, erc20Abi, type CallResult, type ChainBook, type Pinned, type ReadClient } from '@ballast/connectors';
import { PERMIT_TYPE_HASH, permitDomainSeparator, type PermitDomain } from '@ballast/execution/planner';
import type { Asset } from '@ballast/positions';
import { address, rawAmount, shortAddress, type Address, type RawAmount } from '@ballast/units';
import { z } from 'zod';

const permitAbi = new Interface([
  'function name() view returns (string)',
  'function version() view returns (string)',
  'function DOMAIN_SEPARATOR() view returns (bytes32)',
  'function PERMIT_TYPEHASH() view returns (bytes32)',
]);
const oneUint = z.tuple([z.bigint()]);
const oneText = z.tuple([z.string()]);
/** Where a token tells no version: the ones in use. */
const USUAL_VERSIONS = ['1', '2'];
/** Calls a token. */
const CALLS = 9;

/** What an approval rests on: a token of an owner at one block. */
export interface TokenFacts {
  readonly asset: Asset;
  readonly balance: RawAmount;
  /** What the guard may take now. */
  readonly allowance: RawAmount;
  /** How the token takes permits (ERC-2612), with the owner's next nonce; null where it takes none that we can verify. */
  readonly permit: (PermitDomain & { readonly nonce: bigint }) | null;
}

/** Reads the tokens of an owner at a block. @throws ReadFailed when a token does not tell balance, allowance or decimals */
export async function readTokens(client: ReadClient, block: Pinned, owner: Address, spender: Address, tokens: readonly Address[], book: Pick<ChainBook, 'tokens'>): Promise<readonly TokenFacts[]> {
  const callsOf = (token: Address) => [
    callOf(token, erc20Abi, 'balanceOf', [owner]), callOf(token, erc20Abi, 'allowance', [owner, spender]), callOf(token, erc20Abi, 'symbol'), callOf(token, erc20Abi, 'nonces', [owner]),
    callOf(token, permitAbi, 'name'), callOf(token, permitAbi, 'version'), callOf(token, permitAbi, 'DOMAIN_SEPARATOR'), callOf(token, permitAbi, 'PERMIT_TYPEHASH'), callOf(token, erc20Abi, 'decimals'),
  ];
  const answers = await client.multicall(block, tokens.flatMap(callsOf));
  return tokens.map((token, index) => {
    const [balance, allowance, symbol, nonces, name, version, separator, typeHash, places] = answers.slice(index * CALLS, (index + 1) * CALLS);
    const [decimals] = decodeResult(erc20Abi, 'decimals', oneUint, places);
    const [held] = decodeResult(erc20Abi, 'balanceOf', oneUint, balance);
    const [allowed] = decodeResult(erc20Abi, 'allowance', oneUint, allowance);
    const nonce = readable(erc20Abi, 'nonces', oneUint, nonces);
    const domain = permitDomain(client, token, {
      name: readable(permitAbi, 'name', oneText, name), version: readable(permitAbi, 'version', oneText, version), separator: readable(permitAbi, 'DOMAIN_SEPARATOR', oneText, separator), typeHash: readable(permitAbi, 'PERMIT_TYPEHASH', oneText, typeHash),
    });
    return {
      asset: { chainId: client.chainId, address: token, decimals: Number(decimals), symbol: book.tokens.find((one) => one.address === token)?.symbol ?? readable(erc20Abi, 'symbol', oneText, symbol) ?? shortAddress(token) },
      balance: rawAmount(held), allowance: rawAmount(allowed), permit: domain === null || nonce === null ? null : { ...domain, nonce },
    };
  });
}

/** The receipt token that the pool gives for an asset. */
export async function receiptTokenOf(client: ReadClient, block: Pinned, pool: Address, asset: Address): Promise<Address> {
  const { to, data } = callOf(pool, aavePoolAbi, 'getReserveData', [asset]);
  const [reserve] = decodeAs(aavePoolAbi, 'getReserveData', z.tuple([z.array(z.unknown()).min(15)]), await client.callAt(block, to, data));
  return address(z.string().parse(reserve[8]));
}

interface TokenAnswers {
  readonly name: string | null;
  readonly version: string | null;
  readonly separator: string | null;
  readonly typeHash: string | null;
}

/** The domain whose separator is the token's own: only then will the token take what the wallet signs. */
function permitDomain(client: ReadClient, token: Address, { name, version, separator, typeHash }: TokenAnswers): PermitDomain | null {
  if (name === null || separator === null || (typeHash !== null && typeHash !== PERMIT_TYPE_HASH)) return null;
  const versions = version === null ? USUAL_VERSIONS : [version, ...USUAL_VERSIONS];
  return versions.map((each) => ({ chainId: client.chainId, token, name, version: each })).find((domain) => permitDomainSeparator(domain) === separator) ?? null;
}

/** null where the token does not have the function; a token with a fallback answers with nothing. */
function readable<T>(abi: Interface, name: string, schema: z.ZodType<readonly [T]>, result: CallResult | undefined): T | null {
  if (result === undefined || result.kind === 'reverted' || result.data === '0x') return null;
  try {
    return decodeAs(abi, name, schema, result.data)[0];
  } catch {
    return null;
  }
}
