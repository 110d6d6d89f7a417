import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bps, rawAmount, usdE8, wad, type Wad } from '@ballast/units';
import type { LendingPosition } from '@ballast/positions';
import { totalDebt } from '@ballast/risk';
import { aDecideInput } from '../../../test/factories/decide-input.js';
import { broughtBy, fillFacts, type Market } from '../../../test/factories/fill-facts.js';
import { DAI, USDC, USABLE, WBTC, aCollateralLeg, aDebtLeg, aLendingPosition, aPrice, walletFunds } from '../../../test/factories/lending-position.js';
import { aMandate } from '../../../test/factories/mandate.js';
import {
  BAND_MARGIN, MANDATE_ACTIONS, aimedAmount, ceilingPrice, decide, fillMove, fillRaisesHealth, fillToReach, healthAfterFill, mostOut, protectionOf, type DecideInput, type Decision, type FillFacts, type MandateTerms,
} from './index.js';

const UNIT = 10n ** 6n;
const ETH = 10n ** 18n;
const HUGE = 10n ** 30n;
const hf = (value: number): Wad => wad(BigInt(Math.round(value * 1e6)) * 10n ** 12n);
const signed = (given: Partial<MandateTerms> = {}) => aMandate({
  terms: { actions: MANDATE_ACTIONS.REPAY | MANDATE_ACTIONS.FILL, maxCostBps: bps(100n), fillPerDay: rawAmount(10n ** 30n), ...given },
});

/** The story's loan, 20,000 USDC against WETH, at a health; nothing in the wallet, all of the collateral released to the guard. */
function loanAt(health: number, given: Partial<LendingPosition> = {}, leg: Partial<Parameters<typeof aCollateralLeg>[0]> = {}): LendingPosition {
  const price = aPrice((BigInt(Math.round(health * 1e6)) * 20_000n * 10n ** 8n) / 8_300_000n + 1n);
  return aLendingPosition({ collaterals: [aCollateralLeg({ price, releasable: rawAmount(HUGE), ...leg })], wallet: [], ...given });
}

function inputAt(position: LendingPosition, market: Market = {}, facts: Partial<FillFacts> = {}, given: Parameters<typeof aDecideInput>[0] = {}): DecideInput {
  const input = aDecideInput({ position, mandate: signed(), ...given });
  return { ...input, fill: fillFacts(input, market, facts) };
}
const answer = (decision: Decision): string => (decision.kind === 'act' ? `act ${decision.action}` : `${decision.kind} ${decision.reason}`);
const fillOf = (decision: Decision) => {
  if (decision.kind !== 'act' || decision.action !== 'fill' || decision.fill.lane !== 'flash') throw new Error(`expected a fill, got ${answer(decision)}`);
  return { ...decision, fill: decision.fill };
};

describe('the amount of a fill', () => {
  it('is (T D - LT C) / (T - LT (1 + c))', () => {
    const position = loanAt(1.02);
    const [debt] = position.debts;
    const [sold] = position.collaterals;
    // (1.30 x 20,000 - 1.02 x 20,000) / (1.30 - 0.83 x 1.01) = 5,600 / 0.4617
    const units = fillToReach(position, debt!, sold!, hf(1.3), ceilingPrice(bps(100n)));
    expect(Number(units) / 1e6).toBeCloseTo(12_129.09, 1);
    expect(Number(healthAfterFill(position, debt!, sold!, units!, mostOut(debt!, sold!, units!, bps(100n)))) / 1e18).toBeCloseTo(1.3, 6);
  });

  it('is nothing where the health is there, all of a debt that is too small, and none where no amount helps', () => {
    const position = loanAt(1.02);
    const [debt, sold] = [position.debts[0]!, position.collaterals[0]!];
    expect(fillToReach(position, debt, sold, hf(1.01), ceilingPrice(bps(100n)))).toBe(0n);
    const small = loanAt(1.02, { debts: [aDebtLeg({ amount: 500n * UNIT }), aDebtLeg({ asset: DAI, amount: 19_500n * ETH })] });
    expect(fillToReach(small, small.debts[0]!, small.collaterals[0]!, hf(1.3), ceilingPrice(bps(100n)))).toBe(500n * UNIT);
    // Threshold 97% at health 1.004: the cost must stay under 1.004 / 0.97 - 1 = 3.5%.
    const stable = aLendingPosition({ collaterals: [aCollateralLeg({ asset: DAI, amount: 20_700n * ETH, price: aPrice(100_000_000n), liquidationThreshold: bps(9_700n) })] });
    const [owed, kept] = [stable.debts[0]!, stable.collaterals[0]!];
    expect(fillRaisesHealth(stable, kept, ceilingPrice(bps(340n)))).toBe(true);
    expect(fillRaisesHealth(stable, kept, ceilingPrice(bps(360n)))).toBe(false);
    expect(fillToReach(stable, owed, kept, hf(1.0), ceilingPrice(bps(360n)))).toBe(0n);
    expect(fillToReach(stable, owed, kept, hf(1.007), ceilingPrice(bps(400n)))).toBeNull();
  });

  const loans = fc.record({
    collateral: fc.bigInt({ min: 10n ** 16n, max: 10n ** 24n }), price: fc.bigInt({ min: 10n ** 8n, max: 10n ** 13n }), threshold: fc.bigInt({ min: 5_000n, max: 9_700n }),
    health: fc.integer({ min: 700_000, max: 1_180_000 }), share: fc.integer({ min: 1, max: 100 }), cost: fc.bigInt({ min: 0n, max: 500n }), goal: fc.integer({ min: 1_010_000, max: 1_600_000 }),
    beside: fc.bigInt({ min: 0n, max: 10n ** 10n }), decimals: fc.constantFrom(2, 6, 8, 18, 27),
  });
  const loanOf = ({ collateral, price, threshold, health, share, beside, decimals }: typeof loans extends fc.Arbitrary<infer T> ? T : never): LendingPosition => {
    const main = aCollateralLeg({ amount: collateral, price: aPrice(price), liquidationThreshold: bps(threshold), releasable: rawAmount(HUGE) });
    const second = aCollateralLeg({ asset: WBTC, amount: beside, price: aPrice(6_000_000_000_000n), liquidationThreshold: bps(7_500n) });
    const counted = [main, ...(beside > 0n ? [second] : [])];
    const debt = (counted.reduce((sum, leg) => sum + leg.valueUsdE8 * leg.liquidationThreshold, 0n) * 1_000_000n) / (10_000n * BigInt(health));
    const covered = (debt * BigInt(share)) / 100n;
    const asset = { ...USDC, decimals };
    const amount = (covered * 10n ** BigInt(decimals)) / 10n ** 8n + 1n;
    return aLendingPosition({ collaterals: counted, debts: [aDebtLeg({ asset, amount }), ...(debt > covered ? [aDebtLeg({ asset: DAI, amount: (debt - covered) * 10n ** 10n })] : [])], wallet: [] });
  };

  it('is the least that reaches the goal at this price, over several collaterals and debts', () => {
    let reached = 0;
    fc.assert(fc.property(loans, (given) => {
      const position = loanOf(given);
      const [debt, sold] = [position.debts[0]!, position.collaterals[0]!];
      const goal = wad(BigInt(given.goal) * 10n ** 12n);
      const price = ceilingPrice(bps(given.cost));
      const units = fillToReach(position, debt, sold, goal, price);
      if (units === null || units === debt.amount || units === 0n) return;
      const after = (repaid: bigint): bigint => healthAfterFill(position, debt, sold, repaid, mostOut(debt, sold, repaid, bps(given.cost))) ?? HUGE;
      if (mostOut(debt, sold, units, bps(given.cost)) > sold.amount || totalDebt(position) < 10n ** 11n) return;
      reached += 1;
      // The protocol values in hundred-millionths of a dollar; less is nothing to it.
      expect(after(units) + after(units) / 10n ** 9n >= goal).toBe(true);
      const dust = 10n ** BigInt(debt.asset.decimals) / 10n ** 6n + units / 10n ** 6n + 1n;
      if (units > dust) expect(after(units - dust) <= goal + goal / 10n ** 6n).toBe(true);
    }), { numRuns: 500 });
    expect(reached).toBeGreaterThan(30);
  });

  const markets = fc.record({
    feeBps: fc.bigInt({ min: 0n, max: 100n }), priceBps: fc.bigInt({ min: 9_850n, max: 10_150n }), depthOf: fc.bigInt({ min: 1n, max: 10_000n }), gasUsdE8: fc.bigInt({ min: 0n, max: 20_000_000_000n }),
    hourly: fc.double({ min: 0.001, max: 0.05, noNaN: true }), latency: fc.option(fc.integer({ min: 0, max: 600 })),
    budget: fc.integer({ min: 1, max: 300 }), released: fc.integer({ min: 1, max: 300 }), premium: fc.constantFrom(0n, 5n, 9n), width: fc.integer({ min: 5, max: 300 }),
  });

  // A band 0.005 wide, and a sale that brings more than the quote of a larger one said.
  const BETTER_PRICE_IN_A_NARROW_BAND: [Parameters<typeof loanOf>[0], typeof markets extends fc.Arbitrary<infer T> ? T : never] = [
    { collateral: 13_415_630_263_596_869n, price: 5_217_796_282_314n, threshold: 5_000n, health: 1_003_645, share: 29, cost: 285n, goal: 1_010_000, beside: 0n, decimals: 6 },
    { feeBps: 0n, priceBps: 10_080n, depthOf: 5n, gasUsdE8: 0n, hourly: 0.001, latency: null, budget: 100, released: 15, premium: 0n, width: 5 },
  ];

  it('that is planned is one that the guard and the filler carry out, inside the band or exempt, never dearer than the mandate allows', () => {
    const seen = { whole: 0, limited: 0, underwater: 0 };
    fc.assert(fc.property(loans, markets, (given, drawn) => {
      const made = loanOf(given);
      const [leg] = made.debts;
      const position = { ...made, collaterals: made.collaterals.map((one, index) => (index === 0 ? { ...one, releasable: rawAmount((one.amount * BigInt(drawn.released)) / 100n) } : one)) };
      const market: Market = { feeBps: drawn.feeBps, priceBps: drawn.priceBps, gasUsdE8: drawn.gasUsdE8, depth: (made.collaterals[0]?.amount ?? 1n) * drawn.depthOf };
      const mandate = signed({ maxCostBps: bps(given.cost), fillPerDay: rawAmount((leg!.amount * BigInt(drawn.budget)) / 100n), minHf: hf(1.2), maxHf: hf(1.2 + drawn.width / 1000) });
      const lenders = [{ lender: 0 as const, available: rawAmount(HUGE), premiumBps: bps(drawn.premium) }];
      const input = inputAt(position, market, { lenders }, { mandate, hourly: drawn.hourly, latencySeconds: drawn.latency, rescueCostUsdE8: 0n as never });
      const decision = decide(input);
      if (decision.kind !== 'act' || decision.action !== 'fill') return;
      const ran = carriedOut(fillOf(decision), position, mandate.terms, input.fill as FillFacts, market);
      expect(ran).toMatchObject({ refusal: null });
      const { middle, final, exempt, paidOut, allowed, before } = ran;
      expect(paidOut <= allowed).toBe(true);
      expect(middle > before && middle >= 10n ** 18n).toBe(true);
      const chosen = decision.candidates.find(({ verdict }) => verdict === 'chosen');
      const { minHf, maxHf } = mandate.terms;
      // A better price than the quote's brings more surplus: a band with room takes it, in a narrower one only the planned surplus is sure to end inside.
      const end = maxHf - minHf >= 2n * BAND_MARGIN ? final : chosen!.healthAfter!;
      if (!exempt) expect(middle >= minHf && middle <= maxHf && end <= maxHf).toBe(true);
      expect(chosen?.why).toContain('Selling');
      if (exempt) seen.limited += 1;
      else seen.whole += 1;
      if (given.health < 1_000_000) seen.underwater += 1;
    }), { numRuns: 3_000, examples: [BETTER_PRICE_IN_A_NARROW_BAND] });
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });
});

/** What the guard, and around it the filler, would do with the planned call at the block it was planned at. */
function carriedOut({ min, max, fill }: ReturnType<typeof fillOf>, position: LendingPosition, terms: MandateTerms, facts: FillFacts, market: Market) {
  const [debt, sold] = [position.debts[0]!, position.collaterals[0]!];
  const releasable = sold.releasable! < sold.amount ? sold.releasable! : sold.amount;
  const before = healthAfterFill(position, debt, sold, 0n, 0n)!;
  const offered = aimedAmount(fill.aim, before, debt.amount, max);
  const move = fillMove(debt, { max: offered, out: (fill.out * offered) / max, budgetLeft: facts.budgetLeft, releasable });
  const allowed = mostOut(debt, sold, move.amount, terms.maxCostBps);
  const premium = (offered * (facts.lenders.find(({ lender }) => lender === fill.lender)?.premiumBps ?? 0n) + 9_999n) / 10_000n;
  const brought = broughtBy(position, move.out, market);
  const surplus = brought - move.amount - premium - fill.keeps;
  const middle = healthAfterFill(position, debt, sold, move.amount, move.out) ?? HUGE;
  const final = healthAfterFill(position, debt, sold, move.amount + (surplus > 0n ? surplus : 0n), move.out) ?? HUGE;
  const refusals: readonly (readonly [boolean, string])[] = [
    [before >= terms.triggerHf, 'NotTriggered'], [move.amount === 0n, 'NothingToMove'], [move.amount < min, 'BelowMin'], [move.out > allowed, 'CostTooHigh'],
    [middle <= before, 'HealthNotImproved'], [middle < terms.minHf && !move.mayEndBelow, 'BelowBand'], [middle > terms.maxHf && !move.inFull, 'AboveBand'],
    [middle < 10n ** 18n, 'HealthFactorLowerThanLiquidationThreshold'], [surplus < 0n, 'SwapTooSmall'],
  ];
  return { refusal: refusals.find(([refused]) => refused)?.[1] ?? null, before, middle, final, exempt: move.mayEndBelow, paidOut: move.out, allowed };
}

describe('deciding to fill', () => {
  it('sells collateral where the wallet is empty, and says what it costs', () => {
    const decision = fillOf(decide(inputAt(loanAt(1.02))));
    expect(decision).toMatchObject({ asset: { symbol: 'USDC' }, sold: { symbol: 'WETH' }, fill: { lender: 1 } });
    const [repay, fill] = decision.candidates;
    expect(repay).toMatchObject({ action: 'repay', verdict: 'impossible' });
    expect(fill).toMatchObject({ action: 'fill', verdict: 'chosen' });
    expect(Number(fill!.healthAfter) / 1e18).toBeGreaterThan(1.21);
    expect(fill?.why).toMatch(/^Selling at most [\d.,]+\u00a0WETH to repay [\d.,]+\u00a0USDC brings the health to 1\.2\d and costs \$\d+\.\d\d, gas included \(0\.\d+%\)\.$/);
  });

  it('repays from the wallet first, where that reaches the band', () => {
    expect(answer(decide(inputAt(loanAt(1.02, { wallet: [walletFunds(USDC, 15_000n * UNIT)] }))))).toBe('act repay');
  });

  it('sells collateral where the wallet is only partly enough, and uses the whole wallet where nothing can be sold', () => {
    const partly = loanAt(1.02, { wallet: [walletFunds(USDC, 1_000n * UNIT)] });
    expect(answer(decide(inputAt(partly)))).toBe('act fill');
    expect(answer(decide(inputAt(partly, {}, { obstacle: 'fill-price-stale' })))).toBe('act repay');
  });

  it('adds collateral only where neither reaches the band', () => {
    const mandate = signed({ actions: 7 });
    const position = loanAt(1.02, { wallet: [walletFunds(aCollateralLeg().asset, 5n * ETH)] });
    expect(answer(decide(inputAt(position, {}, {}, { mandate })))).toBe('act fill');
    expect(answer(decide(inputAt(position, { feeBps: 150n }, {}, { mandate })))).toBe('act top-up');
  });

  it('breaks even at 1% near 12,500 dollars repaid, at 50 gwei and 3,000 dollars', () => {
    // 750,000 gas x 50 gwei x 3,000 USD = 112.50 USD; 0.1% for the sale.
    const market: Market = { gasUsdE8: 11_250_000_000n, feeBps: 10n };
    const sized = (debt: bigint): string => {
      const price = aPrice((1_100_000n * debt * 10n ** 8n) / 8_300_000n + 1n);
      const position = aLendingPosition({ collaterals: [aCollateralLeg({ price, releasable: rawAmount(HUGE) })], debts: [aDebtLeg({ amount: debt * UNIT })], wallet: [] });
      return answer(decide(inputAt(position, market, {}, { mandate: signed({ minHf: hf(1.45), maxHf: hf(1.5), triggerHf: hf(1.19) }), hourly: 0.05 })));
    };
    // (1.46 - 1.10) / (1.46 - 0.83 x 1.01) = 58% of the debt, (1.48 - ...) = 59%
    expect(sized(21_500n)).toBe('act fill');
    expect(sized(20_000n)).toBe('cannot fill-too-costly');
  });

  it.each<[string, string, () => DecideInput]>([
    ['the sale loses more than the mandate allows', 'fill-too-costly', () => inputAt(loanAt(1.02), { feeBps: 101n, gasUsdE8: 0n })],
    ['the market is too thin', 'fill-too-costly', () => inputAt(loanAt(1.02), { depth: 100n * ETH })],
    ['the day budget is used up', 'fill-budget-used', () => inputAt(loanAt(1.02), {}, { budgetLeft: rawAmount(0n) })],
    ['the feeds moved', 'fill-paused', () => inputAt(loanAt(1.02), {}, { obstacle: 'fill-paused' })],
    ['nobody priced it', 'fill-not-priced', () => ({ ...inputAt(loanAt(1.02)), fill: null })],
    ['no route exists', 'fill-not-priced', () => inputAt(loanAt(1.02), {}, { quotes: [], spot: null })],
    ['nobody lends that much', 'fill-no-loan', () => inputAt(loanAt(1.02), {}, { lenders: [{ lender: 0, available: rawAmount(UNIT), premiumBps: bps(5n) }] })],
    ['the market is 2% under the oracle', 'fill-market-disagrees', () => inputAt(loanAt(1.02), { priceBps: 9_790n })],
    ['the market is 2% over the oracle', 'fill-market-disagrees', () => inputAt(loanAt(1.02), { priceBps: 10_220n })],
    ['the protocol cannot pay out', 'collateral-illiquid', () => inputAt(loanAt(1.02), {}, { withdrawable: rawAmount(ETH / 10n) })],
    ['the guard may take nothing', 'collateral-approval-missing', () => inputAt(loanAt(1.02, {}, { releasable: rawAmount(0n) }))],
    ['the collateral is paused', 'collateral-reserve-paused', () => inputAt(loanAt(1.02, {}, { reserve: { ...USABLE, paused: true } }))],
    ['the debt is paused', 'debt-reserve-paused', () => inputAt(loanAt(1.02, { debts: [aDebtLeg({ reserve: { ...USABLE, paused: true } })] }))],
  ])('cannot where %s', (_, reason, input) => {
    expect(answer(decide(input()))).toBe(`cannot ${reason}`);
    const { state, reason: told, sentence } = protectionOf(input());
    expect([state, told]).toEqual(['not-protected', reason]);
    expect(sentence.length).toBeGreaterThan(20);
  });

  it('lets a market stray by 1% between two dollars and by 2% otherwise', () => {
    const position = aLendingPosition({
      collaterals: [aCollateralLeg({ asset: DAI, amount: 22_600n * ETH, price: aPrice(100_000_000n), liquidationThreshold: bps(9_000n), releasable: rawAmount(HUGE) })], wallet: [],
    });
    const mandate = signed({ collateral: DAI.address, maxCostBps: bps(300n) });
    const at = (priceBps: bigint): string => answer(decide(inputAt(position, { priceBps, feeBps: 0n }, {}, { mandate })));
    expect(at(9_901n)).toBe('act fill');
    expect(at(9_890n)).toBe('cannot fill-market-disagrees');
    const ether = (priceBps: bigint): string => answer(decide(inputAt(loanAt(1.02), { priceBps, feeBps: 0n, gasUsdE8: 0n }, {}, { mandate: signed({ maxCostBps: bps(300n) }) })));
    expect(ether(9_810n)).toBe('act fill');
    expect(ether(9_790n)).toBe('cannot fill-market-disagrees');
  });

  it('names the collateral that must be switched off first', () => {
    const position = loanAt(1.02);
    const dead = aCollateralLeg({ asset: WBTC, amount: 1n, zeroLtv: true, price: aPrice(6_000_000_000_000n) });
    const blocked = aLendingPosition({ ...position, collaterals: [...position.collaterals, dead], reported: position.reported });
    const input = inputAt(blocked);
    expect(answer(decide(input))).toBe('cannot ltv-zero-collateral');
    expect(protectionOf(input).sentence).toBe('WBTC is switched on as collateral although nothing can be borrowed against it, and that keeps WETH from being sold: switch WBTC off at the protocol.');
    const off = { ...blocked, collaterals: [...position.collaterals, { ...dead, enabled: false }] };
    expect(answer(decide(inputAt(off)))).toBe('act fill');
  });

  it('says what keeps the fill from running also while the health is far above the trigger', () => {
    expect(answer(decide(inputAt(loanAt(1.3))))).toBe('hold above-trigger');
    expect(answer(decide(inputAt(loanAt(1.3), { feeBps: 101n, gasUsdE8: 0n })))).toBe('cannot fill-too-costly');
    const fill = decide(inputAt(loanAt(1.3))).candidates.find(({ action }) => action === 'fill');
    expect(fill).toMatchObject({ verdict: 'possible' });
    expect(fill?.why).toMatch(/^At the health where Ballast acts, selling/);
    expect(protectionOf({ ...inputAt(loanAt(1.3)), fill: 'not-looked-at' })).toMatchObject({ state: 'armed', warning: null });
  });

  it('saves a loan already under 1 by one large fill that ends inside the band, and says too deep where none would', () => {
    const decision = fillOf(decide(inputAt(loanAt(0.97))));
    expect(decision.candidates.find(({ verdict }) => verdict === 'chosen')?.healthAfter).toBeGreaterThan(hf(1.2));
    expect(answer(decide(inputAt(loanAt(0.97), { gasUsdE8: 0n }, { budgetLeft: rawAmount(500n * UNIT) })))).toBe('cannot already-liquidatable-too-deep');
    // At health 0.84 and a threshold of 83% a sale helps only under a cost of 1.2%.
    expect(answer(decide(inputAt(loanAt(0.84), {}, {}, { mandate: signed({ maxCostBps: bps(300n) }) })))).toMatch(/^cannot (fill-cannot-help|already-liquidatable-too-deep|fill-too-costly)$/);
  });

  it('uses what is left of the budget where that is short, and asks for the whole', () => {
    const whole = fillOf(decide(inputAt(loanAt(1.02), { gasUsdE8: 0n })));
    const decision = fillOf(decide(inputAt(loanAt(1.02), { gasUsdE8: 0n }, { budgetLeft: rawAmount(1_000n * UNIT) })));
    expect(decision.candidates.find(({ verdict }) => verdict === 'chosen')).toMatchObject({ amount: 1_000n * UNIT });
    expect(decision.max).toBe(whole.max);
  });

  it('is no action of a mandate where this version cannot fill', () => {
    expect(answer(decide(aDecideInput({ position: loanAt(1.02), mandate: signed({ actions: MANDATE_ACTIONS.FILL }) })))).toBe('cannot action-not-signed');
    expect(answer(decide(aDecideInput({ position: loanAt(1.02), mandate: signed() })))).toBe('cannot wallet-empty');
  });

  it('counts gas towards the cost of a fill', () => {
    const cost = (gasUsdE8: bigint): bigint => decide(inputAt(loanAt(1.02), { gasUsdE8 })).candidates.find(({ action }) => action === 'fill')!.costUsdE8;
    const more = cost(2_000_000_000n) - cost(0n);
    expect(more >= usdE8(1_990_000_000n) && more <= usdE8(2_050_000_000n)).toBe(true);
  });
});
