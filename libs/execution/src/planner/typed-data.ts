import { hashMandate, hashMorphoMandate, mandateDomain } from '@ballast/contracts';
import { address, hash32, InvalidInput, type Address, type ChainId, type Hash32 } from '@ballast/units';
import { getAddress, verifyTypedData } from 'ethers';
import { structOf, typesOf, type Signable } from './signed-form.js';

/** The mandate's EIP-712 hash: what the owner signs, and its name on chain. */
export function mandateHash(chainId: ChainId, guard: Address, { place, terms }: Signable): Hash32 {
  if (place.guard === 'MorphoGuard') return hash32(hashMorphoMandate(chainId, guard, { ...terms, marketId: place.marketId }));
  return hash32(hashMandate(chainId, guard, structOf({ place, terms }), place.guard));
}

/**
 * What a wallet's `eth_signTypedData_v4` takes, as plain JSON: integers that may not fit a double as decimal strings,
 * addresses checksummed because people read them in the wallet. `types` holds `EIP712Domain` too; ethers wants it left out.
 */
export function mandateTypedData(chainId: ChainId, guard: Address, mandate: Signable) {
  const { place, terms } = mandate;
  const types = typesOf(place.guard);
  return {
    domain: { name: `Ballast ${place.guard}`, version: '1', chainId: Number(chainId), verifyingContract: getAddress(guard) },
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
        { name: 'chainId', type: 'uint256' },
        { name: 'verifyingContract', type: 'address' },
      ],
      ...types,
    },
    primaryType: 'Mandate' as const,
    message: {
      owner: getAddress(terms.owner), ...namesOf(mandate), actions: terms.actions,
      triggerHf: terms.triggerHf.toString(), minHf: terms.minHf.toString(), maxHf: terms.maxHf.toString(), maxCostBps: Number(terms.maxCostBps),
      fillPerDay: terms.fillPerDay.toString(), keepers: getAddress(terms.keepers), expiry: Number(terms.expiry), prev: terms.prev,
    },
  };
}

/** What the signed form names the loan by. */
function namesOf({ place, terms }: Signable): { readonly collateral?: string; readonly debt?: string; readonly marketId?: string } {
  if (place.guard === 'MorphoGuard') return { marketId: place.marketId };
  const struct = structOf({ place, terms });
  return { collateral: getAddress(struct.collateral), debt: getAddress(struct.debt) };
}

/**
 * Returns who signed the mandate. Compare it with `terms.owner`.
 * @throws InvalidInput when the signature is not one that the guard would take: 65 bytes, low s, v of 27 or 28
 */
export function recoverMandateSigner(chainId: ChainId, guard: Address, mandate: Signable, signature: string): Address {
  const expected = '65 bytes r, s, v with low s and v of 27 or 28';
  // The guard takes no other form than this one; ethers would also take v of 0 and 1, and compact signatures.
  if (!/^0x[0-9a-fA-F]{128}(1b|1c)$/i.test(signature)) throw new InvalidInput('signature', `${signature.slice(0, 10)}… (${signature.length} characters)`, expected);
  try {
    return address(verifyTypedData(mandateDomain(chainId, guard, mandate.place.guard), typesOf(mandate.place.guard), structOf(mandate), signature));
  } catch {
    throw new InvalidInput('signature', `${signature.slice(0, 10)}…`, expected);
  }
}
