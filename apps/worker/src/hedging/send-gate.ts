import { decideHedge, gateFactsOf, venueGate, type GateLook, type HedgeInput, type HedgeLeg, type HedgePolicy, type SourcePrice, type VenueIntent } from '@ballast/policy';
import { aged, unknown, type VenueAccountId, type VenueEnvironment } from '@ballast/positions';
import type { SendingGate } from '@ballast/execution';
import type { LoanBook } from '@ballast/risk';
import type { KeyWatch } from './key-watch.js';
import type { LegFacts } from './leg-facts.js';

const FRESH_MS = 10_000;

/** What is looked at again before an order leaves, whatever it is for. */
interface Grounds {
  readonly policy: HedgePolicy;
  readonly legs: readonly HedgeLeg[];
  readonly loans: readonly LoanBook[];
  readonly oracle: SourcePrice;
  readonly exposureIsFresh: boolean;
  /** Whether the legs as they are now ask for no further order. */
  readonly isInsideBand: (legs: readonly HedgeLeg[], now: number) => boolean;
}

export interface SendGateParts {
  readonly legs: Pick<LegFacts, 'market'>;
  readonly keys: KeyWatch;
  /** Of this process: it sends to nothing else. */
  readonly environment: VenueEnvironment;
  readonly now: () => number;
}

/** The last look before bytes leave: market, account and key are read again, the corridor and the band worked out anew; stops and counts are the transaction's. */
export class SendGate {
  constructor(private readonly parts: SendGateParts) {}

  ofHedge(input: HedgeInput): SendingGate {
    return this.of({
      policy: input.policy, legs: [...input.legs, ...input.leaving], loans: input.loans, oracle: input.oracle, exposureIsFresh: input.exposure.isFresh,
      isInsideBand: (legs, now) => {
        const again = decideHedge({ ...input, legs: legs.slice(0, input.legs.length), leaving: legs.slice(input.legs.length), now });
        return again.kind === 'hold' && again.reason === 'inside-band';
      },
    });
  }

  /** Of an order that protects an account: no loan and no band is asked. */
  ofAccount(policy: HedgePolicy, legs: readonly HedgeLeg[], oracle: SourcePrice): SendingGate {
    return this.of({ policy, legs, loans: [], oracle, exposureIsFresh: true, isInsideBand: () => false });
  }

  private of(grounds: Grounds): SendingGate {
    return async (intent) => {
      const legs = await this.readAgain(grounds.legs, intent);
      const standing = await this.parts.keys.standing(intent.order.account);
      const now = this.parts.now();
      const look: GateLook = {
        policy: grounds.policy, legs, loans: grounds.loans, oracle: grounds.oracle, now, exposureIsFresh: grounds.exposureIsFresh, isInsideBand: grounds.isInsideBand(legs, now),
        environment: this.parts.environment, scopes: standing.scopes, allowed: standing.allowed,
      };
      const facts = gateFactsOf(intent.order, look);
      if (facts === null) return () => ['wrong-instrument'];
      return (counted) => {
        const verdict = venueGate(intent.order, { ...facts, ...counted, now: this.parts.now() });
        return verdict.kind === 'pass' ? [] : verdict.because;
      };
    };
  }

  /** The order's own leg afresh. What of ours is under way is this order, and is asked in the transaction. */
  private readAgain(legs: readonly HedgeLeg[], { order }: VenueIntent): Promise<readonly HedgeLeg[]> {
    return Promise.all(legs.map(async (leg): Promise<HedgeLeg> => {
      if (leg.id !== order.account || leg.instrument.id !== order.instrument) return { ...leg, order: leg.id === order.account ? { kind: 'none' } : leg.order };
      const [market, account] = await Promise.all([this.parts.legs.market({ id: leg.id, trouble: { kind: 'none' } }, order.instrument), this.account(leg.id)]);
      return { ...leg, market, account, order: { kind: 'none' } };
    }));
  }

  private async account(id: VenueAccountId): Promise<HedgeLeg['account']> {
    try {
      const account = await this.parts.keys.ask(id, ({ reader }) => reader.account(id));
      return aged({ kind: 'known', value: account, at: account.provenance.observedAt }, this.parts.now(), FRESH_MS);
    } catch (error) {
      return unknown((error as Error).message);
    }
  }
}
