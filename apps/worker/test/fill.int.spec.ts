import { Arbitrageur, freshAccounts, type DevAccount } from '@ballast/devchain';
import { MANDATE_ACTIONS, type MandateTerms } from '@ballast/policy';
import { bps, rawAmount, wadToNumber } from '@ballast/units';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { Stage, type Owner, type RunningWorker } from './stage.js';

const ETH = 10n ** 18n;
const START = 3_000;
const [empty, underwater, partly, signing, frontRun] = freshAccounts(41_001, 5) as [DevAccount, DevAccount, DevAccount, DevAccount, DevAccount];
const terms: Partial<MandateTerms> = { actions: MANDATE_ACTIONS.REPAY | MANDATE_ACTIONS.FILL, maxCostBps: bps(200n), fillPerDay: rawAmount(30_000_000_000n) };

let stage: Stage;
let worker: RunningWorker;
let arbitrageur: Arbitrageur;
beforeAll(async () => {
  stage = await Stage.open({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') });
  // Without somebody who trades, the market would stay where it was and nothing could be sold at the protocol's price.
  arbitrageur = new Arbitrageur(stage.chain);
  await arbitrageur.start();
  worker = await stage.startWorker();
});
afterAll(async () => {
  await worker?.stop();
  await arbitrageur?.stop();
  await stage?.close();
});
beforeEach(() => stage.setPrice(START));

/** The health once the position was read at the block of the action or later. */
async function healthAfter(owner: Owner, block: bigint): Promise<bigint> {
  const { health } = (await stage.readAfter(owner, block)).reported;
  return health.kind === 'ratio' ? health.wad : 0n;
}

describe('a loan whose wallet is empty', () => {
  it('is saved by selling collateral through a flash loan: inside the band, under the cost limit, nothing left behind, and told as it was', async () => {
    const owner = await stage.newOwner(empty, { walletUsdc: 0n, release: 10n * ETH, terms });
    await stage.active(owner);
    await stage.decided(owner, 'hold', 'above-trigger');
    await stage.setPrice(2_480);
    const { receipt, plan } = await stage.settled(owner, 'FILL');
    const { executed, filled, blockNumber } = receipt!;
    // Morpho takes no premium, so it lends where it has enough.
    expect(plan.fill).toMatchObject({ lane: 'flash', lender: 1 });
    expect(executed).toMatchObject({ action: 4, mandateHash: owner.mandate.hash });
    const { swappedIn, swappedOut, premium, kept, surplus } = filled!;
    expect(swappedIn).toBe(executed!.collateralOut);
    expect(swappedOut).toBe(executed!.debtRepaid + premium + kept + surplus);
    expect(premium).toBe(0n);
    // The gas as it was quoted.
    expect(kept > 20_000_000n && kept < 200_000_000n).toBe(true);
    const health = await healthAfter(owner, blockNumber);
    expect(health >= owner.mandate.terms.minHf && health <= owner.mandate.terms.maxHf).toBe(true);
    for (const holder of [stage.chain.book.ballast.aaveGuard, stage.chain.book.ballast.aaveFiller]) expect(await stage.holdings(holder)).toEqual([0n, 0n, 0n]);

    const mail = await stage.inbox.waitFor((message) => message.to.includes(owner.email) && message.subject.startsWith('Saved'), 20_000);
    expect(mail.subject).toMatch(/^Saved: we sold collateral and repaid [\d,.]+\sUSDC on your Aave loan$/);
    expect(mail.text).toMatch(/so we sold [\d.]+\sWETH of the loan's own collateral and repaid [\d,.]+\sUSDC with it, as your mandate allows\./);
    const cost = /It cost you, gas included: \$([\d.]+) \(([\d.]+)% of what was repaid\)/.exec(mail.text);
    expect(Number(cost?.[2])).toBeLessThanOrEqual(2);
    expect(Number(cost?.[1])).toBeGreaterThan(Number(kept) / 1e6);
  });

  it('is told as not protected while the guard may not take its collateral, and is saved once it may, also from under 1 by one large sale', async () => {
    const owner = await stage.newOwner(underwater, { walletUsdc: 0n, terms });
    await stage.active(owner);
    await stage.decided(owner, 'cannot', 'collateral-approval-missing');
    expect(await stage.told(owner.address)).toContain('not-protected');
    await stage.release(underwater, 10n * ETH);
    await stage.decided(owner, 'hold', 'above-trigger');
    await stage.setPrice(2_400);
    const { receipt } = await stage.settled(owner, 'FILL');
    expect(wadToNumber(receipt!.executed!.hfBefore)).toBeLessThan(1);
    const health = await healthAfter(owner, receipt!.blockNumber);
    expect(health >= owner.mandate.terms.minHf && health <= owner.mandate.terms.maxHf).toBe(true);
  });
});

it('a wallet that carries the rescue is used first, with an amount that is worked out in the transaction', async () => {
  const owner = await stage.newOwner(partly, { release: 10n * ETH, terms });
  await stage.active(owner);
  await stage.setPrice(2_480);
  const { receipt, plan } = await stage.settled(owner, 'REPAY');
  expect(plan.towards).toMatchObject({ filler: stage.chain.book.ballast.aaveFiller });
  expect(receipt!.executed).toMatchObject({ action: 2, executor: plan.towards!.filler });
  // The aim itself, although up to a quarter more was allowed.
  expect(wadToNumber(receipt!.executed!.hfAfter)).toBeCloseTo(wadToNumber(plan.towards!.aim.health), 6);
  expect(receipt!.executed!.debtRepaid < plan.max).toBe(true);
});

describe('a permission signed instead of sent', () => {
  it('is handed to the token by the worker, and the loan is saved with it', async () => {
    const owner = await stage.newOwner(signing, { walletUsdc: 0n, terms });
    await stage.active(owner);
    await stage.decided(owner, 'cannot', 'collateral-approval-missing');
    const { id } = await stage.signPermit(owner, 10n * ETH);
    await stage.until('the permit is used', async () => (await stage.permits.get(id))?.state === 'used' || undefined);
    await stage.decided(owner, 'hold', 'above-trigger');
    await stage.setPrice(2_480);
    await stage.settled(owner, 'FILL');
  });

  it('counts as used where somebody else handed it in first, and as failed where it can never be used', async () => {
    const owner = await stage.newOwner(frontRun, { walletUsdc: 0n, terms });
    await stage.active(owner);
    await worker.stop();
    const first = await stage.signPermit(owner, 10n * ETH);
    await stage.submitAsStranger(first);
    const late = await stage.signPermit(owner, ETH, { nonce: first.nonce, value: 11n * ETH });
    worker = await stage.startWorker();
    await stage.until('the permit is used', async () => (await stage.permits.get(first.id))?.state === 'used' || undefined);
    // Another of the same number: its allowance is not there, but one is.
    await stage.until('the other is settled', async () => (await stage.permits.get(late.id))?.state !== 'open' || undefined);
    expect((await stage.records.intentsOf(owner.positionId, 20)).filter(({ plan, state }) => plan.kind === 'PERMIT' && state === 'DONE')).toEqual([]);
    const expired = await stage.signPermit(owner, ETH, { deadline: 1n, value: 12n * ETH });
    await stage.until('the third has failed', async () => (await stage.permits.get(expired.id))?.state === 'failed' || undefined);
  });
});
