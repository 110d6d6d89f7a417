import { addressWord, at, encode, isAddress, keccakOf, same, toAddress, toHash, words, type Hex } from './abi.js';
import { call, codeAt, type Chain } from './chain.js';
import { GUARD_KINDS } from './contracts.js';
import type { GuardKind } from './guard-kind.js';
import { PageProblem } from './problem.js';

export interface Guard {
  readonly address: string;
  /** Null when the code at the address is none of the guards that this page knows; then nothing but approvals can be ended here. */
  readonly kind: GuardKind | null;
  /** What is at the address, in words. */
  readonly finding: string;
  /** Block to search its events from; null when not known. */
  readonly since: number | null;
}

export type KnownGuard = Guard & { readonly kind: GuardKind };
export const isKnown = (guard: Guard): guard is KnownGuard => guard.kind !== null;

/** A function or event of a kind. @throws PageProblem when this kind has none of that name */
export function selectorOf(kind: GuardKind, name: string): string {
  const found = kind.functions[name] ?? kind.events[name];
  if (found === undefined) throw new PageProblem('FAILED', `${kind.contract} has no ${name}.`);
  return found;
}

/** The kind of guard that some code is: keccak-256 with every immutable set to zero must be the published one. */
export function kindOfCode(code: string, kinds: readonly GuardKind[] = GUARD_KINDS): GuardKind | null {
  const length = (code.length - 2) / 2;
  for (const kind of kinds) {
    if (kind.runtime.length !== length) continue;
    const digits = [...code.slice(2)];
    for (const immutable of kind.runtime.immutables) digits.fill('0', immutable.start * 2, (immutable.start + immutable.length) * 2);
    if (keccakOf(`0x${digits.join('')}`) === kind.runtime.hash) return kind;
  }
  return null;
}

export async function recogniseGuard(chain: Chain, address: string, since: number | null): Promise<Guard> {
  const code = await codeAt(chain, address);
  if (code === '0x') return { address, kind: null, since, finding: 'There is no contract at this address on this chain. Check the address and the chain.' };
  const kind = kindOfCode(code);
  if (kind === null) {
    return { address, kind: null, since, finding: 'This is not a Ballast guard of the versions this page knows: its code has another hash. Nothing is sent to it. Approvals given to it can still be taken back below.' };
  }
  return { address, kind, since, finding: `This is ${kind.contract} for ${kind.venue}: its code has the published hash.` };
}

/** Addresses out of a pasted text. @throws PageProblem naming the first part that is none */
export function readAddresses(text: string, what: string): string[] {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  for (const part of parts) if (!isAddress(part)) throw new PageProblem('INPUT_INVALID', `${what}: “${part}” is not an address; expected 0x followed by 40 hex digits.`);
  return parts.filter((part, index) => parts.findIndex((other) => same(other, part)) === index).map((part) => toAddress(addressWord(part)));
}

export async function epochOf(chain: Chain, guard: KnownGuard, owner: string): Promise<Hex> {
  return toHash(at(words(await call(chain, guard.address, encode(selectorOf(guard.kind, 'epochOf'), addressWord(owner))), 1, 'epochOf'), 0));
}

/** Typed data of the signature that ends every mandate of an owner; anyone may bring it to the guard. */
export function revokeAllTypedData(guard: KnownGuard, chainId: number, owner: string, epoch: string): Record<string, unknown> {
  return {
    domain: { name: guard.kind.domain, version: '1', chainId, verifyingContract: guard.address },
    types: {
      EIP712Domain: [{ name: 'name', type: 'string' }, { name: 'version', type: 'string' }, { name: 'chainId', type: 'uint256' }, { name: 'verifyingContract', type: 'address' }],
      RevokeAll: [{ name: 'owner', type: 'address' }, { name: 'epoch', type: 'bytes32' }],
    },
    primaryType: 'RevokeAll',
    message: { owner, epoch },
  };
}

/** The contract behind a guard that a getter without arguments names, as `pool` or `morpho`; null when it has no such getter. */
export async function venueOf(chain: Chain, guard: KnownGuard, getter: 'pool' | 'morpho'): Promise<string | null> {
  const selector = guard.kind.functions[getter];
  if (selector === undefined) return null;
  return toAddress(at(words(await call(chain, guard.address, encode(selector)), 1, getter), 0));
}

