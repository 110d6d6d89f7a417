import { WAD, formatTokenAmount, formatUsd, formatUsdCents, magnitude, mulDivUp, type CoinE18, type SettlementE18, type SignedUsdE8, type UsdE8, type Wad } from '@ballast/units';
import { coinsInUsdCeil, currencyOf, settlementInUsdFloor } from '@ballast/positions';
import { hitProbability } from '@ballast/risk';
import { budgetState } from './funding-budget.js';
import { chanceUp, oneWayCost, perpCost, putPayoff, totalHedgeCost, type HedgeCosts } from './hedge-costs.js';
import type { HedgeCandidate, HedgeTell } from './hedge-decision.js';
import type { HedgeOutcome, HedgeSituation } from './hedge-outcome.js';
import { growthObstacle, isKeyEnding, legObstacle } from './growth.js';
import { hedgeSentence } from './hedge-sentence.js';
import type { LegStanding } from './leg-standing.js';
import { addableTo } from './isolated-margin.js';
import { marginToAdd } from './margin-ladder.js';
import { choosePut, putLackWords, type PricedPut } from './put-choice.js';
import { greeksSentence, putGreeks } from './put-greeks.js';
import type { PutNeed } from './put-need.js';

const NOT_PRICED = { kind: 'not-priced' } as const;
const ZERO = 0n as UsdE8;

/** Every way of hedging the risk beside each other, with what each would cost over the horizon: a perpetual at each leg, the cheapest put, paying back the loan, doing nothing. */
export function candidatesOf(situation: HedgeSituation, outcome: HedgeOutcome): readonly HedgeCandidate[] {
  return [...situation.standings.map((standing) => perpCandidate(standing, situation, outcome)), ...situation.leaving.map((standing) => leavingCandidate(standing, outcome)), ...putCandidates(situation, outcome), deleverage(), wait(situation, outcome)];
}

/** Coins that the target still asks for, in the middle of what it may be; 0 where nobody can tell. */
function missing({ target, held }: HedgeSituation): CoinE18 {
  return (target.kind === 'unbounded' || held.kind === 'unbounded' ? 0n : (target.lo + target.hi - held.lo - held.hi) / 2n) as CoinE18;
}

const eth = (coins: bigint, symbol: string): string => formatTokenAmount(magnitude(coins), 18, { symbol, rounding: 'up' });

function perpCandidate(standing: LegStanding, situation: HedgeSituation, outcome: HedgeOutcome): HedgeCandidate {
  const { input } = situation;
  const coins = missing(situation);
  const order = outcome.kind === 'act' ? outcome.orders.find(({ account, instrument }) => account === standing.account.id && instrument === standing.leg.instrument.id) : undefined;
  const row = { where: standing.account.id, coins } as const;
  if (order !== undefined) {
    const costs = costsAt(standing, situation, coins);
    return { ...row, action: order.reduceOnly ? 'shrink' : 'perpetual', costs: costs ?? NOT_PRICED, verdict: 'chosen', because: outcome.reason as never, why: hedgeSentence(outcome.reason) };
  }
  const obstacle = growthObstacle(input) ?? legObstacle(standing, input);
  const costs = costsAt(standing, situation, coins);
  const cost = costs === null ? '' : ` A ${coins < 0n ? 'short' : 'long'} of ${eth(coins, input.policy.underlying)} for ${input.policy.horizonDays} days would cost about ${formatUsdCents(totalHedgeCost(costs))}.`;
  if (obstacle !== null) return { ...row, action: 'perpetual', costs: costs ?? NOT_PRICED, verdict: 'impossible', because: obstacle, why: `${hedgeSentence(obstacle)}${cost}` };
  return { ...row, action: 'perpetual', costs: costs ?? NOT_PRICED, verdict: outcome.kind === 'cannot' ? 'impossible' : 'possible', because: outcome.kind === 'act' ? 'dearer' : outcome.reason, why: outcome.kind === 'act' ? `Another way comes first.${cost}` : `${hedgeSentence(outcome.reason)}${cost}` };
}

/** What is held in a leg that no longer carries the hedge is closed: nothing to choose between. */
function leavingCandidate({ account, leg, held }: LegStanding, outcome: HedgeOutcome): HedgeCandidate {
  const isChosen = outcome.kind === 'act' && outcome.orders.some((order) => order.account === account.id && order.instrument === leg.instrument.id);
  const coins = (held.kind === 'interval' ? -held.lo : 0n) as CoinE18;
  return { action: 'shrink', where: account.id, coins, costs: NOT_PRICED, verdict: isChosen ? 'chosen' : 'possible', because: 'leg-dropped', why: hedgeSentence('leg-dropped') };
}

/** Costs of so many coins at the leg; null where it has no price. */
function costsAt(standing: LegStanding, { input }: HedgeSituation, coins: CoinE18): HedgeCosts | null {
  const { price, leg, margin } = standing;
  if (price.kind === 'none' || leg.market.kind === 'unknown') return null;
  const { policy, hourlyVolatility } = input;
  const notional = coinsInUsdCeil(magnitude(coins) as CoinE18, price.usdE8) as UsdE8;
  const needed = mulDivUp(notional, WAD, policy.maxLeverage) as UsdE8;
  // The leg lives through `survive`: that the price goes further is the chance of its own liquidation; what that takes is the margin.
  const { probability } = hitProbability({ logDistance: Math.log1p(Number(policy.survive) / 1e4), drift: 0, volatility: hourlyVolatility * Math.sqrt(8_760), years: policy.horizonDays / 365 });
  const there = settlementInUsdFloor(margin.equity, leg.instrument, price.usdE8);
  return perpCost({
    side: coins < 0n ? 'short' : 'long', notionalUsdE8: notional, oneWay: oneWayCost(leg.instrument, leg.market.value), funding: leg.funding, days: policy.horizonDays,
    marginUsdE8: (there > 0n && there < needed ? there : needed) as UsdE8, capitalRate: policy.capitalRate, chanceOfLiquidation: chanceUp(probability), liquidationLossUsdE8: mulDivUp(notional, policy.closing, WAD) as UsdE8,
  });
}

function putCandidates({ input }: HedgeSituation, outcome: HedgeOutcome): readonly HedgeCandidate[] {
  const { puts, policy, now } = input;
  if (puts.kind === 'not-looked-at') return [{ action: 'put', where: 'puts', coins: 0n as CoinE18, costs: NOT_PRICED, verdict: 'impossible', because: puts.because, why: hedgeSentence(puts.because) }];
  const missing = puts.kind === 'looked-at' && puts.offers !== 'read' ? (puts.offers === 'unread' ? 'puts-unread' : 'puts-not-allowed') : null;
  if (missing !== null) return [{ action: 'put', where: puts.account, coins: puts.need.coins, costs: NOT_PRICED, verdict: 'impossible', because: missing, why: hedgeSentence(missing) }];
  const choice = choosePut(puts.puts, puts.need, policy, now);
  if (choice.kind === 'none') return [{ action: 'put', where: puts.account, coins: puts.need.coins, costs: NOT_PRICED, verdict: 'impossible', because: 'no-put-fits', why: [hedgeSentence('no-put-fits'), ...choice.lacks.map(putLackWords)].join(' ') }];
  const { priced } = choice;
  const row = { action: 'put', where: puts.account, coins: priced.coins, costs: priced.costs } as const;
  const why = `${offerWords(priced, puts.need, input)} The upside stays, and there is no margin to keep. What they pay arrives at the venue, and only you can withdraw it.`;
  if (puts.kind === 'priced-only') return [{ ...row, verdict: 'possible', because: 'not-asked-for', why }];
  const chosen = outcome.kind === 'act' && outcome.reason === 'buy-put';
  return [{ ...row, verdict: chosen ? 'chosen' : 'possible', because: chosen ? 'buy-put' : policy.mode.kind === 'tail' ? 'put-covers' : 'not-asked-for', why }];
}

/** What the put is, when it ends, what it costs with its fee, what it pays where it matters, and what our model and the venue say of it. */
function offerWords({ put, coins, costs }: PricedPut, { liquidationPriceUsdE8 }: PutNeed, { policy, now }: HedgeSituation['input']): string {
  const { strikeUsdE8, expiresAt } = put.option;
  const offer = `${eth(coins, policy.underlying)} of puts struck at ${formatUsd(strikeUsdE8, 'down')} until ${new Date(expiresAt).toISOString().slice(0, 10)} are offered for ${formatUsdCents(totalHedgeCost(costs))}, fee included.`;
  const pays = `At ${formatUsd(liquidationPriceUsdE8, 'up')}, where the first loan would be liquidated, they pay ${formatUsd(putPayoff(coins, strikeUsdE8, liquidationPriceUsdE8) as UsdE8, 'down')}.`;
  return [offer, pays, greeksSentence(putGreeks(put, now))].join(' ').trim();
}

const deleverage = (): HedgeCandidate => ({
  action: 'deleverage', where: 'loan', coins: 0n as CoinE18, costs: NOT_PRICED, verdict: 'possible', because: 'owner-acts',
  why: 'Paying back a part of the loan raises its health, which no hedge does. What it costs is in the decision about the loan.',
});

function wait(situation: HedgeSituation, outcome: HedgeOutcome): HedgeCandidate {
  const coins = missing(situation);
  const chosen = outcome.kind === 'hold';
  const because = outcome.kind === 'act' ? 'dearer' : outcome.reason;
  return { action: 'wait', where: 'nowhere', coins, costs: { tradeUsdE8: ZERO, carryUsdE8: 0n as SignedUsdE8, capitalUsdE8: ZERO, tailUsdE8: ZERO }, verdict: chosen ? 'chosen' : 'possible', because, why: outcome.kind === 'act' ? `Waiting would leave ${eth(coins, situation.input.policy.underlying)} unhedged.` : hedgeSentence(outcome.reason) };
}

/** What the owner is told whatever is decided. */
export function tellsOf({ input, standings: carrying, leaving }: HedgeSituation): readonly HedgeTell[] {
  const standings = [...carrying, ...leaving];
  const { policy, ledger, now } = input;
  const budget = budgetState(ledger.paidUsdE8, policy);
  const ofBudget: readonly HedgeTell[] = budget === 'within' ? [] : [{ kind: budget === 'spent' ? 'budget-spent' : 'budget-alert', paidUsdE8: ledger.paidUsdE8, budgetUsdE8: policy.fundingBudgetUsdE8 }];
  const ofKeys = [...input.legs, ...input.leaving].flatMap(({ id, key }): readonly HedgeTell[] => {
    if (key.kind === 'refused') return [{ kind: 'key-refused', account: id, why: key.why }];
    return key.ends.kind === 'at' && isKeyEnding(key, now, policy.keyMarginMs) ? [{ kind: 'key-ending', account: id, at: key.ends.at }] : [];
  });
  return [...ofBudget, ...ofKeys, ...standings.flatMap((standing) => tellsOfLeg(standing, policy.ladder)), ...withdrawals({ input, standings })];
}

function tellsOfLeg(standing: LegStanding, ladder: HedgeSituation['input']['policy']['ladder']): readonly HedgeTell[] {
  const { account, use, rung, contracts, margin, isShared, reference } = standing;
  const tells: HedgeTell[] = [];
  if (contracts !== 0n && use.kind === 'share' && rung !== 'calm') tells.push({ kind: 'margin-warning', account: account.id, use: use.wad });
  if (contracts !== 0n && use.kind === 'exhausted') tells.push({ kind: 'margin-warning', account: account.id, use: WAD as Wad });
  if (contracts !== 0n && (rung === 'reduce' || rung === 'cut')) {
    // What lies free there is added without his help.
    const amount = marginToAdd(margin.maintenance, (margin.equity + addableTo(standing)) as SettlementE18, ladder.cutTo);
    if (amount > 0n) tells.push({ kind: 'deposit-needed', account: account.id, amount, currency: currencyOf(account.settlement) });
  }
  if (isShared) tells.push({ kind: 'margin-shared', account: account.id });
  if (reference.kind === 'refused') tells.push({ kind: 'prices-refused', account: account.id, because: reference.because });
  return tells;
}

/** A trade-only key cannot withdraw, so what a hedge earned helps a loan only through its owner's hands (hedging.md section 4.0). */
function withdrawals({ input: { health, policy }, standings }: Pick<HedgeSituation, 'input' | 'standings'>): readonly HedgeTell[] {
  if (health.kind !== 'ratio' || health.wad >= policy.emergencyHealth) return [];
  return standings.filter(({ account }) => account.free > 0n).map(({ account }) => ({ kind: 'withdrawal-helps', account: account.id, amount: account.free, currency: currencyOf(account.settlement) }));
}
