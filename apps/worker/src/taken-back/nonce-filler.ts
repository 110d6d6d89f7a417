import type { ReadClient } from '@ballast/connectors';
import type { KeeperSigner } from '@ballast/connectors/signer';
import { cancelBudget, outbidding, type FeeSettings } from '@ballast/execution';
import type { NonceBytes, VanishedNonce, VanishedNonces } from '@ballast/storage';
import { BallastError, type Address } from '@ballast/units';

const EMPTY_TRANSFER_GAS = 21_000n;

/** A nonce cannot be filled while blocks cost more than anything of ours may offer. */
export class FillTooDear extends BallastError {
  readonly code = 'fill-too-dear';
  readonly disposition = 'retryable';
  constructor(lane: Address, nonce: bigint, baseFee: bigint) {
    super(`nonce ${nonce} of ${lane}: got a base fee of ${baseFee} wei, expected one that an empty transfer may offer`);
  }
}

export interface NonceFillerParts {
  readonly reads: Pick<ReadClient, 'chainId' | 'baseFee'>;
  readonly signer: KeeperSigner;
  readonly nonces: Pick<VanishedNonces, 'fill'>;
  readonly fence: () => bigint;
  readonly fees: FeeSettings;
}

/** Signs empty transfers to ourselves for nonces whose action is not to be sent again. */
export class NonceFiller {
  constructor(private readonly parts: NonceFillerParts) {}

  /** Bytes that outbid everything that was signed for the nonce, stored. @throws FillTooDear, LeaseLost, SignerUnreachable, SigningRefused */
  async fill({ lane, nonce, intent }: { readonly lane: Address; readonly nonce: bigint; readonly intent: NonNullable<VanishedNonce['intent']> }): Promise<NonceBytes> {
    const { reads, signer, nonces, fence, fees: settings } = this.parts;
    const baseFee = await reads.baseFee();
    const fees = outbidding(intent.bytes, baseFee, cancelBudget(settings));
    if (fees === null) throw new FillTooDear(lane, nonce, baseFee);
    const led = fence();
    return nonces.fill(reads.chainId, { lane, nonce, intentId: intent.id, gasLimit: EMPTY_TRANSFER_GAS, fence: led }, async () => {
      const transaction = { chainId: reads.chainId, nonce, to: lane, data: '0x' as const, value: 0n, gasLimit: EMPTY_TRANSFER_GAS, ...fees };
      return { ...(await signer.sign({ lane, transaction, fence: led, purpose: intent.id })), ...fees };
    });
  }
}
