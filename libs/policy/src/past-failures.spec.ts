import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bps, rawAmount, wad, wadToNumber, type Wad } from '@ballast/units';
import type { Asset, LendingPosition } from '@ballast/positions';
import { pairChance, pairDistance, ratioVolatility, yearsToLiquidationByInterest, type LendingPair } from '@ballast/risk';
import { aDecideInput } from '../../../test/factories/decide-input.js';
import { fillFacts, type Market } from '../../../test/factories/fill-facts.js';
import { USDC, WETH, aCollateralLeg, aDebtLeg, aLendingPosition, aPrice, anAddress, walletFunds, withEthAt } from '../../../test/factories/lending-position.js';
import { aMandate } from '../../../test/factories/mandate.js';
import { MANDATE_ACTIONS, decide, planTrigger, protectionOf, type Decision } from './index.js';

const UNIT = 10n ** 6n;
const ETH = 10n ** 18n;
const HUGE = rawAmount(10n ** 30n);
const hf = (value: number): Wad => wad(BigInt(Math.round(value * 1e6)) * 10n ** 12n);
const dollarsE8 = (dollars: number): bigint => BigInt(Math.round(dollars * 1e8));
const answer = (decision: Decision): string => (decision.kind === 'act' ? `act ${decision.action}` : `${decision.kind} ${decision.reason}`);
const healthOf = ({ reported }: LendingPosition): number => (reported.health.kind === 'ratio' ? wadToNumber(reported.health.wad) : Infinity);

// Staked ether, May and June 2022: no redemption, one pool, and that pool lost half of what it held.
describe('a staked token against its own, sold in one pool', () => {
  const STAKED: Asset = { ...WETH, address: anAddress(0x57), symbol: 'stETH' };
  /** 100 staked ether at a threshold of 93% and 90 ether owed: a health of 1.0333 x the ratio. */
  const looped = (etherUsd: number, ratio: number): LendingPosition => aLendingPosition({
    collaterals: [aCollateralLeg({ asset: STAKED, amount: 100n * ETH, price: aPrice(dollarsE8(etherUsd * ratio)), liquidationThreshold: bps(9_300n), liquidationBonus: bps(100n), releasable: HUGE })],
    debts: [aDebtLeg({ asset: WETH, amount: 90n * ETH, price: aPrice(dollarsE8(etherUsd)) })], wallet: [],
  });
  const mandate = aMandate({
    terms: { collateral: STAKED.address, debt: WETH.address, actions: MANDATE_ACTIONS.FILL, maxCostBps: bps(100n), fillPerDay: HUGE, triggerHf: hf(1.02), minHf: hf(1.03), maxHf: hf(1.2) },
  });
  const at = (position: LendingPosition, market: Market = {}): Decision => {
    const input = aDecideInput({ position, mandate });
    return decide({ ...input, fill: fillFacts(input, { gasUsdE8: 0n, feeBps: 0n, ...market }) });
  };

  it('lesson 5: a pair that moves together is at risk by its ratio, and not by the dollar', () => {
    expect(healthOf(looped(1_800, 1))).toBeCloseTo(0.93 / 0.9, 9);
    // Ether loses half of its dollars: the health is what it was.
    expect([1_800, 900].map((usd) => answer(at(looped(usd, 1))))).toEqual(['hold above-trigger', 'hold above-trigger']);
    expect(healthOf(looped(900, 1))).toBeCloseTo(healthOf(looped(1_800, 1)), 9);
    // The ratio loses 2% while ether rises by a tenth: 1.0333 x 0.98 = 1.0127, under the trigger.
    expect(healthOf(looped(1_980, 0.98))).toBeCloseTo((0.93 * 0.98) / 0.9, 9);
    expect(answer(at(looped(1_980, 0.98)))).toBe('act fill');
    // 80% a year each; a correlation of 0.999 leaves sqrt(2 x 0.001) x 80% = 3.58% for the ratio. Over a week the ratio typically moves by 0.496%, and
    // what is lacking, ln 1.0127 = 1.26%, is 2.54 such moves: some 1.1%. By the dollar's 80% it would be 0.114 moves: nine in ten.
    const pair: LendingPair = {
      collateralUnits: 100, collateralPrice: 1_764, liquidationThreshold: 0.93, debtUnits: 90, debtPrice: 1_800,
      collateralVolatility: 0.8, debtVolatility: 0.8, correlation: 0.999, collateralDrift: 0, debtDrift: 0, supplyRate: 0, borrowRate: 0,
    };
    expect(ratioVolatility(pair)).toBeCloseTo(0.8 * Math.sqrt(0.002), 12);
    expect(pairChance(pair, 7 / 365).hit.probability).toBeCloseTo(0.011, 3);
    expect(pairChance({ ...pair, debtVolatility: 0 }, 7 / 365).hit.probability).toBeGreaterThan(0.9);
    // The pool breaks away: a correlation of 0.98 is sixteen percent a year, and the chance is another one.
    expect(pairChance({ ...pair, correlation: 0.98 }, 7 / 365).hit.probability).toBeGreaterThan(0.5);
  });

  it('lesson 5: what is sold is priced at the depth of the exit, and not at the price of the first unit', () => {
    const sale = (depth: bigint) => {
      const decision = at(looped(1_800, 0.98), { depth: depth * ETH });
      const fill = decision.candidates.find(({ action }) => action === 'fill');
      return { answer: answer(decision), repaid: Number(fill?.amount) / 1e18, lostUsd: Number(fill?.costs?.tradeUsdE8 ?? 0n) / 1e8 };
    };
    // n units bring depth / (depth + n) of their price, so n / depth is lost of what they repay; the first unit loses nothing.
    const [deep, half, quarter, least] = [10_000n, 5_000n, 3_000n, 2_000n].map(sale) as [ReturnType<typeof sale>, ReturnType<typeof sale>, ReturnType<typeof sale>, ReturnType<typeof sale>];
    const sold = deep.repaid / 0.98 / (1 - deep.repaid / 0.98 / 10_000);
    expect(deep.answer).toBe('act fill');
    const share = deep.lostUsd / (deep.repaid * 1_800);
    expect(share).toBeGreaterThanOrEqual(sold / 10_000);
    expect(share).toBeLessThan((1.05 * sold) / 10_000);
    // The pool loses half of what it held: the same sale loses twice as much.
    expect(half.answer).toBe('act fill');
    expect(half.lostUsd / half.repaid / (deep.lostUsd / deep.repaid)).toBeCloseTo(2, 1);
    // Where all of it would lose more than the signed 1%, less is sold; the least that helps is 0.93 x 98 to 1.04 x what is left owed, some 24 units:
    // 0.8% of 3,000 and 1.2% of 2,000. There nothing is sold, whatever the price of one unit says.
    expect(quarter.answer).toBe('act fill');
    expect(quarter.repaid).toBeLessThan(half.repaid);
    expect(quarter.lostUsd / (quarter.repaid * 1_800)).toBeLessThan(0.01);
    expect(least.answer).toBe('cannot fill-too-costly');
  });
});

// CRV, November 2022: shorted, and the debt's own price was driven up while it was liquidated.
describe('a short: dollars against a debt that rises', () => {
  /** 30,000 USDC at a threshold of 83% and 10 WETH owed: a health of 2,490 dollars over ether's price. */
  const short = (etherUsd: number): LendingPosition => aLendingPosition({
    collaterals: [aCollateralLeg({ asset: USDC, amount: 30_000n * UNIT, price: aPrice(100_000_000n) })],
    debts: [aDebtLeg({ asset: WETH, amount: 10n * ETH, price: aPrice(dollarsE8(etherUsd)) })], wallet: [walletFunds(WETH, 5n * ETH)],
  });
  const inputAt = (etherUsd: number) => aDecideInput({ position: short(etherUsd), mandate: aMandate({ terms: { collateral: USDC.address, debt: WETH.address } }) });

  it('lesson 6: the debt’s own rise is acted on, at a price above the market’s, and only what is owed is bought back', () => {
    expect(answer(decide(inputAt(2_000)))).toBe('hold above-trigger');
    // It acts where 2,490 / price is the trigger: 2% and two hourly moves before the liquidation at 2,490.
    const { actsAtPriceUsdE8 } = protectionOf(inputAt(2_000));
    expect(Number(actsAtPriceUsdE8) / 1e8).toBeCloseTo(2_490 / Math.exp(0.02 + 2 * 0.0068), 2);
    expect(answer(decide(inputAt(2_407)))).toBe('hold above-trigger');
    const decision = decide(inputAt(2_490 / 1.02));
    expect(decision).toMatchObject({ kind: 'act', action: 'repay', asset: WETH });
    if (decision.kind !== 'act') return;
    // D (1 - HF / g): 10 x (1 - 1.02 / 1.21) ether, whatever ether costs.
    expect(Number(decision.max) / 1e18).toBeCloseTo(10 * (1 - 1.02 / 1.21), 6);
    // A health that is 1 over a price has half its variance for a drift, not against it: N(-0.372) + N(-0.314) / 1.02.
    expect(wadToNumber(decision.stakes!.chance)).toBeCloseTo(0.724, 3);
    expect(answer(decide(inputAt(2_600)))).toBe('act repay');
  });
});

// CRV, July 2023 and June 2024: the rate on a loan doubled every twelve hours, elsewhere it stood at 120% a year.
describe('interest alone', () => {
  /** 20,000 USDC that have grown by a factor, against ether at the price at which the health was 1.05. */
  const owing = (grown: number) => aDecideInput({ position: withEthAt(dollarsE8((1.05 * 20_000) / 8.3), { debts: [aDebtLeg({ amount: BigInt(Math.round(20_000e6 * grown)) })] }) });

  it('lesson 7: moves the liquidation price and ends in a liquidation at a time that is told', () => {
    const pair: LendingPair = {
      collateralUnits: 10, collateralPrice: 2_200, liquidationThreshold: 0.8, debtUnits: 16_000, debtPrice: 1,
      collateralVolatility: 0, debtVolatility: 0, correlation: 0, collateralDrift: 0, debtDrift: 0, supplyRate: 0, borrowRate: 1.2,
    };
    const { logHealth, liquidationPrice } = pairDistance(pair);
    expect(liquidationPrice).toBeCloseTo(2_000, 9);
    // After a month of 120% a year what is owed is e^0.1 times as much, and so is the price at which it ends.
    expect(pairDistance({ ...pair, debtUnits: 16_000 * Math.exp(0.1) }).liquidationPrice).toBeCloseTo(2_000 * Math.exp(0.1), 9);
    // ln 1.1 / 1.2 years: 29 days. With prices that stand still it is certain after them and impossible before.
    const days = 365 * yearsToLiquidationByInterest(logHealth, -1.2);
    expect(days).toBeCloseTo((365 * Math.log(1.1)) / 1.2, 9);
    expect([days - 1, days + 1].map((after) => pairChance(pair, after / 365).hit.probability)).toEqual([0, 1]);
    // With a volatility of 60% the dearer loan is the likelier to be liquidated within a month, at the same health.
    const within = (borrowRate: number): number => pairChance({ ...pair, collateralVolatility: 0.6, borrowRate }, 30 / 365).hit.probability;
    expect(within(1.2)).toBeGreaterThan(within(0.05) + 0.1);
  });

  it('lesson 7: carries a loan through the trigger while no price moves, and is acted on', () => {
    // From 1.05 to the trigger, e^(0.02 + 2 x 0.0068): ln 1.05 - 0.0336 = 1.519% of interest.
    const rate = (hours: number): number => (1.2 * hours) / 8_760;
    expect(answer(decide(owing(Math.exp(rate(4 * 24)))))).toBe('hold above-trigger');
    expect(answer(decide(owing(Math.exp(rate(5 * 24)))))).toBe('act repay');
    // 100% a year that doubles every 12 hours: 2^n - 1 times 12 hours of it after n of them, 0.96% after three, 2.05% after four.
    const doubled = (times: number): number => (2 ** times - 1) / 730 / Math.LN2;
    expect([3, 4].map((times) => answer(decide(owing(Math.exp(doubled(times))))))).toEqual(['hold above-trigger', 'act repay']);
  });
});

// 10 October 2025: most liquidations were over within ten blocks, 120 seconds, of the moment they became possible.
describe('the time that a reaction takes', () => {
  /** What a price moves against the loan one time in a hundred while we react: 4.3 hourly moves x the root of the hours. */
  const move = (hourly: number, seconds: number): number => 4.3 * hourly * Math.sqrt(seconds / 3_600);
  const wide = aMandate({ terms: { triggerHf: hf(2.9), minHf: hf(3), maxHf: hf(3.5) } });

  it('lesson 14: is over before a liquidation is possible, or the owner is told that it is not', () => {
    const position = withEthAt(dollarsE8((1.3 * 20_000) / 8.3));
    // 6% an hour and ten blocks: 4.3 x 6% x sqrt(1 / 30) = 4.71%, and 1% for the oracle and the rest. The rule acts 14% ahead.
    const { trigger } = planTrigger({ ...aDecideInput({ position }), terms: wide.terms, hourlyVolatility: 0.06, debtUsdE8: position.reported.debtUsdE8, latencySeconds: 120 });
    expect(Math.log(wadToNumber(trigger))).toBeCloseTo(0.14, 9);
    expect(wadToNumber(trigger) * Math.exp(-move(0.06, 120))).toBeCloseTo(Math.exp(0.14 - 0.0471), 3);
    // A signed trigger of 1.05 leaves 4.88%: enough for 81 seconds, and not for ten blocks.
    const tight = aMandate({ terms: { triggerHf: hf(1.05) } });
    const at = (latencySeconds: number) => aDecideInput({ position, mandate: tight, hourly: 0.06, latencySeconds });
    expect([80, 82, 120].map((seconds) => answer(decide(at(seconds))))).toEqual(['hold above-trigger', 'cannot reaction-too-slow', 'cannot reaction-too-slow']);
    expect(protectionOf(at(120))).toMatchObject({ state: 'not-protected', reason: 'reaction-too-slow' });
  });

  it('lesson 14: property: wherever a rule is said to hold, what is left at its trigger outlasts the reaction', () => {
    const seen = { held: 0, told: 0 };
    fc.assert(fc.property(fc.double({ min: 0.001, max: 0.08, noNaN: true }), fc.integer({ min: 1, max: 3_600 }), fc.integer({ min: 1_005_000, max: 1_190_000 }), (hourly, latencySeconds, signed) => {
      const input = aDecideInput({ position: withEthAt(dollarsE8((1.6 * 20_000) / 8.3)), mandate: aMandate({ terms: { triggerHf: hf(signed / 1e6) } }), hourly, latencySeconds });
      const decision = decide(input);
      const left = wadToNumber(decision.trigger!) * Math.exp(-move(hourly, latencySeconds));
      if (answer(decision) === 'hold above-trigger') {
        seen.held += 1;
        expect(left).toBeGreaterThan(1.0099);
      } else {
        seen.told += 1;
        expect(answer(decision)).toBe('cannot reaction-too-slow');
        expect(left).toBeLessThan(1.0101);
      }
    }), { seed: 14, numRuns: 400 });
    expect(Math.min(seen.held, seen.told)).toBeGreaterThan(20);
  });
});
