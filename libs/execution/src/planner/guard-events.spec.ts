import { erc20Abi, type EventLog } from '@ballast/connectors';
import type { ExecutedEvent, IntentPlan } from '@ballast/policy';
import { address, hash32, rawAmount, wad, type Address } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { mandateTerms } from '../../../../test/factories/mandate.js';
import { bandViolation, unexpectedMove } from './guard-events.js';

const at = (digit: string): Address => address(`0x${digit.repeat(40)}`);
const [GUARD, FILLER, OWNER, MARKET, KEEPER] = ['5', '7', 'a', 'b', 'c'].map(at) as [Address, Address, Address, Address, Address];
const terms = mandateTerms({ owner: OWNER });
const { debt, collateral } = terms;
const plan = (kind: IntentPlan['kind'], changed: Partial<IntentPlan> = {}): IntentPlan => ({ kind, guard: GUARD, max: rawAmount(100n), ...changed }) as IntentPlan;
const fill = plan('FILL', { fill: { lane: 'flash', filler: FILLER } as never });
const moved = (token: Address, from: Address, to: Address, amount: bigint): EventLog => {
  const { topics, data } = erc20Abi.encodeEventLog('Transfer', [from, to, amount]);
  return { address: token, topics: topics.map(hash32), data: data as `0x${string}` };
};
const repaid = [moved(debt, OWNER, GUARD, 100n), moved(debt, GUARD, MARKET, 100n)];

describe('what a call moves', () => {
  it.each<[string, IntentPlan, readonly EventLog[], RegExp | null]>([
    ['a repayment takes the debt’s token from the wallet', plan('REPAY'), repaid, null],
    ['but no more than planned', plan('REPAY', { max: rawAmount(99n) }), repaid, /100 of .* would leave the owner's wallet/],
    ['and no collateral', plan('REPAY'), [...repaid, moved(collateral, OWNER, KEEPER, 1n)], /1 of .* would leave/],
    ['and nothing stays with the guard', plan('REPAY'), [moved(debt, OWNER, GUARD, 100n), moved(debt, GUARD, MARKET, 50n)], /would keep 50/],
    ['nor with the filler that hands it on', plan('REPAY', { towards: { filler: FILLER } as never }), [...repaid, moved(debt, MARKET, FILLER, 9n)], /would keep 9/],
    ['a top-up takes the collateral’s token', plan('TOP_UP'), [moved(collateral, OWNER, GUARD, 7n), moved(collateral, GUARD, MARKET, 7n)], null],
    ['and not the debt’s', plan('TOP_UP'), repaid, /would leave/],
    ['a sale takes nothing from the wallet', fill, repaid, /would leave/],
    ['an activation moves nothing', plan('ACTIVATE'), repaid, /would leave/],
    ['rounding of receipt tokens is no rest', fill, [moved(at('e'), MARKET, GUARD, 3n)], null],
    ['a coin that stays is a rest too', fill, [moved(at('e'), MARKET, FILLER, 4n)], /would keep 4/],
  ])('%s', (_, given, logs, expected) => {
    const wrong = unexpectedMove(given, terms, logs);
    if (expected === null) expect(wrong).toBeNull();
    else expect(wrong).toMatch(expected);
  });
});

describe('where a call leaves the health', () => {
  const band = { triggerHf: wad(1_200n), minHf: wad(1_250n), maxHf: wad(1_500n) };
  const ended = (hfBefore: bigint, hfAfter: bigint, amount = 100n, isTopUp = false): ExecutedEvent => ({ hfBefore: wad(hfBefore), hfAfter: wad(hfAfter), debtRepaid: rawAmount(isTopUp ? 0n : amount), collateralIn: rawAmount(isTopUp ? amount : 0n) }) as ExecutedEvent;

  it.each<[string, IntentPlan, ExecutedEvent, boolean]>([
    ['inside the band', plan('REPAY'), ended(1_199n, 1_250n), true],
    ['at its upper end', plan('REPAY'), ended(1_199n, 1_500n), true],
    ['above it', plan('REPAY'), ended(1_199n, 1_501n), false],
    ['above it with a debt repaid in full', plan('REPAY'), ended(1_199n, 9_999n, 99n), true],
    ['above it by adding collateral', plan('TOP_UP'), ended(1_199n, 1_501n, 99n, true), false],
    ['below it with all that was planned', plan('REPAY'), ended(1_100n, 1_249n), false],
    ['below it with all that there was', plan('REPAY'), ended(1_100n, 1_249n, 99n), true],
    ['not below the trigger before', plan('REPAY'), ended(1_200n, 1_300n), false],
    ['no better than before', plan('REPAY'), ended(1_100n, 1_100n), false],
  ])('%s', (_, given, event, isRight) => {
    expect(bandViolation(given, band, event) === null).toBe(isRight);
  });
});
