import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawAmount, wad, type RawAmount } from '@ballast/units';
import { aDecideInput } from '../../../test/factories/decide-input.js';
import { OWNER, USDC, WETH, anAddress, withEthAt } from '../../../test/factories/lending-position.js';
import {
  BY_SHADOW, LASTED_SECONDS, SHADOW_OUTCOMES, decide, decideOutsideShadow, gasDifferenceBps, isInShadow, judgeWouldHave, liveGate, reasonSentence, shadowed, stopSentence, type DecideInput, type LaterState, type Legs, type ShadowOutcome, type Stop,
} from './index.js';

const CHAIN = 31337;
const inShadow: Stop = { scope: { kind: 'owner', chainId: CHAIN, owner: OWNER }, stops: 'all', setBy: BY_SHADOW, reason: 'it only notes what it would have done' };
const at = (health: number) => withEthAt((BigInt(Math.round(health * 1e6)) * 20_000n * 10n ** 8n) / 8_300_000n + 1n);
const said = (given: Partial<DecideInput>): string => {
  const { kind, reason } = decide(aDecideInput(given));
  return `${kind} ${reason}`;
};

describe('deciding in shadow mode', () => {
  it('never acts, and says so above the trigger as below it: armed means armed', () => {
    for (const health of [1.245, 1.02]) expect(said({ position: at(health), stops: [inShadow] })).toBe('cannot shadow');
    expect(reasonSentence('shadow')).toBe('You have Ballast in shadow mode: it only notes what it would have done.');
    expect(stopSentence(inShadow)).toBe('You have Ballast in shadow mode: it only notes what it would have done');
  });

  it('keeps all that was weighed, and tells beside it what would be done', () => {
    const input = aDecideInput({ position: at(1.02), stops: [inShadow] });
    const [told, would] = [decide(input), decideOutsideShadow(input)];
    expect(would).toMatchObject({ kind: 'act', action: 'repay' });
    expect(would).toEqual(decide({ ...input, stops: [] }));
    expect(told).toMatchObject({ candidates: would.candidates, healthFactor: would.healthFactor, trigger: would.trigger, stakes: would.stakes });
    expect(Object.keys(told)).not.toEqual(expect.arrayContaining(['action', 'asset', 'min', 'max']));
  });

  it('leaves every other reason as it is, and any other stop in force', () => {
    const operator: Stop = { ...inShadow, setBy: 'operator' };
    expect(said({ position: at(1.02), stops: [inShadow, operator] })).toBe('cannot stopped-by-operator');
    expect(said({ position: at(1.02), stops: [inShadow], mandate: null })).toBe('cannot no-mandate');
    expect(said({ position: at(1.02), stops: [inShadow], openIntent: true })).toBe('hold action-in-flight');
    expect(said({ position: at(1.02), stops: [inShadow], keeper: 'out-of-gas' })).toBe('cannot keeper-out-of-gas');
  });

  it('is of one owner on one chain', () => {
    const input = aDecideInput({ position: at(1.02) });
    const others: Stop[] = [{ ...inShadow, scope: { kind: 'owner', chainId: CHAIN, owner: anAddress(1) } }, { ...inShadow, scope: { kind: 'owner', chainId: 1, owner: OWNER } }];
    expect(isInShadow({ ...input, stops: others })).toBe(false);
    expect(decide({ ...input, stops: others }).kind).toBe('act');
    expect(isInShadow({ ...input, stops: [inShadow] })).toBe(true);
  });

  it('whatever the health, what is told is never to act', () => {
    fc.assert(fc.property(fc.double({ min: 0.7, max: 2, noNaN: true }), fc.boolean(), (health, openIntent) => {
      const input = aDecideInput({ position: at(health), stops: [inShadow], openIntent });
      expect(decide(input).kind).not.toBe('act');
      expect(decide(input)).toEqual(shadowed(decideOutsideShadow(input)));
    }), { seed: 7, numRuns: 60 });
  });
});

const TRIGGER = wad(1_200_000_000_000_000_000n);
const legs = (collateral: bigint, debt: bigint): Legs => ({ collaterals: [{ asset: WETH.address, amount: rawAmount(collateral) }], debts: debt === 0n ? [] : [{ asset: USDC.address, amount: rawAmount(debt) }] });
const HELD = 10n ** 19n;
const OWED = 20_000_000_000n;
const open = { trigger: TRIGGER, blockNumber: 100n, at: 1_800_000_000n, legs: legs(HELD, OWED) };
const later = (given: Partial<LaterState> = {}): LaterState => ({ blockNumber: 101n, now: open.at + 12n, health: wad(TRIGGER - 1n), legs: open.legs, liquidationTold: false, inShadow: true, ...given });

describe('what becomes of a would-have', () => {
  it.each<[string, Partial<LaterState>, ShadowOutcome | null]>([
    ['is open while nothing happens', {}, null],
    ['is open at its own block and before, whatever that shows', { blockNumber: 100n, health: null, legs: legs(HELD, 0n) }, null],
    ['recovered once the health is at the trigger again', { health: TRIGGER }, 'recovered'],
    ['was liquidated where a liquidation was told and the debt fell', { legs: legs(HELD / 2n, OWED / 2n), liquidationTold: true }, 'liquidated'],
    ['was liquidated also where the health is well afterwards', { legs: legs(HELD / 2n, OWED / 2n), liquidationTold: true, health: wad(2n * TRIGGER) }, 'liquidated'],
    ['is not liquidated by one that was before it and told late', { liquidationTold: true }, null],
    ['was the owner\'s own doing where the debt fell', { legs: legs(HELD, OWED - 4n) }, 'owner-acted'],
    ['was the owner\'s own doing where he owes nothing any more', { legs: legs(HELD, 0n), health: null }, 'owner-acted'],
    ['was the owner\'s own doing where collateral was put in', { legs: legs(HELD + HELD / 100n, OWED), health: wad(2n * TRIGGER) }, 'owner-acted'],
    ['is not closed by rounding', { legs: legs(HELD + 3n, OWED - 3n) }, null],
    ['is not closed by interest', { now: open.at + 86_400n, legs: legs(HELD + HELD / 400n, OWED + OWED / 400n) }, null],
    ['lasted once 72 hours have passed', { now: open.at + LASTED_SECONDS }, 'lasted'],
    ['is open a second before that', { now: open.at + LASTED_SECONDS - 1n }, null],
    ['ends with shadow mode', { inShadow: false, health: TRIGGER }, 'left-shadow'],
  ])('%s', (_, given, expected) => {
    expect(judgeWouldHave(open, later(given))).toBe(expected);
  });

  const state: fc.Arbitrary<LaterState> = fc.record({
    blockNumber: fc.bigInt(90n, 120n), now: fc.bigInt(open.at, open.at + 2n * LASTED_SECONDS), health: fc.option(fc.bigInt(TRIGGER / 2n, TRIGGER * 2n).map((value) => wad(value))),
    legs: fc.tuple(fc.bigInt(0n, 2n * HELD), fc.bigInt(0n, 2n * OWED)).map(([collateral, debt]) => legs(collateral, debt)), liquidationTold: fc.boolean(), inShadow: fc.boolean(),
  });

  it('never a loss averted without a liquidation, and never open in health', () => {
    fc.assert(fc.property(state, (seen) => {
      const outcome = judgeWouldHave(open, seen);
      if (outcome === 'liquidated') expect(seen.liquidationTold && seen.legs.debts.every(({ amount }) => amount < OWED)).toBe(true);
      if (outcome === null && seen.blockNumber > open.blockNumber) expect(seen.health !== null && seen.health < TRIGGER && seen.now - open.at < LASTED_SECONDS).toBe(true);
      if (outcome === 'recovered') expect(seen.health === null || seen.health >= TRIGGER).toBe(true);
      if (!seen.inShadow) expect(outcome).toBe('left-shadow');
    }), { seed: 11 });
  });

  it('time alone never turns one outcome into another, but that it lasted', () => {
    fc.assert(fc.property(state, fc.bigInt(0n, LASTED_SECONDS), (seen, more) => {
      const [now, then] = [judgeWouldHave(open, seen), judgeWouldHave(open, { ...seen, now: seen.now + more })];
      // More time explains more interest, so what seemed put in may be less than that.
      if (now !== null && now !== 'owner-acted') expect(then).toBe(now);
      if (now === null && then !== null) expect(then).toBe('lasted');
    }), { seed: 12 });
  });
});

describe('the gas of a second try', () => {
  it('differs in hundredths of a percent, rounded up, either way', () => {
    expect([gasDifferenceBps(400_000n, 400_000n), gasDifferenceBps(400_000n, 400_040n), gasDifferenceBps(400_000n, 399_999n), gasDifferenceBps(100n, 300n)]).toEqual([0, 1, 1, 20_000]);
    expect([gasDifferenceBps(null, 1n), gasDifferenceBps(1n, null), gasDifferenceBps(0n, 1n)]).toEqual([null, null, null]);
  });

  it('is never under what it is', () => {
    const gas = fc.bigInt(1n, 10_000_000n).map((value) => value as RawAmount);
    fc.assert(fc.property(gas, gas, (first, again) => {
      const bps = BigInt(gasDifferenceBps(first, again) ?? 0);
      const apart = again > first ? again - first : first - again;
      expect(bps * first >= apart * 10_000n && (bps - 1n) * first < apart * 10_000n).toBe(true);
    }), { seed: 13 });
  });
});

describe('the gate to live', () => {
  const outcomes = Object.fromEntries(SHADOW_OUTCOMES.map((outcome) => [outcome, 0])) as Record<ShadowOutcome, number>;
  const since = new Date('2026-10-01T00:00:00Z');
  const figures = { open: 1, outcomes, mismatches: 0, gasP95Bps: 20 };

  it('is met by 30 days, no mismatch and 20 bps, and by nothing less', () => {
    const day = (days: number): Date => new Date(since.getTime() + days * 86_400_000);
    expect(liveGate(figures, since, day(30))).toEqual({ days: { passed: 30, needed: 30, isMet: true }, mismatches: { found: 0, isMet: true }, gasP95: { bps: 20, most: 20, isMet: true } });
    expect(liveGate(figures, since, new Date(day(30).getTime() - 1)).days).toMatchObject({ passed: 29, isMet: false });
    expect(liveGate({ ...figures, mismatches: 1, gasP95Bps: 21 }, since, day(30))).toMatchObject({ mismatches: { isMet: false }, gasP95: { isMet: false } });
  });

  it('is not met by what was never seen', () => {
    expect(liveGate({ ...figures, open: 0, gasP95Bps: null }, null, since)).toMatchObject({ days: { passed: 0, isMet: false }, mismatches: { isMet: false }, gasP95: { isMet: false } });
  });
});
