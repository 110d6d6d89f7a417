import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { KeyObject } from 'node:crypto';
import { heartbeatKey, publicKeyText, signHeartbeat, type ChainBeat } from '@ballast/heartbeat';
import { HedgingRoundStore, HeartbeatStore, LeaseStore, LivenessStore, keeperLease, type ChainState, type MeasuredLiveness } from '@ballast/storage';
import { RUNTIME, type Runtime } from '../runtime.js';
import { Turns } from './turns.js';

/** A turn that failed is tried again sooner than the next is due. */
const RETRY_MS = 1_000;

/**
 * Signs every few seconds what is stored about the chain: a watchdog elsewhere holds it against its own clock and its own node. What is signed
 * comes from the database, where watching leaves it: a process that lives and watches nothing signs that the head stands still.
 */
@Injectable()
export class Heartbeats implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(Heartbeats.name);
  private readonly heartbeats: HeartbeatStore;
  private readonly liveness: LivenessStore;
  private readonly leases: LeaseStore;
  private readonly rounds: HedgingRoundStore;
  private readonly turns = new Turns(() => this.turn());
  private readonly key: KeyObject | null;
  private failing = false;

  constructor(@Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'env' | 'database' | 'chains' | 'reads' | 'book' | 'now'>) {
    this.heartbeats = new HeartbeatStore(runtime.database);
    this.liveness = new LivenessStore(runtime.database);
    this.leases = new LeaseStore(runtime.database);
    this.rounds = new HedgingRoundStore(runtime.database);
    this.key = runtime.env.heartbeatKey === null ? null : heartbeatKey(runtime.env.heartbeatKey);
  }

  onApplicationBootstrap(): void {
    if (!this.runtime.env.roles.includes('watch')) return;
    if (this.key === null) {
      this.log.warn('HEARTBEAT_KEY is not set: no heartbeat is signed, and a watchdog would call us silent');
      return;
    }
    this.log.log(`heartbeats are signed by ${publicKeyText(this.key)}`);
    this.turns.start();
  }

  onApplicationShutdown(): void {
    this.turns.stop();
  }

  private async turn(): Promise<number> {
    try {
      await this.sign();
      this.failing = false;
      return this.runtime.env.heartbeatSeconds * 1000;
    } catch (error) {
      if (!this.failing) this.log.error(`no heartbeat signed: ${(error as Error).message}`);
      this.failing = true;
      return RETRY_MS;
    }
  }

  private async sign(): Promise<void> {
    const { chains, reads, book, now } = this.runtime;
    const key = this.key;
    if (key === null) return;
    const [state, measured, holder, roundAt] = await Promise.all([chains.get(reads.chainId), this.liveness.latest(reads.chainId), this.leases.holderOf(keeperLease(reads.chainId)), this.rounds.latest(reads.chainId)]);
    const beat = chainBeatOf(reads.chainId, book.name, state, measured, { isLed: holder !== null, roundAt });
    const issuedAt = new Date(now());
    await this.heartbeats.issue(reads.chainId, issuedAt, (sequence) => signHeartbeat({ type: 'ballast.heartbeat', version: 1, sequence, issuedAt: issuedAt.toISOString(), chains: [beat] }, key));
  }
}

/** What the heartbeat says of a chain, from what is stored of it. `roundAt`: of hedging, as of now and not as it was measured. */
export function chainBeatOf(chainId: number, name: string, state: ChainState | null, measured: MeasuredLiveness | null, { isLed, roundAt }: { readonly isLed: boolean; readonly roundAt: Date | null }): ChainBeat {
  const head = state?.head ?? null;
  return {
    chainId, name,
    head: head === null ? null : { number: head.number.toString(), hash: head.hash.toLowerCase(), timestamp: Number(head.timestamp), seenAt: head.seenAt.toISOString() },
    blindSince: state?.blind?.since.toISOString() ?? null, isLed,
    positions: measured?.figures.checks.all.positions ?? 0, oldestCheckAt: measured?.figures.checks.guarded.oldestAt ?? null,
    armed: measured?.figures.mandates.armed ?? 0, cannot: measured?.figures.mandates.cannot ?? 0, countedAt: measured?.measuredAt.toISOString() ?? null,
    ...(measured === null ? {} : { hedging: { ...measured.figures.hedging, roundAt: roundAt?.toISOString() ?? null } }),
  };
}
