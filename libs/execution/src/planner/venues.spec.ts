import { cometGuardAbi, morphoGuardAbi, venusGuardAbi, type MandateMessage, type MorphoMandateMessage } from '@ballast/contracts';
import { WAD, address, type Bps, type RawAmount, type Wad } from '@ballast/units';
import fc from 'fast-check';
import { Interface } from 'ethers';
import { describe, expect, it } from 'vitest';
import {
  aimInside, cometLoan, encodeVenuePlan, fillToReachUp, healthDown, morphoLoan, mostOutDown, planVenue, repayToReachUp, topUpToReachUp, venusLoan,
  type CometFacts, type MorphoFacts, type VenueFunds, type VenueLoan, type VenueTerms, type VenusFacts,
} from './index.js';

const wad = (value: number): Wad => (BigInt(Math.round(value * 1e9)) * 10n ** 9n) as Wad;
const raw = (value: bigint): RawAmount => value as RawAmount;
const bps = (value: bigint): Bps => value as Bps;
const usd = (whole: number): bigint => BigInt(Math.round(whole * 1e6));
const weth = (whole: number): bigint => BigInt(Math.round(whole * 1e6)) * 10n ** 12n;

/** 10 WETH at 2,700 against 20,000 USD of 6 decimals by 86%: health 1.161. */
const onMorpho: MorphoFacts = {
  collateral: weth(10), borrowShares: usd(20_000) * 1_000_000n, totalBorrowAssets: usd(500_000), totalBorrowShares: usd(500_000) * 1_000_000n, price: 2_700n * 10n ** 24n, lltv: (WAD * 86n) / 100n,
};
/** 10 WETH at 2,700 against 18,000 USD by 80%: health 1.2. */
const onComet: CometFacts = {
  debt: usd(18_000), basePrice: 10n ** 8n, baseScale: 10n ** 6n, collateral: 'weth',
  collaterals: [{ asset: 'weth', held: weth(10), price: 2_700n * 10n ** 8n, scale: 10n ** 18n, liquidateCollateralFactor: (WAD * 80n) / 100n }],
};
const onVenus: VenusFacts = {
  vai: 0n, collateral: 'vWeth', debt: 'vUsd',
  markets: [
    { vToken: 'vWeth', vTokens: 500n * 10n ** 8n, borrowed: 0n, totalBorrows: 0n, exchangeRate: 2n * 10n ** 26n, price: 2_700n * WAD, collateralFactor: (WAD * 80n) / 100n },
    { vToken: 'vUsd', vTokens: 0n, borrowed: usd(18_000), totalBorrows: usd(90_000), exchangeRate: 2n * 10n ** 14n, price: 10n ** 30n, collateralFactor: (WAD * 82n) / 100n },
  ],
};

/** The same loan after a repayment, an addition, and both a repayment and a release, each with the venue's own rounding. */
type Change = { readonly repaid?: bigint; readonly added?: bigint; readonly released?: bigint };
const changedMorpho = (facts: MorphoFacts, { repaid = 0n, added = 0n, released = 0n }: Change): MorphoFacts => {
  const inFull = repaid === morphoLoan(facts).debt;
  const shares = inFull ? facts.borrowShares : (repaid * (facts.totalBorrowShares + 1_000_000n)) / (facts.totalBorrowAssets + 1n);
  return {
    ...facts, collateral: facts.collateral + added - released, borrowShares: facts.borrowShares - shares,
    totalBorrowShares: facts.totalBorrowShares - shares, totalBorrowAssets: facts.totalBorrowAssets > repaid ? facts.totalBorrowAssets - repaid : 0n,
  };
};
const changedComet = (facts: CometFacts, { repaid = 0n, added = 0n }: Change): CometFacts => ({
  ...facts, debt: facts.debt - repaid, collaterals: facts.collaterals.map((one) => (one.asset === facts.collateral ? { ...one, held: one.held + added } : one)),
});
const changedVenus = (facts: VenusFacts, { repaid = 0n, added = 0n }: Change): VenusFacts => ({
  ...facts,
  markets: facts.markets.map((one) => ({
    ...one, borrowed: one.vToken === facts.debt ? one.borrowed - repaid : one.borrowed, vTokens: one.vToken === facts.collateral ? one.vTokens + (added * WAD) / one.exchangeRate : one.vTokens,
  })),
});

const loans = {
  Morpho: (change: Change, scale = 100n) => morphoLoan(changedMorpho({ ...onMorpho, price: (onMorpho.price * scale) / 100n }, change)),
  Comet: (change: Change, scale = 100n) => cometLoan(changedComet({ ...onComet, collaterals: onComet.collaterals.map((one) => ({ ...one, price: (one.price * scale) / 100n })) }, change)),
  Venus: (change: Change, scale = 100n) => venusLoan(changedVenus({ ...onVenus, markets: onVenus.markets.map((one) => (one.vToken === 'vWeth' ? { ...one, price: (one.price * scale) / 100n } : one)) }, change)),
};
const venues = Object.entries(loans);
const health = (loan: VenueLoan): bigint => healthDown(loan) ?? 1n << 256n;
/** A millionth of a millionth: what one unit of 6 decimals can move. */
const near = (given: bigint, wanted: bigint): boolean => given >= wanted && given < wanted + 10n ** 10n;

describe('a loan as its venue counts it', () => {
  it.each([['Morpho', wad(1.161)], ['Comet', wad(1.2)], ['Venus', wad(1.2)]] as const)("has the guard's health on %s", (name, expected) => {
    // A virtual share costs Morpho's debt a unit.
    expect(Number(health(loans[name]({})) - expected)).toBeLessThanOrEqual(0);
    expect(Number(expected - health(loans[name]({})))).toBeLessThan(1e11);
  });

  it('counts the other markets, the VAI and the other collaterals', () => {
    const more = { ...onVenus, vai: 1_000n * WAD, markets: [...onVenus.markets, { vToken: 'vX', vTokens: 500n * 10n ** 8n, borrowed: 0n, totalBorrows: 0n, exchangeRate: 2n * 10n ** 26n, price: 100n * WAD, collateralFactor: WAD / 2n }] };
    expect(healthDown(venusLoan(more))).toBe((22_100n * WAD) / 19_000n);
    const [first] = onComet.collaterals;
    if (first === undefined) throw new Error('no collateral');
    expect(healthDown(cometLoan({ ...onComet, collaterals: [first, { ...first, asset: 'other', price: 100n * 10n ** 8n }] }))).toBe((22_400n * WAD) / 18_000n);
  });

  it("has no more debt on Venus than the market's own total", () => {
    const markets = onVenus.markets.map((one) => ({ ...one, totalBorrows: usd(18_000) - 2n }));
    expect(venusLoan({ ...onVenus, markets }).debt).toBe(usd(18_000) - 2n);
  });

  it('without debt has no health, and nothing reaches for more', () => {
    const free = morphoLoan({ ...onMorpho, borrowShares: 0n });
    expect(healthDown(free)).toBeNull();
    expect([repayToReachUp(free, wad(1.5)), topUpToReachUp(free, wad(1.5)), fillToReachUp(free, wad(1.5), bps(100n))]).toEqual([0n, 0n, 0n]);
  });

  it('refuses a mandate for what the account is not in', () => {
    expect(() => venusLoan({ ...onVenus, debt: 'vX' })).toThrow(RangeError);
    expect(() => cometLoan({ ...onComet, collateral: 'x' })).toThrow(RangeError);
  });
});

describe.each(venues)('sizing on %s', (_name, loan) => {
  const scales = fc.bigInt({ min: 88n, max: 108n });
  const goals = fc.bigInt({ min: WAD + WAD / 100n, max: 2n * WAD }).map((value) => value as Wad);

  it('repays the least that reaches the goal', () => {
    fc.assert(fc.property(scales, goals, (scale, goal) => {
      const before = loan({}, scale);
      const amount = repayToReachUp(before, goal);
      if (amount === 0n) { expect(health(before)).toBeGreaterThanOrEqual(goal); return; }
      expect(near(health(loan({ repaid: amount }, scale)), goal)).toBe(true);
    }));
  });

  it('adds the least that reaches the goal', () => {
    fc.assert(fc.property(scales, goals, (scale, goal) => {
      const before = loan({}, scale);
      const amount = topUpToReachUp(before, goal);
      if (amount === null || amount === 0n) { expect(health(before)).toBeGreaterThanOrEqual(goal); return; }
      // A unit of the vToken may be lost, worth 2e8 of its token.
      expect(near(health(loan({ added: amount + 2n * 10n ** 8n }, scale)), goal)).toBe(true);
    }));
  });
});

describe('filling on Morpho', () => {
  it('repays the least that reaches the goal, at any cost and price, when the collateral at that price leaves', () => {
    fc.assert(fc.property(fc.bigInt({ min: 88n, max: 104n }), fc.bigInt({ min: WAD + WAD / 50n, max: (WAD * 3n) / 2n }), fc.bigInt({ min: 0n, max: 500n }), (scale, goal, cost) => {
      const before = loans.Morpho({}, scale);
      const amount = fillToReachUp(before, goal as Wad, bps(cost));
      if (amount === 0n) { expect(health(before)).toBeGreaterThanOrEqual(goal); return; }
      if (amount === null) { expect(health(before)).toBeLessThanOrEqual(((onMorpho.lltv * (10_000n + cost)) / 10_000n) + 1n); return; }
      const out = mostOutDown(before, amount, bps(cost));
      if (amount === before.debt) return;
      const after = loans.Morpho({ repaid: amount, released: out }, scale);
      expect(health(after)).toBeGreaterThanOrEqual(goal);
      // Where little stays owed, a unit weighs more.
      expect(health(after) - goal).toBeLessThan((50n * goal) / after.debt + 10n);
    }));
  });

  it('says null where the exchange would not raise the health', () => {
    // At health 0.86 a fill at no cost gives away as much as it saves; at 1% it loses.
    expect(fillToReachUp(loans.Morpho({}, 74n), wad(1.2), bps(100n))).toBeNull();
    expect(fillToReachUp(morphoLoan({ ...onMorpho, price: 0n }), wad(1.2), bps(100n))).toBeNull();
  });

  it('reckons the most that may leave as the guard does', () => {
    expect(mostOutDown(morphoLoan(onMorpho), usd(5_400), bps(100n))).toBe(weth(2.02));
  });
});

describe('the plan', () => {
  const terms: VenueTerms = { actions: 7, triggerHf: wad(1.2), minHf: wad(1.21), maxHf: wad(1.5), maxCostBps: bps(100n) };
  const funds: VenueFunds = { toRepay: raw(usd(15_000)), toAdd: raw(weth(5)), maxFill: raw(usd(15_000)), maxOut: raw(weth(10)) };
  const none: VenueFunds = { toRepay: raw(0n), toAdd: raw(0n), maxFill: raw(0n), maxOut: raw(0n) };
  const loan = morphoLoan(onMorpho);

  it('repays where the wallet reaches the target, else fills, else adds', () => {
    expect(planVenue(loan, terms, funds, wad(1.3))).toMatchObject({ action: 'repay', max: repayToReachUp(loan, wad(1.3)), min: repayToReachUp(loan, wad(1.21)) });
    expect(planVenue(loan, terms, { ...funds, toRepay: raw(usd(5)) }, wad(1.3))).toMatchObject({ action: 'fill', max: fillToReachUp(loan, wad(1.3), bps(100n)) });
    expect(planVenue(loan, terms, { ...funds, toRepay: raw(usd(5)), maxFill: raw(0n) }, wad(1.3))).toMatchObject({ action: 'top-up' });
    expect(planVenue(loan, { ...terms, actions: 5 }, funds, wad(1.3)).action).toBe('fill');
  });

  it('uses what there is where nothing reaches the target, without a least amount that could refuse it', () => {
    const plan = planVenue(loan, terms, { ...none, toRepay: raw(usd(5)), toAdd: raw(1n) }, wad(1.3));
    expect(plan).toEqual({ action: 'repay', min: 1n, max: repayToReachUp(loan, wad(1.3)) });
  });

  it('offers no more to a fill than the budget and the collateral let move', () => {
    expect(planVenue(loan, terms, { ...none, maxFill: raw(usd(900)), maxOut: raw(weth(10)) }, wad(1.3))).toEqual({ action: 'fill', min: 1n, max: usd(900), out: mostOutDown(loan, usd(900), bps(100n)) });
    const plan = planVenue(loan, terms, { ...none, maxFill: raw(usd(9_000)), maxOut: raw(weth(0.5)) }, wad(1.3));
    expect(plan.action).toBe('fill');
    if (plan.action === 'fill') expect([plan.out <= weth(0.5), plan.out > weth(0.499)]).toEqual([true, true]);
  });

  it('of a whole debt leaves room for interest', () => {
    const plan = planVenue(loan, { ...terms, maxHf: wad(18) }, { ...funds, toRepay: raw(usd(30_000)) }, wad(17.9));
    expect(plan).toMatchObject({ action: 'repay', max: repayToReachUp(loan, wad(17.9)) });
    const others = venusLoan({ ...onVenus, vai: 5_000n * WAD });
    expect(planVenue(others, { ...terms, actions: 2 }, { ...funds, toRepay: raw(usd(30_000)) }, wad(1.5))).toMatchObject({ action: 'repay' });
    const full = planVenue(venusLoan({ ...onVenus, vai: 18_000n * WAD }), { ...terms, actions: 2 }, { ...funds, toRepay: raw(usd(30_000)) }, wad(1.5));
    expect(full).toEqual({ action: 'repay', min: 1n, max: usd(18_018) + 1n });
  });

  it('is none at the trigger, without an action, without anything to move, where nothing helps', () => {
    expect(planVenue(loan, { ...terms, triggerHf: healthDown(loan) as Wad }, funds, wad(1.3))).toEqual({ action: 'none', reason: 'not-triggered' });
    expect(planVenue(loan, { ...terms, triggerHf: ((healthDown(loan) as bigint) + 1n) as Wad }, funds, wad(1.3)).action).toBe('repay');
    expect(planVenue(loan, { ...terms, actions: 0 }, funds, wad(1.3))).toEqual({ action: 'none', reason: 'no-action-named' });
    expect(planVenue(loan, terms, none, wad(1.3))).toEqual({ action: 'none', reason: 'nothing-available' });
    expect(planVenue(morphoLoan({ ...onMorpho, price: 0n }), { ...terms, actions: 5 }, funds, wad(1.3))).toEqual({ action: 'none', reason: 'does-not-help' });
  });

  it('aims 0.01 inside both ends of the band, and at the middle of a narrow one', () => {
    expect([1, 1.215, 1.3, 1.495, 2].map((target) => aimInside(wad(target), terms))).toEqual([wad(1.22), wad(1.22), wad(1.3), wad(1.49), wad(1.49)]);
    expect(aimInside(wad(1.3), { minHf: wad(1.2), maxHf: wad(1.21) })).toBe(wad(1.205));
  });
});

describe('the call', () => {
  const guard = address(`0x${'5'.repeat(40)}`);
  const limits = { min: raw(5n), max: raw(9n) };
  const terms: Omit<MandateMessage, 'collateral' | 'debt'> = {
    owner: `0x${'1'.repeat(40)}`, actions: 7n, triggerHf: 1n, minHf: 2n, maxHf: 3n, maxCostBps: 100n, fillPerDay: 4n, keepers: `0x${'4'.repeat(40)}`, expiry: 6n, prev: `0x${'7'.repeat(64)}`,
  };
  const pair: MandateMessage = { ...terms, collateral: `0x${'2'.repeat(40)}`, debt: `0x${'3'.repeat(40)}` };
  const market: MorphoMandateMessage = { ...terms, marketId: `0x${'8'.repeat(64)}` };

  it('goes to the guard of the mandate with its terms and the limits', () => {
    const morpho = new Interface(morphoGuardAbi);
    const filling = encodeVenuePlan({ guard: 'MorphoGuard', address: guard, terms: market }, { action: 'fill', ...limits, out: raw(3n) }, 77n);
    expect(filling.to).toBe(guard);
    const [m, ...rest] = morpho.decodeFunctionData('fill', filling.data).toArray() as [Record<string, unknown>, ...bigint[]];
    expect([m['marketId'], m['fillPerDay'], ...rest]).toEqual([market.marketId, 4n, 5n, 9n, 3n, 77n]);
    for (const [action, method] of [['repay', 'repay'], ['top-up', 'topUp']] as const) {
      expect(morpho.decodeFunctionData(method, encodeVenuePlan({ guard: 'MorphoGuard', address: guard, terms: market }, { action, ...limits }, 77n).data).toArray().slice(1)).toEqual([5n, 9n, 77n]);
      for (const [name, abi] of [['CometGuard', cometGuardAbi], ['VenusGuard', venusGuardAbi]] as const) {
        const [given, ...figures] = new Interface(abi).decodeFunctionData(method, encodeVenuePlan({ guard: name, address: guard, terms: pair }, { action, ...limits }, 77n).data).toArray() as [Record<string, unknown>, ...bigint[]];
        expect([given['collateral'], given['debt'], ...figures]).toEqual([pair.collateral, pair.debt, 5n, 9n, 77n]);
      }
    }
  });

  it('is refused for a fill where there is none, and for no plan', () => {
    expect(() => encodeVenuePlan({ guard: 'VenusGuard', address: guard, terms: pair }, { action: 'fill', ...limits, out: raw(3n) }, 77n)).toThrow(RangeError);
    expect(() => encodeVenuePlan({ guard: 'CometGuard', address: guard, terms: pair }, { action: 'none', reason: 'not-triggered' }, 77n)).toThrow(RangeError);
  });
});
