import { describe, expect, it } from 'vitest';
import { decide, type Decision, type ExecutedEvent, type MinedReceipt } from '@ballast/policy';
import type { DecisionRecord, IntentRecord, MandateRecord, NoticeRecord } from '@ballast/storage';
import { chainId, hash32, rawAmount, usdE8, wad } from '@ballast/units';
import { aDecideInput } from '../../../../test/factories/decide-input.js';
import { BLOCK_TIME, OWNER, USDC, WETH, aLendingPosition, anAddress, walletFunds, withEthAt } from '../../../../test/factories/lending-position.js';
import { aMandate } from '../../../../test/factories/mandate.js';
import { aRiskReport } from '../../../../test/factories/risk-report.js';
import * as contract from '../contract/schemas.js';
import { activityItem } from './activity-view.js';
import { decisionView } from './decision-view.js';
import { intentView } from './intent-view.js';
import { mandateView } from './mandate-view.js';
import { SEEN_WITHIN_MS } from './freshness.js';
import { mandateInForce, protectionView, type ProtectionFacts } from './protection-view.js';
import { deliveryView, maskedTarget } from './subscription-view.js';
import { moment } from './text.js';

const at = new Date('2026-11-22T10:00:00Z');
const names = { collateral: 'WETH', debt: 'USDC' };
const falling = () => decide(aDecideInput({ position: withEthAt(245_000_000_000n) }));
const calm = () => decide(aDecideInput());

const aRecord = (decision: Decision, given: Partial<DecisionRecord> = {}): DecisionRecord => ({
  id: 'dec_1', account: OWNER, decision, blockNumber: 100n, lastBlock: 104n, at: BLOCK_TIME, lastAt: BLOCK_TIME + 48n, blocks: 5, lowestHealth: wad(1_200_000_000_000_000_000n),
  createdAt: at, updatedAt: at, intentId: null, ...given,
});
const executed: ExecutedEvent = {
  mandateHash: hash32(`0x${'a'.repeat(64)}`), owner: OWNER, executor: anAddress(9), action: 2, seq: 1n, hfBefore: wad(1_120_999_999_999_999_999n), hfAfter: wad(1_250_099_999_999_999_999n),
  debtRepaid: rawAmount(2_073_910_001n), collateralIn: rawAmount(0n), collateralOut: rawAmount(0n),
};
const receipt: MinedReceipt = { transactionHash: hash32(`0x${'b'.repeat(64)}`), blockNumber: 105n, blockHash: hash32(`0x${'c'.repeat(64)}`), succeeded: true, gasUsed: 339_000n, effectiveGasPrice: 1_000_000_007n, executed };
const anIntent = (given: Partial<IntentRecord> = {}): IntentRecord => ({
  id: 'int_1', account: OWNER, state: 'DONE', decisionId: 'dec_1', receipt, failure: null, createdAt: at, updatedAt: at, closedAt: at,
  plan: { kind: 'REPAY', chainId: chainId(31337), guard: anAddress(0x6a), mandateHash: executed.mandateHash, positionId: aLendingPosition().id, min: rawAmount(1n), max: rawAmount(2n), deadline: BLOCK_TIME },
  transactions: [{ id: 't', lane: anAddress(9), nonce: 3n, purpose: 'call', hash: receipt.transactionHash, raw: '0x00', gasLimit: 1n, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n, broadcastAt: at.getTime(), createdAt: at, signedAt: at }],
  steps: [{ seq: 1, from: 'PLANNED', event: 'nonce', to: 'NONCED', detail: null, at }], ...given,
});
const aMandateRecord = (given: Partial<MandateRecord> = {}): MandateRecord => ({ ...aMandate(), positionId: aLendingPosition().id, statusReason: null, createdAt: at, activatedAt: at, ...given });

describe('decisionView', () => {
  it('tells an action with its figures', () => {
    const decision = falling();
    const view = contract.decision.parse(decisionView(aRecord(decision), null, names));
    expect(view.kind).toBe('act');
    expect(view.sentence).toMatch(/^The health fell to 1\.016, below the 1\.\d{3} where Ballast acts: it repays [\d,.]+\sUSDC from the wallet, aiming for a health of 1\.\d\d\.$/);
    expect(view.candidates.map(({ verdict }) => verdict)).toContain('chosen');
    expect(view).toMatchObject({ health: '1.0167', lowestHealth: '1.2000', blocks: 5 });
  });

  it('tells why it held, with both healths', () => {
    expect(decisionView(aRecord(calm()), null, names).sentence).toMatch(/^The health is above the point where Ballast acts\. It is 1\.245; Ballast acts below 1\.\d{3}\.$/);
  });

  it('shows the whole comparison: what each candidate costs, averts and brings, why it is not chosen, and what is at stake', () => {
    const view = contract.decision.parse(decisionView(aRecord(falling()), null, names));
    const repay = view.candidates.find(({ action }) => action === 'repay');
    expect(repay).toMatchObject({ verdict: 'chosen', costUsd: '2.00', costs: { gasUsd: '2.00', tradeUsd: '0.00', premiumUsd: '0.00', carryUsd: '0.00' } });
    expect(Number(repay?.netUsd)).toBeCloseTo(Number(repay?.avertedUsd) - 2, 2);
    expect(view.candidates.map(({ action }) => action)).toEqual(['repay', 'top-up', 'move', 'hedge', 'wait']);
    expect(view.candidates.find(({ action }) => action === 'hedge')).toMatchObject({ verdict: 'impossible', avertedUsd: '0.00', netUsd: expect.stringMatching(/^-\d+\.\d\d$/) });
    expect(view.candidates.find(({ action }) => action === 'wait')).toMatchObject({ costs: null, avertedUsd: null, netUsd: null, costUsd: view.stakes?.expectedUsd });
    expect(view.stakes).toMatchObject({ horizonHours: 72, lossUsd: '500.00', because: 'usual' });
    expect(view.stakes?.sentence).toMatch(/^A liquidation would take \$500\.00 all in, at worst all of the \$4,500\.00 that are in the loan\. Its chance within 3 days is \d+\.\d%: not acting may be expected to cost \$\d+\.\d\d\.$/);
  });

  it('says what a rescue would cost and save where Ballast does not act for its price', () => {
    const decision = decide(aDecideInput({ position: withEthAt(245_000_000_000n), rescueCostUsdE8: usdE8(45_000_000_000n) }));
    expect(decisionView(aRecord(decision), null, names)).toMatchObject({ kind: 'cannot', reason: 'rescue-too-dear', sentence: expect.stringMatching(/^A rescue would cost \$450\.00 now and can be expected to save \$\d+\.\d\d, so Ballast does not act/) });
  });

  it('shows a record of before costs were taken apart', () => {
    const { stakes: _, ...old } = falling();
    const candidates = old.candidates.map(({ costs: _costs, avertedUsdE8: _averted, ...rest }) => rest);
    const view = contract.decision.parse(decisionView(aRecord({ ...old, candidates } as Decision), null, names));
    expect(view).toMatchObject({ stakes: null });
    expect(view.candidates.every(({ costs, avertedUsd, netUsd }) => costs === null && avertedUsd === null && netUsd === null)).toBe(true);
  });

  it('names the asset that is missing', () => {
    const decision = decide(aDecideInput({ position: aLendingPosition({ wallet: [walletFunds(USDC, 0n)] }), mandate: aMandate({ terms: { actions: 2 } }) }));
    expect(decisionView(aRecord(decision), null, names)).toMatchObject({ kind: 'cannot', reason: 'wallet-empty', sentence: 'The wallet holds no USDC to protect the loan with.' });
  });
});

describe('intentView', () => {
  it('shows what was moved, what it cost rounded up, and every step', () => {
    const view = contract.intent.parse(intentView(anIntent(), { collateral: WETH, debt: USDC, coinUsdE8: usdE8(270_000_000_000n) }));
    expect(view.receipt).toMatchObject({ gasUsed: '339000', gasCostUsd: '0.92', gasBorneBy: 'ballast', healthBefore: '1.1209', healthAfter: '1.2500', debtRepaid: '2073.910001', collateralIn: '0' });
    expect(view.steps).toHaveLength(1);
    expect(view.transactions[0]).toMatchObject({ nonce: '3', purpose: 'call' });
  });

  it('leaves out what is not known', () => {
    const endless = { ...receipt, executed: { ...executed, hfAfter: wad((1n << 256n) - 1n) } };
    expect(intentView(anIntent({ receipt: endless }), { collateral: null, debt: null, coinUsdE8: null }).receipt).toMatchObject({ gasCostUsd: null, healthAfter: null, debtRepaid: null, collateralIn: null });
    expect(intentView(anIntent({ receipt: null }), { collateral: null, debt: null, coinUsdE8: null }).receipt).toBeNull();
  });
});

describe('mandateView', () => {
  it('says the signed terms in words, and names a token outside the list by its address', () => {
    const view = contract.mandate.parse(mandateView(aMandateRecord(), { tokens: [USDC] }));
    expect(view.sentence).toContain('repay it with USDC from your wallet');
    expect(view.sentence).toContain('add 0x0000…000e');
  });
});

describe('protectionView', () => {
  const seen = new Date(aLendingPosition().provenance.observedAt);
  const after = (ms: number): Date => new Date(seen.getTime() + ms);
  const facts = (given: Partial<ProtectionFacts> = {}): ProtectionFacts => {
    const position = aLendingPosition();
    return { assessed: { position, report: aRiskReport({ position }) }, mandate: aMandateRecord(), latest: null, openAction: null, headTime: BLOCK_TIME, now: seen, ...given };
  };
  const view = (given: Partial<ProtectionFacts> = {}) => contract.protection.parse(protectionView(facts(given)));

  it('is armed with the price and health of action', () => {
    expect(view()).toMatchObject({ state: 'armed', since: at.toISOString(), actsAtHealth: expect.stringMatching(/^1\.\d{4}$/), actsAtPriceUsd: expect.stringMatching(/^2\d{3}(\.\d+)?$/), sentence: expect.stringMatching(/^Armed: Ballast acts when the health falls below 1\.\d\d\.$/) });
  });

  it('takes the figures of the latest decision under this mandate', () => {
    const decision = { ...calm(), trigger: wad(1_111_100_000_000_000_000n), target: wad(1_222_200_000_000_000_000n) } as Decision;
    expect(view({ latest: aRecord(decision) })).toMatchObject({ actsAtHealth: '1.1111', targetHealth: '1.2222' });
  });

  it('is not protected when the wallet cannot pay, and says which asset', () => {
    const position = aLendingPosition({ wallet: [walletFunds(USDC, 15_000_000_000n, 0n)] });
    expect(view({ assessed: { position, report: aRiskReport({ position }) } })).toMatchObject({ state: 'not-protected', reason: 'allowance-missing', sentence: expect.stringContaining('USDC') });
  });

  it('is not protected when the latest decision could not act, whatever it looks like from here', () => {
    const decision = { ...calm(), kind: 'cannot', reason: 'below-minimum' } as Decision;
    expect(view({ latest: aRecord(decision) })).toMatchObject({ state: 'not-protected', reason: 'below-minimum', since: at.toISOString() });
  });

  it('says what a rescue would cost and save where the latest decision found it too dear', () => {
    const decision = decide(aDecideInput({ rescueCostUsdE8: usdE8(60_000_000_000n) }));
    expect(view({ latest: aRecord(decision) })).toMatchObject({ state: 'not-protected', reason: 'rescue-too-dear', sentence: expect.stringMatching(/^A rescue would cost \$600\.00 now and could save at most \$500\.00/) });
  });

  it('is acting while an action is under way, pending while the mandate is on its way, and none without one', () => {
    expect(view({ openAction: anIntent({ closedAt: null, state: 'BROADCAST' }) })).toMatchObject({ state: 'acting', since: at.toISOString() });
    expect(view({ mandate: aMandateRecord({ status: 'signed', activatedAt: null }) })).toMatchObject({ state: 'pending', actsAtHealth: null });
    expect(view({ mandate: null })).toMatchObject({ state: 'none', reason: null, mandateHash: null });
  });

  it('is not protected, never armed, once the loan was not seen for too long, and says since when', () => {
    const unseen = { state: 'not-protected', reason: 'not-seen', since: null, warning: null, sentence: `We have not been able to check this loan since ${moment(seen)}; Ballast cannot act on what it does not see.` };
    expect(view({ now: after(SEEN_WITHIN_MS) })).toMatchObject({ state: 'armed' });
    expect(view({ now: after(SEEN_WITHIN_MS + 1) })).toMatchObject(unseen);
    expect(view({ now: after(3_600_000), openAction: anIntent({ closedAt: null, state: 'BROADCAST' }) })).toMatchObject(unseen);
    const free = aLendingPosition({ debts: [] });
    expect(view({ now: after(3_600_000), assessed: { position: free, report: aRiskReport({ position: free }) } })).toMatchObject(unseen);
    expect(moment(new Date('2026-11-22T10:00:05Z'))).toBe('22 Nov 2026, 10:00:05 UTC');
  });

  it('that was never promised stays what it was, however long the loan was not seen', () => {
    const now = after(3_600_000);
    expect(view({ now, mandate: null })).toMatchObject({ state: 'none' });
    expect(view({ now, mandate: aMandateRecord({ status: 'signed', activatedAt: null }) })).toMatchObject({ state: 'pending' });
    expect(view({ now, mandate: aMandateRecord({ status: 'expired' }) })).toMatchObject({ state: 'not-protected', reason: 'mandate-expired' });
  });

  it('ends with the chain’s newest block, not with the last one that the loan was read at', () => {
    const { expiry } = aMandateRecord().terms;
    expect(view({ headTime: expiry })).toMatchObject({ state: 'armed' });
    expect(view({ headTime: expiry + 1n })).toMatchObject({ state: 'not-protected', reason: 'mandate-expired' });
    expect(view({ headTime: expiry + 1n, now: after(3_600_000) })).toMatchObject({ reason: 'mandate-expired' });
    expect(view({ headTime: null })).toMatchObject({ state: 'armed' });
  });

  it('rests on the active mandate, else on the one on its way, else on the newest', () => {
    const [signed, active, revoked] = (['signed', 'active', 'revoked'] as const).map((status) => aMandateRecord({ status })) as [MandateRecord, MandateRecord, MandateRecord];
    expect(mandateInForce([signed, active])).toBe(active);
    expect(mandateInForce([revoked, signed])).toBe(signed);
    expect(mandateInForce([revoked])).toBe(revoked);
    expect(mandateInForce([])).toBeNull();
  });
});

describe('activityItem', () => {
  const notice = (kind: string, data: unknown): NoticeRecord => ({ id: 'n', chainId: chainId(31337), account: OWNER, positionId: null, kind, severity: 'critical', data, createdAt: at });
  const item = (entry: Parameters<typeof activityItem>[0]) => contract.activityItem.parse(activityItem(entry));
  const decided = (decision: Decision, intent: IntentRecord | null) => item({ kind: 'decision', id: 'dec_1', at, decision: aRecord(decision), intent });

  it('tells an action while it is under way, done and failed', () => {
    expect(decided(falling(), anIntent({ closedAt: null, receipt: null, state: 'BROADCAST' }))).toMatchObject({ kind: 'acting', title: expect.stringMatching(/^Repaying [\d,.]+\sUSDC$/), transactionHash: receipt.transactionHash });
    expect(decided(falling(), anIntent())).toMatchObject({ kind: 'acted', title: 'Repaid 2,073.91\u00a0USDC', detail: expect.stringContaining('1.120 → 1.250') });
    expect(decided(falling(), anIntent({ state: 'REVERTED', failure: { code: 'x', message: 'It reverted.' } }))).toMatchObject({ kind: 'action.failed', severity: 'critical', detail: 'It reverted.' });
  });

  it('tells a run of holding as one line', () => {
    expect(decided(calm(), null)).toMatchObject({ kind: 'hold', detail: expect.stringContaining('So for 5 blocks, the lowest health 1.200.') });
  });

  it('tells activations, liquidations and blind spells', () => {
    expect(item({ kind: 'intent', id: 'i', at, intent: anIntent({ decisionId: null }) })).toMatchObject({ kind: 'activated', positionId: aLendingPosition().id });
    expect(item({ kind: 'notice', id: 'n', at, notice: notice('position.liquidated', { collateralSeized: '0.877007301791840126', collateralSymbol: 'WETH', penaltyUsd: '500.00', transactionHash: receipt.transactionHash }) })).toMatchObject({
      kind: 'liquidated', title: 'Liquidated: 0.8771\u00a0WETH sold', detail: 'The penalty was $500.00.', transactionHash: receipt.transactionHash,
    });
    expect(item({ kind: 'notice', id: 'n', at, notice: notice('blind', { chainName: 'Local chain', reason: 'no answer' }) })).toMatchObject({ title: 'We cannot see Local chain', detail: 'no answer' });
    expect(item({ kind: 'notice', id: 'n', at, notice: notice('mandate.expiring', { days: '7' }) })).toMatchObject({ title: 'The mandate ends within 7 days' });
    expect(item({ kind: 'notice', id: 'n', at, notice: notice('mandate.rejected', { reason: 'WrongPrev', message: 'Signed before another change.' }) })).toMatchObject({ kind: 'mandate.failed', detail: 'Signed before another change.' });
  });
});

describe('subscription views', () => {
  it('mask what only the subscriber should know', () => {
    expect(maskedTarget('email', 'mara@example.com')).toBe('m•••@example.com');
    expect(maskedTarget('webhook', 'https://hooks.example/x?token=abc')).toBe('https://hooks.example/x?…');
    expect(maskedTarget('webhook', 'https://hooks.example/x')).toBe('https://hooks.example/x');
    contract.delivery.parse(deliveryView({ id: 'd', eventId: 'e', subscriptionId: 's', kind: 'action.done', channel: 'email', target: 'a@b.example', status: 'pending', attempts: 0, lastStatus: null, lastError: null, createdAt: at, deliveredAt: null, receipts: [{ at, latencyMs: 12, status: 503, error: 'not now', answer: 'busy' }] }));
  });
});
