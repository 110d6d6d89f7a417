import { checksummed } from '../src/wallet/checksum.js';
import { addressWord, at, encode, hashWord, isAddress, keccakOf, keccakOfText, same, toText, toUint, uintWord, words } from './abi.js';
import { tokenInfo, type TokenInfo } from './approvals.js';
import { call, inLanes, type Chain } from './chain.js';
import { DOMAIN_TYPE_HASHES, PERMIT_TYPE_HASH, SELECTORS } from './contracts.js';
import type { Guard } from './guards.js';
import { PageProblem } from './problem.js';

/**
 * A permit (ERC-2612) that was signed: an approval that anybody may still bring to the token, as long as its nonce is the owner's next
 * one and its deadline has not passed. The signature is not needed to see whether it is open, and is not kept here.
 */
export interface SignedPermit {
  readonly chainId: number;
  readonly token: string;
  readonly owner: string;
  readonly spender: string;
  /** In the token's smallest units. */
  readonly value: bigint;
  readonly nonce: bigint;
  /** Chain seconds; the last one at which it may be brought. */
  readonly deadline: bigint;
}

/** `later`: signed for a nonce that is not yet the next one; it opens when those before it are used. */
export type PermitState = 'open' | 'later' | 'used' | 'expired';

/** EIP-712 domain of a token, found by trying which one gives the token's own DOMAIN_SEPARATOR. */
export interface TokenDomain {
  readonly name?: string;
  readonly version?: string;
}

/** One token that takes permits, and what is known to be signed for it. */
export interface PermitRow {
  readonly token: TokenInfo;
  readonly nonce: bigint;
  /** Null when the page cannot tell what to sign for this token: then no button is offered. */
  readonly domain: TokenDomain | null;
  readonly signed: ReadonlyArray<{ readonly permit: SignedPermit; readonly state: PermitState }>;
}

/** Where Ballast's other pages keep the permits that were signed in this browser: a JSON list of `SignedPermit`, numbers as decimal text. */
export const STORED_PERMITS = 'ballast.permits';

function whole(value: unknown, field: string): bigint {
  const text = typeof value === 'number' || typeof value === 'string' || typeof value === 'bigint' ? String(value) : '';
  if (!/^(\d+|0x[0-9a-fA-F]+)$/.test(text)) throw new PageProblem('INPUT_INVALID', `The permit’s ${field} is ${JSON.stringify(value) ?? 'missing'}; expected a whole number.`);
  return BigInt(text);
}

function address(value: unknown, field: string): string {
  if (typeof value !== 'string' || !isAddress(value)) throw new PageProblem('INPUT_INVALID', `The permit’s ${field} is ${JSON.stringify(value) ?? 'missing'}; expected an address.`);
  return checksummed(value.toLowerCase());
}

/** One permit: the flat form that Ballast keeps, or the typed data that was signed. */
function readPermit(given: unknown): SignedPermit {
  if (typeof given !== 'object' || given === null) throw new PageProblem('INPUT_INVALID', 'A permit is an object: { chainId, token, owner, spender, value, nonce, deadline }, or the typed data that was signed.');
  const { domain, message } = given as { domain?: Record<string, unknown>; message?: Record<string, unknown> };
  const flat = typeof message === 'object' && message !== null ? { ...message, chainId: domain?.['chainId'], token: domain?.['verifyingContract'] } : given;
  const { chainId, token, owner, spender, value, nonce, deadline } = flat as Record<string, unknown>;
  return {
    chainId: Number(whole(chainId, 'chainId')), token: address(token, 'token'), owner: address(owner, 'owner'), spender: address(spender, 'spender'),
    value: whole(value, 'value'), nonce: whole(nonce, 'nonce'), deadline: whole(deadline, 'deadline'),
  };
}

/** Permits out of pasted JSON: one, or a list. @throws PageProblem that says which field is wrong */
export function readPermits(text: string): SignedPermit[] {
  if (text.trim() === '') return [];
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw new PageProblem('INPUT_INVALID', 'What you pasted is not JSON.');
  }
  return (Array.isArray(given) ? given : [given]).map(readPermit);
}

/** Those that Ballast's pages kept in this browser; entries that do not read are passed over. */
export function storedPermits(): SignedPermit[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORED_PERMITS) ?? '[]');
    return (Array.isArray(kept) ? kept : []).flatMap((entry) => {
      try {
        return [readPermit(entry)];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

export function permitState(permit: SignedPermit, nonce: bigint, now: number): PermitState {
  if (permit.nonce < nonce) return 'used';
  if (permit.deadline < BigInt(now)) return 'expired';
  return permit.nonce === nonce ? 'open' : 'later';
}

/** The owner's next nonce at a token; null when the token takes no permits of this form. */
export async function nonceOf(chain: Chain, token: string, owner: string): Promise<bigint | null> {
  const answer = await call(chain, token, encode(SELECTORS.nonces, addressWord(owner))).catch((error: { code?: string }) => {
    if (error.code === 'RPC_UNREACHABLE') throw error;
    return null;
  });
  return typeof answer === 'string' && answer.length === 66 ? toUint(answer.slice(2)) : null;
}

export function separatorOf({ name, version }: TokenDomain, chainId: number, token: string): string {
  const fields = [...(name === undefined ? [] : ['name']), ...(version === undefined ? [] : ['version']), 'chainId', 'verifyingContract'].join(' ');
  const typeHash = (DOMAIN_TYPE_HASHES as Readonly<Record<string, string>>)[fields];
  if (typeHash === undefined) return '';
  const texts = [name, version].filter((text) => text !== undefined).map((text) => hashWord(keccakOfText(text)));
  return keccakOf(`0x${[hashWord(typeHash), ...texts, uintWord(chainId), addressWord(token)].join('')}`);
}

/** The domain whose separator is the token's own. Tokens with a salt, or with another form of permit (DAI's first one), give null. */
async function domainOf(chain: Chain, chainId: number, token: string): Promise<TokenDomain | null> {
  const ask = (selector: string): Promise<unknown> => call(chain, token, encode(selector)).catch(() => null);
  const [separator, typeHash] = [await ask(SELECTORS.domainSeparator), await ask(SELECTORS.permitTypeHash)];
  if (typeof separator !== 'string' || separator.length !== 66) return null;
  if (typeof typeHash === 'string' && typeHash.length === 66 && !same(typeHash, PERMIT_TYPE_HASH)) return null;
  const name = toText(await ask(SELECTORS.name));
  const version = toText(await ask(SELECTORS.version));
  const versions = [...(version === null ? [] : [version]), '1', '2'];
  const candidates: TokenDomain[] = [...(name === null ? [] : [...versions.map((each) => ({ name, version: each })), { name }]), {}];
  return candidates.find((candidate) => same(separatorOf(candidate, chainId, token), separator)) ?? null;
}

/** The tokens that take permits, with the owner's next nonce and what is known to be signed to any of the guards. */
export async function readPermitRows(chain: Chain, chainId: number, owner: string, guards: readonly Guard[], tokens: readonly string[], known: readonly SignedPermit[], now: number): Promise<PermitRow[]> {
  const ours = known.filter((permit) => permit.chainId === chainId && same(permit.owner, owner) && guards.some((guard) => same(guard.address, permit.spender)));
  const rows = await inLanes(tokens, async (token) => {
    const nonce = await nonceOf(chain, token, owner);
    if (nonce === null) return null;
    const signed = ours.filter((permit) => same(permit.token, token)).map((permit) => ({ permit, state: permitState(permit, nonce, now) }));
    return { token: await tokenInfo(chain, token), nonce, domain: await domainOf(chain, chainId, token), signed } satisfies PermitRow;
  });
  return rows.filter((row) => row !== null);
}

const DOMAIN_FIELDS = [['name', 'string'], ['version', 'string'], ['chainId', 'uint256'], ['verifyingContract', 'address']] as const;

/** A permit for nothing: bringing it uses up the nonce, so that an open permit for it can no longer be brought; it also sets the approval to zero. */
export function killingPermit(row: PermitRow, domain: TokenDomain, chainId: number, owner: string, spender: string, deadline: number): Record<string, unknown> {
  const given: Record<string, unknown> = { ...domain, chainId, verifyingContract: row.token.address };
  return {
    domain: given,
    types: {
      EIP712Domain: DOMAIN_FIELDS.filter(([field]) => given[field] !== undefined).map(([name, type]) => ({ name, type })),
      Permit: [['owner', 'address'], ['spender', 'address'], ['value', 'uint256'], ['nonce', 'uint256'], ['deadline', 'uint256']].map(([name, type]) => ({ name, type })),
    },
    primaryType: 'Permit',
    message: { owner, spender, value: '0', nonce: String(row.nonce), deadline: String(deadline) },
  };
}

/** The parts of a 65-byte signature. @throws PageProblem when it is of another length */
export function signatureParts(signature: string): { v: number; r: string; s: string } {
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) throw new PageProblem('INPUT_INVALID', 'The signature is not 65 bytes long. An account that is a contract cannot sign this.');
  const v = Number.parseInt(signature.slice(130), 16);
  return { r: signature.slice(0, 66), s: `0x${signature.slice(66, 130)}`, v: v < 27 ? v + 27 : v };
}

export function permitCall(owner: string, spender: string, deadline: number, signature: string): string {
  const { v, r, s } = signatureParts(signature);
  return encode(SELECTORS.permit, addressWord(owner), addressWord(spender), uintWord(0), uintWord(deadline), uintWord(v), hashWord(r), hashWord(s));
}

/* MORPHO: one nonce an account for signed authorisations */

const AUTHORISATION_FIELDS = [['authorizer', 'address'], ['authorized', 'address'], ['isAuthorized', 'bool'], ['nonce', 'uint256'], ['deadline', 'uint256']] as const;

export async function morphoNonceOf(chain: Chain, morpho: string, owner: string): Promise<bigint> {
  return toUint(at(words(await call(chain, morpho, encode(SELECTORS.morphoNonce, addressWord(owner))), 1, 'nonce'), 0));
}

/** A signed authorisation for nothing: bringing it uses up the nonce at Morpho, and takes the authorisation away. */
export function killingAuthorisation(chainId: number, morpho: string, owner: string, guard: string, nonce: bigint, deadline: number): Record<string, unknown> {
  return {
    domain: { chainId, verifyingContract: morpho },
    types: {
      EIP712Domain: DOMAIN_FIELDS.slice(2).map(([name, type]) => ({ name, type })),
      Authorization: AUTHORISATION_FIELDS.map(([name, type]) => ({ name, type })),
    },
    primaryType: 'Authorization',
    message: { authorizer: owner, authorized: guard, isAuthorized: false, nonce: String(nonce), deadline: String(deadline) },
  };
}

export function authorisationCall(owner: string, guard: string, nonce: bigint, deadline: number, signature: string): string {
  const { v, r, s } = signatureParts(signature);
  return encode(SELECTORS.setAuthorizationWithSig, addressWord(owner), addressWord(guard), uintWord(0), uintWord(nonce), uintWord(deadline), uintWord(v), hashWord(r), hashWord(s));
}

