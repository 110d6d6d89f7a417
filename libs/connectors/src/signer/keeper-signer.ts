import { InvalidInput, address, hash32, type Address, type Hash32 } from '@ballast/units';
import { Transaction, Wallet } from 'ethers';
import { FencedOff, type FenceKeeper, type SignedLog } from './signed-log.js';
import { SigningRefused, checkPolicy, type Hex, type SigningPolicy, type UnsignedTransaction } from './signing-policy.js';

export interface SignedTransaction {
  readonly raw: Hex;
  readonly hash: Hash32;
}

/** What a signer is asked for. */
export interface SigningRequest {
  /** The account that sends: one of the signer's lanes. */
  readonly lane: Address;
  readonly transaction: UnsignedTransaction;
  /** The number of the lease under which the asker leads; a newer leader's is higher. 0 where nobody else could lead. */
  readonly fence: bigint;
  /** What it is for: the intent's id. Kept with what was signed. */
  readonly purpose: string;
}

/** Signs what its own policy allows. The port behind which the keys may live in another process. */
export interface KeeperSigner {
  /** The accounts that it signs for, in the order in which they were given. */
  readonly lanes: readonly Address[];
  /** Same request, same bytes. @throws SigningRefused, FencedOff */
  sign(request: SigningRequest): Promise<SignedTransaction>;
}

/** Holds the keys in this process. They appear in no string, JSON or inspection of this object. */
export class LocalKeeperSigner implements KeeperSigner, SignedLog, FenceKeeper {
  readonly lanes: readonly Address[];
  readonly #wallets: ReadonlyMap<Address, Wallet>;
  readonly #policy: SigningPolicy;
  readonly #signed = new Set<Hash32>();
  #newestFence = 0n;

  /** @throws InvalidInput when a key is not one, or there is none; the message never repeats it */
  constructor(privateKeys: string | readonly string[], policy: SigningPolicy) {
    const wallets = (typeof privateKeys === 'string' ? [privateKeys] : privateKeys).map(walletOf);
    if (wallets.length === 0) throw new InvalidInput('keeper keys', 'none', 'at least one');
    this.#wallets = new Map(wallets.map((wallet) => [address(wallet.address), wallet]));
    this.#policy = policy;
    this.lanes = [...this.#wallets.keys()];
  }

  async sign({ lane, transaction: tx, fence }: SigningRequest): Promise<SignedTransaction> {
    const wallet = this.#wallets.get(lane);
    if (wallet === undefined) throw new SigningRefused('lane', lane, `one of ${this.lanes.join(', ')}`);
    await this.announce(fence);
    checkPolicy(this.#policy, lane, tx);
    const signed = Transaction.from(
      await wallet.signTransaction({
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
    const hash = hash32(signed.hash ?? '');
    this.#signed.add(hash);
    return { raw: signed.serialized as Hex, hash };
  }

  async announce(fence: bigint): Promise<void> {
    if (fence < this.#newestFence) throw new FencedOff(fence, this.#newestFence);
    this.#newestFence = fence;
  }

  /** Of what was signed since this process began: an earlier one's signatures are forgotten with it. */
  async has(hash: Hash32): Promise<boolean> {
    return this.#signed.has(hash);
  }

  toJSON(): { lanes: readonly Address[]; keys: 'redacted' } {
    return { lanes: this.lanes, keys: 'redacted' };
  }

  toString(): string {
    return `LocalKeeperSigner(${this.lanes.join(', ')})`;
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
