import { InvalidInput, address, hash32, type Address, type Hash32 } from '@ballast/units';
import { Transaction, Wallet } from 'ethers';
import { checkPolicy, type Hex, type SigningPolicy, type UnsignedTransaction } from './signing-policy.js';

export interface SignedTransaction {
  readonly raw: Hex;
  readonly hash: Hash32;
}

/** Signs what its own policy allows. The port behind which the key may move to another process. */
export interface KeeperSigner {
  /** The lane: the account that sends. */
  readonly address: Address;
  /** Same request, same bytes. @throws SigningRefused */
  sign(transaction: UnsignedTransaction): Promise<SignedTransaction>;
}

/** Holds the key in this process. It appears in no string, JSON or inspection of this object. */
export class LocalKeeperSigner implements KeeperSigner {
  readonly address: Address;
  readonly #wallet: Wallet;
  readonly #policy: SigningPolicy;

  /** @throws InvalidInput when the key is not one; the message never repeats it */
  constructor(privateKey: string, policy: SigningPolicy) {
    this.#wallet = walletOf(privateKey);
    this.#policy = policy;
    this.address = address(this.#wallet.address);
  }

  async sign(tx: UnsignedTransaction): Promise<SignedTransaction> {
    checkPolicy(this.#policy, this.address, tx);
    const signed = Transaction.from(
      await this.#wallet.signTransaction({
        type: 2,
        chainId: tx.chainId,
        nonce: Number(tx.nonce),
        to: tx.to,
        data: tx.data,
        value: tx.value,
        gasLimit: tx.gasLimit,
        maxFeePerGas: tx.maxFeePerGas,
        maxPriorityFeePerGas: tx.maxPriorityFeePerGas,
      }),
    );
    return { raw: signed.serialized as Hex, hash: hash32(signed.hash ?? '') };
  }

  toJSON(): { address: Address; key: 'redacted' } {
    return { address: this.address, key: 'redacted' };
  }

  toString(): string {
    return `LocalKeeperSigner(${this.address})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

function walletOf(privateKey: string): Wallet {
  if (!/^0x[0-9a-fA-F]{64}$/.test(privateKey)) throw new InvalidInput('keeper key', `${privateKey.length} characters`, '0x followed by 64 hex digits');
  try {
    return new Wallet(privateKey);
  } catch {
    throw new InvalidInput('keeper key', 'a number that is no secp256k1 key', 'a private key');
  }
}
