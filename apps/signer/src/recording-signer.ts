import type { Address, Hash32 } from '@ballast/units';
import { FencedOff, type FenceKeeper, type KeeperSigner, type LocalKeeperSigner, type SignedLog, type SignedTransaction, type SigningRequest } from '@ballast/connectors/signer';
import { SignatureLog, type LogEntry } from './signature-log.js';
import { SpendingLimit } from './spending-limit.js';

export interface RecordingSettings {
  readonly logFile: string;
  /** Wei that a lane may commit itself to in an hour. */
  readonly mostWeiPerHour: bigint;
  /** Calls to these may use the limit's reserve, as empty transfers may: the keepers contracts, from which a lane removes itself. */
  readonly keepers: readonly Address[];
  /** Our own clock in milliseconds. */
  readonly now: () => number;
}

/** Signs with the keys of this process what their policy allows, no more an hour than it may, for the newest leader only, and nothing without a record. */
export class RecordingSigner implements KeeperSigner, SignedLog, FenceKeeper {
  private constructor(
    private readonly keys: LocalKeeperSigner, private readonly settings: RecordingSettings, private readonly log: SignatureLog,
    private readonly spending: SpendingLimit, private readonly known: Set<Hash32>, private fence: bigint, private fenceOnDisk: bigint,
  ) {}

  /** Reads the log: what was signed before counts, and so does the newest leader. @throws LogUnusable */
  static async open(keys: LocalKeeperSigner, settings: RecordingSettings): Promise<RecordingSigner> {
    const spending = new SpendingLimit(settings.mostWeiPerHour);
    const known = new Set<Hash32>();
    const since = settings.now() - 3_600_000;
    let fence = 0n;
    const log = await SignatureLog.open(settings.logFile, (entry) => {
      if (entry.fence > fence) fence = entry.fence;
      if (entry.kind !== 'signature') return;
      known.add(entry.hash);
      if (entry.at > since) spending.remember({ lane: entry.lane, nonce: entry.nonce, wei: entry.gasLimit * entry.maxFeePerGas, at: entry.at });
    });
    return new RecordingSigner(keys, settings, log, spending, known, fence, fence);
  }

  get lanes(): readonly Address[] {
    return this.keys.lanes;
  }
  get newestFence(): bigint {
    return this.fence;
  }
  /** How many different transactions were ever signed. */
  get signatures(): number {
    return this.known.size;
  }
  /** Bytes of a cut-off last line that were taken away at the start. */
  get repaired(): number {
    return this.log.repaired;
  }

  /** @throws SigningRefused, FencedOff, SpendingLimitReached, LogUnusable */
  async sign(request: SigningRequest): Promise<SignedTransaction> {
    await this.announce(request.fence);
    const signed = await this.keys.sign(request);
    // Asked again: a newer leader may have come while the signature was made. From here to the log's queue nothing waits.
    this.requireLeader(request.fence);
    if (this.known.has(signed.hash)) return signed;
    const { lane, transaction: tx, fence, purpose } = request;
    const at = this.settings.now();
    this.spending.commit({ lane, nonce: tx.nonce, wei: tx.gasLimit * tx.maxFeePerGas, at }, tx.to === lane || this.settings.keepers.includes(tx.to));
    await this.log.append({
      kind: 'signature', at, hash: signed.hash, lane, nonce: tx.nonce, to: tx.to, selector: tx.data.slice(0, 10).toLowerCase(), gasLimit: tx.gasLimit, maxFeePerGas: tx.maxFeePerGas, fence, purpose,
    } satisfies LogEntry);
    this.known.add(signed.hash);
    return signed;
  }

  async announce(fence: bigint): Promise<void> {
    this.requireLeader(fence);
    this.fence = fence;
    if (fence === this.fenceOnDisk) return;
    await this.log.append({ kind: 'fence', at: this.settings.now(), fence });
    if (fence > this.fenceOnDisk) this.fenceOnDisk = fence;
  }

  async has(hash: Hash32): Promise<boolean> {
    return this.known.has(hash);
  }

  close(): Promise<void> {
    return this.log.close();
  }

  private requireLeader(fence: bigint): void {
    if (fence < this.fence) throw new FencedOff(fence, this.fence);
  }
}
