import { describe, expect, it } from 'vitest';
import { bps, rawAmount, toJson, usdE8, wad, type Wad } from '@ballast/units';
import { DAI, USDC, WBTC, BLOCK_TIME, aCollateralLeg, aDebtLeg, aLendingPosition, aPrice, noPrice, withEthAt } from '../../../test/factories/lending-position.js';
import { aRiskReport, ticksOf } from '../../../test/factories/risk-report.js';
import { assess, chanceFromHistory, historyOf, lossIfLiquidated, typicalDailyMoves, withRule, type AssetHistory, type RiskReport } from './index.js';

const calm = ticksOf();
/** WETH price, in 8 decimals, at which the story's loan has this health in hundredths. */
const atHealth = (hundredths: number): ReturnType<typeof aLendingPosition> => withEthAt((BigInt(hundredths) * 20_000n * 10n ** 8n) / 830n);
const dollars = (value: bigint): bigint => value / 10n ** 8n;

describe('report on a loan', () => {
  it('tells distance, price and moves rounded towards danger', () => {
    const report = assess({ position: aLendingPosition(), ticks: calm });
    expect(report.liquidationPrice).toMatchObject({ kind: 'price', usdE8: 240_963_855_422n });
    // 1 - 1 / 1.245 = 19.678...%; ln 1.245 / (0.0068 sqrt 24) = 6.578...
    expect(report.distance).toEqual({ kind: 'fall', share: 1967n, dailyMoves: 6.5 });
    expect(report.model).toBe('days of ETH to 2024-12-31 within a day, GBM first passage beyond, EWMA 24 h');
    expect(report.chances.map((chance) => chance.horizonHours)).toEqual([24, 168, 720]);
  });

  it('tells no chance under 1% of the diffusion as a figure, nor less than one day of all that are known', () => {
    const far = assess({ position: withEthAt(9_000_00000000n), ticks: calm });
    expect(far.chances.map((chance) => chance.kind)).toEqual(['floor', 'floor', 'floor']);
    expect(far.chances.map((chance) => chance.kind === 'floor' && chance.below)).toEqual([expect.closeTo(1 / 2159, 9), 0.01, 0.01]);
    const near = assess({ position: atHealth(104), ticks: calm });
    expect(near.chances.every((chance) => chance.kind === 'probability')).toBe(true);
  });

  it('is more dangerous the nearer the loan is', () => {
    const chance = (hundredths: number): number => {
      const week = assess({ position: atHealth(hundredths), ticks: calm }).chances[1];
      return week?.kind === 'probability' ? week.value : 0;
    };
    const found = [102, 105, 110, 115, 120].map(chance);
    expect([...found].sort((x, y) => y - x)).toEqual(found);
  });

  it('tells a day by how often it happened before, and no longer time a lesser chance', () => {
    for (let hundredths = 101; hundredths < 160; hundredths += 1) {
      const report = assess({ position: atHealth(hundredths), ticks: calm });
      const [day, week, month] = report.chances.map((chance) => (chance.kind === 'probability' ? chance.value : 0)) as [number, number, number];
      const found = chanceFromHistory(historyOf('ETH') as AssetHistory, 'ewma-24h', 'fall', Math.log(Number(report.health.kind === 'ratio' ? report.health.wad : 0n) / 1e18), report.volatility.hourly);
      if (found.kind === 'probability') expect(Math.abs(day - found.probability)).toBeLessThan(1.1e-4);
      expect(week).toBeGreaterThanOrEqual(day);
      expect(month).toBeGreaterThanOrEqual(week);
    }
  });

  it('takes a short loan by its rise', () => {
    const short = aLendingPosition({
      collaterals: [aCollateralLeg({ asset: USDC, amount: 30_000n * 10n ** 6n, price: aPrice(100_000_000n), liquidationThreshold: bps(7_800n) })],
      debts: [aDebtLeg({ asset: WBTC, amount: 37_000_000n, price: aPrice(6_000_000_000_000n) })],
    });
    const report = assess({ position: short, ticks: ticksOf({ asset: WBTC.address }) });
    expect(report.distance).toMatchObject({ kind: 'rise', share: 540n });
    expect(report.liquidationPrice).toMatchObject({ kind: 'price', usdE8: 6_324_324_324_324n });
    expect(report.volatility.kind).toBe('measured');
  });

  it('says unknown where several prices drive the loan, a price is missing or the reading does not add up', () => {
    const two = aLendingPosition({ collaterals: [aCollateralLeg(), aCollateralLeg({ asset: WBTC, amount: 10n ** 8n, price: aPrice(6_000_000_000_000n) })] });
    const unpriced = aLendingPosition({ debts: [aDebtLeg(), aDebtLeg({ asset: DAI, price: noPrice })] });
    const odd = aLendingPosition();
    const wrong = { ...odd, reported: { ...odd.reported, health: { kind: 'ratio', wad: wad(1_500_000_000_000_000_000n) } as const } };
    for (const position of [two, unpriced, wrong]) {
      const report = assess({ position, ticks: calm });
      expect(report).toMatchObject({ state: 'unknown', chances: [], distance: { kind: 'none' }, liquidationPrice: { kind: 'none' } });
      expect(report.liquidationPrice.kind === 'none' && report.liquidationPrice.why.length > 20).toBe(true);
    }
    expect(assess({ position: wrong, ticks: calm }).health).toEqual(odd.reported.health);
  });

  it('has nothing to tell without debt', () => {
    const report = assess({ position: aLendingPosition({ debts: [] }), ticks: calm });
    expect(report).toMatchObject({ state: 'no-debt', chances: [], lossIfLiquidatedUsdE8: 0n, distance: { kind: 'none' } });
  });

  it('does not take a debt without a price for no debt', () => {
    const report = assess({ position: aLendingPosition({ debts: [aDebtLeg({ price: noPrice })] }), ticks: calm });
    expect(report).toMatchObject({ state: 'unknown', health: { kind: 'no-debt' }, chances: [] });
    expect(withRule(report, wad(1_100_000_000_000_000_000n)).state).toBe('unknown');
  });

  it('is plain data that can be stored', () => {
    for (const position of [aLendingPosition(), aLendingPosition({ debts: [] }), atHealth(90), aLendingPosition({ collaterals: [aCollateralLeg(), aCollateralLeg({ asset: DAI, amount: 30_000n * 10n ** 18n, price: aPrice(100_000_000n) })] })]) {
      expect(() => toJson(assess({ position, ticks: calm }))).not.toThrow();
    }
  });

  it('tells the age of its oldest price, and null where a feed does not tell', () => {
    const old = aLendingPosition({ debts: [aDebtLeg({ price: aPrice(100_000_000n, BLOCK_TIME - 500n) })] });
    expect(assess({ position: old, ticks: calm }).oldestPriceAgeSeconds).toBe(500);
    expect(assess({ position: aLendingPosition({ debts: [aDebtLeg({ price: aPrice(100_000_000n, null) })] }), ticks: calm }).oldestPriceAgeSeconds).toBeNull();
  });
});

describe('state', () => {
  const facts = (change: Partial<RiskReport>): RiskReport => ({ ...aRiskReport(), ...change });
  const healthOf = (value: bigint): RiskReport['health'] => ({ kind: 'ratio', wad: wad(value) });
  const moves = (dailyMoves: number): RiskReport['distance'] => ({ kind: 'fall', share: bps(1000n), dailyMoves });
  const chances = (day: number, week: number): RiskReport['chances'] => [
    { horizonHours: 24, kind: 'probability', value: day }, { horizonHours: 168, kind: 'probability', value: week }, { horizonHours: 720, kind: 'probability', value: 0.2 },
  ];
  const state = (change: Partial<RiskReport>, actsAt: Wad | null = null): string => withRule(facts(change), actsAt).state;

  it('liquidatable below 1, not at 1', () => {
    expect(state({ health: healthOf(999_999_999_999_999_999n) })).toBe('liquidatable');
    expect(state({ health: healthOf(1_000_000_000_000_000_000n) })).not.toBe('liquidatable');
  });

  it('danger within 0.01 above the point of action', () => {
    const actsAt = wad(1_100_000_000_000_000_000n);
    expect(state({ health: healthOf(1_109_999_999_999_999_999n) }, actsAt)).toBe('danger');
    expect(state({ health: healthOf(1_110_000_000_000_000_000n) }, actsAt)).toBe('safe');
  });

  it('danger under 2.5 typical daily moves', () => {
    expect(state({ distance: moves(2.4) })).toBe('danger');
    expect(state({ distance: moves(2.5) })).not.toBe('danger');
  });

  it("danger above 1% a day without a rule; with one, the rule's own point counts", () => {
    expect(state({ chances: chances(0.0101, 0.04) })).toBe('danger');
    expect(state({ chances: chances(0.01, 0.04) })).toBe('watch');
    expect(state({ chances: chances(0.0101, 0.04) }, wad(1_050_000_000_000_000_000n))).toBe('watch');
  });

  it('safe under 0.5% a day and 5% a week', () => {
    expect(state({ chances: chances(0.0049, 0.0499) })).toBe('safe');
    expect(state({ chances: chances(0.005, 0.0499) })).toBe('watch');
    expect(state({ chances: chances(0.0049, 0.05) })).toBe('watch');
  });

  it('safe with an untold day only from 4.5 moves on', () => {
    const floor: RiskReport['chances'] = [{ horizonHours: 24, kind: 'floor', below: 0.01 }, { horizonHours: 168, kind: 'floor', below: 0.01 }];
    expect(state({ chances: floor, distance: moves(4.5) })).toBe('safe');
    expect(state({ chances: floor, distance: moves(4.4) })).toBe('watch');
    const known: RiskReport['chances'] = [{ horizonHours: 24, kind: 'floor', below: 0.0005 }, { horizonHours: 168, kind: 'floor', below: 0.01 }];
    expect(state({ chances: known, distance: moves(4.4) })).toBe('safe');
  });
});

describe('typical daily moves', () => {
  it('round down to one decimal, and are 0 past the barrier', () => {
    expect(typicalDailyMoves(0.2151, 0.65 / Math.sqrt(8760))).toBe(6.3);
    expect(typicalDailyMoves(-0.1, 0.01)).toBe(0);
  });
});

describe('loss of the first liquidation', () => {
  const lossOf = (change: Parameters<typeof aLendingPosition>[0], health: bigint | null = null): bigint => lossIfLiquidated(aLendingPosition(change), health === null ? null : wad(health));

  it('is the bonus on half of the debt, or on all of it once health is 0.95 or less', () => {
    expect(dollars(lossOf({}))).toBe(500n);
    expect(dollars(lossOf({}, 950_000_000_000_000_001n))).toBe(500n);
    expect(dollars(lossOf({}, 950_000_000_000_000_000n))).toBe(1000n);
  });

  it('takes the whole debt where debt or collateral of the pair is under 2,000 dollars', () => {
    const debts = (usd: bigint): ReturnType<typeof aDebtLeg>[] => [aDebtLeg({ amount: usd * 10n ** 6n })];
    expect(dollars(lossOf({ debts: debts(2000n) }))).toBe(50n);
    expect(lossOf({ debts: debts(1999n) })).toBe(9_995_000_000n);
  });

  it('is bounded by what the collateral pays for', () => {
    const small = aCollateralLeg({ amount: 10n ** 18n, price: aPrice(105_000_000_000n) });
    // 1,050 of collateral covers 1,000 of debt.
    expect(dollars(lossOf({ collaterals: [small] }))).toBe(50n);
  });

  it('takes the dearest pair', () => {
    const btc = aCollateralLeg({ asset: WBTC, amount: 10n ** 8n, price: aPrice(6_000_000_000_000n), liquidationBonus: bps(1_000n) });
    expect(dollars(lossOf({ collaterals: [aCollateralLeg(), btc] }))).toBe(1000n);
  });

  it('rounds up', () => {
    expect(lossIfLiquidated(aLendingPosition({ debts: [aDebtLeg({ amount: rawAmount(1n) })] }), null)).toBe(usdE8(5n));
    expect(lossIfLiquidated(aLendingPosition({ debts: [aDebtLeg({ asset: DAI, amount: rawAmount(1n) })] }), null)).toBe(usdE8(1n));
  });
});
