import { Inject, Injectable, Logger } from '@nestjs/common';
import { RUNTIME, type Runtime } from '../runtime.js';
import { Actor } from '../pipeline/act.processor.js';
import type { NewBlock } from './reaction.js';

/**
 * Takes every new block to the rescues it calls for, in this process and before anything else that it does. A process without all of the stages leaves them to the queues, which are the
 * second way for everybody else: what a process loses here is found again by them.
 */
@Injectable()
export class FastLane {
  private readonly log = new Logger(FastLane.name);
  private next: NewBlock | null = null;
  /** Hash of the block that is reacted to now. */
  private underWay: string | null = null;
  private isPreparing = false;
  private isRecalled = false;
  /** Hash of the block reacted to last. */
  private done = '';

  constructor(@Inject(RUNTIME) private readonly runtime: Runtime, @Inject(Actor) private readonly actor: Actor) {}

  /** A block was seen. One that comes while another is reacted to waits; of several that wait, only the newest is looked at. */
  see(block: NewBlock): void {
    if (!(['watch', 'decide', 'act'] as const).every((role) => this.runtime.env.roles.includes(role))) return;
    // A poll finds the same block again and again: it is no newer one, for which rescues of this one would be put off.
    if (block.hash === this.done || block.hash === this.underWay) return;
    this.next = block;
    if (this.underWay === null) void this.run();
  }

  private async run(): Promise<void> {
    const { reaction, follower } = this.runtime;
    for (let block = this.take(); block !== null; block = this.take()) {
      const { number, hash } = block;
      this.underWay = hash;
      await follower.precedence
        // Who does not lead follows the chain all the same, so that nothing must be read when it comes to lead.
        .during(() => reaction.react(block as NewBlock, this.runtime.leader.leads ? (just) => this.actor.act(just.intent.id, just) : null, () => this.next !== null))
        .then(() => (this.done = hash), (error: Error) => this.log.warn(`block ${number} not reacted to: ${error.message}`));
      if (this.next === null) void this.prepare(block);
    }
    this.underWay = null;
  }

  private recallOnce(): void {
    if (this.isRecalled) return;
    const { follower, positions, reads } = this.runtime;
    this.isRecalled = true;
    follower.recall(positions, reads.chainId).catch((error: Error) => {
      this.isRecalled = false;
      this.log.warn(`stored loans not recalled: ${error.message}`);
    });
  }

  private take(): NewBlock | null {
    const block = this.next;
    this.next = null;
    return block;
  }

  /** While nothing is urgent: who is tracked now, and who may be next. One that takes long is not joined by another. */
  private async prepare(block: NewBlock): Promise<void> {
    if (this.isPreparing) return;
    this.isPreparing = true;
    try {
      await this.runtime.follower.refreshLists();
      this.recallOnce();
      await this.runtime.reaction.warm(block);
    } catch (error) {
      this.log.warn(`not prepared for the next block: ${(error as Error).message}`);
    } finally {
      this.isPreparing = false;
    }
  }
}
