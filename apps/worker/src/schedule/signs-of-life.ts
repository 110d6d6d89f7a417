import { Inject, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { NoticeData } from '@ballast/notifications';
import { AliveStore, LivenessStore, type ChainState, type MeasuredLiveness } from '@ballast/storage';
import { steadyClock } from '../pipeline/shared.js';
import { RUNTIME, type Runtime } from '../runtime.js';

const PRUNE_MS = 3_600_000;
/** Figures older than this many times the interval in which they are measured are no sign of life. */
const FIGURES_MISSED = 12;

/**
 * Posts `ballast.alive` to the webhooks that asked for it, at their intervals. Never while we are blind, or before the first look: those who
 * wait for it notice that it does not come.
 */
@Injectable()
export class SignsOfLife {
  private readonly log = new Logger(SignsOfLife.name);
  private readonly alive: AliveStore;
  private readonly liveness: LivenessStore;
  private underWay = false;
  private prunedAt = -Infinity;

  constructor(@Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'env' | 'database' | 'chains' | 'reads' | 'book' | 'now'>) {
    this.alive = new AliveStore(runtime.database);
    this.liveness = new LivenessStore(runtime.database);
  }

  @Interval(1_000)
  async turn(): Promise<void> {
    if (this.underWay || !this.runtime.env.roles.includes('watch')) return;
    this.underWay = true;
    await this.tell().catch((error: Error) => this.log.warn(`signs of life not written: ${error.message}`));
    this.underWay = false;
  }

  private async tell(): Promise<void> {
    const { env, chains, reads, book, now } = this.runtime;
    const [state, measured] = await Promise.all([chains.get(reads.chainId), this.liveness.latest(reads.chainId)]);
    const data = aliveDataOf(book.name, state, measured, now(), { headMs: env.blindAfterSeconds * 1000, figuresMs: env.heartbeatSeconds * 1000 * FIGURES_MISSED });
    if (data === null) await this.alive.withdraw(reads.chainId, 'we cannot see the chain any more');
    else await this.alive.tellDue(reads.chainId, data);
    if (steadyClock() - this.prunedAt < PRUNE_MS) return;
    this.prunedAt = steadyClock();
    await this.alive.prune(reads.chainId, 24 * PRUNE_MS);
  }
}

/** What a sign of life says; null where we are blind, or may be: nothing was seen or measured for too long. */
export function aliveDataOf(chainName: string, state: ChainState | null, measured: MeasuredLiveness | null, now: number, longest: { readonly headMs: number; readonly figuresMs: number }): NoticeData<'alive'> | null {
  if (state === null || state.head === null || state.blind !== null || measured === null) return null;
  if (now - state.head.seenAt.getTime() > longest.headMs || now - measured.measuredAt.getTime() > longest.figuresMs) return null;
  const { checks, mandates, openIntents } = measured.figures;
  return {
    chainName, headNumber: state.head.number.toString(), seenAt: state.head.seenAt.toISOString(), positions: checks.all.positions, oldestCheckAt: checks.guarded.oldestAt,
    armed: mandates.armed, cannot: mandates.cannot, openIntents, measuredAt: measured.measuredAt.toISOString(),
  };
}
