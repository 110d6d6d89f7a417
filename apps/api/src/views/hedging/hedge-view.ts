import type { z } from 'zod';
import { BPS, WAD, decimalText, exactDecimalText, magnitude, mulDivCeil, mulDivFloor, mulDivUp, type UsdE8 } from '@ballast/units';
import { DERIVATIVES_VENUE_NAMES, aged, partsOfInstrument, partsOfVenueAccount, perpetualIn, type DerivativeAccount, type Instrument, type VenueAccountId } from '@ballast/positions';
import { plus, type DeltaInterval, type NearestLiquidation } from '@ballast/risk';
import { hedgeSentence, type HedgeDecision } from '@ballast/policy';
import type { StoredHedgePlan, StoredVenueAccount, VenueCosts, VenueDecisionRecord } from '@ballast/storage';
import type * as contract from '../../contract/hedging-schemas.js';
import { moment, priceText, usdDown, usdUp } from '../text.js';
import { amountWords, bpsText, clockTime, coinText, intervalView, withoutDust } from './figures.js';
import { coinsOf, liquidationView, marginRatioText, valueOf } from './venue-position-view.js';

export type HedgeView = z.infer<typeof contract.hedge>;

export interface HedgeFacts {
  readonly plan: StoredHedgePlan;
  readonly decided: VenueDecisionRecord | undefined;
  readonly accounts: ReadonlyMap<VenueAccountId, StoredVenueAccount>;
  readonly instruments: readonly Instrument[];
  readonly costs: readonly VenueCosts[];
  /** Since when the costs are counted. */
  readonly costsSince: Date;
  /** Of the underlying; null where nothing tells one. */
  readonly priceUsdE8: UsdE8 | null;
  /** In words, of the weakest loan in this underlying; null where nothing is owed. */
  readonly health: string | null;
  /** Wall clock in milliseconds. */
  readonly now: number;
  readonly freshForMs: number;
}

export function hedgeView(facts: HedgeFacts): HedgeView {
  const { plan, decided, now, freshForMs, priceUsdE8 } = facts;
  const decision = decided?.about.kind === 'hedge' ? decided.about.decision : null;
  // What was wanted before it was changed says nothing of what is wanted now.
  const isOfNow = decision !== null && decision.policyVersion === plan.policy.version;
  const lastSeen = decided !== undefined && isOfNow ? decided.lastAt : plan.changedAt;
  const isOld = now - lastSeen.getTime() > freshForMs;
  const after = decision === null ? null : plus(decision.exposure, decision.held);
  return {
    id: plan.id, environment: plan.environment, underlying: plan.policy.underlying as HedgeView['underlying'], version: plan.policy.version, request: requestView(plan), ...standing(plan, isOfNow ? decision : null, isOld ? lastSeen : null),
    before: decision === null ? null : intervalView(decision.exposure), held: decision === null ? null : intervalView(decision.held), after: after === null ? null : intervalView(after), target: isOfNow ? intervalView(decision.target) : null,
    band: isOfNow ? bandView(decision) : null, onePercentFallUsd: decision === null || after === null ? null : fall(decision.exposure, after, priceUsdE8), legs: plan.legs.map((leg) => legView(leg, facts)),
    nearest: decision === null ? null : { down: nearestWords(decision.nearest.down, 'fall'), up: nearestWords(decision.nearest.up, 'rise') }, costs: costsView(facts), health: facts.health, withdrawal: withdrawalWords(decision),
    decidedAt: decided === undefined ? null : clockTime(decided.lastAt.getTime()),
  };
}

/** The plan as its owner asked for it. */
function requestView({ environment, policy, legs, puts }: StoredHedgePlan): HedgeView['request'] {
  const { mode } = policy;
  return {
    environment, maxNotionalUsd: usdDown(policy.maxNotionalUsdE8), fundingBudgetUsd: usdDown(policy.fundingBudgetUsdE8), maxLeverage: exactDecimalText(policy.maxLeverage, 18), survivePercent: bpsText(policy.survive), slippagePercent: bpsText(policy.slippage), minIntervalSeconds: Math.round(policy.minIntervalMs / 1_000),
    mode: mode.kind === 'full' ? { kind: 'full', sharePercent: bpsText(mode.share) }
      : mode.kind === 'above-hf' ? { kind: 'above-hf', sharePercent: bpsText(mode.share), belowHealth: exactDecimalText(mode.below, 18), fullAtHealth: exactDecimalText(mode.fullAt, 18) } : { kind: mode.kind },
    legs: legs.map(({ account, instrument, maxNotionalUsdE8 }) => ({ account, instrument: partsOfInstrument(instrument).symbol, maxNotionalUsd: usdDown(maxNotionalUsdE8) })), ...(puts.kind === 'account' ? { putsIn: puts.account } : {}),
  };
}

const IN_BAND = ['inside-band', 'put-covers', 'waiting-to-unwind', 'asked-for-margin', 'adding-margin'];
const UNDER_WAY = ['order-under-way', 'too-soon'];
/** Somebody wanted it so: no failure. */
const STOPPED: readonly string[] = ['stopped', 'no-growth-allowed'];

/** `decision`: under the plan as it is now. `oldSince`: when it was looked at last, or changed, where that is too long ago. */
function standing(plan: StoredHedgePlan, decision: HedgeDecision | null, oldSince: Date | null): Pick<HedgeView, 'state' | 'reason' | 'sentence'> {
  if (!plan.active) return { state: 'ended', reason: 'ended', sentence: plan.endedWhy ?? 'It has ended.' };
  if (oldSince !== null) return { state: 'cannot', reason: 'not-looked-at', sentence: `Nobody has looked at this hedge since ${moment(oldSince)}.` };
  if (decision === null) return { state: 'reading', reason: null, sentence: plan.policy.version === 1 ? 'It is looked at for the first time.' : 'It is looked at for the first time since you changed it.' };
  const sentence = hedgeSentence(decision.reason);
  switch (decision.kind) {
    case 'act': return decision.unwinding === 'no' ? { state: 'trading', reason: decision.reason, sentence } : { state: 'unwinding', reason: decision.unwinding, sentence: `${sentence} ${hedgeSentence(decision.unwinding)}` };
    case 'hold': return { state: IN_BAND.includes(decision.reason) ? 'in-band' : UNDER_WAY.includes(decision.reason) ? 'trading' : 'idle', reason: decision.reason, sentence };
    case 'cannot': return { state: STOPPED.includes(decision.reason) ? 'stopped' : 'cannot', reason: decision.reason, sentence };
  }
}

/** What the exposure after the hedge may be before it is traded again. */
function bandView({ exposure, target, band }: HedgeDecision): HedgeView['band'] {
  const wanted = plus(exposure, target);
  return wanted.kind === 'unbounded' || !('half' in band) ? null : { low: coinText(wanted.lo - band.half), high: coinText(wanted.hi + band.half) };
}

/** What a fall of 1% takes at most, in dollars; below zero where it gives. */
export function fall(before: DeltaInterval, after: DeltaInterval, priceUsdE8: UsdE8 | null): HedgeView['onePercentFallUsd'] {
  const [without, withIt] = [lossOf(before, priceUsdE8), lossOf(after, priceUsdE8)];
  return without === null || withIt === null ? null : { without, with: withIt };
}

export const lossOf = (delta: DeltaInterval, priceUsdE8: UsdE8 | null): string | null => (delta.kind === 'unbounded' || priceUsdE8 === null ? null : usdUp(mulDivCeil(withoutDust(delta.hi) * 100n, priceUsdE8, WAD * BPS)));

function legView({ account: id, instrument }: StoredHedgePlan['legs'][number], { accounts, instruments, now, freshForMs }: HedgeFacts): HedgeView['legs'][number] {
  const { venue } = partsOfVenueAccount(id);
  const reading = aged(accounts.get(id)?.reading ?? ({ kind: 'unknown', why: '' } as const), now, freshForMs);
  const account: DerivativeAccount | null = valueOf(reading);
  const position = account === null ? undefined : perpetualIn(account, instrument);
  const coins = account === null ? null : position === undefined ? 0n : coinsOf(position, instruments.find((one) => one.id === instrument));
  const [entry, mark, unrealised] = position === undefined ? [null, null, null] : [valueOf(position.entryUsdE8), valueOf(position.markUsdE8), valueOf(position.unrealised)];
  const isFlat = position === undefined || position.contracts === 0n;
  return {
    account: id, venue, venueName: DERIVATIVES_VENUE_NAMES[venue], instrument: partsOfInstrument(instrument).symbol, coins: coins === null ? null : coinText(magnitude(coins)), side: account === null ? 'unknown' : isFlat ? 'flat' : position.contracts < 0n ? 'short' : 'long',
    entryUsd: entry === null ? null : priceText(entry), markUsd: mark === null ? null : priceText(mark), resultUsd: unrealised === null || account === null ? null : dollarsOf(unrealised, account, mark),
    liquidation: position === undefined ? { kind: account === null ? 'unknown' : 'none', usd: null, distancePercent: null } : liquidationView(position.liquidation, mark),
    marginRatio: account === null || isFlat ? null : position.margin.kind === 'isolated' ? marginRatioText(position.margin.margin, valueOf(position.margin.maintenance)) : marginRatioText(account.equity, valueOf(account.maintenanceMargin)),
    freshness: reading.kind === 'known' ? 'fresh' : reading.kind,
  };
}

function dollarsOf(amount: bigint, { settlement }: DerivativeAccount, priceUsdE8: UsdE8 | null): string | null {
  if (settlement.kind === 'usd') return usdDown(mulDivFloor(amount, 1n, 10_000_000_000n));
  return priceUsdE8 === null ? null : usdDown(mulDivFloor(amount, priceUsdE8, WAD));
}

const nearestWords = (nearest: NearestLiquidation, way: 'fall' | 'rise'): string =>
  nearest.kind === 'none' ? `No ${way} that was looked at liquidates anything.` : `A ${way} of ${bpsText(magnitude(nearest.priceBps))}% liquidates ${nearest.what === 'loan' ? 'a loan' : 'the hedge'} first.`;

/** Coins count at the price of now; each part is paid up to the next cent, so that what is shown adds up; null where something was paid and nobody can tell what it is worth. */
function costsView({ plan: { policy }, costs, costsSince, priceUsdE8 }: HedgeFacts): HedgeView['costs'] {
  if (costs.some(({ settlement, fees, funding }) => (fees !== 0n || funding !== 0n) && (settlement === null || (settlement.kind === 'coin' && priceUsdE8 === null)))) return null;
  const inDollars = (pick: (one: VenueCosts) => bigint): bigint => costs.reduce((sum, one) => sum + (one.settlement === null ? 0n : one.settlement.kind === 'usd' ? mulDivCeil(pick(one), 1n, 10_000_000_000n) : priceUsdE8 === null ? 0n : mulDivCeil(pick(one), priceUsdE8, WAD)), 0n);
  const [fees, funding] = [wholeCents(inDollars(({ fees: paid }) => paid)), wholeCents(inDollars(({ funding: received }) => -received))];
  const total = fees + funding;
  const used = total <= 0n ? 0n : policy.fundingBudgetUsdE8 === 0n ? BPS : mulDivUp(total, BPS, policy.fundingBudgetUsdE8);
  return { since: costsSince.toISOString(), feesUsd: usdUp(fees), fundingUsd: usdUp(funding), totalUsd: usdUp(total), budgetUsd: usdDown(policy.fundingBudgetUsdE8), budgetUsedPercent: decimalText(used, 2, 1, 'up') };
}

const CENT_E8 = 1_000_000n;
const wholeCents = (usd: bigint): bigint => mulDivCeil(usd, 1n, CENT_E8) * CENT_E8;

function withdrawalWords(decision: HedgeDecision | null): string | null {
  const told = decision?.tells.find((one) => one.kind === 'withdrawal-helps');
  return told?.kind !== 'withdrawal-helps' ? null : `Only you can withdraw ${amountWords(told.amount, { kind: 'usd', token: told.currency }, 'down')} and repay with it: the key that Ballast holds cannot.`;
}
