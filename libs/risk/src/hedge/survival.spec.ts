import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BPS, InvalidInput, WAD, type Bps, type CoinE18, type Wad } from '@ballast/units';
import { aPerpetual, anInversePerpetual, coins, contracts, e18, ratio, settlement, usd } from '../../../../test/factories/derivatives.js';
import { WETH, aCollateralLeg, aDebtLeg, aLendingPosition } from '../../../../test/factories/lending-position.js';
import { JOINT_GRID, brokenInside, fallUntilLiquidated, gridPoint, hoursTo, inverseCoinsSurviving, jointGrid, leverageSurviving, loanBook, loanHealthAfter, marginUseBefore, repaymentAt, shortLiquidationPriceDown, venueAfter, type VenueBook } from '../index.js';

const bps = (value: number): Bps => BigInt(value) as Bps;
const survival = { maintenance: ratio(0.02), closing: ratio(0.01) };

describe('a hedge that outlives the move against it', () => {
  // hedging.md section 4.3: maintenance 2%, closing 1%.
  it.each([[1_000, 7.5], [2_000, 4.2], [3_000, 2.95], [5_000, 1.83], [10_000, 0.94]])('of %s bps has at most %s times its margin', (adverse, expected) => {
    expect(Math.abs(Number(leverageSurviving({ ...survival, adverse: bps(adverse) })) / 1e18 - expected)).toBeLessThan(0.05);
  });

  it('is liquidated beyond that move and not before, linear or inverse, short or long', () => {
    fc.assert(fc.property(fc.integer({ min: 500, max: 9_000 }), fc.integer({ min: 1, max: 300 }), fc.boolean(), fc.boolean(), (adverse, mmr, inverse, long) => {
      const given = { adverse: bps(adverse), maintenance: (BigInt(mmr) * WAD / BPS) as Wad, closing: 0n as Wad };
      const tiers = { kind: 'tiers', unit: inverse ? 'coin' : 'usd', rows: [{ from: 0n, maintenanceRate: given.maintenance, initialRate: given.maintenance, deduction: 0n }] } as const;
      const side = long ? 1 : -1;
      const shock = (away: number) => ({ priceBps: BigInt(-side * away), fundingBps: 0n, basisBps: 0n });
      const book: VenueBook = inverse
        ? { id: 'v', instrument: anInversePerpetual({ tiers }), contracts: contracts(side * 3_000 * Math.floor(Number(inverseCoinsSurviving(long ? 'long' : 'short', coins(10), given)) / 1e12) / 1e6), equity: settlement(10), otherMaintenance: settlement(0), markUsdE8: usd(3_000) }
        : { id: 'v', instrument: aPerpetual({ tiers }), contracts: contracts(side * 10), equity: e18(30_000 * (Number(BPS) / (Number(leverageSurviving(given)) / 1e14)) + 0.01), otherMaintenance: settlement(0), markUsdE8: usd(3_000) };
      const at = venueAfter(book, shock(adverse)).use;
      expect(at.kind === 'share' && at.wad <= WAD + 1_000_000n).toBe(true); // the last digits of coins
      // A linear long keeps a little more than it needs, as the docstring says.
      if (inverse || !long) {
        const beyond = venueAfter(book, shock(adverse + 20)).use;
        expect(beyond.kind !== 'share' || beyond.wad > WAD - WAD / 200n).toBe(true);
      }
    }), { numRuns: 300 });
  });

  it('has its price of liquidation in closed form', () => {
    // 120 ETH short with 60,000 dollars at 3,000: about 3,431 (hedging.md section 4.0).
    expect(Number(shortLiquidationPriceDown(coins(120), usd(60_000), usd(3_000), ratio(0.02))) / 1e8).toBeCloseTo(3_431.37, 2);
    expect(() => shortLiquidationPriceDown(0n as CoinE18, usd(1), usd(1), ratio(0))).toThrow(InvalidInput);
    // Coin-margined, C = X: about twice the price before maintenance margin.
    expect(inverseCoinsSurviving('short', coins(10), { adverse: bps(10_000), maintenance: 0n as Wad, closing: 0n as Wad })).toBe(coins(20));
  });

  it('uses at most so much of its equity before the move', () => {
    expect(Number(marginUseBefore(bps(1_000), ratio(0.02))) / 1e18).toBeCloseTo(0.02 / (0.1 + 0.022), 9);
    expect(marginUseBefore(bps(0), ratio(0.02))).toBe(WAD);
  });
});

describe('the joint grid', () => {
  // 120 ETH at 3,000, threshold 80%, 200,000 dollars owed: health 1.44. Short 120 ETH with 60,000 dollars (hedging.md section 4.0).
  const loan = loanBook(aLendingPosition({
    collaterals: [aCollateralLeg({ asset: WETH, amount: 120n * 10n ** 18n, liquidationThreshold: bps(8_000), rate: { kind: 'rate', underlying: 'ETH', rateE18: WAD } })],
    debts: [aDebtLeg({ amount: 200_000n * 10n ** 6n, rate: { kind: 'rate', underlying: 'USD', rateE18: WAD } })],
  }));
  const short: VenueBook = { id: 'venue', instrument: aPerpetual(), contracts: contracts(-120), equity: settlement(60_000), otherMaintenance: settlement(0), markUsdE8: usd(3_000) };
  const calm = { ...JOINT_GRID, fundingBps: [0n], basisBps: [0n], stepBps: 1n };

  it('says first what hedging.md says first: the loan goes at 2,083 and the hedge at 3,431', () => {
    expect(loanHealthAfter(loan, 0n)).toEqual({ kind: 'ratio', wad: 1_440_000_000_000_000_000n });
    const { down, up } = jointGrid([loan], [short], calm);
    expect(down).toMatchObject({ kind: 'at', what: 'loan', of: loan.id });
    expect(up).toMatchObject({ kind: 'at', what: 'venue', of: 'venue' });
    if (down.kind === 'none' || up.kind === 'none') return;
    expect(3_000 * (1 + Number(down.priceBps) / 1e4)).toBeCloseTo(2_083, -0.5);
    expect(3_000 * (1 + Number(up.priceBps) / 1e4)).toBeCloseTo(3_431, -0.5);
    expect(loanHealthAfter(loan, up.priceBps)).toMatchObject({ kind: 'ratio' });
    const healthy = loanHealthAfter(loan, up.priceBps);
    expect(healthy.kind === 'ratio' && Number(healthy.wad) / 1e18).toBeCloseTo(1.65, 2);
    // At the loan's liquidation the hedge is 110,000 dollars ahead.
    expect((Number(venueAfter(short, { priceBps: -3_055n, fundingBps: 0n, basisBps: 0n }).equity) / 1e18 - 60_000) / 1e3).toBeCloseTo(110, 0);
  });

  it('is broken inside a corridor that holds either, and nowhere else', () => {
    const grid = jointGrid([loan], [short], calm);
    expect(brokenInside(grid, { downBps: bps(1_000), upBps: bps(1_000) })).toEqual({ kind: 'none' });
    expect(brokenInside(grid, { downBps: bps(1_000), upBps: bps(1_500) })).toMatchObject({ what: 'venue' });
    expect(brokenInside(grid, { downBps: bps(3_100), upBps: bps(1_000) })).toMatchObject({ what: 'loan' });
    expect(jointGrid([], [{ ...short, contracts: contracts(-10) }], calm)).toMatchObject({ down: { kind: 'none' } });
    expect(jointGrid([], [{ ...short, instrument: aPerpetual({ tiers: { kind: 'unknown', why: 'not told' } }) }]).up).toMatchObject({ kind: 'at', priceBps: 0n });
  });

  it('goes sooner under funding and basis than without them', () => {
    const [worst, plain] = [jointGrid([], [short], { ...JOINT_GRID, stepBps: 1n }).up, jointGrid([], [short], calm).up];
    expect(worst.kind === 'at' && plain.kind === 'at' && worst.priceBps < plain.priceBps).toBe(true);
  });

  it('tells the whole of one point, less what liquidations take', () => {
    const shock = { priceBps: -3_500n, fundingBps: 0n, basisBps: 0n };
    const whole = { ...loan, movingEquity: 36_000_000_000_000n, fixedEquity: -20_000_000_000_000n, penaltyUsdE8: 1_000_000_000_000n };
    const point = gridPoint([whole], [short], shock);
    expect(point.loans[0]?.health).toMatchObject({ kind: 'ratio' });
    // 360,000 x 0.65 - 200,000 - 10,000 of penalty + 60,000 + 126,000 of profit.
    expect(Number(point.totalUsdE8) / 1e8).toBeCloseTo(360_000 * 0.65 - 200_000 - 10_000 + 186_000, 2);
    expect(hoursTo(-3_000n, 0.007)).toBeCloseTo((Math.log(0.7) / (2.326 * 0.007)) ** 2, 6);
  });
});

describe('a loan in a fall', () => {
  it('is liquidated at the share of the price at which its health is 1, and is as healthy as asked for after the repayment there', () => {
    // 10 WETH at 3,000 with a threshold of 83%, 20,000 USDC: 20,000 / 24,900.
    const told = loanBook(aLendingPosition());
    const fall = fallUntilLiquidated({ ...told, fixedDebt: told.movingDebt + told.fixedDebt, movingDebt: 0n });
    expect(fall.kind === 'at' && Number(fall.share) / 1e18).toBeCloseTo(20_000 / 24_900, 12);
    fc.assert(fc.property(fc.bigInt({ min: 1n, max: 10n ** 16n }), fc.bigInt({ min: 0n, max: 10n ** 16n }), fc.bigInt({ min: 0n, max: 10n ** 10n }), fc.bigInt({ min: 1n, max: 10n ** 12n }), (movingCollateral, fixedCollateral, movingDebt, fixedDebt) => {
      const loan = { id: 'l', movingCollateral, fixedCollateral, movingDebt, fixedDebt };
      const at = fallUntilLiquidated(loan);
      if (at.kind === 'none') return;
      const healthy = (share: bigint, less = 0n): boolean => (movingCollateral * share) / WAD + fixedCollateral >= (((movingDebt * share) / WAD + fixedDebt - less) * BPS);
      // Above it by a thousandth it is not liquidated.
      expect(healthy(at.share + at.share / 1_000n + 1_000n)).toBe(true);
      const repay = repaymentAt(loan, at.share, ratio(1.05));
      const left = (movingDebt * at.share + WAD - 1n) / WAD + fixedDebt - repay;
      expect(left * ratio(1.05) * BPS <= ((movingCollateral * at.share) / WAD + fixedCollateral) * WAD).toBe(true);
    }), { numRuns: 500 });
  });

  it('is not liquidated by one where nothing is owed, or what is owed falls with it', () => {
    const bare = { id: 'l', movingCollateral: 10n, fixedCollateral: 0n, movingDebt: 0n, fixedDebt: 0n };
    expect(fallUntilLiquidated(bare)).toEqual({ kind: 'none' });
    expect(fallUntilLiquidated({ ...bare, fixedCollateral: 10n ** 9n, movingDebt: 10n })).toEqual({ kind: 'none' });
    expect(repaymentAt(bare, WAD as Wad, ratio(1.05))).toBe(0n);
  });
});
