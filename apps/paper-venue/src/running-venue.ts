import type { VenueClock } from './clock.js';
import { advance, ask, faultyVenue, submit, type Asking, type ClientRequest, type FaultRule, type RateLimit, type Reply } from './faults/faulty-venue.js';
import { apply, pruned, type PriceE8, type RateE12, type VenueEvent, type VenueState } from './kernel/index.js';

/** A funding payment of the whole market. */
export interface FundingSettlement {
  readonly instrument: string;
  readonly rateE12: RateE12;
  readonly indexE8: PriceE8;
  readonly atMs: number;
}

export interface VenueSettings {
  readonly name: 'hyperliquid' | 'deribit';
  /** Funding is paid at every multiple of this since the epoch, by the venue's time or by that of its feed. */
  readonly fundingEveryMs: number;
  readonly fundingClock: 'venue' | 'feed';
  /** How many ended orders, fills, payments and settlements are kept, each. */
  readonly mostKept: number;
}

/** One venue as it runs: the engine with its faults, moved by requests, by what an operator lets happen, and by time. */
export class RunningVenue {
  /** How a client is left without an answer: its connection stays open and silent, or breaks. */
  silence: 'hang' | 'reset' = 'hang';
  private faulty;
  private settlements: readonly FundingSettlement[] = [];
  private readonly cancelAllAt = new Map<string, number>();
  private paidUntilMs: number;

  constructor(readonly settings: VenueSettings, state: VenueState, readonly clock: VenueClock) {
    this.faulty = faultyVenue(state);
    this.paidUntilMs = clock.now();
  }

  get state(): VenueState {
    return this.faulty.venue;
  }

  get fundingSettlements(): readonly FundingSettlement[] {
    return this.settlements;
  }

  /** What is left of the script, and which keys were revoked. */
  get script() {
    const { rules, due, limit, revoked } = this.faulty;
    return { rules, due, limit, revoked, silence: this.silence };
  }

  /** Does what has become due until now, in the order of time: funding, the cancelling of orders that a client asked for, scripted events. Returns the time. */
  tick(): number {
    const nowMs = this.clock.now();
    const moments = [...this.fundingMoments(nowMs), ...[...this.cancelAllAt].map(([account, atMs]) => ({ atMs, happen: () => this.cancelAll(account, atMs) }))];
    for (const { atMs, happen } of moments.filter((moment) => moment.atMs <= nowMs).sort((a, b) => a.atMs - b.atMs)) {
      this.faulty = advance(this.faulty, atMs);
      happen();
    }
    this.faulty = advance(this.faulty, nowMs);
    return nowMs;
  }

  /** A client's request with whatever the script has for it. */
  submit(request: ClientRequest, asking: Asking): Reply {
    const nowMs = this.tick();
    const { next, reply } = submit(this.faulty, request, nowMs, asking);
    this.faulty = next;
    this.prune();
    return reply;
  }

  /** What a question meets on its way, or a change that the engine does not see. */
  ask(key?: string, as?: 'read' | 'change'): ReturnType<typeof ask>['reply'] {
    const { next, reply } = ask(this.faulty, this.tick(), key, as);
    this.faulty = next;
    return reply;
  }

  /** Lets something happen now, or after a while. @throws VenueRefusal where the engine refuses what is to happen now */
  happen(event: VenueEvent, inMs = 0): void {
    const nowMs = this.tick();
    if (inMs > 0) this.faulty = { ...this.faulty, due: [...this.faulty.due, { atMs: nowMs + inMs, event }] };
    else if (event.kind === 'pay-funding') this.payFunding(event.instrument, nowMs);
    else this.faulty = { ...this.faulty, venue: apply(this.faulty.venue, event, nowMs).state };
    this.prune();
  }

  /** Replaces the script of faults and the allowance. */
  follow(rules: readonly FaultRule[], limit: RateLimit | null): void {
    this.faulty = { ...this.faulty, rules, limit, allowances: {} };
  }

  /** From now on the key counts for nothing. */
  revoke(key: string): void {
    this.faulty = { ...this.faulty, revoked: [...this.faulty.revoked, key] };
  }

  /** Cancels every open order of the account at that time, unless it is told another one before; null takes it back. */
  cancelAllLater(account: string, atMs: number | null): void {
    if (atMs === null) this.cancelAllAt.delete(account);
    else this.cancelAllAt.set(account, atMs);
  }

  private cancelAll(account: string, atMs: number): void {
    this.cancelAllAt.delete(account);
    for (const orderId of this.state.openOrders) {
      if (this.state.orders[orderId]?.account === account) this.faulty = { ...this.faulty, venue: apply(this.faulty.venue, { kind: 'cancel', account, orderId }, atMs).state };
    }
  }

  private fundingMoments(nowMs: number): { readonly atMs: number; readonly happen: () => void }[] {
    const { fundingEveryMs, fundingClock } = this.settings;
    if (fundingClock === 'feed') return [];
    const moments = [];
    for (let atMs = (Math.floor(this.paidUntilMs / fundingEveryMs) + 1) * fundingEveryMs; atMs <= nowMs; atMs += fundingEveryMs) {
      moments.push({ atMs, happen: () => Object.keys(this.state.markets).forEach((instrument) => this.payFunding(instrument, atMs)) });
    }
    this.paidUntilMs = Math.max(nowMs, this.paidUntilMs);
    return moments;
  }

  /** Payments of every market now, a millisecond apart: instrument and time name a payment. */
  payFundingNow(times: number): void {
    const nowMs = this.tick();
    for (let count = 0; count < times; count += 1) for (const instrument of Object.keys(this.state.markets)) this.payFunding(instrument, nowMs + count);
    this.prune();
  }

  private payFunding(instrument: string, atMs: number): void {
    if (this.state.markets[instrument]?.instrument.option !== undefined) return;
    this.faulty = { ...this.faulty, venue: apply(this.faulty.venue, { kind: 'pay-funding', instrument }, atMs).state };
    const market = this.state.markets[instrument];
    if (market !== undefined) this.settlements = [...this.settlements, { instrument, rateE12: market.fundingRateE12, indexE8: market.indexE8, atMs }].slice(-this.settings.mostKept);
  }

  /** A tenth more than the bound is let be, so that not every order copies the history. */
  private prune(): void {
    const { mostKept } = this.settings;
    const { orders, openOrders, fills, funding } = this.state;
    const longest = Math.max(Object.keys(orders).length - openOrders.length, fills.length, funding.length);
    if (longest > mostKept * 1.1) this.faulty = { ...this.faulty, venue: pruned(this.faulty.venue, mostKept) };
  }
}
