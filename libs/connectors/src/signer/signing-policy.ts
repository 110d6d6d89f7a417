import { BallastError, address, type Address, type ChainId } from '@ballast/units';
import { Interface } from 'ethers';

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
  readonly guards: readonly Address[];
  /** The only functions of the guards: four bytes each. */
  readonly selectors: readonly Hex[];
  readonly fillers?: readonly Address[];
  /** The only functions of the fillers. */
  readonly fillerSelectors?: readonly Hex[];
  /** Keepers contracts: from them the lane may remove itself and nobody else. */
  readonly keepers?: readonly Address[];
  /** Tokens to which a permit of anybody for a guard may be handed, and on which the lane may approve a finite amount to a guard. */
  readonly tokens?: readonly Address[];
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

/** Beyond this an approval is meant to be without limit. */
const FINITE = 1n << 128n;
const keepersAbi = new Interface(['function remove(address keeper)']);
const tokenAbi = new Interface([
  'function approve(address spender, uint256 amount)',
  'function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)',
]);

const refuse = (field: string, given: unknown, expected: string): never => {
  throw new SigningRefused(field, String(given), expected);
};

/** @throws SigningRefused for the first thing that the policy does not allow. `own`: the lane's address, the destination of a cancellation */
export function checkPolicy(policy: SigningPolicy, own: Address, tx: UnsignedTransaction): void {
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
  if (policy.guards.includes(tx.to)) return checkFunction(tx, policy.selectors);
  if (policy.fillers?.includes(tx.to)) return checkFunction(tx, policy.fillerSelectors ?? []);
  if (policy.keepers?.includes(tx.to)) return checkRemoval(tx, own);
  if (policy.tokens?.includes(tx.to)) return checkTokenCall(tx, policy.guards);
  refuse('destination', tx.to, `one of ${[policy.guards, policy.fillers, policy.keepers, policy.tokens].flatMap((list) => list ?? []).join(', ')} or ${own}`);
}

function checkFunction(tx: UnsignedTransaction, allowed: readonly Hex[]): void {
  const selector = tx.data.slice(0, 10).toLowerCase();
  if (!allowed.some((one) => one.toLowerCase() === selector)) refuse('function', selector, `one of ${allowed.join(', ')}`);
}

function checkRemoval(tx: UnsignedTransaction, own: Address): void {
  const [, removed] = parsed(keepersAbi, tx);
  if (address(removed[0] as string) !== own) refuse('keeper to remove', removed[0], own);
}

function checkTokenCall(tx: UnsignedTransaction, guards: readonly Address[]): void {
  const [name, args] = parsed(tokenAbi, tx);
  const spender = address(args[name === 'permit' ? 1 : 0] as string);
  if (!guards.includes(spender)) refuse('spender', spender, `a guard: ${guards.join(', ')}`);
  if (name === 'approve' && (args[1] as bigint) >= FINITE) refuse('approval', args[1], 'a finite amount');
}

function parsed(abi: Interface, tx: UnsignedTransaction): readonly [string, readonly unknown[]] {
  try {
    const call = abi.parseTransaction({ data: tx.data });
    // Encoded again, so that nothing may hide behind the arguments.
    if (call !== null && abi.encodeFunctionData(call.fragment, call.args) === tx.data.toLowerCase()) return [call.name, call.args.toArray()];
  } catch {
    // told below
  }
  return refuse('function', tx.data.slice(0, 10), abi.fragments.map((fragment) => fragment.format('sighash').replace('function ', '')).join(' or '));
}
