import { describe, expect, it } from 'vitest';
import { InvalidInput, bps, chainId, usdE8, wad, type Wad } from '@ballast/units';
import type { LendingPosition } from '@ballast/positions';
import { aDecideInput } from '../../../test/factories/decide-input.js';
import {
  BLOCK_TIME, DAI, USDC, USABLE, WBTC, WETH, aCollateralLeg, aDebtLeg, aLendingPosition, aPrice, anAddress, noPrice, walletFunds, withEthAt,
} from '../../../test/factories/lending-position.js';
import { aMandate } from '../../../test/factories/mandate.js';
import { MANDATE_ACTIONS, decide, planTrigger, protectionOf, reasonSentence, type DecideInput, type Decision } from './index.js';

const UNIT = 10n ** 6n;
const ETH = 10n ** 18n;
/** The story's loan at a health given with 6 decimals. */
const atHealth = (health: number, given: Partial<LendingPosition> = {}): LendingPosition =>
  withEthAt((BigInt(Math.round(health * 1e6)) * 20_000n * 10n ** 8n) / 8_300_000n + 1n, given);
const below = (given: Partial<LendingPosition> = {}): LendingPosition => atHealth(1.02, given);
const answer = (decision: Decision): string => (decision.kind === 'act' ? `act ${decision.action}` : `${decision.kind} ${decision.reason}`);
const outcome = (change: Parameters<typeof aDecideInput>[0]): string => answer(decide(aDecideInput(change)));
const bothFunds = { wallet: [walletFunds(USDC, 15_000n * UNIT), walletFunds(WETH, 5n * ETH)] };

describe('deciding about one loan at one block', () => {
  it('holds above the trigger and acts below it, to the last unit', () => {
    const input = aDecideInput();
    const { trigger } = planTrigger({ terms: aMandate().terms, hourlyVolatility: 0.0068, rescueCostUsdE8: input.rescueCostUsdE8, debtUsdE8: input.position.reported.debtUsdE8, latencySeconds: 12 });
    const reporting = (health: bigint): Partial<DecideInput> => {
      const position = atHealth(Number(health / 10n ** 12n) / 1e6);
      return { position: { ...position, reported: { ...position.reported, health: { kind: 'ratio', wad: wad(health) } } } };
    };
    expect(outcome(reporting(trigger))).toBe('hold above-trigger');
    expect(outcome(reporting(trigger - 1n))).toBe('act repay');
  });

  it('repays what brings the health to the target, and not less than what reaches the band', () => {
    const decision = decide(aDecideInput({ position: below() }));
    expect(decision).toMatchObject({ kind: 'act', action: 'repay', asset: USDC, reason: 'below-trigger', target: 1_210_000_000_000_000_000n });
    if (decision.kind !== 'act') return;
    // D (1 - HF / g) = 20,000 x (1 - 1.02 / 1.21) and 20,000 x (1 - 1.02 / 1.20)
    expect(Number(decision.max) / 1e6).toBeCloseTo(3140.4959, 3);
    expect(Number(decision.min) / 1e6).toBeCloseTo(3000, 3);
    expect(decision.candidates.map((candidate) => [candidate.action, candidate.verdict])).toEqual([
      ['repay', 'chosen'], ['top-up', 'impossible'], ['move', 'impossible'], ['hedge', 'impossible'], ['wait', 'possible'],
    ]);
    expect(decision.candidates.every((candidate) => candidate.why.length > 10)).toBe(true);
  });

  it('holds what owes nothing, whatever else is true', () => {
    expect(outcome({ position: aLendingPosition({ debts: [] }), mandate: null })).toBe('hold no-debt');
  });

  it('waits while an action is under way, however low the health', () => {
    expect(outcome({ position: below(), openIntent: true })).toBe('hold action-in-flight');
  });

  it('cannot without a mandate in force', () => {
    expect(outcome({ mandate: null })).toBe('cannot no-mandate');
    for (const status of ['signed', 'revoked', 'superseded', 'rejected'] as const) expect(outcome({ mandate: aMandate({ status }) })).toBe('cannot mandate-not-active');
    expect(outcome({ mandate: aMandate({ status: 'expired' }) })).toBe('cannot mandate-expired');
  });

  it('acts up to the last second of the mandate', () => {
    const mandate = aMandate({ terms: { expiry: BLOCK_TIME } });
    expect(outcome({ position: below(), mandate, now: BLOCK_TIME })).toBe('act repay');
    expect(outcome({ position: below(), mandate, now: BLOCK_TIME + 1n })).toBe('cannot mandate-expired');
  });

  it('refuses a mandate of another chain or owner as a fault of the caller', () => {
    expect(() => decide(aDecideInput({ mandate: aMandate({ chainId: chainId(1) }) }))).toThrow(InvalidInput);
    expect(() => decide(aDecideInput({ mandate: aMandate({ terms: { owner: anAddress(1) } }) }))).toThrow(InvalidInput);
  });

  it('cannot tell without a price, and above the trigger not with an old one', () => {
    expect(outcome({ position: aLendingPosition({ collaterals: [aCollateralLeg({ price: noPrice })] }) })).toBe('cannot price-missing');
    expect(outcome({ position: aLendingPosition({ debts: [aDebtLeg({ price: noPrice })] }) })).toBe('cannot price-missing');
    const aged = (seconds: bigint, health = 1.245): LendingPosition => {
      const fresh = atHealth(health);
      return { ...fresh, collaterals: fresh.collaterals.map((leg) => (leg.price.kind === 'price' ? { ...leg, price: { ...leg.price, updatedAt: BLOCK_TIME - seconds } } : leg)) };
    };
    expect(outcome({ position: aged(4_500n) })).toBe('hold above-trigger');
    expect(outcome({ position: aged(4_501n) })).toBe('cannot price-stale');
    // The pool would liquidate at that same old price.
    expect(outcome({ position: aged(4_501n, 1.02) })).toBe('act repay');
    const stable = (seconds: bigint): LendingPosition => aLendingPosition({ debts: [aDebtLeg({ price: aPrice(100_000_000n, BLOCK_TIME - seconds) })] });
    expect(outcome({ position: stable(90_000n) })).toBe('hold above-trigger');
    expect(outcome({ position: stable(90_001n) })).toBe('cannot price-stale');
    expect(outcome({ position: aLendingPosition({ debts: [aDebtLeg({ price: aPrice(100_000_000n, null) })] }) })).toBe('hold above-trigger');
  });

  it('does not trust legs that do not add up to the reported health', () => {
    const position = below();
    expect(outcome({ position: { ...position, reported: { ...position.reported, health: { kind: 'ratio', wad: wad(1_100_000_000_000_000_000n) } } } })).toBe('cannot reading-disagrees');
  });

  it.each([[1.245, 'far above the trigger'], [1.02, 'below the trigger']])('at health %d, %s, says what keeps the rule from running', (health) => {
    const at = (given: Partial<LendingPosition>): string => outcome({ position: atHealth(health, given) });
    expect(at({ wallet: [] })).toBe('cannot wallet-empty');
    expect(at({ wallet: [walletFunds(USDC, 0n, 10_000n * UNIT)] })).toBe('cannot wallet-empty');
    expect(at({ wallet: [walletFunds(USDC, 15_000n * UNIT, 0n)] })).toBe('cannot allowance-missing');
    expect(at({ wallet: [walletFunds(USDC, 15_000n * UNIT, 9n * UNIT)] })).toBe('cannot allowance-missing');
    expect(at({ wallet: [walletFunds(USDC, 9_999_999n)] })).toBe('cannot below-minimum');
    expect(at({ wallet: [walletFunds(USDC, 10_000_000n)] })).not.toContain('cannot');
    expect(at({ debts: [aDebtLeg({ reserve: { ...USABLE, paused: true } })] })).toBe('cannot debt-reserve-paused');
    expect(at({ debts: [aDebtLeg({ reserve: { ...USABLE, active: false } })] })).toBe('cannot debt-reserve-paused');
    expect(at({ debts: [aDebtLeg({ reserve: { ...USABLE, frozen: true } })] })).not.toContain('cannot');
    expect(at({ debts: [aDebtLeg({ asset: DAI, amount: 20_000n * ETH })] })).toBe('cannot debt-not-covered');
  });

  it('cannot where the mandate names no action for the wallet', () => {
    expect(outcome({ mandate: aMandate({ terms: { actions: MANDATE_ACTIONS.FILL } }) })).toBe('cannot action-not-signed');
  });

  it('does not act where a rescue costs more than half of the penalty on the whole debt, and says so long before the trigger', () => {
    // 5% of 20,000 is 1,000; below 1 a liquidation is certain, and what is left at 1.21 is next to nothing.
    expect(outcome({ position: atHealth(0.99), rescueCostUsdE8: usdE8(49_900_000_000n) })).toBe('act repay');
    expect(outcome({ position: atHealth(0.99), rescueCostUsdE8: usdE8(50_000_000_001n) })).toBe('cannot rescue-too-dear');
    expect(outcome({ rescueCostUsdE8: usdE8(50_000_000_000n) })).toBe('hold above-trigger');
    expect(outcome({ rescueCostUsdE8: usdE8(50_000_000_001n) })).toBe('cannot rescue-too-dear');
  });

  it('uses all that the wallet gives when that is short of the target: asks for the target, expects the funds, and lets it be less', () => {
    const full = decide(aDecideInput({ position: below() }));
    const decision = decide(aDecideInput({ position: below({ wallet: [walletFunds(USDC, 1_000n * UNIT)] }) }));
    expect(decision).toMatchObject({ kind: 'act', action: 'repay', min: 10n * UNIT, max: full.kind === 'act' ? full.max : null });
    expect(decision.candidates[0]).toMatchObject({ action: 'repay', verdict: 'chosen', amount: 1_000n * UNIT });
    expect(decision.candidates[0]?.why).toContain('Repaying 1,000\u00a0USDC');
  });

  it('asks for the whole debt, with room for interest, also where the wallet gives less than that', () => {
    const position = aLendingPosition({
      collaterals: [aCollateralLeg({ price: aPrice(245_000_000_000n) })],
      debts: [aDebtLeg({ amount: 1_000n * UNIT }), aDebtLeg({ asset: DAI, amount: 19_000n * ETH })],
      wallet: [walletFunds(USDC, 400n * UNIT)],
    });
    const decision = decide(aDecideInput({ position }));
    expect(decision).toMatchObject({ kind: 'act', action: 'repay', max: 1_001_000_001n, min: 10n * UNIT });
    expect(decision.candidates[0]).toMatchObject({ amount: 400n * UNIT });
  });

  it('asks for the target of collateral too where the wallet gives less', () => {
    const wallet = (amount: bigint) => ({ position: below({ wallet: [walletFunds(WETH, amount)] }) });
    const full = decide(aDecideInput(wallet(5n * ETH)));
    const decision = decide(aDecideInput(wallet(ETH)));
    expect(decision).toMatchObject({ kind: 'act', action: 'top-up', max: full.kind === 'act' ? full.max : null });
    expect(decision.candidates.find(({ verdict }) => verdict === 'chosen')).toMatchObject({ amount: ETH });
  });

  it('repays the whole of a debt where other debts keep the target out of reach, with room for interest', () => {
    const position = aLendingPosition({
      collaterals: [aCollateralLeg({ price: aPrice(245_000_000_000n) })],
      debts: [aDebtLeg({ amount: 1_000n * UNIT }), aDebtLeg({ asset: DAI, amount: 19_000n * ETH })],
    });
    const decision = decide(aDecideInput({ position }));
    expect(decision).toMatchObject({ kind: 'act', action: 'repay', max: 1_001_000_001n, min: 10n * UNIT });
  });

  describe('adding collateral', () => {
    it('comes second: repaying that reaches the band is preferred', () => {
      expect(outcome({ position: below(bothFunds) })).toBe('act repay');
    });

    it('is chosen where only it reaches the band', () => {
      const wallet = [walletFunds(USDC, 500n * UNIT), walletFunds(WETH, 5n * ETH)];
      const decision = decide(aDecideInput({ position: below({ wallet }) }));
      expect(decision).toMatchObject({ kind: 'act', action: 'top-up', asset: WETH });
      if (decision.kind !== 'act') return;
      // c (g / HF - 1) = 10 x (1.21 / 1.02 - 1) and 10 x (1.20 / 1.02 - 1)
      expect(Number(decision.max) / 1e18).toBeCloseTo(1.86275, 4);
      expect(Number(decision.min) / 1e18).toBeCloseTo(1.76471, 4);
    });

    it('is not chosen where neither reaches the band and repaying lifts higher', () => {
      const wallet = [walletFunds(USDC, 1_000n * UNIT), walletFunds(WETH, ETH / 100n)];
      expect(outcome({ position: below({ wallet }) })).toBe('act repay');
    });

    it('is the only way while the debt is paused', () => {
      expect(outcome({ position: below({ ...bothFunds, debts: [aDebtLeg({ reserve: { ...USABLE, paused: true } })] }) })).toBe('act top-up');
    });

    it('is left out while the collateral takes no supply, is switched off, or is not signed', () => {
      const noRepay = { wallet: [walletFunds(WETH, 5n * ETH)] };
      const leg = below().collaterals[0] ?? aCollateralLeg();
      const withLeg = (change: Partial<typeof leg>): LendingPosition => below({ ...noRepay, collaterals: [{ ...leg, ...change }] });
      const only = aMandate({ terms: { actions: MANDATE_ACTIONS.TOP_UP } });
      expect(outcome({ position: withLeg({}), mandate: only })).toBe('act top-up');
      expect(outcome({ position: withLeg({ reserve: { ...USABLE, frozen: true } }), mandate: only })).toBe('cannot collateral-reserve-frozen');
      expect(outcome({ position: withLeg({ reserve: { ...USABLE, paused: true } }), mandate: only })).toBe('cannot collateral-reserve-frozen');
      expect(outcome({ position: withLeg({}), mandate: aMandate({ terms: { actions: MANDATE_ACTIONS.REPAY } }) })).toBe('cannot wallet-empty');
      const bitcoin = aCollateralLeg({ asset: WBTC, amount: 34_000_000n, price: aPrice(6_000_000_000_000n), liquidationThreshold: bps(8_300n) });
      const off = aLendingPosition({ ...noRepay, collaterals: [{ ...leg, enabled: false }, bitcoin], debts: [aDebtLeg({ amount: 16_500n * UNIT })] });
      expect(outcome({ position: off, mandate: only })).toBe('cannot collateral-not-enabled');
    });
  });

  it('rescues a loan already under 1 where that lifts it out, and says too deep where it cannot', () => {
    expect(outcome({ position: atHealth(0.99) })).toBe('act repay');
    expect(outcome({ position: atHealth(0.99, { wallet: [walletFunds(USDC, 100n * UNIT)] }) })).toBe('cannot already-liquidatable-too-deep');
  });

  describe('after an action', () => {
    const last = (healthAfter: number | null, highestSince: number | null = null): DecideInput['lastAction'] => {
      const scaled = (value: number): Wad => wad(BigInt(Math.round(value * 1e6)) * 10n ** 12n);
      return { at: BLOCK_TIME - 60n, healthAfter: healthAfter === null ? null : scaled(healthAfter), highestSince: highestSince === null ? null : scaled(highestSince) };
    };
    /** A low band and a market that has become so wild that the trigger is above the last action's end. */
    const wild: Parameters<typeof aDecideInput>[0] = { hourly: 0.045, blockGapSeconds: 12, mandate: aMandate({ terms: { triggerHf: wad(1_190_000_000_000_000_000n), minHf: wad(1_080_000_000_000_000_000n) } }) };

    it('waits while the health stands where the action left it', () => {
      expect(outcome({ ...wild, position: atHealth(1.1), lastAction: last(1.1) })).toBe('hold not-rearmed');
    });

    it('acts again once the health has fallen by a typical move between blocks', () => {
      const move = Math.exp(0.045 * Math.sqrt(12 / 3600));
      expect(outcome({ ...wild, position: atHealth(1.1 / move + 0.0001), lastAction: last(1.1) })).toBe('hold not-rearmed');
      expect(outcome({ ...wild, position: atHealth(1.1 / move - 0.0001), lastAction: last(1.1) })).toBe('act repay');
    });

    it('acts again once the health had risen by one above the trigger', () => {
      const level = Math.exp(0.02 + 0.09) * Math.exp(0.045 * Math.sqrt(12 / 3600));
      expect(outcome({ ...wild, position: atHealth(1.1), lastAction: last(1.1, level - 0.0001) })).toBe('hold not-rearmed');
      expect(outcome({ ...wild, position: atHealth(1.1), lastAction: last(1.1, level + 0.0001) })).toBe('act repay');
    });

    it('never waits out an action that the wallet cut short, or whose end is not known', () => {
      expect(outcome({ ...wild, position: atHealth(1.07), lastAction: last(1.079) })).toBe('act repay');
      expect(outcome({ ...wild, position: atHealth(1.1), lastAction: last(null) })).toBe('act repay');
    });
  });
});

describe('protection', () => {
  const state = (change: Parameters<typeof aDecideInput>[0]): [string, string | null] => {
    const found = protectionOf(aDecideInput(change));
    return [found.state, found.reason];
  };

  it('armed means that it would run now', () => {
    const found = protectionOf(aDecideInput());
    expect(found).toMatchObject({ state: 'armed', reason: null, warning: null, target: 1_210_000_000_000_000_000n, mandateHash: aMandate().hash });
    // trigger 1.03417... x 2,409.6385...
    expect(Number(found.actsAtPriceUsdE8) / 1e8).toBeCloseTo(2491.978, 2);
    expect(state({ position: below() })).toEqual(['armed', null]);
    expect(state({ position: aLendingPosition({ debts: [] }) })).toEqual(['armed', null]);
  });

  it('alarms long before the trigger, with the reason in words', () => {
    expect(protectionOf(aDecideInput({ position: aLendingPosition({ wallet: [walletFunds(USDC, 15_000n * UNIT, 0n)] }) }))).toMatchObject({
      state: 'not-protected', reason: 'allowance-missing', sentence: 'The wallet has not approved enough USDC to the guard: approve it again, or repay yourself.',
    });
    expect(state({ position: aLendingPosition({ wallet: [] }) })).toEqual(['not-protected', 'wallet-empty']);
    expect(state({ now: BLOCK_TIME + 181n * 86_400n })).toEqual(['not-protected', 'mandate-expired']);
    expect(state({ mandate: aMandate({ status: 'expired' }) })).toEqual(['not-protected', 'mandate-expired']);
    expect(state({ now: BLOCK_TIME + 4_501n })).toEqual(['not-protected', 'price-stale']);
    expect(state({ position: aLendingPosition({ debts: [aDebtLeg({ reserve: { ...USABLE, paused: true } })] }) })).toEqual(['not-protected', 'debt-reserve-paused']);
    expect(state({ position: aLendingPosition({ debts: [aDebtLeg({ price: noPrice })] }) })).toEqual(['not-protected', 'price-missing']);
  });

  it('names the other states', () => {
    expect(state({ mandate: null })).toEqual(['none', null]);
    expect(state({ mandate: aMandate({ status: 'revoked' }) })).toEqual(['none', null]);
    expect(state({ mandate: aMandate({ status: 'signed' }) })).toEqual(['pending', null]);
    expect(state({ position: below(), openIntent: true })).toEqual(['acting', null]);
  });

  it('warns of a wallet that could not carry a full rescue', () => {
    // 20,000 x (1 - 1.034171 / 1.20) = 2,763.82
    const found = protectionOf(aDecideInput({ position: aLendingPosition({ wallet: [walletFunds(USDC, 1_000n * UNIT)] }) }));
    expect(found).toMatchObject({ state: 'armed', warning: 'A full rescue would need about 2,763.82\u00a0USDC; the wallet may give 1,000\u00a0USDC.' });
  });

  it('never disagrees with the decision: not protected exactly where the decision is that it cannot', () => {
    const inputs = [{}, { position: below() }, { position: aLendingPosition({ wallet: [] }) }, { now: BLOCK_TIME + 4_501n }, { position: atHealth(0.9, { wallet: [walletFunds(USDC, 100n * UNIT)] }) }];
    for (const change of inputs) {
      const input = aDecideInput(change);
      expect(protectionOf(input).state === 'not-protected').toBe(decide(input).kind === 'cannot');
    }
  });
});

describe('sentences for reasons', () => {
  it('use the names that are known', () => {
    expect(reasonSentence('wallet-empty', { debt: 'USDC' })).toBe('The wallet holds no USDC to protect the loan with.');
    expect(reasonSentence('wallet-empty')).toBe('The wallet holds no borrowed asset to protect the loan with.');
    expect(reasonSentence('collateral-not-enabled')).toBe('The collateral is not switched on as collateral for this loan, so adding it would not help.');
  });
});

