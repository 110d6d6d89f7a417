import type { OrderLookup, OrderRequest, PlaceAnswer, VenueOrder } from '@ballast/positions';
import type { VenueOrderRules } from '@ballast/policy';
import type { ContractsE18 } from '@ballast/units';

/** What happens to the next request on its way, and to its answer. */
export type Delivery = 'arrives' | 'answer-lost' | 'never' | 'late' | 'late-answer-lost' | 'server-error-done' | 'server-error-not-done';
/** What the venue makes of an order that arrives. */
export type Mood = 'fills' | 'fills-half' | 'no-match' | 'rejects' | 'rests';

interface Kept {
  readonly request: OrderRequest;
  filled: bigint;
  state: VenueOrder['state'];
}

interface Travelling {
  readonly request: OrderRequest;
  readonly sentAt: number;
}

/** A venue as small as it goes: orders under ids, requests that come late, and answers that do not come. */
export class SmallVenue {
  readonly kept: Kept[] = [];
  readonly travelling: Travelling[] = [];
  mood: Mood = 'fills';
  isDown = false;

  constructor(readonly rules: VenueOrderRules) {}

  /** Everything that was ever executed under the id. */
  executed(clientId: string): bigint {
    return this.kept.filter(({ request }) => request.clientId === clientId).reduce((sum, { filled }) => sum + filled, 0n);
  }

  send(request: OrderRequest, delivery: Delivery, now: number): PlaceAnswer {
    switch (delivery) {
      case 'never': return { kind: 'unknown', because: 'network' };
      case 'late': case 'late-answer-lost':
        this.travelling.push({ request, sentAt: now });
        return { kind: 'unknown', because: 'timeout' };
      case 'server-error-not-done': return { kind: 'unknown', because: 'server-error' };
      case 'server-error-done':
        this.arrive(request, now);
        return { kind: 'unknown', because: 'server-error' };
      case 'answer-lost':
        this.arrive(request, now);
        return { kind: 'unknown', because: 'timeout' };
      case 'arrives': return this.arrive(request, now);
    }
  }

  /** A request that was held up comes in. One that was under way for longer than any is, is gone. */
  comeIn(pick: number, now: number): void {
    const [one] = this.travelling.splice(pick % Math.max(1, this.travelling.length), 1);
    if (one === undefined) return;
    if (!this.rules.enforcesValidUntil && now - one.sentAt > this.rules.maxLatencyMs) return;
    this.arrive(one.request, now);
  }

  private arrive(request: OrderRequest, now: number): PlaceAnswer {
    const refused = (reason: 'expired' | 'margin' | 'no-match', code: string): PlaceAnswer => ({ kind: 'rejected', rejection: { reason, code, message: code } });
    if (this.rules.enforcesValidUntil && now > request.validUntil) return refused('expired', 'too late');
    if (this.rules.refusesDuplicates && this.kept.some((kept) => kept.request.clientId === request.clientId)) return { kind: 'unknown', because: 'duplicate-id' };
    if (this.mood === 'rejects') return refused('margin', 'no margin');
    if (this.mood === 'no-match') {
      this.kept.push({ request, filled: 0n, state: 'done' });
      return { kind: 'accepted', order: this.told(this.kept.at(-1) as Kept, now) };
    }
    const filled = this.mood === 'fills' ? request.contracts : this.mood === 'fills-half' ? request.contracts / 2n : 0n;
    this.kept.push({ request, filled, state: this.mood === 'rests' ? 'open' : 'done' });
    return { kind: 'accepted', order: this.told(this.kept.at(-1) as Kept, now) };
  }

  /** An order that rests is filled in part. */
  trade(pick: number): void {
    const open = this.kept.filter(({ state }) => state === 'open');
    const one = open[pick % Math.max(1, open.length)];
    if (one === undefined) return;
    one.filled += (one.request.contracts - one.filled) / 2n;
    if (pick % 3 === 0) Object.assign(one, { filled: one.request.contracts, state: 'done' });
  }

  cancel(clientId: string): void {
    for (const one of this.kept) if (one.request.clientId === clientId && one.state === 'open') one.state = 'done';
  }

  lookUp(clientId: string, searched: 'open-orders' | 'history', now: number): OrderLookup {
    const found = this.kept.find(({ request, state }) => request.clientId === clientId && (searched === 'history' || state === 'open'));
    return found === undefined ? { kind: 'not-found', searched, observedAt: now } : { kind: 'found', order: this.told(found, now) };
  }

  private told({ request, filled, state }: Kept, now: number): VenueOrder {
    return { account: request.account, instrument: request.instrument, venueId: `v-${request.clientId}`, clientId: { kind: 'ours', id: request.clientId }, side: request.side, reduceOnly: request.reduceOnly, requested: request.contracts, filled: filled as ContractsE18, state, observedAt: now };
  }
}
