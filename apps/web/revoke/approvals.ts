import { addressWord, at, boolWord, encode, hashWord, same, toAddress, toText, toUint, uintWord, words } from './abi.js';
import { call, inLanes, type Chain } from './chain.js';
import { APPROVAL_TOPIC, SELECTORS } from './contracts.js';
import { isKnown, venueOf, type Guard, type KnownGuard } from './guards.js';
import type { Log, LogFilter } from './log-scan.js';
import type { MandateRow } from './mandates.js';

export interface TokenInfo {
  readonly address: string;
  /** The token's own word, cut to 20 characters; its address shortened when it gives none. */
  readonly symbol: string;
  /** Null when the token gives none. */
  readonly decimals: number | null;
}

/** What a guard may take of one token. */
export interface ApprovalRow {
  readonly guard: Guard;
  readonly token: TokenInfo;
  /** In the token's smallest units; above zero when first listed. */
  readonly allowance: bigint;
}

/** Morpho knows no amounts: an authorised contract may act on all of the account's loans there. */
export interface AuthorisationRow {
  readonly guard: KnownGuard;
  readonly morpho: string;
  readonly authorised: boolean;
}

/** Approvals that the owner ever gave to any of these spenders, whatever the token. */
export const approvalFilter = (owner: string, spenders: readonly string[]): LogFilter => ({
  topics: [APPROVAL_TOPIC, `0x${addressWord(owner)}`, spenders.map((spender) => `0x${addressWord(spender)}`)],
});

/** Token and spender of each; an NFT's approval has the same topic and a fourth one. */
export function approvalsIn(logs: readonly Log[]): { token: string; spender: string }[] {
  const found = new Map<string, { token: string; spender: string }>();
  for (const { address, topics } of logs) {
    if (topics.length !== 3) continue;
    const [token, spender] = [toAddress(addressWord(address)), toAddress((topics[2] ?? '').slice(2))];
    found.set(`${token}${spender}`, { token, spender });
  }
  return [...found.values()];
}

/** The tokens that a mandate is about: collateral, debt and, where the venue has them, what stands for the collateral and what lies under it. */
export async function tokensOfMandate(chain: Chain, row: Pick<MandateRow, 'guard' | 'about'>): Promise<string[]> {
  const addressFrom = async (to: string, data: string, index = 0): Promise<string[]> => {
    try {
      const found = toAddress(at(words(await call(chain, to, data), index + 1, 'A contract'), index));
      return /^0x0{40}$/.test(found) ? [] : [found];
    } catch {
      return [];
    }
  };
  if ('marketId' in row.about) {
    const morpho = await venueOf(chain, row.guard, 'morpho');
    if (morpho === null) return [];
    const data = encode(SELECTORS.marketParams, hashWord(row.about.marketId));
    const [loan, collateral] = [await addressFrom(morpho, data, 0), await addressFrom(morpho, data, 1)];
    return [...collateral, ...loan];
  }
  const { collateral, debt } = row.about;
  const pool = await venueOf(chain, row.guard, 'pool').catch(() => null);
  const aTokens = pool === null ? [] : await addressFrom(pool, encode(SELECTORS.aTokenOf, addressWord(collateral)));
  const beneath = row.guard.kind.contract === 'VenusGuard' ? [...(await addressFrom(collateral, encode(SELECTORS.underlying))), ...(await addressFrom(debt, encode(SELECTORS.underlying)))] : [];
  return [collateral, debt, ...aTokens, ...beneath];
}

const infos = new Map<string, Promise<TokenInfo>>();

export function tokenInfo(chain: Chain, address: string): Promise<TokenInfo> {
  const known = infos.get(address);
  if (known !== undefined) return known;
  const reading = readInfo(chain, address);
  infos.set(address, reading);
  return reading;
}

async function readInfo(chain: Chain, address: string): Promise<TokenInfo> {
  const symbol = toText(await call(chain, address, encode(SELECTORS.symbol)).catch(() => null));
  const decimals = await call(chain, address, encode(SELECTORS.decimals)).then((answer) => Number(toUint(at(words(answer, 1, 'decimals'), 0))), () => null);
  return { address, symbol: symbol?.slice(0, 20) ?? `${address.slice(0, 6)}…${address.slice(-4)}`, decimals: decimals !== null && decimals <= 36 ? decimals : null };
}

/** What `spender` may take of `token` now; null when the address answers as no token does. */
export async function allowanceOf(chain: Chain, token: string, owner: string, spender: string): Promise<bigint | null> {
  const answer = await call(chain, token, encode(SELECTORS.allowance, addressWord(owner), addressWord(spender))).catch((error: { code?: string }) => {
    if (error.code === 'RPC_UNREACHABLE') throw error;
    return null;
  });
  return typeof answer === 'string' && answer.length >= 66 ? toUint(answer.slice(2, 66)) : null;
}

/** Standing approvals of the given tokens to each guard. */
export async function readApprovals(chain: Chain, owner: string, guards: readonly Guard[], tokens: readonly string[]): Promise<ApprovalRow[]> {
  const pairs = guards.flatMap((guard) => tokens.map((token) => ({ guard, token })));
  const rows = await inLanes(pairs, async ({ guard, token }) => {
    const allowance = await allowanceOf(chain, token, owner, guard.address);
    return allowance === null || allowance === 0n ? null : { guard, token: await tokenInfo(chain, token), allowance };
  });
  return rows.filter((row) => row !== null);
}

export async function readAuthorisations(chain: Chain, owner: string, guards: readonly Guard[]): Promise<AuthorisationRow[]> {
  const rows = await inLanes(guards.filter(isKnown), async (guard) => {
    const morpho = await venueOf(chain, guard, 'morpho');
    if (morpho === null) return null;
    const answer = await call(chain, morpho, encode(SELECTORS.isAuthorized, addressWord(owner), addressWord(guard.address)));
    return { guard, morpho, authorised: toUint(at(words(answer, 1, 'isAuthorized'), 0)) === 1n };
  });
  return rows.filter((row) => row !== null);
}

export const dropApprovalCall = (spender: string): string => encode(SELECTORS.approve, addressWord(spender), uintWord(0));
export const dropAuthorisationCall = (guard: string): string => encode(SELECTORS.setAuthorization, addressWord(guard), boolWord(false));

/** The given addresses, each once. */
export const distinct = (addresses: readonly string[]): string[] => addresses.filter((address, index) => addresses.findIndex((other) => same(other, address)) === index);
