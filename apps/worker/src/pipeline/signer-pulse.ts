import type { KeeperSigner, RemoteKeeperSigner } from '@ballast/connectors/signer';

/** A signer that is started again answers within a few seconds: that is no alarm yet. */
const PATIENCE_MS = 15_000;

/** Whether the process that holds the keys answers. One that is in this process always does. */
export class SignerPulse {
  private lastAnswerAt: number;

  /** `now`: our own clock in milliseconds. */
  constructor(private readonly signer: KeeperSigner | Pick<RemoteKeeperSigner, 'health'>, private readonly now: () => number) {
    this.lastAnswerAt = now();
  }

  /** True once it has given no answer for 15 seconds. */
  async silent(): Promise<boolean> {
    if (!('health' in this.signer)) return false;
    const answered = await this.signer.health().then(() => true, () => false);
    if (answered) this.lastAnswerAt = this.now();
    return this.now() - this.lastAnswerAt > PATIENCE_MS;
  }
}
