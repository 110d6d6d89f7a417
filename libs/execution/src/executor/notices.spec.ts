import type { PositionId } from '@ballast/positions';
import type { Intent, IntentKind, MinedReceipt } from '@ballast/policy';
import { address, chainId, hash32, rawAmount, wad } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import { aMandate } from '../../../../test/factories/mandate.js';
import { noticesOf, type Ending } from './notices.js';

const mandate = aMandate();
const { owner, debt } = mandate.terms;
const hash = hash32(`0x${'7'.repeat(64)}`);
const intent = (kind: IntentKind, id = 'i1'): Intent => ({
  id, state: 'CONFIRMED', decisionId: null, transactions: [], receipt: null, failure: null,
  plan: { kind, chainId: chainId(31337), guard: address(`0x${'5'.repeat(40)}`), mandateHash: hash, positionId: `31337-aave-v3-${owner}` as PositionId, min: rawAmount(1n), max: rawAmount(2n), deadline: 7_250n },
});
const receipt: MinedReceipt = {
  transactionHash: hash, blockNumber: 9n, blockHash: hash, succeeded: true, gasUsed: 300_000n, effectiveGasPrice: 2_000_000_000n,
  executed: { mandateHash: hash, owner, executor: owner, action: 2, seq: 1n, hfBefore: wad(1_150_000_000_000_000_000n), hfAfter: wad(1_250_000_000_000_000_000n), debtRepaid: rawAmount(1_500_250_000n), collateralIn: rawAmount(0n), collateralOut: rawAmount(0n) },
};
const failed = (outcome: Ending['outcome'], code: string, kind: NonNullable<Ending['failure']>['class']): Ending => ({ outcome, receipt: null, failure: { code, message: 'because', class: kind } });
const tell = (kind: IntentKind, ending: Ending, id?: string) => noticesOf(intent(kind, id), mandate, ending, [{ address: debt, symbol: 'USDC', decimals: 6 }]);

describe('what the owner is told when an intent ends', () => {
  it('a repayment: how much, from which health to which, and what gas it took', () => {
    expect(tell('REPAY', { outcome: 'DONE', receipt, failure: null })).toMatchObject([{
      id: 'evt_i1_done', kind: 'action.done', severity: 'info', account: owner,
      data: { action: 'repay', amount: '1500.25', amountRaw: '1500250000', asset: { symbol: 'USDC' }, healthBefore: '1.15', healthAfter: '1.25', gasUsed: '300000', gasCostWei: '600000000000000', transactionHash: hash },
    }]);
  });

  it('an action that could not be done, as critical, with its reason', () => {
    expect(tell('REPAY', failed('EXPIRED', 'deadline-passed', 'wait'))).toMatchObject([{ id: 'evt_i1_failed', kind: 'action.failed', severity: 'critical', data: { reason: 'deadline-passed' } }]);
    expect(tell('TOP_UP', failed('REVERTED', 'not-triggered', 'resolved'))).toMatchObject([{ kind: 'action.failed', severity: 'info' }]);
  });

  it('once, when the same plan is dropped for the same reason block after block', () => {
    const ids = ['i1', 'i2'].map((id) => tell('REPAY', failed('DROPPED', 'reserve-paused', 'wait'), id)[0]?.id);
    expect(ids[0]).toBe(ids[1]);
    expect(tell('REPAY', failed('DROPPED', 'no-effect', 'bug'))[0]?.id).not.toBe(ids[0]);
  });

  it('nothing, when nothing needed doing any more', () => {
    expect(tell('REPAY', failed('DROPPED', 'no-longer-wanted', 'resolved'))).toEqual([]);
  });

  it('nothing about an activation, which whoever keeps the mandate tells', () => {
    expect(tell('ACTIVATE', { outcome: 'DONE', receipt, failure: null })).toEqual([]);
    expect(tell('ACTIVATE', failed('DROPPED', 'wrong-signer', 'needs-user'))).toEqual([]);
  });

  it('is plain JSON', () => {
    const [notice] = tell('REPAY', { outcome: 'DONE', receipt, failure: null });
    expect(JSON.parse(JSON.stringify(notice?.data))).toEqual(notice?.data);
  });
});
