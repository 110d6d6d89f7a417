import type { PositionId } from '@ballast/positions';
import { TERMINAL_INTENT_STATES, type Intent, type IntentState, type IntentTransaction, type MinedReceipt } from '@ballast/policy';
import { address, chainId, hash32, rawAmount, wad, type Hash32 } from '@ballast/units';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTerminal, newestSigned, nextEffect, outcomeOf, step, type IntentEvent, type Moment } from './intent-life.js';

const LANE = address(`0x${'1'.repeat(40)}`);
const OWNER = address(`0x${'2'.repeat(40)}`);
const hash = (n: number): Hash32 => hash32(`0x${n.toString(16).padStart(64, '0')}`);
const early: Moment = { chainTime: 900n, now: 10_000, rebroadcastAfterMs: 1_000, replaceAfterMs: 5_000 };
const late: Moment = { ...early, chainTime: 1_001n };

const held: IntentTransaction = { id: 't1', lane: LANE, nonce: 4n, purpose: 'call', hash: null, raw: null, gasLimit: null, maxFeePerGas: null, maxPriorityFeePerGas: null, broadcastAt: null };
const call: IntentTransaction = { ...held, hash: hash(1), raw: '0x01', gasLimit: 1n, maxFeePerGas: 10n, maxPriorityFeePerGas: 1n };
const cancel: IntentTransaction = { ...call, id: 't2', purpose: 'cancel', hash: hash(2), raw: '0x02', maxFeePerGas: 12n };
const dearer: IntentTransaction = { ...call, id: 't3', hash: hash(3), raw: '0x03', maxFeePerGas: 12n };
const receipt = (of: IntentTransaction, changed: Partial<MinedReceipt> = {}): MinedReceipt => ({
  transactionHash: of.hash ?? hash(0), blockNumber: 9n, blockHash: hash(99), succeeded: true, gasUsed: 1n, effectiveGasPrice: 1n,
  executed: of.purpose === 'call'
    ? { mandateHash: hash(7), owner: OWNER, executor: LANE, action: 2, seq: 1n, hfBefore: wad(1n), hfAfter: wad(2n), debtRepaid: rawAmount(1n), collateralIn: rawAmount(0n), collateralOut: rawAmount(0n) }
    : null,
  ...changed,
});

const planned: Intent = {
  id: 'i1', state: 'PLANNED', decisionId: null, transactions: [], receipt: null, failure: null,
  plan: { kind: 'REPAY', chainId: chainId(31337), guard: address(`0x${'5'.repeat(40)}`), mandateHash: hash(7), positionId: `31337-aave-v3-${OWNER}` as PositionId, min: rawAmount(1n), max: rawAmount(2n), deadline: 1_000n },
};
const intent = (state: IntentState, changed: Partial<Intent> = {}): Intent => ({ ...planned, state, ...changed });
const noNotices = { notices: [] };
const why = { code: 'not-triggered', message: 'x' };

/** Applies events one after the other. */
const after = (start: Intent, ...events: readonly IntentEvent[]): Intent => events.reduce((now, event) => step(now, event, early).next, start);

describe('what to do next', () => {
  it.each<[string, Intent, Moment, string | undefined]>([
    ['a plan is evaluated again from fresh state', planned, early, 'evaluate'],
    ['a plan past its deadline is dropped', planned, late, 'drop'],
    ['a held nonce is signed, with the same nonce', intent('NONCED', { transactions: [held] }), early, 'sign-call'],
    ['a held nonce past the deadline is freed', intent('NONCED', { transactions: [held] }), late, 'sign-cancel'],
    ['a held nonce of a call known to fail is freed', intent('NONCED', { transactions: [held], failure: why }), early, 'sign-cancel'],
    ['a cancellation signed before a crash is taken up', intent('NONCED', { transactions: [held, cancel], failure: why }), early, 'choose-cancel'],
    ['signed bytes are sent', intent('SIGNED', { transactions: [call] }), early, 'broadcast'],
    ['signed bytes past their deadline are cancelled, never sent', intent('SIGNED', { transactions: [call] }), late, 'sign-cancel'],
    ['the cancellation is sent', intent('SIGNED', { transactions: [call, cancel] }), late, 'broadcast'],
    ['sent bytes are looked up', intent('BROADCAST', { transactions: [call] }), early, 'look-up'],
    ['a receipt is read again', intent('MINED', { transactions: [call], receipt: receipt(call) }), early, 'confirm'],
    ['a final receipt is settled', intent('CONFIRMED', { transactions: [call], receipt: receipt(call) }), early, 'settle'],
    ['nothing follows the end', intent('DONE', { transactions: [call] }), early, undefined],
  ])('%s', (_, given, moment, kind) => {
    expect(nextEffect(given, moment)?.kind).toBe(kind);
  });

  it('sends the very bytes that are stored', () => {
    expect(nextEffect(intent('SIGNED', { transactions: [call] }), early)).toEqual({ kind: 'broadcast', transaction: call });
  });

  it('looks up every hash ever signed', () => {
    expect(nextEffect(intent('BROADCAST', { transactions: [call, dearer, cancel] }), early)).toMatchObject({ hashes: [hash(1), hash(3), hash(2)] });
  });

  it.each<[string, number | null, Moment, string]>([
    ['not noted as sent: sent', null, early, 'broadcast'],
    ['just sent: waited for', 9_500, early, 'wait'],
    ['silent for a while: sent again', 8_000, early, 'broadcast'],
    ['silent for long: replaced with higher fees', 5_000, early, 'sign-replacement'],
    ['past the deadline: cancelled', 9_500, late, 'sign-cancel'],
    ['noted as sent at a time to come, by a clock that is ahead: sent', 3_610_000, early, 'broadcast'],
  ])('not mined and %s', (_, broadcastAt, moment, kind) => {
    const given = intent('BROADCAST', { transactions: [{ ...call, broadcastAt }] });
    expect(nextEffect(given, moment)).toMatchObject({ kind: 'look-up', otherwise: { kind } });
  });

  it('keeps chasing the cancellation, not the call', () => {
    const given = intent('BROADCAST', { transactions: [call, cancel] });
    expect(nextEffect(given, late)).toMatchObject({ otherwise: { kind: 'broadcast', transaction: { id: 't2' } } });
    expect(newestSigned(intent('BROADCAST', { transactions: [call, dearer] }))?.id).toBe('t3');
  });

  it('lets an activation be without a deadline', () => {
    expect(nextEffect({ ...planned, plan: { ...planned.plan, kind: 'ACTIVATE', deadline: 0n } }, late)?.kind).toBe('evaluate');
    expect(nextEffect({ ...planned, plan: { ...planned.plan, kind: 'ACTIVATE' } }, late)?.kind).toBe('drop');
  });
});

describe('the way through', () => {
  const sent: IntentEvent[] = [
    { type: 'nonce-allocated', transaction: held },
    { type: 'signed', transaction: call },
    { type: 'broadcast', transaction: { ...call, broadcastAt: 10_000 }, answer: 'accepted' },
  ];

  it('leads from plan to done', () => {
    const states: IntentState[] = [];
    let now = planned;
    for (const event of [...sent, { type: 'mined', receipt: receipt(call) }, { type: 'confirmed', receipt: receipt(call) }, { type: 'settled', failure: null, ...noNotices }] as IntentEvent[]) {
      now = step(now, event, early).next;
      states.push(now.state);
    }
    expect(states).toEqual(['NONCED', 'SIGNED', 'BROADCAST', 'MINED', 'CONFIRMED', 'DONE']);
  });

  it('goes back to sending when the block vanishes, and the bytes count as not sent', () => {
    const back = after(planned, ...sent, { type: 'mined', receipt: receipt(call) }, { type: 'vanished' });
    expect(back).toMatchObject({ state: 'BROADCAST', receipt: null });
    expect(nextEffect(back, early)).toMatchObject({ otherwise: { kind: 'broadcast', transaction: { hash: hash(1) } } });
  });

  it('ends reverted only after confirmations, as it ends done', () => {
    const failed = receipt(call, { succeeded: false, executed: null });
    const mined = after(planned, ...sent, { type: 'mined', receipt: failed });
    expect(mined.state).toBe('MINED');
    expect(step(mined, { type: 'settled', failure: why, ...noNotices }, early).change).toBeNull();
    const end = after(mined, { type: 'confirmed', receipt: failed }, { type: 'settled', failure: why, ...noNotices });
    expect(end).toMatchObject({ state: 'REVERTED', failure: why });
  });

  it('tells why it was called back, and nothing of it when the call was faster after all', () => {
    const back = after(planned, ...sent, { type: 'signed-again', transaction: cancel, failure: { code: 'stopped', message: 'x' } }, { type: 'signed-again', transaction: { ...cancel, id: 't9', hash: hash(9) }, failure: why });
    const end = (of: IntentTransaction) => after(back, { type: 'mined', receipt: receipt(of) }, { type: 'confirmed', receipt: receipt(of) }, { type: 'settled', failure: null, ...noNotices });
    expect(end(cancel)).toMatchObject({ state: 'DROPPED', failure: { code: 'stopped' } });
    expect(end(call)).toMatchObject({ state: 'DONE', failure: null });
  });

  it('ends expired when the cancellation is mined, done when the call was faster after all', () => {
    const cancelled = after(planned, ...sent, { type: 'signed-again', transaction: cancel });
    expect(cancelled.state).toBe('BROADCAST');
    const end = (of: IntentTransaction) => after(cancelled, { type: 'mined', receipt: receipt(of) }, { type: 'confirmed', receipt: receipt(of) }, { type: 'settled', failure: null, ...noNotices });
    expect(end(cancel)).toMatchObject({ state: 'EXPIRED', failure: { code: 'deadline-passed' } });
    expect(end(call)).toMatchObject({ state: 'DONE', failure: null });
  });

  it('ends dropped when a call known to fail gave its nonce back', () => {
    const freed = after(planned, { type: 'nonce-allocated', transaction: held }, { type: 'refused', failure: why }, { type: 'signed-again', transaction: cancel }, { type: 'cancel-chosen' });
    expect(freed.state).toBe('SIGNED');
    const end = after(freed, { type: 'mined', receipt: receipt(cancel) }, { type: 'confirmed', receipt: receipt(cancel) }, { type: 'settled', failure: null, ...noNotices });
    expect(end).toMatchObject({ state: 'DROPPED', failure: why });
  });

  it('does not call a success done when the guard did not say so', () => {
    const silent = receipt(call, { executed: null });
    expect(outcomeOf(intent('CONFIRMED', { transactions: [call] }), silent)).toBe('REVERTED');
    expect(outcomeOf({ ...intent('CONFIRMED', { transactions: [call] }), plan: { ...planned.plan, kind: 'ACTIVATE' } }, silent)).toBe('DONE');
  });

  it('takes no receipt of a transaction that it did not sign', () => {
    const stranger = receipt({ ...call, hash: hash(66) });
    expect(step(intent('BROADCAST', { transactions: [call] }), { type: 'mined', receipt: stranger }, early).change).toBeNull();
  });
});

describe('for any order of events', () => {
  const anEvent: fc.Arbitrary<IntentEvent> = fc.oneof(
    fc.constant<IntentEvent>({ type: 'dropped', failure: why, notices: [] }),
    fc.constant<IntentEvent>({ type: 'nonce-allocated', transaction: held }),
    fc.constant<IntentEvent>({ type: 'refused', failure: why }),
    fc.constantFrom<IntentEvent>({ type: 'signed', transaction: call }, { type: 'signed-again', transaction: cancel }, { type: 'signed-again', transaction: dearer }, { type: 'cancel-chosen' }),
    fc.constantFrom('accepted', 'already-known', 'nonce-too-low').map((answer): IntentEvent => ({ type: 'broadcast', transaction: { ...call, broadcastAt: 1 }, answer: answer as 'accepted' })),
    fc.tuple(fc.constantFrom(call, dearer, cancel), fc.boolean(), fc.constantFrom('mined', 'confirmed')).map(([of, succeeded, type]): IntentEvent => ({ type: type as 'mined', receipt: receipt(of, succeeded ? {} : { succeeded, executed: null }) })),
    fc.constant<IntentEvent>({ type: 'vanished' }),
    fc.constant<IntentEvent>({ type: 'settled', failure: null, notices: [] }),
    fc.constant<IntentEvent>({ type: 'nonce-lost', failure: why, notices: [] }),
  );
  const walks = fc.array(fc.tuple(anEvent, fc.boolean()), { maxLength: 40 });
  const walk = (events: readonly (readonly [IntentEvent, boolean])[], visit: (before: Intent, event: IntentEvent, result: ReturnType<typeof step>, moment: Moment) => void): void => {
    let now = planned;
    for (const [event, isLate] of events) {
      const moment = isLate ? late : early;
      const result = step(now, event, moment);
      visit(now, event, result, moment);
      now = result.next;
    }
  };

  it('an ended intent stays ended', () => {
    fc.assert(fc.property(walks, (events) => walk(events, (before, _, result) => {
      if (isTerminal(before.state)) expect(result).toEqual({ next: before, change: null, effects: [] });
    })));
  });

  it('every other state has exactly one next effect, and an ended one has none', () => {
    fc.assert(fc.property(walks, (events) => walk(events, (_, __, result, moment) => {
      expect(nextEffect(result.next, moment) === null).toBe(isTerminal(result.next.state));
      if (result.change !== null) expect(result.effects.length).toBe(isTerminal(result.next.state) ? 0 : 1);
    })));
  });

  it('no signed transaction is ever forgotten, and the nonce never changes', () => {
    fc.assert(fc.property(walks, (events) => walk(events, (before, _, result) => {
      const hashes = result.next.transactions.map((tx) => tx.hash);
      for (const tx of before.transactions) if (tx.hash !== null) expect(hashes).toContain(tx.hash);
      expect(new Set(result.next.transactions.map((tx) => tx.nonce)).size).toBeLessThanOrEqual(1);
    })));
  });

  it('a call is never sent past its deadline, nor once a cancellation is signed', () => {
    fc.assert(fc.property(walks, (events) => walk(events, (_, __, result, moment) => {
      const effect = nextEffect(result.next, moment);
      const sends = effect?.kind === 'look-up' ? effect.otherwise : effect;
      if (sends?.kind !== 'broadcast' || sends.transaction.purpose !== 'call') return;
      expect(moment.chainTime <= result.next.plan.deadline).toBe(true);
      expect(result.next.transactions.some((tx) => tx.purpose === 'cancel' && tx.hash !== null)).toBe(false);
    })));
  });

  it('what was sent ends only after confirmations, or by losing its nonce for good', () => {
    fc.assert(fc.property(walks, (events) => walk(events, (before, event, result) => {
      if (result.change === null || !isTerminal(result.change.to)) return;
      const fair = { PLANNED: 'dropped', CONFIRMED: 'settled', SIGNED: 'nonce-lost', BROADCAST: 'nonce-lost' }[before.state as string];
      expect(event.type).toBe(fair);
      if (before.state === 'CONFIRMED') expect(result.change.to).toBe(outcomeOf(before, before.receipt as MinedReceipt));
    })));
  });

  it('done means that the call succeeded and the guard said so', () => {
    fc.assert(fc.property(walks, (events) => walk(events, (before, _, result) => {
      if (result.change?.to === 'DONE') expect(before.receipt).toMatchObject({ succeeded: true, executed: { mandateHash: hash(7) } });
    })));
  });

  it('only known states are reached', () => {
    const known: readonly IntentState[] = ['PLANNED', 'NONCED', 'SIGNED', 'BROADCAST', 'MINED', 'CONFIRMED', ...TERMINAL_INTENT_STATES];
    fc.assert(fc.property(walks, (events) => walk(events, (_, __, result) => expect(known).toContain(result.next.state))));
  });
});
