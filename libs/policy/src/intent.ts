import type { Address, ChainId, Hash32, RawAmount, Wad } from '@ballast/units';
import type { PositionId } from '@ballast/positions';

/** What an intent makes the chain do. ACTIVATE puts a signed mandate in force; the others move the owner's own funds into the owner's own loan. */
export type IntentKind = 'ACTIVATE' | 'REPAY' | 'TOP_UP';

/** execution.md's states. The last five are terminal. */
export type IntentState =
  | 'PLANNED' | 'NONCED' | 'SIGNED' | 'BROADCAST' | 'MINED' | 'CONFIRMED'
  | 'DONE' | 'REVERTED' | 'REPLACED' | 'EXPIRED' | 'DROPPED';

export const TERMINAL_INTENT_STATES: readonly IntentState[] = ['DONE', 'REVERTED', 'REPLACED', 'EXPIRED', 'DROPPED'];

/** The call an intent will make, fixed when it is planned. For ACTIVATE min, max and deadline are not used. */
export interface IntentPlan {
  readonly kind: IntentKind;
  readonly chainId: ChainId;
  readonly guard: Address;
  readonly mandateHash: Hash32;
  readonly positionId: PositionId;
  readonly min: RawAmount;
  readonly max: RawAmount;
  /** Chain seconds after which the guard refuses the call. */
  readonly deadline: bigint;
}

/** A signed transaction of an intent. Every hash ever signed is kept. */
export interface IntentTransaction {
  readonly id: string;
  readonly lane: Address;
  readonly nonce: bigint;
  /** `call` does the work; `cancel` is an empty self-transfer that frees the nonce. */
  readonly purpose: 'call' | 'cancel';
  readonly hash: Hash32 | null;
  readonly raw: `0x${string}` | null;
  readonly gasLimit: bigint | null;
  readonly maxFeePerGas: bigint | null;
  readonly maxPriorityFeePerGas: bigint | null;
  readonly broadcastAt: number | null;
}

/** The guard's `Executed` event, matched to the intent by transaction hash. */
export interface ExecutedEvent {
  readonly mandateHash: Hash32;
  readonly owner: Address;
  readonly executor: Address;
  readonly action: number;
  readonly seq: bigint;
  readonly hfBefore: Wad;
  readonly hfAfter: Wad;
  readonly debtRepaid: RawAmount;
  readonly collateralIn: RawAmount;
  readonly collateralOut: RawAmount;
}

export interface MinedReceipt {
  readonly transactionHash: Hash32;
  readonly blockNumber: bigint;
  readonly blockHash: Hash32;
  readonly succeeded: boolean;
  readonly gasUsed: bigint;
  readonly effectiveGasPrice: bigint;
  readonly executed: ExecutedEvent | null;
}

export interface Intent {
  readonly id: string;
  readonly plan: IntentPlan;
  readonly state: IntentState;
  readonly decisionId: string | null;
  readonly transactions: readonly IntentTransaction[];
  readonly receipt: MinedReceipt | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
}
