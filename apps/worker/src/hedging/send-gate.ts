import { decideHedge, gateFactsOf, missingCover, putGateFactsOf, venueGate, type GateLook, type HedgeInput, type HedgeLeg, type HedgePolicy, type SourcePrice, type VenueIntent } from '@ballast/policy';
import { aged, unknown, type DerivativeAccount, type InstrumentId, type ListedOption, type Reading, type VenueAccountId, type VenueEnvironment, type VenueMarket } from '@ballast/positions';
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
    const ofPerpetuals = this.ofPerpetuals(input);
    return async (intent) => {
      const option = optionOf(input, intent);
      return option === null ? ofPerpetuals(intent) : this.ofPut(input, option, intent);
    };
  }

  private ofPerpetuals(input: HedgeInput): SendingGate {
    return this.of({
      policy: input.policy, legs: [...input.legs, ...input.leaving], loans: input.loans, oracle: input.oracle, exposureIsFresh: input.exposure.isFresh,
      isInsideBand: (legs, now) => {
        const again = decideHedge({ ...input, legs: legs.slice(0, input.legs.length), leaving: legs.slice(input.legs.length), now });
        return again.kind === 'hold' && again.reason === 'inside-band';
      },
    });
  }

  /** Of a put its market and the account are read again: what is offered now, what is held, and whether that covers by now. */
  private async ofPut(input: HedgeInput, option: ListedOption, { order }: VenueIntent): ReturnType<SendingGate> {
    const { policy, puts, putAccount, ledger, exposure } = input;
    const [market, account, standing] = await Promise.all([this.market(order.account, option.id), this.account(order.account), this.parts.keys.standing(order.account)]);
    const now = this.parts.now();
    const held = putAccount.kind === 'read' ? putAccount.held : [];
    const facts = putGateFactsOf(order, {
      policy, now, option, market, account, held, exposureIsFresh: exposure.isFresh, isCovered: puts.kind !== 'looked-at' || isCoveredBy(account, puts, input, now), leftUsdE8: policy.fundingBudgetUsdE8 - ledger.paidUsdE8,
      environment: this.parts.environment, scopes: standing.scopes, allowed: standing.allowed,
    });
    return (counted) => {
      const verdict = venueGate(order, { ...facts, ...counted, now: this.parts.now() });
      return verdict.kind === 'pass' ? [] : verdict.because;
    };
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

  /** Not kept for a volatility: it is no price of the coin. */
  private async market(id: VenueAccountId, instrument: InstrumentId): Promise<Reading<VenueMarket>> {
    try {
      const market = await this.parts.keys.ask(id, ({ reader }) => reader.market(instrument, 1));
      return aged({ kind: 'known', value: market, at: market.observedAt }, this.parts.now(), FRESH_MS);
    } catch (error) {
      return unknown((error as Error).message);
    }
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

/** The option that an order is for, among those that were offered or are held; null where it is for none of them. */
function optionOf({ puts, putAccount }: HedgeInput, { order }: VenueIntent): ListedOption | null {
  const offered = puts.kind === 'looked-at' && puts.account === order.account ? puts.puts : [];
  const held = putAccount.kind === 'read' && putAccount.id === order.account ? putAccount.held : [];
  return [...offered, ...held].map(({ option }) => option).find(({ id }) => id === order.instrument) ?? null;
}

/** Whether what the account holds now, told a moment ago, pays what is needed; where nobody knows it does, so that nothing is bought. */
function isCoveredBy(account: Reading<DerivativeAccount>, { need, puts }: Extract<HedgeInput['puts'], { kind: 'looked-at' }>, { putAccount, policy }: HedgeInput, now: number): boolean {
  if (account.kind !== 'known') return true;
  const listed = [...puts, ...(putAccount.kind === 'read' ? putAccount.held : [])].map(({ option }) => option);
  const held = account.value.positions.flatMap(({ instrument, contracts }) => {
    const option = listed.find(({ id }) => id === instrument);
    return option === undefined ? [] : [{ option, contracts }];
  });
  return missingCover({ need, held, policy, now }) <= 0n;
}
