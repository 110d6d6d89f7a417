import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wad } from '@ballast/units';
import { aDecideInput } from '../../../test/factories/decide-input.js';
import { fillFacts } from '../../../test/factories/fill-facts.js';
import { OWNER, WETH, USDC, WBTC, USABLE, aDebtLeg, aLendingPosition, anAddress, walletFunds, withEthAt } from '../../../test/factories/lending-position.js';
import { aMandate } from '../../../test/factories/mandate.js';
import { CRITICAL_HEALTH, MANDATE_ACTIONS, decide, holdsBack, namesFor, reaches, reasonSentence, stopFor, type CannotReason, type DecideInput, type Decision, type Stop, type StopScope } from './index.js';

const CHAIN = 31337;
const loan = { positionId: aLendingPosition().id, tokens: [WETH.address, USDC.address], health: wad(1_200_000_000_000_000_000n) };
const stop = (scope: StopScope, given: Partial<Stop> = {}): Stop => ({ scope, stops: 'all', setBy: 'operator', reason: 'a drill.', ...given });

describe('a stop', () => {
  it('reaches the loans in its scope and no others', () => {
    const scopes: readonly (readonly [StopScope, boolean])[] = [
      [{ kind: 'global' }, true], [{ kind: 'chain', chainId: CHAIN }, true], [{ kind: 'chain', chainId: 1 }, false],
      [{ kind: 'protocol', chainId: CHAIN, protocol: 'aave-v3' }, true], [{ kind: 'protocol', chainId: CHAIN, protocol: 'venus' }, false], [{ kind: 'protocol', chainId: 1, protocol: 'aave-v3' }, false],
      [{ kind: 'asset', chainId: CHAIN, protocol: 'aave-v3', asset: WETH.address }, true], [{ kind: 'asset', chainId: CHAIN, protocol: 'aave-v3', asset: WBTC.address }, false],
      [{ kind: 'asset', chainId: CHAIN, protocol: 'venus', asset: WETH.address }, false], [{ kind: 'asset', chainId: 1, protocol: 'aave-v3', asset: WETH.address }, false],
      [{ kind: 'owner', chainId: CHAIN, owner: OWNER }, true], [{ kind: 'owner', chainId: CHAIN, owner: anAddress(1) }, false], [{ kind: 'owner', chainId: 1, owner: OWNER }, false],
    ];
    expect(scopes.map(([scope]) => reaches(scope, loan))).toEqual(scopes.map(([, expected]) => expected));
  });

  it('holds back sales alone, what is not urgent, or everything', () => {
    const [urgent, calm] = [wad(CRITICAL_HEALTH - 1n), CRITICAL_HEALTH];
    expect([holdsBack('fill', 'FILL', urgent), holdsBack('fill', 'REPAY', calm), holdsBack('fill', 'TOP_UP', null)]).toEqual([true, false, false]);
    expect([holdsBack('not-urgent', 'REPAY', calm), holdsBack('not-urgent', 'REPAY', urgent), holdsBack('not-urgent', 'FILL', urgent), holdsBack('not-urgent', 'ACTIVATE', null)]).toEqual([true, false, false, true]);
    expect([holdsBack('all', 'REPAY', urgent), holdsBack('all', 'PERMIT', null)]).toEqual([true, true]);
  });

  it('whatever else is in force, one of everything that reaches the loan is never let past', () => {
    const scope: fc.Arbitrary<StopScope> = fc.constantFrom<StopScope>({ kind: 'global' }, { kind: 'chain', chainId: CHAIN }, { kind: 'chain', chainId: 1 }, { kind: 'owner', chainId: CHAIN, owner: OWNER }, { kind: 'asset', chainId: CHAIN, protocol: 'aave-v3', asset: WETH.address });
    const some = fc.array(fc.record({ scope, stops: fc.constantFrom<Stop['stops']>('all', 'not-urgent', 'fill'), setBy: fc.constantFrom('operator', 'a'), reason: fc.constant('') }), { maxLength: 6 });
    fc.assert(fc.property(some, fc.constantFrom('REPAY', 'TOP_UP', 'FILL', 'ACTIVATE', 'PERMIT'), fc.bigInt(10n ** 18n, 2n * 10n ** 18n), (stops, kind, health) => {
      const found = stopFor(stops, { ...loan, health: wad(health) }, kind);
      const holding = stops.filter((one) => reaches(one.scope, loan) && holdsBack(one.stops, kind, wad(health)));
      expect(found === null).toBe(holding.length === 0);
      if (found !== null) expect(holding).toContain(found);
    }), { seed: 21 });
  });
});

const answer = (decision: Decision): string => (decision.kind === 'act' ? `act ${decision.action}` : `${decision.kind} ${decision.reason}`);
const outcome = (given: Partial<DecideInput>): string => answer(decide(aDecideInput(given)));
/** Health of the story's loan is price x 0.83 / 2000. */
const at = (health: number, given = {}) => withEthAt((BigInt(Math.round(health * 1e6)) * 20_000n * 10n ** 8n) / 8_300_000n + 1n, given);
const everywhere: StopScope = { kind: 'global' };

describe('deciding while a stop is in force', () => {
  it('cannot, above the trigger as below it, and says who stopped it', () => {
    for (const position of [at(1.245), at(1.02)]) {
      expect(outcome({ position, stops: [stop(everywhere)] })).toBe('cannot stopped-by-operator');
      expect(outcome({ position, stops: [stop(everywhere, { setBy: 'owner' })] })).toBe('cannot stopped-by-owner');
      expect(outcome({ position, stops: [stop(everywhere, { setBy: 'key-theft' })] })).toBe('cannot stopped-by-breaker');
    }
    expect(outcome({ position: at(1.02), stops: [stop({ kind: 'chain', chainId: 1 })] })).toBe('act repay');
  });

  it('says it in the words of who stopped it, also where an action is under way', () => {
    const input = aDecideInput({ position: at(1.02), openIntent: true, stops: [stop(everywhere, { setBy: 'base-fee', reason: 'gas is dear' })] });
    const decision = decide(input);
    expect(answer(decision)).toBe('cannot stopped-by-breaker');
    expect(reasonSentence(decision.reason as CannotReason, namesFor(input))).toBe('Ballast has stopped itself for this loan: gas is dear. It does not act until that is over.');
  });

  it('without a mandate in force nothing is said of it: there is nothing to stop', () => {
    expect(outcome({ mandate: null, stops: [stop(everywhere)] })).toBe('cannot no-mandate');
    expect(outcome({ position: aLendingPosition({ debts: [] }), stops: [stop(everywhere)] })).toBe('hold no-debt');
  });

  it('acts for a loan about to be liquidated where only what is not urgent is stopped', () => {
    const stops = [stop(everywhere, { stops: 'not-urgent', setBy: 'failure-rate' })];
    expect(outcome({ position: at(1.1), stops })).toBe('cannot stopped-by-breaker');
    expect(outcome({ position: at(1.06), stops })).toBe('cannot stopped-by-breaker');
    expect(outcome({ position: at(1.02), stops })).toBe('act repay');
  });
});

describe('deciding while sales are stopped', () => {
  const mandate = aMandate({ terms: { actions: MANDATE_ACTIONS.REPAY | MANDATE_ACTIONS.FILL, maxCostBps: 200n as never, fillPerDay: (30_000n * 10n ** 6n) as never } });
  const stops = [stop({ kind: 'asset', chainId: CHAIN, protocol: 'aave-v3', asset: WETH.address }, { stops: 'fill', setBy: 'price-gap', reason: "the protocol's price of WETH is 2.9% below the market's" })];
  const empty = { wallet: [walletFunds(USDC, 0n)] };
  const sellable = (health: number, given: object) => {
    const position = at(health, given);
    return { ...position, collaterals: position.collaterals.map((leg) => ({ ...leg, releasable: leg.amount })) };
  };
  const input = (position: DecideInput['position'], given: Partial<DecideInput> = {}): DecideInput => {
    const made = aDecideInput({ position, mandate, ...given });
    return { ...made, fill: fillFacts(made) };
  };

  it('lesson 16: the wallet still saves the loan at the oracle\'s price, and nothing is sold at it', () => {
    expect(answer(decide(input(sellable(1.02, {}), { stops })))).toBe('act repay');
    expect(answer(decide(input(sellable(1.02, empty))))).toBe('act fill');
    expect(answer(decide(input(sellable(1.02, empty), { stops })))).toBe('cannot fill-stopped');
  });

  it('lesson 13: at the low of a whipsaw nothing is sold; when the stop is over the loan needs nothing', () => {
    expect(answer(decide(input(sellable(1.02, empty), { stops })))).toBe('cannot fill-stopped');
    expect(answer(decide(input(sellable(1.245, empty))))).toBe('hold above-trigger');
  });

  it('lesson 17: the owner hears why, in plain words', () => {
    const made = input(sellable(1.02, empty), { stops });
    expect(reasonSentence('fill-stopped', namesFor(made))).toBe("Selling WETH is stopped for now: the protocol's price of WETH is 2.9% below the market's.");
    expect(decide(made).candidates.find(({ action }) => action === 'fill')).toMatchObject({ verdict: 'impossible', why: expect.stringContaining('2.9% below') });
  });
});

it('lesson 8: while the reserve is paused nothing can be repaid, and that is an alarm and no silence', () => {
  const paused = { ...USABLE, paused: true };
  const position = at(1.245, { debts: [aDebtLeg({ reserve: paused })] });
  expect(outcome({ position, mandate: aMandate({ terms: { actions: MANDATE_ACTIONS.REPAY } }) })).toBe('cannot debt-reserve-paused');
});
