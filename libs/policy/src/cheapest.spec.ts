import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bps, rawAmount, usdE8, wad, type Wad } from '@ballast/units';
import { positionId, type LendingPosition } from '@ballast/positions';
import { aDecideInput } from '../../../test/factories/decide-input.js';
import { fillFacts, type Market } from '../../../test/factories/fill-facts.js';
import { aHedgeInput, aLeg, anExposure } from '../../../test/factories/hedge.js';
import { DAI, OWNER, USABLE, USDC, WBTC, WETH, aCollateralLeg, aDebtLeg, aLendingPosition, aPrice, walletFunds } from '../../../test/factories/lending-position.js';
import { aMandate } from '../../../test/factories/mandate.js';
import { aRiskReport, measuredVolatility } from '../../../test/factories/risk-report.js';
import { MANDATE_ACTIONS, decide, decideHedge, feeCeiling, protectionOf, reasonSentence, type Candidate, type DecideInput, type Decision, type FillFacts } from './index.js';

const UNIT = 10n ** 6n;
const ETH = 10n ** 18n;
const HUGE = 10n ** 30n;
const hf = (value: number): Wad => wad(BigInt(Math.round(value * 1e6)) * 10n ** 12n);
const usd = (dollars: number) => usdE8(BigInt(Math.round(dollars * 1e8)));

/** The story's loan, 20,000 USDC against 10 WETH, at a health; all of the collateral released to the guard. */
function loanAt(health: number, given: Partial<LendingPosition> = {}, leg: Partial<Parameters<typeof aCollateralLeg>[0]> = {}): LendingPosition {
  const price = aPrice((BigInt(Math.round(health * 1e6)) * 20_000n * 10n ** 8n) / 8_300_000n + 1n);
  return aLendingPosition({ collaterals: [aCollateralLeg({ price, releasable: rawAmount(HUGE), ...leg })], ...given });
}
const withFill = (given: Parameters<typeof aMandate>[0] = {}) => aMandate({ ...given, terms: { actions: MANDATE_ACTIONS.REPAY | MANDATE_ACTIONS.FILL, maxCostBps: bps(300n), fillPerDay: rawAmount(HUGE), ...given?.terms } });
function fillInput(position: LendingPosition, market: Market = {}, given: Parameters<typeof aDecideInput>[0] = {}, facts: Partial<FillFacts> = {}): DecideInput {
  const input = aDecideInput({ position, mandate: withFill(), ...given });
  return { ...input, fill: fillFacts(input, market, facts) };
}
const answer = (decision: Decision): string => (decision.kind === 'act' ? `act ${decision.action}` : `${decision.kind} ${decision.reason}`);
const row = (decision: Decision, action: Candidate['action']): Candidate => decision.candidates.find((candidate) => candidate.action === action)!;
const dollars = (value: bigint | null | undefined): number => Number(value ?? -1n) / 1e8;

describe('the price of every candidate', () => {
  it('is taken apart, and its parts add up', () => {
    const decision = decide(fillInput(loanAt(1.02), { feeBps: 30n, gasUsdE8: 2_000_000_000n }));
    for (const { action, costs, costUsdE8 } of decision.candidates) {
      if (costs == null) continue;
      expect(`${action} ${costs.gasUsdE8 + costs.tradeUsdE8 + costs.premiumUsdE8 + costs.carryUsdE8}`).toBe(`${action} ${costUsdE8}`);
    }
    expect(row(decision, 'repay').costs).toEqual({ gasUsdE8: 200_000_000n, tradeUsdE8: 0n, premiumUsdE8: 0n, carryUsdE8: 0n });
    const { costs } = row(decision, 'fill');
    expect(dollars(costs?.gasUsdE8)).toBeCloseTo(20, 0);
    // 0.3% of what is sold, and as much again for buying it back.
    expect(dollars(costs?.tradeUsdE8)).toBeGreaterThan(20);
    expect(costs?.carryUsdE8).toBe(costs?.tradeUsdE8);
    expect(costs?.premiumUsdE8).toBe(0n);
  });

  it('counts what a lender takes as its premium', () => {
    const lenders = [{ lender: 0 as const, available: rawAmount(HUGE), premiumBps: bps(5n) }];
    const input = fillInput(loanAt(1.02, { wallet: [] }), { gasUsdE8: 0n }, {}, { lenders });
    const decision = decide(input);
    const { costs, amount } = row(decision, 'fill');
    expect(dollars(costs?.premiumUsdE8)).toBeCloseTo((Number(amount) / 1e6) * 0.0005, 1);
  });

  it('is set against what it averts: the chance within three days x what a liquidation takes, before less after', () => {
    const decision = decide(aDecideInput({ position: loanAt(1.02) }));
    const { stakes } = decision;
    // 5% of half the debt; ln 1.02 / (0.0068 sqrt 72) = 0.343 typical moves, hit with a chance of 0.739.
    expect(stakes).toMatchObject({ horizonHours: 72, lossUsdE8: 50_000_000_000n, chanceKnown: true, because: 'usual' });
    expect(Number(stakes?.chance) / 1e18).toBeCloseTo(0.739, 3);
    expect(dollars(row(decision, 'repay').avertedUsdE8)).toBeCloseTo(dollars(stakes?.expectedUsdE8), -1);
    expect(row(decision, 'wait').costUsdE8).toBe(stakes?.expectedUsdE8);
    // 10 WETH at 2,457.83 less 20,000.
    expect(dollars(stakes?.worstUsdE8)).toBeCloseTo(4_578.3, 0);
  });

  it('takes a chance that nothing tells as certain, so that not knowing never stops a rescue', () => {
    const several = aLendingPosition({
      collaterals: [aCollateralLeg({ price: aPrice(200_000_000_000n) }), aCollateralLeg({ asset: WBTC, amount: 9_000_000n, price: aPrice(5_000_000_000_000n), liquidationThreshold: bps(8_300n) })],
    });
    const decision = decide(aDecideInput({ position: several, rescueCostUsdE8: usd(450) }));
    expect(decision.stakes).toMatchObject({ chance: 10n ** 18n, chanceKnown: false });
    expect(answer(decision)).toBe('act repay');
  });
});

describe('the cheapest that is enough', () => {
  it('is the wallet’s gas where the wallet is enough, and says why a sale is not chosen', () => {
    const decision = decide(fillInput(loanAt(1.02)));
    expect(answer(decision)).toBe('act repay');
    expect(row(decision, 'fill')).toMatchObject({ verdict: 'possible', why: expect.stringMatching(/Not chosen: it is dearer\.$/) });
  });

  it('is the sale where the wallet does not reach the band, and says so', () => {
    const decision = decide(fillInput(loanAt(1.02, { wallet: [walletFunds(USDC, 1_000n * UNIT)] })));
    expect(answer(decision)).toBe('act fill');
    expect(row(decision, 'repay').why).toMatch(/Not chosen: it does not reach the signed band\.$/);
  });

  it('is never adding collateral while another action reaches the band', () => {
    const decision = decide(aDecideInput({ position: loanAt(1.02, { wallet: [walletFunds(USDC, 15_000n * UNIT), walletFunds(WETH, 5n * ETH)] }) }));
    expect(answer(decision)).toBe('act repay');
    expect(row(decision, 'top-up').why).toMatch(/Not chosen: adding collateral is the weaker action\.$/);
  });
});

describe('a rescue that costs more than it saves', () => {
  it('is not made, and the owner is told both figures', () => {
    const at = (cost: number) => aDecideInput({ position: loanAt(1.02), rescueCostUsdE8: usd(cost) });
    expect(answer(decide(at(350)))).toBe('act repay');
    const decision = decide(at(400));
    expect(answer(decision)).toBe('cannot rescue-too-dear');
    expect(row(decision, 'repay').why).toMatch(/It would cost more than the \$3[67]\d\.\d\d that it can be expected to save\.$/);
    const said = /^A rescue would cost \$400\.00 now and can be expected to save \$3[67]\d\.\d\d, so Ballast does not act; it acts once a rescue is worth its price\.$/;
    expect(decision.kind === 'cannot' && reasonSentence(decision.reason, { dearness: decision.dearness })).toMatch(said);
    expect(protectionOf(at(400))).toMatchObject({ state: 'not-protected', reason: 'rescue-too-dear', sentence: expect.stringMatching(said) });
  });

  it('is made at the same price once the health has fallen further', () => {
    const at = (health: number) => answer(decide(aDecideInput({ position: loanAt(health), rescueCostUsdE8: usd(400) })));
    expect([at(1.02), at(1.01), at(0.999)]).toEqual(['cannot rescue-too-dear', 'act repay', 'act repay']);
  });

  it('says at most what a liquidation takes where no health would make it worth its price', () => {
    const decision = decide(aDecideInput({ rescueCostUsdE8: usd(600) }));
    expect(decision).toMatchObject({ kind: 'cannot', reason: 'rescue-too-dear', dearness: { atMost: true, savesUsdE8: 50_000_000_000n } });
    expect(decision.kind === 'cannot' && reasonSentence(decision.reason, { dearness: decision.dearness })).toContain('could save at most $500.00');
  });

  it('is never said where the price of gas is not known', () => {
    const tiny = loanAt(1.02, { debts: [aDebtLeg({ amount: 12n * UNIT })], collaterals: [aCollateralLeg({ amount: ETH / 200n, price: aPrice(294_940_000_000n) })] });
    expect(answer(decide(aDecideInput({ position: tiny, rescueCostUsdE8: usd(0) })))).not.toContain('too-dear');
  });

  it('property: a rescue is made only where its price is at most what it averts, and is refused for its price only where it is more', () => {
    const seen = { acted: 0, refused: 0 };
    fc.assert(fc.property(fc.integer({ min: 950_000, max: 1_180_000 }), fc.double({ min: 0.001, max: 0.06, noNaN: true }), fc.integer({ min: 0, max: 700 }), (health, hourly, cost) => {
      const decision = decide(aDecideInput({ position: loanAt(health / 1e6), hourly, rescueCostUsdE8: usd(cost) }));
      const best = row(decision, 'repay');
      if (decision.kind === 'act') {
        seen.acted += 1;
        expect(best.costUsdE8 <= (best.avertedUsdE8 ?? 0n)).toBe(true);
      }
      if (decision.kind === 'cannot' && decision.reason === 'rescue-too-dear') {
        seen.refused += 1;
        expect(decision.dearness !== undefined && decision.dearness.costUsdE8 > decision.dearness.savesUsdE8).toBe(true);
      }
    }), { seed: 11, numRuns: 400 });
    expect(Math.min(seen.acted, seen.refused)).toBeGreaterThan(20);
  });

  it('property: what was worth its price can be offered that price', () => {
    fc.assert(fc.property(fc.integer({ min: 950_000, max: 1_180_000 }), fc.double({ min: 0.001, max: 0.06, noNaN: true }), fc.integer({ min: 1, max: 700 }), (health, hourly, cost) => {
      const decision = decide(aDecideInput({ position: loanAt(health / 1e6), hourly, rescueCostUsdE8: usd(cost) }));
      if (decision.kind !== 'act' || decision.stakes === undefined) return;
      const { budgetUsdE8 } = feeCeiling({ health: decision.healthFactor!, gasUnits: 400_000n, coinUsdE8: usd(3_000), lossAvoidedUsdE8: decision.stakes.lossUsdE8, chance: Number(decision.stakes.chance) / 1e18 });
      expect(budgetUsdE8 >= usd(cost)).toBe(true);
    }), { seed: 12, numRuns: 200 });
  });

  // Lesson 4: 19 May 2021, 1,500 to 2,000 gwei for an hour.
  it('19 May 2021: at 1,700 gwei a rescue dearer than the penalty is not made, and that of a large loan is', () => {
    // 400,000 gas x 1,700 gwei x 2,600 dollars.
    const rescueCostUsdE8 = usd(1_768);
    expect(answer(decide(aDecideInput({ position: loanAt(1.01), hourly: 0.05, rescueCostUsdE8 })))).toBe('cannot rescue-too-dear');
    const large = aLendingPosition({
      collaterals: [aCollateralLeg({ amount: 100n * ETH, price: aPrice(243_400_000_000n) })], debts: [aDebtLeg({ amount: 200_000n * UNIT })], wallet: [walletFunds(USDC, 150_000n * UNIT)],
    });
    expect(answer(decide(aDecideInput({ position: large, hourly: 0.05, rescueCostUsdE8 })))).toBe('act repay');
  });

  // Lesson 3: 12 March 2020, zero bids won 36% of Maker's liquidations.
  it('12 March 2020: where the market is too thin for anybody to bid, all that is in the loan is at stake, not the penalty', () => {
    const position = loanAt(1.02);
    const deep = fillInput(position, { gasUsdE8: 0n }, { rescueCostUsdE8: usd(450) });
    const thin = fillInput(position, { depth: 20n * ETH, gasUsdE8: 0n }, { rescueCostUsdE8: usd(450) });
    expect(answer(decide({ ...deep, mandate: withFill({ terms: { maxCostBps: bps(1n) } }) }))).toBe('cannot rescue-too-dear');
    const decision = decide(thin);
    expect(decision.stakes).toMatchObject({ because: 'thin-market' });
    expect(decision.stakes?.lossUsdE8).toBe(decision.stakes?.worstUsdE8);
    expect(answer(decision)).toBe('act repay');
  });

  it('counts the whole debt’s penalty where the next price may jump past the threshold', () => {
    const at = (given: Parameters<typeof aDecideInput>[0]) => decide(aDecideInput({ position: loanAt(1.02), ...given })).stakes;
    expect(at({})).toMatchObject({ because: 'usual', lossUsdE8: 50_000_000_000n });
    expect(at({ hourly: 0.03, latencySeconds: 3_600 })).toMatchObject({ because: 'jump', lossUsdE8: 100_000_000_000n });
    // The market stands 6% under the protocol's price: that is the next price.
    const position = loanAt(1.02);
    const market = [{ asset: WETH, kind: 'disagrees' as const, marketUsdE8: null, gapBps: bps(600n), protocolIs: 'above' as const }];
    const report = { ...aRiskReport({ position }), volatility: measuredVolatility(0.0068), market };
    expect(decide({ ...aDecideInput({ position }), report }).stakes).toMatchObject({ because: 'jump', chance: 10n ** 18n });
    expect(decide({ ...aDecideInput({ position }), report: { ...report, market: [{ ...market[0]!, protocolIs: 'below' }] } }).stakes).toMatchObject({ because: 'usual' });
  });
});

describe('what the owner alone can do', () => {
  const donor = (health: number, given: Partial<LendingPosition> = {}): LendingPosition => ({
    ...aLendingPosition({ collaterals: [aCollateralLeg({ price: aPrice(245_783_132_531n), amount: 20n * ETH })], debts: [aDebtLeg({ amount: BigInt(Math.round((20 * 2_457.83 * 0.83) / health)) * UNIT })] }),
    id: positionId(31337, 'morpho-blue', OWNER, `0x${'5'.repeat(64)}` as never), protocol: 'morpho-blue', ...given,
  });
  const moveOf = (others: readonly LendingPosition[], given: Parameters<typeof aDecideInput>[0] = {}) => row(decide(aDecideInput({ position: loanAt(1.02), others, ...given })), 'move');

  it('is moving collateral from a loan that keeps 1.50, priced, and never chosen', () => {
    const move = moveOf([donor(2)]);
    expect(move).toMatchObject({ verdict: 'possible', asset: WETH, costs: { gasUsdE8: 250_000_000n } });
    expect(Number(move.amount) / 1e18).toBeCloseTo(1.86, 1);
    expect(Number(move.healthAfter) / 1e18).toBeCloseTo(1.21, 3);
    expect(move.why).toMatch(/^Moving 1\.8\d\u00a0WETH out of your loan at Morpho Blue, which would keep a health of 1\.8\d\. Only you can sign a move/);
    expect(dollars(move.avertedUsdE8)).toBeGreaterThan(300);
    expect(answer(decide(aDecideInput({ position: loanAt(1.02, { wallet: [] }), others: [donor(2)] })))).toBe('cannot wallet-empty');
  });

  it('is told as impossible where nothing can be spared', () => {
    expect(moveOf([])).toMatchObject({ verdict: 'impossible', why: expect.stringContaining('No other loan of yours') });
    expect(row(decide(aDecideInput({ position: loanAt(1.02) })), 'move').why).toBe('Your other loans are looked at once this one is where Ballast acts.');
    expect(moveOf([donor(1.6)])).toMatchObject({ verdict: 'impossible' });
    expect(moveOf([{ ...donor(2), protocol: 'compound-v3' }])).toMatchObject({ verdict: 'impossible' });
    expect(moveOf([{ ...donor(2), id: loanAt(1.02).id }])).toMatchObject({ verdict: 'impossible' });
  });

  it('is no hedge: it is priced, and raises no health; what there is of one is told', () => {
    const hedge = row(decide(aDecideInput({ position: loanAt(1.02), hedge: { kind: 'none' } })), 'hedge');
    expect(hedge).toMatchObject({ verdict: 'impossible', asset: WETH, amount: 10n * ETH, avertedUsdE8: 0n });
    // 24,578 dollars: 0.1% for opening and closing; 5% a year for three days.
    expect(dollars(hedge.costs?.premiumUsdE8)).toBeCloseTo(24.58, 1);
    expect(dollars(hedge.costs?.carryUsdE8)).toBeCloseTo(10.1, 1);
    expect(hedge.why).toMatch(/^No hedge is set up\. A short of 10\u00a0WETH for three days would cost about \$34\.\d\d/);
    const decision = decideHedge(aHedgeInput({ exposure: anExposure(10), legs: [aLeg({ held: -9.9 })] }));
    const told = row(decide(aDecideInput({ position: loanAt(1.02), hedge: { kind: 'plan', environment: 'paper', decision } })), 'hedge');
    expect(told).toMatchObject({ verdict: 'impossible', avertedUsdE8: 0n });
    expect(told.why).toMatch(/^Your hedge on paper is short 9\.90\u00a0ETH\. What it earns in a fall lies at the venue: it raises no health, and only you can withdraw it\./);
    const fixed = aLendingPosition({ collaterals: [aCollateralLeg({ asset: DAI, amount: 24_000n * ETH, price: aPrice(100_000_000n) })] });
    expect(row(decide(aDecideInput({ position: fixed, mandate: aMandate({ terms: { collateral: DAI.address } }) })), 'hedge')).toMatchObject({ verdict: 'impossible', costs: null });
  });

  // Lesson 8: Aave, November 2023.
  it('November 2023: with the debt paused nobody can repay; it is an alarm, and a hedge is all that is left to weigh', () => {
    const position = loanAt(1.02, { debts: [aDebtLeg({ reserve: { ...USABLE, paused: true } })] });
    const decision = decide(aDecideInput({ position }));
    expect(answer(decision)).toBe('cannot debt-reserve-paused');
    expect(row(decision, 'repay')).toMatchObject({ verdict: 'impossible', why: expect.stringContaining('paused USDC') });
    expect(row(decision, 'hedge').costUsdE8).toBeGreaterThan(0n);
  });
});

describe('an oracle that is wrong', () => {
  const disagreeing = (priceBps: bigint, health: number, given: Partial<LendingPosition> = {}) => fillInput(loanAt(health, { wallet: [], ...given }), { priceBps, gasUsdE8: 0n });

  // Lesson 13: 10 October 2025, an oracle under the market by a fifth for minutes.
  it('10 October 2025: nothing is sold at a low that the market does not know', () => {
    expect(answer(decide(disagreeing(12_500n, 0.99)))).toBe('cannot fill-market-disagrees');
    // Repaying from the wallet saves at the price that liquidates, and sells nothing.
    expect(answer(decide(disagreeing(12_500n, 0.99, { wallet: [walletFunds(USDC, 15_000n * UNIT)] })))).toBe('act repay');
  });

  // Lesson 16: 10 March 2026, 2.85% low inside the buffer of an e-mode.
  it('10 March 2026: an oracle 2.85% low stops sales and not repayments, whatever the market says', () => {
    expect(answer(decide(disagreeing(10_293n, 1.005)))).toBe('cannot fill-market-disagrees');
    expect(answer(decide(disagreeing(10_293n, 1.005, { wallet: [walletFunds(USDC, 15_000n * UNIT)] })))).toBe('act repay');
  });

  // Lesson 17: February 2026, one dollar in place of 2,200.
  it('February 2026: an absurd price sells nothing and alarms', () => {
    const input = disagreeing(22_000_000n, 0.0005);
    expect(answer(decide(input))).toMatch(/^cannot (fill-|already-liquidatable)/);
    expect(protectionOf(input).state).toBe('not-protected');
  });
});

describe('armed but cannot run', () => {
  const answered = (given: Parameters<typeof aDecideInput>[0]): string => answer(decide(aDecideInput(given)));
  const low = loanAt(1.02);

  it('tells a base fee above what our signer may offer, up to the last wei, and offers nothing then', () => {
    const fees = (baseFee: bigint) => ({ baseFee, most: 2_000n });
    expect(answered({ fees: fees(2_000n) })).toBe('hold above-trigger');
    expect(answered({ fees: fees(2_001n) })).toBe('cannot gas-above-ceiling');
    expect(answered({ position: low, fees: fees(2_000n) })).toBe('act repay');
    expect(answered({ position: low, fees: fees(2_001n) })).toBe('cannot gas-above-ceiling');
    expect(protectionOf(aDecideInput({ fees: fees(2_001n) }))).toMatchObject({ state: 'not-protected', reason: 'gas-above-ceiling' });
  });

  it('tells a loan that was read too long ago, and acts on it all the same below the trigger', () => {
    expect(answered({ checkAgeSeconds: 120 })).toBe('hold above-trigger');
    expect(answered({ checkAgeSeconds: 120.001 })).toBe('cannot check-too-old');
    expect(answered({ position: low, checkAgeSeconds: 3_600 })).toBe('act repay');
    expect(protectionOf(aDecideInput({ checkAgeSeconds: 121 })).reason).toBe('check-too-old');
  });

  it('tells a reaction slower than the rule can bear, and acts all the same below the trigger', () => {
    // The trigger is clamped to 1.04: ln 1.04 = 0.03922 = 0.01 + 4.3 x 0.0068 x sqrt(seconds / 3600) at 3,594 seconds.
    const mandate = aMandate({ terms: { triggerHf: hf(1.04) } });
    expect(answered({ mandate, latencySeconds: 3_590 })).toBe('hold above-trigger');
    expect(answered({ mandate, latencySeconds: 3_600 })).toBe('cannot reaction-too-slow');
    expect(answered({ mandate, latencySeconds: null })).toBe('hold above-trigger');
    expect(answered({ position: low, mandate, latencySeconds: 3_600 })).toBe('act repay');
  });

  it('bears any reaction that R1 is made for, and hourly polling under R2, however wild the market', () => {
    for (const hourly of [0.0005, 0.0068, 0.03, 0.06]) {
      for (const latencySeconds of [12, 300, 3_600]) {
        const mandate = aMandate({ terms: { triggerHf: hf(2.9), minHf: hf(3), maxHf: hf(3.5) } });
        expect(answered({ position: loanAt(3), mandate, hourly, latencySeconds })).toBe('hold above-trigger');
      }
    }
  });
});

it('prices dust of a loan without error', () => {
  const position = aLendingPosition({ collaterals: [aCollateralLeg({ amount: 1n })], debts: [aDebtLeg({ amount: 1n })] });
  expect(decide(aDecideInput({ position })).candidates.every(({ costUsdE8 }) => costUsdE8 >= 0n)).toBe(true);
});
