import { BPS, WAD, magnitude, mulDivUp, type ContractsE18, type UsdE8, type Wad } from '@ballast/units';
import { coinsCeil, notionalUp, settlementInUsdFloor, unknown, type InstrumentId, type OrderRequest, type Reading, type VenueEnvironment } from '@ballast/positions';
import { JOINT_GRID, brokenInside, jointGrid, type LoanBook } from '@ballast/risk';
import type { AccountBounds } from './account-bounds.js';
import type { HedgeLeg } from './hedge-input.js';
import { DEFAULT_HEDGE_RULES, type HedgePolicy } from './hedge-policy.js';
import { legStandingOf, venueBook, type LegStanding } from './leg-standing.js';
import type { SourcePrice } from './reference-price.js';
import type { GateFacts, KeyScopes } from './venue-gate.js';
import type { SendingFacts } from './venue-journal.js';

/** What is looked at once more just before an order leaves: every leg read again, and what the rest of the decision rested on. */
export interface GateLook {
  readonly policy: HedgePolicy;
  readonly now: number;
  readonly legs: readonly HedgeLeg[];
  readonly loans: readonly LoanBook[];
  readonly oracle: SourcePrice;
  readonly exposureIsFresh: boolean;
  readonly isInsideBand: boolean;
  readonly environment: VenueEnvironment;
  readonly scopes: Reading<KeyScopes>;
  readonly allowed: readonly InstrumentId[];
}

/** All that the gate asks but what is read in the transaction that writes SENT. */
export type FreshGateFacts = Omit<GateFacts, keyof SendingFacts>;

const CORRIDOR_STEP_BPS = 500n;

/** What the gate is told of an order of a perpetual, from a fresh look; null where the order is for none of the legs. Notional and leverage are rounded up. */
export function gateFactsOf(order: OrderRequest, look: GateLook): FreshGateFacts | null {
  const { policy, now, legs, oracle } = look;
  const leg = legs.find(({ id, instrument }) => id === order.account && instrument.id === order.instrument);
  if (leg === undefined) return null;
  const read = legs.map((one) => legStandingOf(one, oracle, policy, now));
  const standings = read.filter((one): one is LegStanding => !('kind' in one));
  const own = standings.find((one) => one.leg === leg);
  const common = { now, environment: look.environment, scopes: look.scopes, allowed: look.allowed, instrument: leg.instrument, policy, exposureIsFresh: look.exposureIsFresh, isInsideBand: look.isInsideBand, premium: { kind: 'none' } } as const;
  if (own === undefined || own.price.kind === 'none') {
    return { ...common, reference: own?.reference ?? { kind: 'refused', because: 'missing', fallback: { kind: 'none' } }, held: unknown('The account could not be read.'), notionalUsdE8: policy.caps.notionalPerDayUsdE8, totalAfterUsdE8: policy.maxNotionalUsdE8, heldUsdE8: 0n as UsdE8, leverageAfter: { kind: 'unknown' }, corridor: 'not-checked' };
  }
  const at = own.price.usdE8;
  const more = (order.side === 'buy' ? order.contracts : -order.contracts) as ContractsE18;
  const others = standings.filter((one) => one !== own).reduce<bigint>((sum, one) => sum + one.notionalUsdE8, 0n);
  return {
    ...common, reference: own.reference, held: leg.account.kind === 'known' || order.reduceOnly ? { kind: 'known', value: own.contracts, at: now } : unknown('The account was not read lately.'),
    notionalUsdE8: notionalUp(order.contracts, leg.instrument, at), totalAfterUsdE8: (others + notionalUp((own.contracts + more) as ContractsE18, leg.instrument, at)) as UsdE8,
    heldUsdE8: (others + notionalUp(own.contracts, leg.instrument, at)) as UsdE8, leverageAfter: leverageAfter(own, more, at), corridor: standings.length < read.length ? 'not-checked' : corridorWith(own, more, standings, look, at),
  };
}

function corridorWith(own: LegStanding, more: ContractsE18, standings: readonly LegStanding[], { policy, loans }: GateLook, at: UsdE8): GateFacts['corridor'] {
  const shape = { ...JOINT_GRID, ...policy.corridor, stepBps: CORRIDOR_STEP_BPS };
  const venues = standings.map((one) => venueBook(one, one === own ? more : (0n as ContractsE18), at));
  return brokenInside(jointGrid(loans, venues, shape), policy.corridor).kind === 'none' ? 'holds' : 'broken';
}

/** Notional over what it leans on; of an account in the coin only what is beyond its own coins. Of isolated margin at least what is set at the venue. */
function leverageAfter({ leg, contracts, room, account }: LegStanding, more: ContractsE18, at: UsdE8): GateFacts['leverageAfter'] {
  const after = (contracts + more) as ContractsE18;
  if (after === 0n) return { kind: 'none' };
  if (room <= 0n || (account.marginMode === 'isolated' && leg.leverage.kind === 'unknown')) return { kind: 'unknown' };
  const worked = leg.instrument.contract.kind === 'inverse' && leg.instrument.settlement.kind === 'coin' ? ofCoins(after, leg, room, at) : ofDollars(after, leg, room, at);
  const set = account.marginMode === 'isolated' && leg.leverage.kind === 'read-back' ? leg.leverage.wad : 0n;
  return worked === null ? { kind: 'unknown' } : { kind: 'known', wad: (worked > set ? worked : set) as Wad };
}

function ofDollars(after: ContractsE18, { instrument }: HedgeLeg, room: LegStanding['room'], at: UsdE8): bigint | null {
  const equity = settlementInUsdFloor(room, instrument, at);
  return equity <= 0n ? null : mulDivUp(notionalUp(after, instrument, at), WAD, equity);
}

function ofCoins(after: ContractsE18, { instrument }: HedgeLeg, room: bigint, at: UsdE8): bigint {
  const coins = magnitude(coinsCeil(magnitude(after) as ContractsE18, instrument, at));
  const beyond = after < 0n ? coins - room : coins;
  return beyond <= 0n ? 0n : mulDivUp(beyond, WAD, room);
}

/** The rules by which orders that protect an account are let out: its owner's bounds, and where those say nothing the cautious defaults. `mostUsdE8`: the most that a position which is opened elsewhere may be worth. */
export const policyOfBounds = (bounds: AccountBounds, underlying: HedgePolicy['underlying'], mostUsdE8: UsdE8): HedgePolicy => ({
  ...DEFAULT_HEDGE_RULES, underlying, version: bounds.version, mode: { kind: 'full', share: BPS }, maxNotionalUsdE8: mostUsdE8, fundingBudgetUsdE8: 0n as UsdE8, slippage: bounds.slippage, unwindSlippage: bounds.slippage,
  maxPriceAgeMs: bounds.maxPriceAgeMs, maxOracleAgeMs: bounds.maxOracleAgeMs, maxPriceApart: bounds.maxPriceApart, depthShare: bounds.depthShare, closing: bounds.closing,
});
