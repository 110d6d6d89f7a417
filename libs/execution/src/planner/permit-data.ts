import type { Permit } from '@ballast/policy';
import { InvalidInput, address, hash32, type Address, type ChainId, type Hash32 } from '@ballast/units';
import { TypedDataEncoder, getAddress, id, verifyTypedData, type TypedDataDomain } from 'ethers';

/** What names a token in the signatures that it takes (ERC-2612). */
export interface PermitDomain {
  readonly chainId: ChainId;
  readonly token: Address;
  readonly name: string;
  readonly version: string;
}

/** What a permit says. */
export type PermitTerms = Pick<Permit, 'owner' | 'spender' | 'value' | 'nonce' | 'deadline'>;

const FIELDS = [
  { name: 'owner', type: 'address' },
  { name: 'spender', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'nonce', type: 'uint256' },
  { name: 'deadline', type: 'uint256' },
];
/** The type hash of ERC-2612. A token that answers another one for `PERMIT_TYPEHASH` takes other permits, which may be without end. */
export const PERMIT_TYPE_HASH: Hash32 = hash32(id(`Permit(${FIELDS.map(({ type, name }) => `${type} ${name}`).join(',')})`));

const domainOf = ({ chainId, token, name, version }: PermitDomain): TypedDataDomain => ({ name, version, chainId: Number(chainId), verifyingContract: getAddress(token) });

/** The EIP-712 domain separator that the token must name for a permit of this domain to count. */
export const permitDomainSeparator = (domain: PermitDomain): Hash32 => hash32(TypedDataEncoder.hashDomain(domainOf(domain)));

/** What a wallet's `eth_signTypedData_v4` takes: integers as decimal strings, addresses checksummed. `types` holds `EIP712Domain` too; ethers wants it left out. */
export function permitTypedData(domain: PermitDomain, terms: PermitTerms) {
  return {
    domain: { name: domain.name, version: domain.version, chainId: Number(domain.chainId), verifyingContract: getAddress(domain.token) },
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
        { name: 'chainId', type: 'uint256' },
        { name: 'verifyingContract', type: 'address' },
      ],
      Permit: FIELDS,
    },
    primaryType: 'Permit' as const,
    message: { owner: getAddress(terms.owner), spender: getAddress(terms.spender), value: terms.value.toString(), nonce: terms.nonce.toString(), deadline: terms.deadline.toString() },
  };
}

/**
 * Returns who signed the permit. Compare it with `terms.owner`.
 * @throws InvalidInput when the signature is not 65 bytes r, s, v with low s and v of 27 or 28
 */
export function recoverPermitSigner(domain: PermitDomain, terms: PermitTerms, signature: string): Address {
  const expected = '65 bytes r, s, v with low s and v of 27 or 28';
  if (!/^0x[0-9a-fA-F]{128}(1b|1c)$/i.test(signature)) throw new InvalidInput('permit signature', `${signature.slice(0, 10)}… (${signature.length} characters)`, expected);
  try {
    return address(verifyTypedData(domainOf(domain), { Permit: FIELDS }, terms, signature));
  } catch {
    throw new InvalidInput('permit signature', `${signature.slice(0, 10)}…`, expected);
  }
}
