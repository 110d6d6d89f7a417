import type { KeeperSigner, RemoteKeeperSigner } from '@ballast/connectors/signer';
import { Shared, steadyClock } from './shared.js';

/** A signer that is started again answers within a few seconds: that is no alarm yet. */
const PATIENCE_MS = 15_000;
/** Every decision and preview asks: one answer serves those of so long. */
const SHARED_MS = 1_000;

/** Whether the process that holds the keys answers. One that is in this process always does. */
export class SignerPulse {
  /** Null where the keys are in this process. */
  private readonly health: Shared<void> | null;
  private lastAnswerAt: number;

  constructor(signer: KeeperSigner | Pick<RemoteKeeperSigner, 'health'>, private readonly steadyMs: () => number = steadyClock) {
    this.lastAnswerAt = steadyMs();
    this.health = 'health' in signer ? new Shared(() => signer.health().then(() => this.answered(), () => undefined), steadyMs) : null;
  }

  /** True once it has given no answer for 15 seconds. */
  async silent(): Promise<boolean> {
    if (this.health === null) return false;
    const asked = this.health.within(SHARED_MS);
    // Until then it is none whatever comes: a decision does not wait four seconds for one that hangs.
    if (this.steadyMs() - this.lastAnswerAt <= PATIENCE_MS) return false;
    await asked;
    return this.steadyMs() - this.lastAnswerAt > PATIENCE_MS;
  }

  private answered(): void {
    this.lastAnswerAt = this.steadyMs();
  }
}
