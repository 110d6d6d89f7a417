import { Arbitrageur, freshAccounts, openLoan, openMorphoLoan, openVenusLoan, type DevAccount } from '@ballast/devchain';
import { MANDATE_ACTIONS, type MandateTerms } from '@ballast/policy';
import { partsOf } from '@ballast/positions';
import { address, bps, rawAmount, wad } from '@ballast/units';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { Stage, type RunningWorker } from './stage.js';

const START = 3_000;
const [onMorpho, onVenus, onAll] = freshAccounts(43_001, 3) as [DevAccount, DevAccount, DevAccount];
/** With 80% of the collateral counted the loan opens at a health of 1.20. */
const band: Partial<MandateTerms> = { triggerHf: wad(1_140_000_000_000_000_000n), minHf: wad(1_150_000_000_000_000_000n), maxHf: wad(1_440_000_000_000_000_000n) };
const sells: Partial<MandateTerms> = { actions: MANDATE_ACTIONS.REPAY | MANDATE_ACTIONS.FILL, maxCostBps: bps(200n), fillPerDay: rawAmount(30_000_000_000n) };

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

describe('a loan on Morpho whose wallet is empty', () => {
  it('is saved by selling collateral through MorphoGuard: inside the band, nothing left behind, and told as Morpho’s', async () => {
    const owner = await stage.newOwner(onMorpho, { protocol: 'morpho-blue', walletUsdc: 0n, release: 1n, terms: sells });
    await stage.active(owner);
    await stage.decided(owner, 'hold', 'above-trigger');
    await stage.setPrice(2_480);
    const { receipt, plan } = await stage.settled(owner, 'FILL');
    const { executed, filled, blockNumber } = receipt!;
    expect(plan).toMatchObject({ guard: stage.chain.book.ballast.morphoGuard, fill: { lane: 'flash', filler: stage.chain.book.ballast.morphoFiller } });
    expect(executed).toMatchObject({ action: 4, mandateHash: owner.mandate.hash });
    expect(filled!.swappedIn).toBe(executed!.collateralOut);
    expect(filled!.swappedOut).toBe(executed!.debtRepaid + filled!.premium + filled!.kept + filled!.surplus);
    const { reported, debts } = await stage.readAfter(owner, blockNumber);
    const health = reported.health.kind === 'ratio' ? reported.health.wad : 0n;
    expect(health >= owner.mandate.terms.minHf && health <= owner.mandate.terms.maxHf).toBe(true);
    expect(debts[0]?.amount).toBeLessThan(20_000_000_000n);
    for (const holder of [stage.chain.book.ballast.morphoGuard, stage.chain.book.ballast.morphoFiller]) expect(await stage.holdings(holder)).toEqual([0n, 0n, 0n]);

    const mail = await stage.inbox.waitFor((message) => message.to.includes(owner.email) && message.subject.startsWith('Saved'), 20_000);
    expect(mail.subject).toMatch(/^Saved: we sold collateral and repaid [\d,.]+\sUSDC on your Morpho Blue loan$/);
    expect(Number(/\(([\d.]+)% of what was repaid\)/.exec(mail.text)?.[1])).toBeLessThanOrEqual(2);
  });
});

describe('a loan on Venus', () => {
  it('is repaid from the wallet through VenusGuard, to inside the band', async () => {
    const owner = await stage.newOwner(onVenus, { protocol: 'venus', terms: band });
    await stage.active(owner);
    await stage.decided(owner, 'hold', 'above-trigger');
    await stage.setPrice(2_600);
    const { receipt, plan } = await stage.settled(owner, 'REPAY');
    expect(plan).toMatchObject({ guard: stage.chain.book.ballast.venusGuard });
    expect(plan.towards).toBeUndefined();
    expect(receipt!.executed).toMatchObject({ action: 2, mandateHash: owner.mandate.hash });
    const { reported } = await stage.readAfter(owner, receipt!.blockNumber);
    const health = reported.health.kind === 'ratio' ? reported.health.wad : 0n;
    expect(health >= owner.mandate.terms.minHf && health <= owner.mandate.terms.maxHf).toBe(true);
    const mail = await stage.inbox.waitFor((message) => message.to.includes(owner.email) && message.subject.startsWith('Saved'), 20_000);
    expect(mail.subject).toMatch(/^Saved: we repaid [\d,.]+\sUSDC on your Venus loan$/);
  });
});

it('an address with loans at three protocols has all of them read within two blocks', async () => {
  await openLoan(stage.chain, onAll);
  await openMorphoLoan(stage.chain, onAll);
  await openVenusLoan(stage.chain, onAll);
  const from = BigInt(await stage.chain.provider.getBlockNumber());
  await stage.watch(onAll.address);
  const found = await stage.until('three loans were read', async () => {
    const all = await stage.positions.ofAccount(address(onAll.address));
    return all.length === 3 ? all : undefined;
  });
  expect(found.map(({ position }) => partsOf(position.id).protocol).sort()).toEqual(['aave-v3', 'morpho-blue', 'venus']);
  for (const { position } of found) expect(position.provenance.blockNumber - from).toBeLessThanOrEqual(2n);
});
