import { TypedDataEncoder, type TypedDataDomain, type TypedDataField } from 'ethers';

/** The guards, one per venue. Each is a signing domain of its own. */
export type GuardName = 'AaveGuard' | 'MorphoGuard' | 'CometGuard' | 'VenusGuard';

/** The 12 signed fields as this library takes them: addresses in any case, health factors scaled by 1e18, amounts in token units. */
export interface MandateMessage {
  readonly owner: string;
  readonly collateral: string;
  readonly debt: string;
  /** Bits: 1 TOP_UP, 2 REPAY, 4 FILL. */
  readonly actions: number | bigint;
  readonly triggerHf: bigint;
  readonly minHf: bigint;
  readonly maxHf: bigint;
  readonly maxCostBps: number | bigint;
  readonly fillPerDay: bigint;
  readonly keepers: string;
  /** Chain seconds. */
  readonly expiry: number | bigint;
  readonly prev: string;
}

type Hash = `0x${string}`;

/** EIP-712 types of a mandate: the order and the widths are those of the Solidity struct. */
export const MANDATE_TYPES: Record<'Mandate', TypedDataField[]> = {
  Mandate: [
    { name: 'owner', type: 'address' },
    { name: 'collateral', type: 'address' },
    { name: 'debt', type: 'address' },
    { name: 'actions', type: 'uint8' },
    { name: 'triggerHf', type: 'uint64' },
    { name: 'minHf', type: 'uint64' },
    { name: 'maxHf', type: 'uint64' },
    { name: 'maxCostBps', type: 'uint16' },
    { name: 'fillPerDay', type: 'uint128' },
    { name: 'keepers', type: 'address' },
    { name: 'expiry', type: 'uint40' },
    { name: 'prev', type: 'bytes32' },
  ],
};

/** The 11 signed fields of a mandate for a market of Morpho: its id in the place of the pair. */
export type MorphoMandateMessage = Omit<MandateMessage, 'collateral' | 'debt'> & { readonly marketId: string };

/** EIP-712 types of a Morpho mandate: the struct is called `Mandate` there too. */
export const MORPHO_MANDATE_TYPES: Record<'Mandate', TypedDataField[]> = {
  Mandate: MANDATE_TYPES.Mandate.flatMap((field) => (field.name === 'collateral' ? [{ name: 'marketId', type: 'bytes32' }] : field.name === 'debt' ? [] : [field])),
};

/** EIP-712 types of the signature that ends every mandate of an owner; `epoch` is the guard's `epochOf(owner)`. */
export const REVOKE_ALL_TYPES: Record<'RevokeAll', TypedDataField[]> = {
  RevokeAll: [
    { name: 'owner', type: 'address' },
    { name: 'epoch', type: 'bytes32' },
  ],
};

/** The EIP-712 domain of one guard on one chain. A signature for it counts nowhere else. */
export function mandateDomain(chainId: number | bigint, guard: string, name: GuardName = 'AaveGuard'): TypedDataDomain {
  return { name: `Ballast ${name}`, version: '1', chainId, verifyingContract: guard };
}

/** What the owner signs and what names the mandate on chain: equal to the guard's `hashMandate`. */
export function hashMandate(chainId: number | bigint, guard: string, mandate: MandateMessage, name: Exclude<GuardName, 'MorphoGuard'> = 'AaveGuard'): Hash {
  return TypedDataEncoder.hash(mandateDomain(chainId, guard, name), MANDATE_TYPES, mandate) as Hash;
}

/** The same for a market of Morpho: equal to MorphoGuard's `hashMandate`. */
export function hashMorphoMandate(chainId: number | bigint, guard: string, mandate: MorphoMandateMessage): Hash {
  return TypedDataEncoder.hash(mandateDomain(chainId, guard, 'MorphoGuard'), MORPHO_MANDATE_TYPES, mandate) as Hash;
}

/** What the owner signs for `revokeAllBySig`. */
export function hashRevokeAll(chainId: number | bigint, guard: string, owner: string, epoch: string, name: GuardName = 'AaveGuard'): Hash {
  return TypedDataEncoder.hash(mandateDomain(chainId, guard, name), REVOKE_ALL_TYPES, { owner, epoch }) as Hash;
}
