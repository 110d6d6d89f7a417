import { Wallet } from 'ethers';
import type { Stack } from '../../apps/cli/src/stack.js';
import { Dice } from '../chaos/random.js';

type Fault = 'kill-worker' | 'kill-gateway' | 'lost-reply' | 'lost-request' | 'adl' | 'outage';

/** At which step of a walk what goes wrong: each once in every walk, the kills twice. */
const SCRIPT: readonly (readonly [share: number, fault: Fault])[] = [
  [0.1, 'lost-reply'], [0.2, 'kill-worker'], [0.3, 'kill-gateway'], [0.4, 'lost-request'], [0.5, 'adl'], [0.6, 'outage'], [0.75, 'kill-worker'], [0.85, 'lost-reply'], [0.95, 'kill-gateway'],
];
const OUTAGE_MS = 20_000;
/** Longest that a kill waits into a step. */
const KILL_WITHIN_MS = 3_000;

/** Faults at the paper venue and in our own processes, at moments that a seed decides. */
export class HedgeFaults {
  readonly played: string[] = [];
  private readonly told = new Set<string>();
  private readonly dice: Dice;

  constructor(private readonly stack: Stack, seed: number, private readonly say: (text: string) => void) {
    this.dice = new Dice(seed);
  }

  /** Kinds of notices that the owner must have had by the end. */
  get toBeTold(): readonly string[] {
    return [...this.told];
  }

  async maybe(step: number, count: number): Promise<void> {
    for (const [share, fault] of SCRIPT) if (Math.max(1, Math.round(share * count)) === step) await this.play(fault);
  }

  /** The venue takes the owner's agent no more. */
  async revokeAgent(): Promise<void> {
    this.played.push('revoked-agent');
    await this.venue('keys/revoke', { key: new Wallet(this.stack.paperVenue!.plan.keys.hyperliquid.agentKey).address.toLowerCase() });
  }

  private async play(fault: Fault): Promise<void> {
    this.say(`fault: ${fault}`);
    this.played.push(fault);
    switch (fault) {
      case 'kill-worker': return void setTimeout(() => this.stack.worker.kill(), this.dice.between(0, KILL_WITHIN_MS));
      case 'kill-gateway': return void setTimeout(() => this.stack.gateway!.kill(), this.dice.between(0, KILL_WITHIN_MS));
      case 'lost-reply': return this.venue('faults', { silence: 'reset', rules: [{ on: 'order', fault: { kind: 'reply-lost' }, times: 1 }] });
      case 'lost-request': return this.venue('faults', { silence: 'reset', rules: [{ on: 'order', fault: { kind: 'request-lost' }, times: 1 }] });
      case 'outage':
        this.told.add('venue.unreachable');
        return this.venue('faults', { silence: 'reset', rules: [{ on: 'any', fault: { kind: 'outage' }, times: 100_000, forMs: OUTAGE_MS }] });
      case 'adl': return this.deleverage();
    }
  }

  private async deleverage(): Promise<void> {
    this.told.add('venue.deleveraged');
    const { account } = this.stack.paperVenue!.plan.keys.hyperliquid;
    const mids = (await (await fetch(`${this.stack.paperVenue!.plan.url}/info`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"type":"allMids"}' })).json()) as Record<string, string>;
    await this.venue('events', { kind: 'adl', account, instrument: 'ETH', shareBps: 5_000, price: mids['ETH'] });
  }

  private async venue(what: string, body: object): Promise<void> {
    const response = await fetch(`${this.stack.paperVenue!.plan.url}/admin/hyperliquid/${what}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`the paper venue refused ${what}: ${response.status} ${await response.text()}`);
  }
}
