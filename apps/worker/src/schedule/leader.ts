import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Logger } from '@nestjs/common';
import { FencedOff, type FenceKeeper } from '@ballast/connectors/signer';
import type { Lease, LeaseStore } from '@ballast/storage';

export interface LeaderParts {
  readonly leases: Pick<LeaseStore, 'hold' | 'giveUp'>;
  readonly fences: FenceKeeper;
}

export interface LeaderSettings {
  /** The lease that lets a worker act on its chain. */
  readonly name: string;
  /** Ours and no other process's. */
  readonly holder: string;
  readonly leaseMs: number;
  readonly renewMs: number;
}

/** A standby asks this many times while a leader asks once, so that it takes over soon after a lease has run out. */
const STANDBY_PACE = 4;

/** A name that no other process has, and by which a person finds this one. */
export const newHolder = (): string => `${hostname()}:${process.pid}:${randomUUID()}`;

/**
 * Takes the lease and prolongs it. Who leads is said by the database and by the signer, at each signature; what is said here, from our own clock and never
 * longer than the lease, only saves the others' time.
 */
export class Leader {
  private readonly log = new Logger(Leader.name);
  private lease: Lease | null = null;
  /** By a clock that nobody sets: a process that was frozen knows at once that its time has passed. */
  private until = 0;
  private announced: bigint | null = null;
  private timer: NodeJS.Timeout | null = null;
  private underWay: Promise<void> = Promise.resolve();
  private stopped = false;
  private led = false;
  private readonly listeners: ((leads: boolean) => void)[] = [];

  constructor(private readonly parts: LeaderParts, private readonly settings: LeaderSettings, private readonly now: () => number = () => performance.now()) {}

  /** Whether this worker may act now. */
  get leads(): boolean {
    return this.lease !== null && !this.stopped && this.now() < this.until;
  }

  /** The fence of the lease that this worker has, or had last: what it asks for with an old one is refused. 0, which nobody ever has, before the first. */
  get fence(): bigint {
    return this.lease?.fence ?? 0n;
  }

  /** `listener` is told when this worker begins to lead, and when it has ceased. */
  onChange(listener: (leads: boolean) => void): void {
    this.listeners.push(listener);
  }

  start(): void {
    this.underWay = this.turn().finally(() => {
      if (!this.stopped) this.timer = setTimeout(() => this.start(), this.leads ? this.settings.renewMs : this.settings.renewMs / STANDBY_PACE);
    });
  }

  /** Gives the lease up, so that another need not wait until it has run out. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.underWay;
    this.tell();
    if (this.lease !== null) await this.parts.leases.giveUp(this.settings.name, this.settings.holder).catch((error: Error) => this.log.warn(`the lease was not given up and will run out: ${error.message}`));
  }

  private async turn(): Promise<void> {
    const askedAt = this.now();
    try {
      const held = await this.hold();
      if (held === null) {
        this.until = 0;
      } else {
        this.lease = held;
        // From before the database was asked: it counts from later on.
        this.until = askedAt + this.settings.leaseMs;
      }
    } catch (error) {
      this.log.warn(`the lease was not prolonged: ${(error as Error).message}`);
    }
    this.tell();
  }

  private async hold(): Promise<Lease | null> {
    const held = await this.ask();
    if (held === null || held.fence === this.announced) return held;
    try {
      await this.announce(held);
      return held;
    } catch (error) {
      if (!(error instanceof FencedOff)) {
        this.log.warn(`the signer was not told who leads: ${(error as Error).message}`);
        return held;
      }
      // The signer has seen leaders that this database has not: it was restored from a copy. Only who has just taken the lease goes past them: nobody asks twice under one fence.
      this.log.warn(`the signer knows a newer lease (${error.newest}) than the database (${held.fence}): going past it`);
      await this.parts.leases.giveUp(this.settings.name, this.settings.holder);
      const above = await this.ask(error.newest + 1n);
      if (above !== null) await this.announce(above).catch((again: Error) => this.log.warn(`the signer was not told who leads: ${again.message}`));
      return above;
    }
  }

  private ask(atLeast?: bigint): Promise<Lease | null> {
    return this.parts.leases.hold(this.settings.name, this.settings.holder, this.settings.leaseMs, atLeast);
  }

  private async announce({ fence }: Lease): Promise<void> {
    await this.parts.fences.announce(fence);
    this.announced = fence;
  }

  private tell(): void {
    const { leads } = this;
    if (leads === this.led) return;
    this.led = leads;
    this.log.log(leads ? `leads under fence ${this.fence}` : 'leads no more');
    for (const listener of this.listeners) listener(leads);
  }
}
