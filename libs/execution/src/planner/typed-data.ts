import { MANDATE_TYPES, hashMandate, mandateDomain } from '@ballast/contracts';
import type { MandateTerms } from '@ballast/policy';
import { address, hash32, InvalidInput, type Address, type ChainId, type Hash32 } from '@ballast/units';
import { getAddress, verifyTypedData } from 'ethers';

/** The mandate's EIP-712 hash: what the owner signs, and its name on chain. */
export const mandateHash = (chainId: ChainId, guard: Address, terms: MandateTerms): Hash32 => hash32(hashMandate(chainId, guard, terms));

/**
 * What a wallet's `eth_signTypedData_v4` takes, as plain JSON: integers that may not fit a double as decimal strings,
 * addresses checksummed because people read them in the wallet. `types` holds `EIP712Domain` too; ethers wants it left out.
 */
export function mandateTypedData(chainId: ChainId, guard: Address, terms: MandateTerms) {
  return {
    domain: { name: 'Ballast AaveGuard', version: '1', chainId: Number(chainId), verifyingContract: getAddress(guard) },
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
        { name: 'chainId', type: 'uint256' },
        { name: 'verifyingContract', type: 'address' },
      ],
      ...MANDATE_TYPES,
    },
    primaryType: 'Mandate' as const,
    message: {
      owner: getAddress(terms.owner),
      collateral: getAddress(terms.collateral),
      debt: getAddress(terms.debt),
      actions: terms.actions,
      triggerHf: terms.triggerHf.toString(),
      minHf: terms.minHf.toString(),
      maxHf: terms.maxHf.toString(),
      maxCostBps: Number(terms.maxCostBps),
      fillPerDay: terms.fillPerDay.toString(),
      keepers: getAddress(terms.keepers),
      expiry: Number(terms.expiry),
      prev: terms.prev,
    },
  };
}

/**
 * Returns who signed the mandate. Compare it with `terms.owner`.
 * @throws InvalidInput when the signature is not one that the guard would take: 65 bytes, low s, v of 27 or 28
 */
export function recoverMandateSigner(chainId: ChainId, guard: Address, terms: MandateTerms, signature: string): Address {
  const expected = '65 bytes r, s, v with low s and v of 27 or 28';
  // The guard takes no other form than this one; ethers would also take v of 0 and 1, and compact signatures.
  if (!/^0x[0-9a-fA-F]{128}(1b|1c)$/i.test(signature)) throw new InvalidInput('signature', `${signature.slice(0, 10)}… (${signature.length} characters)`, expected);
  try {
    return address(verifyTypedData(mandateDomain(chainId, guard), MANDATE_TYPES, terms, signature));
  } catch {
    throw new InvalidInput('signature', `${signature.slice(0, 10)}…`, expected);
  }
}
