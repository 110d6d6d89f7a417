import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bps, wad, type Wad } from '@ballast/units';
import type { LendingPosition } from '@ballast/positions';
import { aaveHealth, totalDebt, weightedCollateral } from '@ballast/risk';
import { aDecideInput } from '../../../test/factories/decide-input.js';
import { DAI, USDC, WETH, aCollateralLeg, aDebtLeg, aLendingPosition, aPrice, walletFunds } from '../../../test/factories/lending-position.js';
import { aMandate } from '../../../test/factories/mandate.js';
import { decide, healthAfterRepay, healthAfterTopUp, repayToReach, topUpToReach, type Decision, type MandateTerms } from './index.js';

const hf = (value: number): Wad => wad(BigInt(Math.round(value * 1e6)) * 10n ** 12n);

const loans = fc.record({
  collateral: fc.bigInt({ min: 10n ** 16n, max: 10n ** 23n }),
  price: fc.bigInt({ min: 10n ** 8n, max: 10n ** 13n }),
  threshold: fc.bigInt({ min: 5_000n, max: 9_700n }),
  /** Health in millionths, from deep under water to well above. */
  health: fc.integer({ min: 700_000, max: 1_400_000 }),
  /** The share of the debt, in percent, that is in the mandate's asset. */
  share: fc.integer({ min: 1, max: 100 }),
  balance: fc.integer({ min: 0, max: 150 }),
  weth: fc.integer({ min: 0, max: 100 }),
});
type Loan = typeof loans extends fc.Arbitrary<infer T> ? T : never;

function loanOf(given: Loan): LendingPosition {
  const collateral = aCollateralLeg({ amount: given.collateral, price: aPrice(given.price), liquidationThreshold: bps(given.threshold) });
  const debt = (collateral.valueUsdE8 * given.threshold * 1_000_000n) / (10_000n * BigInt(given.health));
  const covered = (debt * BigInt(given.share)) / 100n / 100n + 1n;
  const others = debt - covered * 100n;
  return aLendingPosition({
    collaterals: [collateral],
    debts: [aDebtLeg({ amount: covered }), ...(others > 0n ? [aDebtLeg({ asset: DAI, amount: others * 10n ** 10n })] : [])],
    wallet: [walletFunds(USDC, (covered * BigInt(given.balance)) / 100n), walletFunds(WETH, (given.collateral * BigInt(given.weth)) / 100n)],
  });
}

describe('amounts', () => {
  it('repaying the least amount reaches the goal, one unit less does not', () => {
    fc.assert(fc.property(loans, fc.integer({ min: 1_010_000, max: 1_600_000 }), (given, goal) => {
      const position = loanOf(given);
      const [leg] = position.debts;
      if (leg === undefined) return;
      const target = wad(BigInt(goal) * 10n ** 12n);
      const amount = repayToReach(position, leg, target);
      const after = (repaid: bigint): bigint => healthAfterRepay(position, leg, repaid) ?? 10n ** 30n;
      expect(amount >= 0n && amount <= leg.amount).toBe(true);
      if (amount < leg.amount) expect(after(amount) >= target).toBe(true);
      if (amount > 0n) expect(after(amount - 1n) <= target).toBe(true);
    }));
  });

  it('adding the least amount reaches the goal, one unit less does not', () => {
    fc.assert(fc.property(loans, fc.integer({ min: 1_010_000, max: 1_600_000 }), (given, goal) => {
      const position = loanOf(given);
      const [leg] = position.collaterals;
      if (leg === undefined) return;
      const target = wad(BigInt(goal) * 10n ** 12n);
      const amount = topUpToReach(position, leg, target) ?? -1n;
      expect(amount >= 0n).toBe(true);
      expect((healthAfterTopUp(position, leg, amount) ?? 0n) >= target).toBe(true);
      if (amount > 0n) expect((healthAfterTopUp(position, leg, amount - 1n) ?? 0n) <= target).toBe(true);
    }));
  });

  it('of the story: 20,000 USDC at health 1.02 need 3,140.50 to reach 1.21', () => {
    const position = aLendingPosition({ collaterals: [aCollateralLeg({ price: aPrice(245_783_132_531n) })] });
    const [leg] = position.debts;
    expect(leg && Number(repayToReach(position, leg, hf(1.21))) / 1e6).toBeCloseTo(3140.4959, 3);
  });
});

/** What the guard does with a call at this block, by its own amount rule and band. Returns why it would revert, or null. */
function guardRefuses(decision: Extract<Decision, { kind: 'act' }>, position: LendingPosition, terms: MandateTerms): string | null {
  const before = aaveHealth(weightedCollateral(position), totalDebt(position));
  if (before.kind === 'no-debt' || before.wad >= terms.triggerHf) return 'NotTriggered';
  const funds = position.wallet.find((entry) => entry.asset.address === decision.asset.address);
  const available = funds === undefined ? 0n : funds.balance < funds.allowance ? funds.balance : funds.allowance;
  const debt = position.debts.find((leg) => leg.asset.address === terms.debt);
  const collateral = position.collaterals.find((leg) => leg.asset.address === terms.collateral);
  if (debt === undefined || collateral === undefined) return 'NotListed';
  const owed = decision.action === 'repay' ? debt.amount : available;
  const amount = [decision.max, available, owed].reduce((least, value) => (value < least ? value : least), 1n << 255n);
  if (amount === 0n) return 'NothingToMove';
  if (amount < decision.min) return 'BelowMin';
  const after = decision.action === 'repay' ? healthAfterRepay(position, debt, amount) : healthAfterTopUp(position, collateral, amount);
  const inFull = decision.action === 'repay' && amount === debt.amount;
  if (after === null) return inFull ? null : 'AboveBand';
  if (after <= before.wad) return 'HealthNotImproved';
  if (after < terms.minHf && !(amount === available || inFull)) return 'BelowBand';
  return after > terms.maxHf && !inFull ? 'AboveBand' : null;
}

describe('planned actions against the guard', () => {
  const markets = fc.record({ hourly: fc.double({ min: 0.001, max: 0.1, noNaN: true }), latency: fc.option(fc.integer({ min: 0, max: 2_000 })) });

  it('are never refused at the block they were decided at', () => {
    let acted = 0;
    fc.assert(fc.property(loans, markets, (given, market) => {
      const position = loanOf(given);
      const mandate = aMandate();
      const decision = decide(aDecideInput({ position, mandate, hourly: market.hourly, latencySeconds: market.latency, rescueCostUsdE8: 0n as never }));
      if (decision.kind !== 'act') return;
      acted += 1;
      expect(decision.min > 0n && decision.min <= decision.max).toBe(true);
      expect(guardRefuses(decision, position, mandate.terms)).toBeNull();
    }), { numRuns: 400 });
    expect(acted).toBeGreaterThan(50);
  });

  it('are never refused because a stranger adds to the wallet between plan and execution', () => {
    const gifts = fc.oneof(fc.constant(1n), fc.bigInt({ min: 0n, max: 10n ** 4n }), fc.bigInt({ min: 0n, max: 10n ** 24n }));
    const seen = { repay: 0, 'top-up': 0, fill: 0 };
    fc.assert(fc.property(loans, markets, gifts, (given, market, gift) => {
      const position = loanOf(given);
      // Approved without limit, as most wallets do: a gift is then the guard's to take.
      const holding = (extra: bigint): LendingPosition => ({ ...position, wallet: position.wallet.map(({ asset, balance }) => walletFunds(asset, balance + extra, 1n << 255n)) });
      const mandate = aMandate();
      const decision = decide(aDecideInput({ position: holding(0n), mandate, hourly: market.hourly, latencySeconds: market.latency, rescueCostUsdE8: 0n as never }));
      if (decision.kind !== 'act') return;
      const held = position.wallet.find(({ asset }) => asset.address === decision.asset.address)?.balance ?? 0n;
      if (decision.max > held) seen[decision.action] += 1;
      expect(guardRefuses(decision, holding(gift), mandate.terms)).toBeNull();
    }), { numRuns: 1_500 });
    expect(Math.min(seen.repay, seen['top-up'])).toBeGreaterThan(10);
  });

  it('stay inside the band when interest and a price move of up to half a percent come between', () => {
    const drifts = fc.record({ price: fc.integer({ min: -50, max: 50 }), interest: fc.integer({ min: 0, max: 3 }) });
    let acted = 0;
    fc.assert(fc.property(loans, markets, drifts, (given, market, drift) => {
      const position = loanOf({ ...given, balance: 100, share: 100 });
      const mandate = aMandate();
      const decision = decide(aDecideInput({ position, mandate, hourly: market.hourly, latencySeconds: market.latency, rescueCostUsdE8: 0n as never }));
      if (decision.kind !== 'act') return;
      acted += 1;
      const later = aLendingPosition({
        collaterals: position.collaterals.map((leg) => aCollateralLeg({ ...leg, price: aPrice((given.price * BigInt(10_000 + drift.price)) / 10_000n) })),
        debts: position.debts.map((leg) => aDebtLeg({ ...leg, amount: leg.amount + (leg.amount * BigInt(drift.interest)) / 100_000n })),
        wallet: position.wallet,
      });
      expect([null, 'NotTriggered']).toContain(guardRefuses(decision, later, mandate.terms));
    }), { numRuns: 300 });
    expect(acted).toBeGreaterThan(50);
  });
});
