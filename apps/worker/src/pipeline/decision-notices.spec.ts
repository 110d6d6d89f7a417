import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, decide, type DecideInput, type Decision } from '@ballast/policy';
import { readNoticeData } from '@ballast/notifications';
import { usdE8 } from '@ballast/units';
import type { DecisionRecord } from '@ballast/storage';
import { aDecideInput } from '../../../../test/factories/decide-input.js';
import { BLOCK_TIME, USDC, aLendingPosition, walletFunds, withEthAt } from '../../../../test/factories/lending-position.js';
import { aMandate } from '../../../../test/factories/mandate.js';
import { noticesOfDecision } from './decision-notices.js';

const armed = aDecideInput();
const noAllowance = aDecideInput({ position: aLendingPosition({ wallet: [walletFunds(USDC, 15_000_000_000n, 0n)] }) });
const emptyWallet = aDecideInput({ position: aLendingPosition({ wallet: [walletFunds(USDC, 0n)] }) });
const inFlight = aDecideInput({ openIntent: true });
const fallen = aDecideInput({ position: withEthAt(245_000_000_000n) });

/** The decision as it is stored, under this row's id. */
const stored = (input: DecideInput, id: string): DecisionRecord => ({ id, decision: decide(input), lastAt: input.now }) as DecisionRecord;
const after = (before: DecisionRecord | null, input: DecideInput) => noticesOfDecision(decide(input), before, input);
const kinds = (before: DecisionRecord | null, input: DecideInput): readonly string[] => after(before, input).map(({ kind }) => kind);
const reasonOf = (input: DecideInput): Decision['reason'] => decide(input).reason;

describe('what a decision tells', () => {
  it('rests on these decisions', () => {
    expect([armed, noAllowance, emptyWallet, inFlight, fallen].map(reasonOf)).toEqual(['above-trigger', 'allowance-missing', 'wallet-empty', 'action-in-flight', 'below-trigger']);
  });

  it('is an alarm with the reason and the loan when a rule cannot run', () => {
    const [alarm] = after(stored(armed, 'row1'), noAllowance);
    expect(alarm).toMatchObject({ kind: 'not-protected', severity: 'critical', account: noAllowance.position.account, positionId: noAllowance.position.id, data: { reason: 'allowance-missing', symbol: 'USDC', pair: 'WETH → USDC', sentence: expect.stringContaining('USDC') } });
    expect(readNoticeData('not-protected', alarm?.data)).toMatchObject({ health: '1.2450', asset: 'WETH', liquidationPrice: expect.stringMatching(/^\d+\.\d\d$/), distancePercent: expect.stringMatching(/^\d+\.\d$/) });
  });

  it('is nothing more while the reason stays, and one alarm more when it becomes another', () => {
    expect(kinds(stored(noAllowance, 'row1'), noAllowance)).toEqual([]);
    expect(kinds(stored(noAllowance, 'row1'), emptyWallet)).toEqual(['not-protected']);
  });

  it('is the end of the alarm once the rule can run, or runs', () => {
    expect(kinds(stored(noAllowance, 'row1'), armed)).toEqual(['protected-again']);
    expect(kinds(stored(noAllowance, 'row1'), fallen)).toEqual(['protected-again']);
    expect(kinds(stored(noAllowance, 'row1'), inFlight)).toEqual([]);
  });

  it('is, where an alarm may be left over from before a stop or an action, that it is over', () => {
    const stopped = { ...decide(noAllowance), kind: 'cannot', reason: 'stopped-by-operator' } as Decision;
    const before = { ...stored(noAllowance, 'row2'), decision: stopped } as DecisionRecord;
    expect(after(before, armed)).toMatchObject([{ kind: 'alarm.over', severity: 'info', data: { of: 'not-protected', subject: `loan:${armed.position.id}` } }]);
    expect(kinds(before, noAllowance)).toEqual(['not-protected']);
    expect(kinds(stored(inFlight, 'row3'), armed)).toEqual(['alarm.over']);
    expect(kinds(stored(inFlight, 'row3'), inFlight)).toEqual([]);
    expect(kinds(stored(inFlight, 'row3'), noAllowance)).toEqual(['not-protected']);
  });

  it('is nothing where all goes on as it should, nor of actions: those tell of themselves', () => {
    expect(kinds(null, armed)).toEqual([]);
    expect(kinds(stored(armed, 'row1'), fallen)).toEqual([]);
    expect(kinds(stored(armed, 'row1'), inFlight)).toEqual([]);
  });

  it('is nothing of a mandate that ended: that is told with its state', () => {
    for (const status of ['revoked', 'expired'] as const) expect(kinds(stored(armed, 'row1'), aDecideInput({ mandate: aMandate({ status }) }))).toEqual([]);
  });

  it('has one id for a change whoever sees it and at whichever block, and another for the next spell', () => {
    const later = aDecideInput({ position: { ...noAllowance.position, provenance: { ...noAllowance.position.provenance, blockNumber: 101n } } });
    const idOf = (before: DecisionRecord | null, input: DecideInput): string | undefined => after(before, input)[0]?.id;
    expect(idOf(stored(armed, 'row1'), later)).toBe(idOf(stored(armed, 'row1'), noAllowance));
    expect(new Set([idOf(null, noAllowance), idOf(stored(armed, 'row1'), noAllowance), idOf(stored(armed, 'row3'), noAllowance), idOf(stored(noAllowance, 'row1'), armed)]).size).toBe(4);
  });

  it('says of a rescue that is too dear what it would cost and what it would save', () => {
    const dear = aDecideInput({ position: withEthAt(245_000_000_000n), rescueCostUsdE8: usdE8(45_000_000_000n) });
    expect(reasonOf(dear)).toBe('rescue-too-dear');
    const [alarm] = after(stored(armed, 'row1'), dear);
    expect(alarm).toMatchObject({ kind: 'not-protected', severity: 'critical', data: { reason: 'rescue-too-dear', sentence: expect.stringMatching(/^A rescue would cost \$450\.00 now and can be expected to save \$\d+\.\d\d, so Ballast does not act/) } });
    expect(readNoticeData('not-protected', alarm?.data)).not.toBeNull();
    expect(kinds(stored(dear, 'row2'), dear)).toEqual([]);
  });
});

describe('the end of a mandate', () => {
  const DAY = 86_400n;
  const endingIn = (seconds: bigint): DecideInput => aDecideInput({ mandate: aMandate({ terms: { expiry: BLOCK_TIME + seconds } }) });
  /** Later, with prices as fresh as before. */
  const at = (input: DecideInput, seconds: bigint): DecideInput => ({ ...input, now: input.now + seconds, limits: { ...DEFAULT_LIMITS, maxPriceAgeSeconds: 10_000_000, maxStablePriceAgeSeconds: 10_000_000 } });

  it('is told ahead once at seven days and once at one', () => {
    const input = endingIn(7n * DAY + 10n);
    expect(kinds(stored(input, 'a'), at(input, 9n))).toEqual([]);
    const [week] = after(stored(input, 'a'), at(input, 10n));
    expect(week).toMatchObject({ kind: 'mandate.expiring', severity: 'warning', id: `evt_${aMandate().hash}_expiring_7`, data: { days: '7', pair: 'WETH → USDC' } });
    expect(readNoticeData('mandate.expiring', week?.data)).not.toBeNull();
    expect(kinds(stored(at(input, 10n), 'a'), at(input, 22n))).toEqual([]);
    expect(after(stored(at(input, 6n * DAY), 'a'), at(input, 6n * DAY + 10n))).toMatchObject([{ kind: 'mandate.expiring', severity: 'critical', data: { days: '1' } }]);
  });

  it('is told at once, and once, where it is near when the mandate is first decided under', () => {
    const input = endingIn(DAY / 2n);
    expect(after(null, input)).toMatchObject([{ kind: 'mandate.expiring', data: { days: '1' } }]);
    const former = { ...stored(input, 'a'), decision: { ...decide(input), mandateHash: `0x${'b'.repeat(64)}` } } as DecisionRecord;
    expect(kinds(former, input)).toEqual(['mandate.expiring']);
  });

  it('is told beside an alarm', () => {
    const input = { ...endingIn(DAY), position: noAllowance.position };
    expect(kinds(null, input)).toEqual(['not-protected', 'mandate.expiring']);
  });
});
