import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bps, rawAmount, usdE8, type Address } from '@ballast/units';
import { positionId, type LendingPosition, type PositionId } from '@ballast/positions';
import { aDecideInput } from '../../../test/factories/decide-input.js';
import { fillFacts } from '../../../test/factories/fill-facts.js';
import { OWNER, USDC, aCollateralLeg, aDebtLeg, aLendingPosition, aPrice, anAddress, walletFunds } from '../../../test/factories/lending-position.js';
import { aMandate } from '../../../test/factories/mandate.js';
import { MANDATE_ACTIONS, aimedRepayment, claimantOf, compareUrgency, decide, protectionOf, reasonSentence, shareOut, urgencyOf, type Claimant, type DecideInput, type Decision, type ReservedFunds, type Taking } from './index.js';

const UNIT = 10n ** 6n;
const HUGE = 10n ** 30n;
const GUARDS = [anAddress(0x61), anAddress(0x62), anAddress(0x63)] as const;
const TOKENS = [anAddress(0x71), anAddress(0x72)] as const;

interface Drawn {
  readonly moves: number;
  readonly loss: bigint;
  readonly guard: number;
  readonly token: number;
  readonly wants: bigint;
}
interface Purse {
  readonly balances: readonly bigint[];
  readonly allowances: readonly (readonly bigint[])[];
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  moves: fc.integer({ min: 0, max: 5 }), loss: fc.bigInt({ min: 0n, max: 5n }), guard: fc.nat({ max: 2 }), token: fc.nat({ max: 1 }), wants: fc.bigInt({ min: 0n, max: 120n }),
});
const purse: fc.Arbitrary<Purse> = fc.record({
  balances: fc.array(fc.bigInt({ min: 0n, max: 200n }), { minLength: 2, maxLength: 2 }),
  allowances: fc.array(fc.array(fc.bigInt({ min: 0n, max: 200n }), { minLength: 2, maxLength: 2 }), { minLength: 3, maxLength: 3 }),
});
const idOf = (n: number): PositionId => positionId(31337, 'aave-v3', anAddress(n + 1));
const least = (...values: readonly bigint[]): bigint => values.reduce((x, y) => (x < y ? x : y));
const rest = (all: bigint, taken: bigint): bigint => (all > taken ? all - taken : 0n);

/** Takes what it wants, or what is left of it; nothing where nothing is left. */
function claimant({ moves, loss, guard, token, wants }: Drawn, n: number, { balances, allowances }: Purse): Claimant {
  const asset = TOKENS[token] as Address;
  return {
    positionId: idOf(n), guard: GUARDS[guard] as Address, urgency: { moves, lossUsdE8: usdE8(loss) },
    takes: (reserved: readonly ReservedFunds[]) => {
      const others = reserved.find((entry) => entry.asset === asset);
      const amount = least(wants, rest(balances[token] ?? 0n, others?.balance ?? 0n), rest(allowances[guard]?.[token] ?? 0n, others?.allowance ?? 0n));
      return amount === 0n ? null : { asset, guard: GUARDS[guard] as Address, amount };
    },
  };
}

describe('one wallet shared by an owner’s loans', () => {
  const many = fc.array(drawn, { maxLength: 8 });

  it('property: never hands out more than there is, of a balance and of each allowance', () => {
    fc.assert(fc.property(many, purse, (all, money) => {
      const shares = shareOut(all.map((each, n) => claimant(each, n, money)), []);
      const takings = [...shares.values()].flatMap(({ taking }) => taking ?? []);
      const sum = (where: (taking: Taking) => boolean): bigint => takings.filter(where).reduce((total, { amount }) => total + amount, 0n);
      TOKENS.forEach((token, t) => {
        expect(sum(({ asset }) => asset === token) <= (money.balances[t] ?? 0n)).toBe(true);
        GUARDS.forEach((guard, g) => expect(sum((taking) => taking.asset === token && taking.guard === guard) <= (money.allowances[g]?.[t] ?? 0n)).toBe(true));
      });
    }), { seed: 3, numRuns: 500 });
  });

  it('property: the order in which loans are given changes nothing', () => {
    fc.assert(fc.property(many, purse, fc.infiniteStream(fc.nat()), (all, money, draws) => {
      const claimants = all.map((each, n) => claimant(each, n, money));
      const shuffled = claimants.map((each) => ({ each, at: draws.next().value as number })).sort((one, other) => one.at - other.at).map(({ each }) => each);
      expect(new Map([...shareOut(shuffled, [])].sort())).toEqual(new Map([...shareOut(claimants, [])].sort()));
    }), { seed: 4 });
  });

  it('property: a less urgent loan never changes what a more urgent one gets', () => {
    fc.assert(fc.property(many, drawn, purse, (all, added, money) => {
      const claimants = all.map((each, n) => claimant(each, n, money));
      const one = claimant(added, 99, money);
      const [before, after] = [shareOut(claimants, []), shareOut([...claimants, one], [])];
      for (const each of claimants) if (compareUrgency(each, one) < 0) expect(after.get(each.positionId)).toEqual(before.get(each.positionId));
    }), { seed: 5 });
  });

  it('property: what nobody needs stays: a loan gets all that it wants where the sum of all wants is there', () => {
    fc.assert(fc.property(many, (all) => {
      const total = all.reduce((sum, { wants }) => sum + wants, 0n);
      const rich: Purse = { balances: [total, total], allowances: GUARDS.map(() => [total, total]) };
      const shares = shareOut(all.map((each, n) => claimant(each, n, rich)), []);
      all.forEach(({ wants }, n) => expect(shares.get(idOf(n))?.taking?.amount ?? 0n).toBe(wants));
    }), { seed: 6 });
  });

  it('property: funds of actions under way are nobody’s', () => {
    fc.assert(fc.property(many, purse, fc.bigInt({ min: 0n, max: 300n }), (all, money, amount) => {
      const underWay: Taking = { asset: TOKENS[0], guard: GUARDS[0], amount };
      const shares = shareOut(all.map((each, n) => claimant(each, n, money)), [underWay]);
      const taken = [...shares.values()].reduce((sum, { taking }) => sum + (taking?.asset === TOKENS[0] ? taking.amount : 0n), 0n);
      expect(taken <= rest(money.balances[0] ?? 0n, amount)).toBe(true);
      if (all.length > 0) expect([...shares.values()].every(({ reserved }) => reserved.find(({ asset }) => asset === TOKENS[0])!.balance >= amount)).toBe(true);
    }), { seed: 7 });
  });

  it('counts an allowance only among loans under one guard, a balance among all', () => {
    const money: Purse = { balances: [100n, 0n], allowances: [[60n, 0n], [60n, 0n], [60n, 0n]] };
    const each = (guard: number): Drawn => ({ moves: guard, loss: 0n, guard, token: 0, wants: 60n });
    const shares = shareOut([each(0), each(1)].map((one, n) => claimant(one, n, money)), []);
    expect([shares.get(idOf(0))?.taking?.amount, shares.get(idOf(1))?.taking?.amount]).toEqual([60n, 40n]);
    expect(shares.get(idOf(1))?.reserved).toEqual([{ asset: TOKENS[0], balance: 60n, allowance: 0n }]);
  });
});

describe('how urgent a loan is', () => {
  const at = (priceE8: bigint, debt = 20_000n * UNIT): DecideInput =>
    aDecideInput({ position: aLendingPosition({ collaterals: [aCollateralLeg({ price: aPrice(priceE8) })], debts: [aDebtLeg({ amount: debt })] }) });

  it('is its distance in typical moves of its own price: 1.04 in a wild market is nearer than 1.02 in a calm one', () => {
    const [calm, wild] = [urgencyOf(at(246_000_000_000n)), urgencyOf({ ...at(250_600_000_000n), report: { ...at(250_600_000_000n).report, volatility: { kind: 'assumed', annual: 3, hourly: 0.03, reason: '' } } })];
    expect(wild.moves).toBeLessThan(calm.moves);
    expect(urgencyOf(at(200_000_000_000n)).moves).toBe(0);
    expect(urgencyOf(aDecideInput({ position: aLendingPosition({ debts: [] }) })).moves).toBe(Infinity);
  });

  it('puts a small loan that can be lifted out of liquidation before a large one that has time', () => {
    const [small, large] = [urgencyOf(at(24_050_000_000n, 2_000n * UNIT)), urgencyOf(at(250_000_000_000n))];
    expect(compareUrgency({ positionId: idOf(1), urgency: small }, { positionId: idOf(2), urgency: large })).toBe(-1);
    expect(compareUrgency({ positionId: idOf(1), urgency: { moves: 0, lossUsdE8: usdE8(1n) } }, { positionId: idOf(2), urgency: { moves: 0, lossUsdE8: usdE8(2n) } })).toBe(1);
    expect(compareUrgency({ positionId: idOf(1), urgency: small }, { positionId: idOf(1), urgency: small })).toBe(0);
  });
});

describe('deciding with what is left', () => {
  const loan = (health: number, account: number, given: Partial<LendingPosition> = {}): LendingPosition => {
    const price = aPrice((BigInt(Math.round(health * 1e6)) * 20_000n * 10n ** 8n) / 8_300_000n + 1n);
    return aLendingPosition({ id: positionId(31337, 'morpho-blue', OWNER, `0x${String(account).repeat(64)}` as never), collaterals: [aCollateralLeg({ price, releasable: rawAmount(HUGE) })], wallet: [walletFunds(USDC, 4_000n * UNIT)], ...given });
  };
  const answer = (decision: Decision): string => (decision.kind === 'act' ? `act ${decision.action}` : `${decision.kind} ${decision.reason}`);
  const reserved = (amount: bigint): readonly ReservedFunds[] => [{ asset: USDC.address, balance: amount, allowance: amount }];

  it('of two loans in danger the nearer gets the wallet; the other hears why it goes without', () => {
    const [near, far] = [aDecideInput({ position: loan(1.005, 1) }), aDecideInput({ position: loan(1.02, 2) })];
    const shares = shareOut([far, near].map((input) => claimantOf(input)!), []);
    // 20,000 x (1 - 1.005 / 1.21) = 3,388, and a quarter more where the price falls on the way.
    expect(shares.get(near.position.id)).toMatchObject({ reserved: [], taking: { asset: USDC.address, amount: 4_000n * UNIT } });
    const left = { ...far, reserved: shares.get(far.position.id)!.reserved };
    expect(answer(decide(left))).toBe('cannot funds-reserved');
    expect(protectionOf(left)).toMatchObject({ state: 'not-protected', reason: 'funds-reserved', sentence: reasonSentence('funds-reserved', { debt: 'USDC' }) });
    expect(reasonSentence('funds-reserved', { debt: 'USDC' })).toContain('The wallet\'s USDC is needed for another of your loans');
  });

  it('the other sells collateral where its mandate lets it', () => {
    const mandate = aMandate({ terms: { actions: MANDATE_ACTIONS.REPAY | MANDATE_ACTIONS.FILL, maxCostBps: bps(100n), fillPerDay: rawAmount(HUGE) } });
    const input = aDecideInput({ position: loan(1.02, 2), mandate, reserved: reserved(4_000n * UNIT) });
    expect(answer(decide({ ...input, fill: fillFacts(input) }))).toBe('act fill');
  });

  it('uses what is left where that reaches the band, and not a unit more', () => {
    const input = aDecideInput({ position: loan(1.02, 2), reserved: reserved(900n * UNIT) });
    const decision = decide(input);
    // 20,000 x (1 - 1.02 / 1.20) = 3,000 reach the band, 3,140 the target; 3,100 are left.
    expect(decision).toMatchObject({ kind: 'act', action: 'repay', max: 3_100n * UNIT });
    expect(aimedRepayment(input, decision)?.max).toBe(3_100n * UNIT);
    const less = aDecideInput({ position: loan(1.02, 2), reserved: reserved(1_001n * UNIT) });
    expect(answer(decide(less))).toBe('cannot funds-reserved');
    expect(aimedRepayment(aDecideInput({ position: loan(1.02, 2) }), decide(aDecideInput({ position: loan(1.02, 2) })))?.max).toBeGreaterThan(3_900n * UNIT);
  });

  it('property: no repayment ever reaches into what is reserved', () => {
    let acted = 0;
    fc.assert(fc.property(fc.integer({ min: 1_000_001, max: 1_033_000 }), fc.bigInt({ min: 0n, max: 6_000n }), fc.bigInt({ min: 1n, max: 6_000n }), (health, balance, spoken) => {
      const wallet = [walletFunds(USDC, balance * UNIT)];
      const input = aDecideInput({ position: loan(health / 1e6, 2, { wallet }), reserved: reserved(spoken * UNIT) });
      const decision = decide(input);
      if (decision.kind !== 'act') return;
      acted += 1;
      const left = rest(balance, spoken) * UNIT;
      for (const most of [decision.max, aimedRepayment(input, decision)!.max]) expect(least(most, balance * UNIT) <= left).toBe(true);
      expect(decision.min <= decision.max).toBe(true);
    }), { seed: 8, numRuns: 300 });
    expect(acted).toBeGreaterThan(20);
  });

  it('takes nothing for a loan that needs nothing, may not act, or has nothing signed', () => {
    const takes = (input: DecideInput) => claimantOf(input)?.takes([]) ?? null;
    expect(takes(aDecideInput({ position: loan(1.4, 1) }))).toBeNull();
    expect(takes(aDecideInput({ position: loan(1.01, 1), keeper: 'not-listed' }))).toBeNull();
    expect(claimantOf(aDecideInput({ position: loan(1.01, 1), mandate: null }))).toBeNull();
    expect(claimantOf(aDecideInput({ position: loan(1.01, 1), mandate: aMandate({ status: 'signed' }) }))).toBeNull();
  });
});
