import type { ContractsE18, UsdE8 } from '@ballast/units';
import { coinsCeil, notionalUp, quoteInUsdUp, quoteValue, unknown, type DerivativeAccount, type InstrumentId, type ListedOption, type OrderRequest, type Reading, type VenueEnvironment, type VenueMarket } from '@ballast/positions';
import type { FreshGateFacts } from './gate-facts.js';
import { putCost, totalHedgeCost } from './hedge-costs.js';
import type { HeldPut } from './hedge-input.js';
import type { HedgePolicy } from './hedge-policy.js';
import { ownOf } from './put-sale.js';
import type { KeyScopes } from './venue-gate.js';

/** What is looked at once more just before an order of a put leaves: its market and the account read again, and what the rest of the decision rested on. */
export interface PutGateLook {
  readonly policy: HedgePolicy;
  readonly now: number;
  readonly option: ListedOption;
  readonly market: Reading<VenueMarket>;
  readonly account: Reading<DerivativeAccount>;
  /** As they were decided on, with what the plan itself bought. */
  readonly held: readonly HeldPut[];
  readonly exposureIsFresh: boolean;
  /** What the account holds by now pays what is needed. */
  readonly isCovered: boolean;
  /** Of the budget of 30 days. */
  readonly leftUsdE8: bigint;
  readonly environment: VenueEnvironment;
  readonly scopes: Reading<KeyScopes>;
  readonly allowed: readonly InstrumentId[];
}

const NO_OFFER = { kind: 'refused', because: 'missing', fallback: { kind: 'none' } } as const;

/**
 * What the gate is told of an order of a put. A put that was bought cannot be liquidated and moves no corridor. Of what is held no more counts as reducible than the plan bought. What is not known speaks against the order: no
 * offer is no price, an index that is not told no worth.
 */
export function putGateFactsOf(order: OrderRequest, look: PutGateLook): FreshGateFacts {
  const { policy, option, market, account } = look;
  const offer = market.kind === 'known' ? (order.side === 'buy' ? market.value.asks : market.value.bids)[0] : undefined;
  const index = market.kind === 'known' && market.value.indexUsdE8.kind === 'price' ? market.value.indexUsdE8.usdE8 : null;
  const common = { now: look.now, environment: look.environment, scopes: look.scopes, allowed: look.allowed, instrument: option, policy, exposureIsFresh: look.exposureIsFresh, isInsideBand: look.isCovered, leverageAfter: { kind: 'none' }, corridor: 'holds' } as const;
  if (offer === undefined || index === null || index <= 0n || quoteValue(offer.price) <= 0n || quoteValue(order.priceCap) <= 0n) {
    return { ...common, reference: NO_OFFER, held: unknown('The market could not be read.'), notionalUsdE8: policy.caps.notionalPerDayUsdE8, totalAfterUsdE8: (policy.maxNotionalUsdE8 + 1n) as UsdE8, heldUsdE8: 0n as UsdE8, premium: { kind: 'none' } };
  }
  const capUsdE8 = quoteInUsdUp(order.priceCap, index);
  const notionalUsdE8 = notionalUp(order.contracts, option, capUsdE8);
  const coins = coinsCeil(order.contracts, option, index);
  const heldUsdE8 = heldUp(look, account, index) as UsdE8;
  const cost = putCost({ coins, indexUsdE8: index, askUsdE8: capUsdE8, takerFee: option.takerFee, feeCapOfPremium: option.feeCapOfPremium });
  return {
    ...common, reference: { kind: 'offer', price: offer.price }, held: heldOf(order, look), notionalUsdE8, totalAfterUsdE8: (notionalUsdE8 + heldUsdE8) as UsdE8, heldUsdE8,
    premium: order.side === 'buy' ? { kind: 'premium', costUsdE8: totalHedgeCost(cost), leftUsdE8: look.leftUsdE8 } : { kind: 'none' },
  };
}

/** Of a sale what the plan bought and the account still holds. */
function heldOf(order: OrderRequest, { account, held, now }: PutGateLook): FreshGateFacts['held'] {
  if (account.kind !== 'known') return unknown('The account was not read lately.');
  const contracts = contractsIn(account.value, order.instrument);
  const own = held.find(({ option }) => option.id === order.instrument)?.own ?? (0n as ContractsE18);
  return { kind: 'known', value: order.reduceOnly ? ownOf({ own, contracts }) : contracts, at: now };
}

const contractsIn = ({ positions }: DerivativeAccount, instrument: InstrumentId): ContractsE18 => positions.filter((one) => one.instrument === instrument).reduce((sum, { contracts }) => (sum + contracts) as ContractsE18, 0n as ContractsE18);

/** What the puts that are held are worth at their marks, rounded up; of one whose mark is not told all that is allowed, so that nothing is added to it. */
function heldUp({ held, policy }: PutGateLook, account: Reading<DerivativeAccount>, index: UsdE8): bigint {
  if (account.kind === 'unknown') return policy.maxNotionalUsdE8;
  return held.reduce((sum, { option }) => {
    const position = account.value.positions.find((one) => one.instrument === option.id);
    if (position === undefined || position.contracts <= 0n) return sum;
    if (position.kind !== 'option' || position.mark.kind === 'unknown') return sum + policy.maxNotionalUsdE8;
    const mark = quoteInUsdUp(position.mark.value, index);
    return sum + (mark <= 0n ? 0n : notionalUp(position.contracts, option, mark));
  }, 0n);
}
