import { BallastError, type Address, type ChainId } from '@ballast/units';

export type Hex = `0x${string}`;

/** What a lane is asked to sign: an EIP-1559 transaction without value. */
export interface UnsignedTransaction {
  readonly chainId: ChainId;
  readonly nonce: bigint;
  readonly to: Address;
  readonly data: Hex;
  readonly value: bigint;
  readonly gasLimit: bigint;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** What the key may be used for. Nothing outside it is signed, whoever asks. */
export interface SigningPolicy {
  readonly chainId: ChainId;
  /** The only contracts that may be called. */
  readonly guards: readonly Address[];
  /** The only functions of them: four bytes each. */
  readonly selectors: readonly Hex[];
  /** Wei for one unit of gas. */
  readonly maxFeePerGas: bigint;
  readonly maxGasLimit: bigint;
}

/** The policy turned the request down: a bug of ours or an attack, never a thing to try again. */
export class SigningRefused extends BallastError {
  readonly code = 'signing-refused';
  readonly disposition = 'invalid';
  constructor(readonly field: string, readonly given: string, readonly expected: string) {
    super(`signing refused: ${field}: got ${given}, expected ${expected}`);
  }
}

/** @throws SigningRefused for the first thing that the policy does not allow. `own`: the lane's address, the destination of a cancellation */
export function checkPolicy(policy: SigningPolicy, own: Address, tx: UnsignedTransaction): void {
  const refuse = (field: string, given: unknown, expected: string): never => {
    throw new SigningRefused(field, String(given), expected);
  };
  if (tx.chainId !== policy.chainId) refuse('chain id', tx.chainId, String(policy.chainId));
  if (tx.value !== 0n) refuse('value', tx.value, '0');
  if (tx.nonce < 0n) refuse('nonce', tx.nonce, 'zero or more');
  if (tx.gasLimit <= 0n || tx.gasLimit > policy.maxGasLimit) refuse('gas limit', tx.gasLimit, `1 to ${policy.maxGasLimit}`);
  if (tx.maxFeePerGas <= 0n || tx.maxFeePerGas > policy.maxFeePerGas) refuse('max fee per gas', tx.maxFeePerGas, `1 to ${policy.maxFeePerGas} wei`);
  if (tx.maxPriorityFeePerGas < 0n || tx.maxPriorityFeePerGas > tx.maxFeePerGas) refuse('priority fee per gas', tx.maxPriorityFeePerGas, `0 to ${tx.maxFeePerGas} wei`);
  if (tx.to === own) {
    if (tx.data !== '0x') refuse('calldata to the own address', tx.data.slice(0, 10), 'none: only an empty transfer that frees a nonce');
    return;
  }
  if (!policy.guards.includes(tx.to)) refuse('destination', tx.to, `one of ${policy.guards.join(', ')} or ${own}`);
  const selector = tx.data.slice(0, 10).toLowerCase();
  if (!policy.selectors.some((allowed) => allowed.toLowerCase() === selector)) refuse('function', selector, `one of ${policy.selectors.join(', ')}`);
}
