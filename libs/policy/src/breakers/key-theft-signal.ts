import type { Address, Hash32 } from '@ballast/units';

/** A rescue that one of our guards told of in a transaction that our journal does not know. */
export interface ForeignExecution {
  readonly transactionHash: Hash32;
  /** Who sent the transaction: whose key signed it. */
  readonly sender: Address;
  readonly owner: Address;
  readonly mandateHash: Hash32;
  readonly action: number;
  readonly blockNumber: bigint;
}

/** Everything that our signer ever signed, kept where nobody can take a line back: it outlives a database that is restored from before. */
export interface SignedLog {
  has(hash: Hash32): Promise<boolean>;
}

/**
 * `theft`: one of our own lanes sent it, and neither the journal nor the signer knows it: somebody else holds the key. `forgotten`: the signer does know it, so
 * the database was restored from before. `backup`: another listed keeper sent it. `stranger`: anybody else, as through a mandate that names other keepers.
 */
export type ForeignKind = 'theft' | 'forgotten' | 'backup' | 'stranger';

export function classifyForeign({ sender }: Pick<ForeignExecution, 'sender'>, known: { readonly lanes: readonly Address[]; readonly isSigned: boolean; readonly isKeeper: boolean }): ForeignKind {
  if (known.lanes.includes(sender)) return known.isSigned ? 'forgotten' : 'theft';
  return known.isKeeper ? 'backup' : 'stranger';
}
